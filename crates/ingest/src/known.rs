//! What is stored of the conversations that an export may go on with, as far as it decides where scenes are cut.
//!
//! An export that begins in the middle of an exchange has to be cut where the exports before it were, or its answers
//! would be paired with the next questions. So scenes are cut as if all parts of a conversation were read in one go.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use naragtive_scene::{Conversation, Moment, Scene, Source, Turn};
use naragtive_text::canonical;

/// Scenes that were read before, by what a later export could show of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Each text, with its conversation and its place there.
    texts: HashMap<u64, (u64, usize)>,
    /// What scenes begin with.
    beginnings: HashSet<u64>,
    conversations: HashMap<u64, Part>,
    /// Turns that wait for an answer, each with its conversation: a later export may go by another name.
    opens: HashMap<u64, u64>,
}

/// What is known of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Part {
    scenes: usize,
    /// The last scene, where it is one turn alone.
    open: Option<Open>,
}

/// A turn that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Open {
    speaker: Option<String>,
    stamp: Option<String>,
    moment: Option<i64>,
    text: String,
}

/// What is known before each of several files is read: what is stored of the conversations it may go on with, and what the
/// files before it held.
pub struct KnownBefore {
    stored: Box<dyn FnMut(&Source) -> Known>,
    /// By the source; looked for when a format asks first.
    known: HashMap<Source, Known>,
}

impl KnownBefore {
    /// Nothing is read yet; `stored` says what there is of a source.
    pub fn new(stored: impl FnMut(&Source) -> Known + 'static) -> Self {
        Self { stored: Box::new(stored), known: HashMap::new() }
    }

    /// Hands what is known of the conversations of a source to `read`, and takes in what that reads. None is of a format
    /// whose scenes don't depend on it.
    pub fn reading<T>(
        &mut self,
        source: Option<Source>,
        take: &mut dyn FnMut(Scene),
        read: impl FnOnce(Option<&Known>, &mut dyn FnMut(Scene)) -> T,
    ) -> T {
        let Some(source) = source else { return read(None, take) };
        let mut known = self.known.remove(&source).unwrap_or_else(|| (self.stored)(&source));
        let mut new = Known::default();
        let done = read(Some(&known), &mut |scene| {
            new.add(&scene);
            take(scene);
        });
        known.extend(new);
        self.known.insert(source, known);
        done
    }
}

impl Known {
    /// Takes in a scene; those of a conversation come in its order.
    pub fn add(&mut self, scene: &Scene) {
        let Some(origin) = &scene.origin else { return };
        let conversation = hash(&name_of(&origin.conversation));
        let part = self.conversations.entry(conversation).or_default();
        self.texts.insert(text_hash(&scene.text), (conversation, part.scenes));
        part.scenes += 1;
        part.open = (origin.turns <= 1).then(|| Open {
            speaker: origin.speaker.clone(),
            stamp: scene.metadata.text("time_display").map(|stamp| stamp.into_owned()),
            moment: origin.moment,
            text: scene.text.clone(),
        });
        if let Some(open) = part.open.as_ref().filter(|open| open.moment.is_some()) {
            self.opens.insert(open.key(), conversation);
        }
        let channel = origin.conversation.channel.as_deref();
        let beginning =
            (&origin.conversation.source, channel, &origin.own_id, &origin.speaker, origin.moment);
        self.beginnings.extend(origin.moment.map(|_| hash(&beginning)));
    }

    /// Takes in what others are known of: theirs come behind those of the same conversation here.
    pub fn extend(&mut self, behind: Self) {
        for (text, (conversation, place)) in behind.texts {
            let before = self.conversations.get(&conversation).map_or(0, |part| part.scenes);
            self.texts.insert(text, (conversation, before + place));
        }
        for (conversation, added) in behind.conversations {
            let part = self.conversations.entry(conversation).or_default();
            *part = Part { scenes: part.scenes + added.scenes, open: added.open };
        }
        self.opens.extend(behind.opens);
        self.beginnings.extend(behind.beginnings);
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether a scene of this text is known, and where in its conversation it is.
    fn place(&self, text: &str) -> Option<(u64, usize)> {
        self.texts.get(&text_hash(text)).copied()
    }

    fn open(&self, conversation: &Conversation) -> Option<&Open> {
        self.conversations.get(&hash(&name_of(conversation)))?.open.as_ref()
    }

    /// Whether a known scene begins with the turn at `at`. A scene of turns without ids goes by the moment of its second.
    fn begins(&self, conversation: &Conversation, turns: &[&Turn], at: usize) -> bool {
        let Some(turn) = turns.get(at) else { return false };
        let own_id = turn.own_id.label();
        let second = turns.get(at + 1).filter(|_| own_id.is_none());
        let moments = second.into_iter().chain([turn]).filter_map(|turn| turn.moment);
        let speaker = turn.speaker.as_deref().map(str::to_owned);
        let channel = conversation.channel.as_deref();
        moments.map(Moment::milliseconds).any(|moment| {
            self.beginnings.contains(&hash(&(&conversation.source, channel, &own_id, &speaker, Some(moment))))
        })
    }

    /// How many turns in front belong to a known scene that began before them; none unless one behind them begins one.
    pub(crate) fn turns_within(&self, conversation: &Conversation, turns: &[&Turn]) -> usize {
        if self.beginnings.is_empty() {
            return 0;
        }
        (0..turns.len()).find(|at| self.begins(conversation, turns, *at)).unwrap_or(0)
    }

    /// The turn that the first of these answers, if they go on right behind what is known of their conversation.
    pub(crate) fn answered(&self, conversation: &Conversation, turns: &[Turn]) -> Option<Turn> {
        let (open, first) = (self.open(conversation)?, turns.first()?);
        let kind = first.moment?;
        // In one moment, as of a clock that shows minutes, nobody knows which came first.
        let is_later = open.moment? < kind.milliseconds();
        // Who speaks again answers nobody: what lies between is missing.
        let again =
            open.speaker.as_deref() == first.speaker.as_deref() || turns.iter().any(|turn| open.is(turn));
        let milliseconds = open.moment?;
        let moment = match kind {
            Moment::Instant { offset, .. } => Moment::Instant { milliseconds, offset },
            Moment::Local { .. } => Moment::Local { milliseconds },
        };
        (is_later && !again).then(|| Turn {
            speaker: open.speaker.as_deref().map(Into::into),
            stamp: open.stamp.as_deref().unwrap_or_default().into(),
            moment: Some(moment),
            text: open.text.clone(),
            ..Turn::default()
        })
    }

    /// Whether the second of a file's turns begins a scene, and the first is the end of one: `plain` are the texts of its
    /// scenes if not, each with its first turn, and `odd` those behind the first turn if so.
    ///
    /// What is stored tells it; but a file in which all of that is goes by itself, and what is stored is cut anew.
    pub(crate) fn is_odd(
        &self,
        conversation: &Conversation,
        plain: &[(String, &Turn)],
        odd: &[(String, &Turn)],
    ) -> bool {
        let [plain, odd] = [plain, odd].map(|scenes| {
            scenes.iter().filter_map(|scene| self.found(conversation, scene)).collect::<Vec<_>>()
        });
        odd.len() > plain.len() && !self.are_all(&[plain, odd].concat())
    }

    /// Which known scene of which conversation one is, or goes on with.
    fn found(&self, conversation: &Conversation, (text, first): &(String, &Turn)) -> Option<(u64, usize)> {
        let own = hash(&name_of(conversation));
        let moment = first.moment.map(Moment::milliseconds);
        let key =
            self.opens.get(&said_key(first.speaker.as_deref(), moment, &first.text)).copied().unwrap_or(own);
        let part = self.conversations.get(&key);
        let open = part.filter(|part| part.open.as_ref().is_some_and(|open| open.is(first)));
        self.place(text).or_else(|| open.map(|part| (key, part.scenes - 1)))
    }

    /// Whether the first and the last of each known conversation's scenes are among these, or the ones beside them.
    fn are_all(&self, scenes: &[(u64, usize)]) -> bool {
        let mut found: HashMap<u64, [usize; 2]> = HashMap::new();
        for (conversation, place) in scenes {
            let [first, last] = found.entry(*conversation).or_insert([*place; 2]);
            (*first, *last) = ((*first).min(*place), (*last).max(*place));
        }
        let count = |conversation| self.conversations.get(conversation).map_or(0, |part| part.scenes);
        found.iter().all(|(all, [first, last])| *first <= 1 && last + 2 >= count(all))
    }
}

impl Open {
    fn key(&self) -> u64 {
        said_key(self.speaker.as_deref(), self.moment, &self.text)
    }

    fn is(&self, turn: &Turn) -> bool {
        let moment = turn.moment.map(Moment::milliseconds);
        let same = (self.speaker.as_deref(), self.moment) == (turn.speaker.as_deref(), moment);
        same && canonical(&self.text) == canonical(&turn.text)
    }
}

/// What a turn goes by, whatever its conversation is called.
fn said_key(speaker: Option<&str>, moment: Option<i64>, text: &str) -> u64 {
    hash(&(speaker, moment, canonical(text)))
}

fn name_of(conversation: &Conversation) -> (&Source, &str) {
    (&conversation.source, conversation.whole())
}

fn text_hash(text: &str) -> u64 {
    hash(&canonical(text))
}

/// Two of a million differing ones agree with a chance of one in thirty million, and all that comes of it is another cut.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use naragtive_scene::{Metadata, Origin, SceneId};

    use super::*;

    fn scene(conversation: &str, place: u64) -> Scene {
        let conversation = Arc::new(Conversation {
            source: Source::Json,
            file: "/a".to_owned(),
            part_of: None,
            id: Some(conversation.to_owned()),
            channel: None,
        });
        let origin = Origin {
            conversation,
            own_id: None,
            speaker: Some("Ada".to_owned()),
            moment: Some(place as i64),
            place,
            turns: place as u32 % 2 + 1,
            spoken: Vec::new(),
            added: None,
        };
        let (id, text) = (SceneId::new(format!("s{place}")), format!("Lamp {place}."));
        Scene { id, text, metadata: Metadata::default(), origin: Some(origin) }
    }

    #[test]
    fn what_is_known_of_two_files_is_what_is_known_of_all_their_scenes() {
        let scenes: Vec<Scene> =
            (0..12).map(|place| scene(if place % 3 == 0 { "one" } else { "two" }, place)).collect();
        let known = |scenes: &[Scene]| {
            let mut known = Known::default();
            scenes.iter().for_each(|scene| known.add(scene));
            known
        };
        for cut in 0..=scenes.len() {
            let mut both = known(&scenes[..cut]);
            both.extend(known(&scenes[cut..]));
            assert_eq!(both, known(&scenes), "{cut}");
        }
    }
}
