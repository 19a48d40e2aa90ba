//! Turns become scenes, in one of a few ways that serve all formats.

mod cut;
mod exchanges;
mod measure;
mod messages;
mod pairs;
mod pieces;
mod rule;
mod segment;
mod talk;

use std::borrow::Cow;
use std::sync::Arc;

use naragtive_scene::{Conversation, Origin, Scene, Source, Transcript, Turn};

pub use self::rule::{SceneRule, UnknownRule};
pub(crate) use self::talk::SoFar;
use crate::known::Edges;
use crate::{IngestReport, Options};

/// How turns become scenes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grouping {
    /// Each is one.
    Messages,
    /// Two that follow each other are one: what somebody says, and what is answered.
    Pairs,
    /// A question is one with all that is answered to it.
    Exchanges,
    /// A text is cut into pieces.
    Pieces,
    /// Turns are cut by a rule, and every line says who speaks.
    Cut(SceneRule, Labels),
}

/// What scenes are labelled with, by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Labels {
    /// People, places, events: what a story has.
    Story,
    /// The same, of messages that people send each other.
    Chat,
    /// Themes and tone: what one asks a program.
    Assistant,
    /// Nothing.
    None,
}

impl Grouping {
    /// This one, or another rule where the user says so.
    pub(crate) fn or_by(self, rule: Option<SceneRule>) -> Self {
        rule.map_or(self, |rule| Self::Cut(rule, self.labels()))
    }

    /// Whether its scenes are labelled with people, places and events.
    pub(crate) fn tells_stories(self) -> bool {
        matches!(self.labels(), Labels::Story | Labels::Chat)
    }

    pub(crate) fn labels(self) -> Labels {
        match self {
            Self::Pairs => Labels::Story,
            Self::Exchanges => Labels::Assistant,
            Self::Messages | Self::Pieces => Labels::None,
            Self::Cut(_, labels) => labels,
        }
    }
}

/// Hands over the scenes of the transcripts of a file.
pub(crate) fn scenes(
    grouping: Grouping,
    source: &Source,
    transcripts: Vec<Transcript>,
    options: &Options<'_>,
    report: &mut IngestReport,
    take: &mut dyn FnMut(Scene),
) {
    let mut nameless = 0;
    for transcript in transcripts {
        let place = Place { source, file: options.file, id: transcript.id.clone(), number: nameless };
        nameless += usize::from(transcript.id.is_none());
        match grouping {
            Grouping::Messages => messages::scenes(transcript, &place, options).for_each(&mut *take),
            Grouping::Pairs => {
                pairs::scenes(&transcript, &place, options, report).into_iter().for_each(&mut *take);
            }
            Grouping::Exchanges => {
                exchanges::scenes(&transcript, &place, options).into_iter().for_each(&mut *take);
            }
            Grouping::Pieces => {
                pieces::scenes(&transcript, &place, options, report).into_iter().for_each(&mut *take);
            }
            Grouping::Cut(rule, labels) => {
                talk::scenes(&transcript, &place, rule, labels, options).into_iter().for_each(&mut *take);
            }
        }
    }
}

/// Hands over the scenes of the next part of a transcript that is cut by a rule.
pub(crate) fn next_scenes(
    (rule, labels): (SceneRule, Labels),
    source: &Source,
    part: &Transcript,
    options: &Options<'_>,
    so_far: &mut SoFar,
    take: &mut dyn FnMut(Scene),
) {
    let place = Place { source, file: options.file, id: part.id.clone(), number: 0 };
    talk::next_scenes(part, &place, (rule, labels), options, so_far).into_iter().for_each(take);
}

/// What scenes of one transcript have in common.
struct Place<'a> {
    source: &'a Source,
    file: &'a str,
    id: Option<String>,
    /// How many transcripts of the file come before it that have no id.
    number: usize,
}

impl Place<'_> {
    fn conversation(&self, channel: Option<&str>) -> Arc<Conversation> {
        Arc::new(Conversation {
            source: self.source.clone(),
            file: self.file.to_owned(),
            part_of: None,
            id: self.id.clone(),
            channel: channel.map(str::to_owned),
        })
    }
}

/// Turns to be cut, and what they are a part of where that goes by another name.
struct WovenTurns<'a> {
    turns: Vec<Cow<'a, Turn>>,
    conversation: Option<Arc<Conversation>>,
}

/// The turns between those that are known of their conversation; as they are where nothing is.
fn weave<'a>(
    conversation: &Arc<Conversation>,
    turns: &[&'a Turn],
    edges: Edges,
    options: &Options<'_>,
    cut: &dyn Fn(&[&Turn]) -> Vec<usize>,
) -> WovenTurns<'a> {
    let woven = options.known.and_then(|known| known.weave(conversation, turns, edges, cut));
    match woven {
        None => {
            WovenTurns { turns: turns.iter().map(|turn| Cow::Borrowed(*turn)).collect(), conversation: None }
        }
        Some(woven) => {
            let part_of = |file: Arc<str>| {
                Arc::new(Conversation {
                    part_of: Some(file.to_string()),
                    ..Conversation::clone(conversation)
                })
            };
            WovenTurns { turns: woven.turns, conversation: woven.part_of.map(part_of) }
        }
    }
}

/// Both ends of a conversation.
const WHOLE: Edges = Edges { begins: true, ends: true };

/// Of how many turns a scene is made, as an origin says it.
fn several(turns: usize) -> u32 {
    if turns > 1 { u32::try_from(turns).unwrap_or(u32::MAX) } else { 0 }
}

/// The origin of a scene that begins with `turn`.
fn origin(conversation: &Arc<Conversation>, turn: &Turn, place: usize) -> Origin {
    Origin {
        conversation: Arc::clone(conversation),
        own_id: turn.own_id.label(),
        speaker: turn.speaker.as_deref().map(str::to_owned),
        moment: turn.moment.map(naragtive_scene::Moment::milliseconds),
        place: place as u64,
        turns: 0,
        spoken: Vec::new(),
        said: Vec::new(),
        wording: 0,
        added: None,
    }
}
