//! Scenes of talk: turns of one channel, cut by a rule, each line with who says it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use naragtive_scene::{
    Branch, Conversation, Metadata, Moment, Origin, SaidTurn, Scene, SceneId, Transcript, Turn, key,
};

use super::cut::cut;
use super::{Labels, Place, SceneRule, measure, origin, pairs, several, weave};
use crate::known::Edges;
use crate::{Options, cast, stamp, words};

/// The scenes of a transcript. Channels stand apart; each scene counts its place within its own.
pub(super) fn scenes(
    transcript: &Transcript,
    place: &Place<'_>,
    rule: SceneRule,
    labels: Labels,
    options: &Options<'_>,
) -> Vec<Scene> {
    let mut so_far = SoFar { is_last: true, ..SoFar::default() };
    next_scenes(transcript, place, (rule, labels), options, &mut so_far)
}

/// What has been made of the parts of a transcript that came before.
#[derive(Debug, Default)]
pub(crate) struct SoFar {
    scenes: usize,
    /// How many groups each channel had.
    groups: HashMap<Option<Arc<str>>, usize>,
    own_ids: HashSet<String>,
    /// Whether nothing comes behind the part at hand.
    pub(crate) is_last: bool,
    /// The turns of the last group of each channel, which may go on: they belong to the next part.
    pub(crate) open: Vec<Turn>,
}

/// The scenes of the next part of a transcript, which begins with the turns that the one before left open.
pub(super) fn next_scenes(
    transcript: &Transcript,
    place: &Place<'_>,
    (rule, labels): (SceneRule, Labels),
    options: &Options<'_>,
    so_far: &mut SoFar,
) -> Vec<Scene> {
    let mut scenes = Vec::new();
    let name = name_of(transcript, place.number, options);
    so_far.open.clear();
    for (channel, turns) in channels(&transcript.turns) {
        let conversation = place.conversation(channel);
        let edges = Edges { begins: so_far.begins(channel), ends: so_far.is_last };
        let woven = weave(&conversation, &turns, edges, options, &|turns| lengths(&cut(turns, rule, labels)));
        let conversation = woven.conversation.unwrap_or(conversation);
        let turns: Vec<&Turn> = woven.turns.iter().map(|turn| &**turn).collect();
        let mut groups = cut(&turns, rule, labels);
        if !so_far.is_last {
            so_far.open.extend(groups.pop().into_iter().flatten().cloned());
        }
        let known = so_far.groups.entry(channel.map(Arc::from)).or_default();
        for group in groups {
            let Some(first) = group.first() else { continue };
            let (moment, turns) = (moment(&group), several(group.len()));
            let mut origin = Origin { moment, turns, ..origin(&conversation, first, *known) };
            *known += 1;
            origin.own_id = own_id(&group, &mut so_far.own_ids);
            if turns == 0 {
                origin.wording = first.wording();
            }
            let text = text(&group);
            origin.said = said(&conversation, &group);
            if words::is_blank(&text) {
                continue;
            }
            let id = format!("scene_{name}_{:04}_{}", so_far.scenes, day(&group));
            so_far.scenes += 1;
            let metadata = metadata(&id, transcript, channel, &group);
            scenes.push(Scene { id: SceneId::new(id), text, metadata, origin: Some(origin) });
        }
    }
    labelled(scenes, transcript, labels, options)
}

/// The channels in the order in which they begin, with their turns.
fn channels(turns: &[Turn]) -> Vec<(Option<&str>, Vec<&Turn>)> {
    let mut channels: Vec<(Option<&str>, Vec<&Turn>)> = Vec::new();
    let mut known = HashMap::new();
    for turn in turns {
        let channel = turn.channel.as_deref();
        let at = *known.entry(channel).or_insert(channels.len());
        match channels.get_mut(at) {
            Some((_, turns)) => turns.push(turn),
            None => channels.push((channel, vec![turn])),
        }
    }
    channels
}

/// What ids of a conversation's scenes have in common: its own id, else a number made of the file's name, so that two
/// files have different ones, and its place among those of the file that have no id.
fn name_of(transcript: &Transcript, number: usize, options: &Options<'_>) -> String {
    if let Some(id) = transcript.id.as_deref().filter(|id| !id.is_empty()) {
        let plain: String = id.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        return words::prefix(&plain, 20).to_owned();
    }
    let file = options.source_file.rsplit(['/', '\\']).next().unwrap_or_default();
    let hash =
        file.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    if number == 0 { format!("{hash:08x}") } else { format!("{hash:08x}-{number}") }
}

/// The own id of the first turn. Of scenes that begin with the same one (a question that was answered twice) the later
/// ones have that of their last turn beside it.
fn own_id(group: &[&Turn], taken: &mut HashSet<String>) -> Option<String> {
    let first = group.first()?.own_id.label()?;
    let own = if taken.contains(&first) {
        format!("{first}+{}", group.last()?.own_id.label().unwrap_or_default())
    } else {
        first
    };
    taken.insert(own.clone());
    Some(own)
}

/// When it was. Where turns have no ids, a question that was answered again elsewhere (in a branch that repeats the
/// beginning of a chat) is told from the first by the time of its answer; both are kept.
fn moment(group: &[&Turn]) -> Option<i64> {
    let answer = match group {
        [first, second, ..] if first.own_id.is_none() => second.moment,
        _ => None,
    };
    answer.or_else(|| group.iter().find_map(|turn| turn.moment)).map(Moment::milliseconds)
}

fn day(group: &[&Turn]) -> String {
    let day = group.iter().find_map(|turn| turn.moment).and_then(stamp::day);
    day.unwrap_or_else(|| key::UNKNOWN.to_owned())
}

impl SoFar {
    /// Whether nothing of a channel was made into scenes yet.
    fn begins(&self, channel: Option<&str>) -> bool {
        let is_it = |known: &Option<Arc<str>>| known.as_deref() == channel;
        !self.groups.keys().any(is_it)
    }
}

fn lengths(groups: &[Vec<&Turn>]) -> Vec<usize> {
    groups.iter().map(Vec::len).collect()
}

/// The turns of a group, each with where it stands in the text of the scene.
fn said(conversation: &Conversation, group: &[&Turn]) -> Vec<SaidTurn> {
    let mut at = 0;
    let said = |turn: &&Turn| {
        let (line, own) = (line(turn), words::trim(&turn.text).len());
        let gap = if line.is_empty() || at == 0 { 0 } else { 2 };
        let end = at + gap + line.len();
        at = end;
        SaidTurn::of(conversation, turn, end - own..end)
    };
    group.iter().map(said).collect()
}

/// A line for each turn, blank lines between.
fn text(group: &[&Turn]) -> String {
    let lines: Vec<String> = group.iter().map(|turn| line(turn)).filter(|line| !line.is_empty()).collect();
    lines.join("\n\n")
}

/// Who says what; of a turn without text, what is attached to it.
fn line(turn: &Turn) -> String {
    let said = words::trim(&turn.text);
    let said = match said.is_empty() {
        true if turn.attachments.is_empty() => return String::new(),
        true => format!("[{}]", turn.attachments.join(", ")),
        false => said.to_owned(),
    };
    match turn.speaker.as_deref() {
        Some(speaker) if !turn.stands_alone => format!("{speaker}: {said}"),
        _ => said,
    }
}

fn metadata(id: &str, transcript: &Transcript, channel: Option<&str>, group: &[&Turn]) -> Metadata {
    let mut metadata = Metadata::default().with(key::SCENE_ID, id);
    if let Some(id) = &transcript.id {
        metadata.set(key::CONVERSATION_ID, id.as_str());
    }
    if let Some(title) = transcript.title.as_deref().filter(|title| !title.is_empty()) {
        metadata.set("conversation_name", words::shortened(title, 200));
    }
    if let Some(channel) = channel {
        metadata.set(key::CHANNEL, channel);
    }
    let stamp = group.iter().find(|turn| !turn.stamp.is_none()).map(|turn| turn.stamp.to_value());
    metadata = metadata.with(key::DATE_ISO, day(group)).with("timestamp", stamp.unwrap_or_default());
    metadata = metadata.with(key::SPEAKERS, once(group.iter().filter_map(|turn| turn.speaker.as_deref())));
    metadata.set("turns", group.len());
    if let Some(own) = group.first().and_then(|turn| turn.own_id.label()) {
        metadata.set("msg_id", own);
    }
    with_rest(metadata, group)
}

/// What only some scenes have.
fn with_rest(mut metadata: Metadata, group: &[&Turn]) -> Metadata {
    if let Some(model) = group.iter().find_map(|turn| turn.model.as_deref()) {
        metadata.set("model", model);
    }
    let attachments = once(group.iter().flat_map(|turn| &turn.attachments).map(String::as_str));
    if !attachments.is_empty() {
        metadata.set("attachments", attachments);
    }
    if group.iter().any(|turn| turn.edited) {
        metadata.set("edited", true);
    }
    if group.iter().any(|turn| turn.branch == Branch::Other) {
        metadata.set("branch", Branch::Other.as_str());
    }
    let thoughts: Vec<&str> = group.iter().filter_map(|turn| turn.thinking.as_deref()).collect();
    if !thoughts.is_empty() {
        metadata.set("thinking_preview", words::prefix(&thoughts.join("\n\n"), 200));
    }
    metadata
}

/// Names in the order in which they come, each once.
fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names.filter(|name| seen.insert(*name)).collect()
}

/// The scenes with what their words tell.
fn labelled(
    scenes: Vec<Scene>,
    transcript: &Transcript,
    labels: Labels,
    options: &Options<'_>,
) -> Vec<Scene> {
    let texts: Vec<&str> = scenes.iter().map(|scene| scene.text.as_str()).collect();
    let speakers: Vec<&str> = transcript.turns.iter().filter_map(|turn| turn.speaker.as_deref()).collect();
    let people = match labels {
        Labels::Story | Labels::Chat => cast::people(&texts, &speakers, options.lexicon),
        Labels::Assistant | Labels::None => vec![Vec::new(); scenes.len()],
    };
    let label = |(mut scene, people): (Scene, Vec<String>)| {
        let metadata = std::mem::take(&mut scene.metadata);
        let metadata = match labels {
            Labels::Story | Labels::Chat => pairs::story(metadata, &scene.text, people, options.lexicon),
            Labels::Assistant => measure::measured(metadata, &scene.text, options.lexicon),
            Labels::None => metadata,
        };
        scene.metadata = metadata.with(key::SOURCE_FILE, options.source_file);
        scene
    };
    scenes.into_iter().zip(people).map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_speaks_and_a_document_is_itself() {
        let turn = |speaker: Option<&str>, text: &str| Turn {
            speaker: speaker.map(Into::into),
            text: text.to_owned(),
            ..Turn::default()
        };
        let attached = Turn { attachments: vec!["map.png".to_owned()], ..turn(Some("Ann"), " ") };
        let document = Turn { stands_alone: true, ..turn(Some("ch1.txt"), "Chapter") };
        for (turn, shown) in [
            (turn(Some("Ann"), " Hi \n"), "Ann: Hi"),
            (turn(None, "Hi"), "Hi"),
            (turn(Some("Ann"), ""), ""),
            (attached, "Ann: [map.png]"),
            (document, "Chapter"),
        ] {
            assert_eq!(line(&turn), shown);
        }
    }

    #[test]
    fn each_turn_is_found_in_the_text_of_its_scene() {
        let turn = |speaker: Option<&str>, text: &str| Turn {
            speaker: speaker.map(Into::into),
            text: text.to_owned(),
            ..Turn::default()
        };
        let attached = Turn { attachments: vec!["map.png".to_owned()], ..turn(Some("Ann"), "") };
        let turns =
            [turn(Some("Ann"), "Hi, Zoë."), turn(None, ""), attached, turn(None, "It rains.\n\nStill.")];
        let turns: Vec<&Turn> = turns.iter().collect();
        let place = Place { source: &naragtive_scene::Source::Json, file: "/a", id: None, number: 0 };
        let (conversation, text) = (place.conversation(None), text(&turns));
        let found = said(&conversation, &turns).into_iter().map(|said| said.turn_in(&text, &conversation));
        assert_eq!(found.collect::<Vec<_>>(), turns.into_iter().cloned().collect::<Vec<_>>());
    }

    #[test]
    fn a_question_that_was_answered_twice_is_two_scenes_with_ids_of_their_own() {
        let turn = |id: &str| Turn { own_id: id.into(), ..Turn::default() };
        let (one, two, three) = (turn("1"), turn("2"), turn("3"));
        let mut taken = HashSet::new();
        assert_eq!(own_id(&[&one, &two], &mut taken).as_deref(), Some("1"));
        assert_eq!(own_id(&[&one, &three], &mut taken).as_deref(), Some("1+3"));
    }
}
