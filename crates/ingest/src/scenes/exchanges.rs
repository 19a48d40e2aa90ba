use naragtive_scene::{
    Branch, Conversation, Metadata, Role, SaidTurn, Scene, SceneId, Transcript, Turn, key,
};
use serde_json::Value;

use super::{Place, WHOLE, measure, origin, several, weave};
use crate::{Branches, Options, stamp, words};

/// What stands before a question and before what is answered to it.
const QUESTION: &str = "User: ";
const ANSWER: &str = "Assistant: ";

/// A question with what is answered to it; either may be missing.
struct Exchange<'a> {
    question: Option<&'a Turn>,
    answers: &'a [&'a Turn],
    branch: Branch,
}

/// A scene for each exchange. Those with question and answer are numbered, as the Python tool did; one that lacks
/// either has the number of the next and a mark, so that it moves no other's id.
pub(super) fn scenes(transcript: &Transcript, place: &Place<'_>, options: &Options<'_>) -> Vec<Scene> {
    let conversation = place.conversation(None);
    let turns: Vec<&Turn> = transcript.turns.iter().collect();
    let cut = |turns: &[&Turn]| -> Vec<usize> {
        exchanges(turns).map(|exchange| exchange.turns().count()).collect()
    };
    let woven = weave(&conversation, &turns, WHOLE, options, &cut);
    let conversation = woven.conversation.unwrap_or(conversation);
    let turns: Vec<&Turn> = woven.turns.iter().map(|turn| &**turn).collect();
    let mut number = 0;
    let mut scenes = Vec::new();
    for (at, exchange) in exchanges(&turns).enumerate() {
        let Some(first) = exchange.turns().next() else { continue };
        let mut origin = origin(&conversation, first, at);
        if first.stands_alone {
            let scene = document(transcript, first, &format!("{number:04}-file{at}"), options);
            origin.said = vec![SaidTurn::of(&conversation, first, 0..scene.text.len())];
            scenes.push(Scene { origin: Some(origin), ..scene });
            continue;
        }
        origin.turns = several(exchange.turns().count());
        origin.speaker = Some(if exchange.question.is_some() { "User" } else { "Assistant" }.to_owned());
        origin.said = exchange.said(&conversation);
        let scene = scene(transcript, &exchange, number, options);
        number += usize::from(exchange.is_whole());
        scenes.push(Scene { origin: Some(origin), ..scene });
    }
    scenes
}

/// The scene of a document that came with a message.
fn document(transcript: &Transcript, turn: &Turn, number: &str, options: &Options<'_>) -> Scene {
    let conversation = transcript.id.as_deref().unwrap_or_default();
    let day = turn.moment.and_then(stamp::day).unwrap_or_else(|| key::UNKNOWN.to_owned());
    let id = format!("scene_{}_{number}_{day}", words::prefix(conversation, 8));
    let metadata = Metadata::default()
        .with(key::SCENE_ID, id.as_str())
        .with(key::CONVERSATION_ID, conversation)
        .with("conversation_name", words::shortened(transcript.title.as_deref().unwrap_or_default(), 200))
        .with(key::DATE_ISO, day)
        .with("timestamp", turn.stamp.to_value())
        .with("attachments", turn.attachments.clone())
        .with(key::SOURCE_FILE, options.source_file);
    Scene { id: SceneId::new(id), text: turn.text.clone(), metadata, origin: None }
}

/// The turns, parted before each question and where another branch begins.
fn exchanges<'a>(turns: &'a [&'a Turn]) -> impl Iterator<Item = Exchange<'a>> {
    turns.chunk_by(|last, next| next.role != Role::User && last.branch == next.branch).map(|turns| {
        let (question, answers) = match turns.split_first() {
            Some((first, answers)) if first.role == Role::User => (Some(*first), answers),
            _ => (None, turns),
        };
        let branch = turns.first().map(|turn| turn.branch).unwrap_or_default();
        Exchange { question, answers, branch }
    })
}

impl<'a> Exchange<'a> {
    fn turns(&self) -> impl Iterator<Item = &'a Turn> {
        self.question.into_iter().chain(self.answers.iter().copied())
    }

    fn answer(&self) -> String {
        joined(self.answers.iter().map(|turn| turn.text.as_str()))
    }

    fn is_whole(&self) -> bool {
        self.question.is_some() && self.answers.iter().any(|turn| !words::is_blank(&turn.text))
    }

    /// The turns, each with where it stands in the text of the scene.
    fn said(&self, conversation: &Conversation) -> Vec<SaidTurn> {
        let question = self.question.map(|turn| (turn, QUESTION.len()..QUESTION.len() + turn.text.len()));
        let before = question.as_ref().filter(|_| self.is_whole()).map_or(0, |(_, place)| place.end + 2);
        let mut at = before + ANSWER.len();
        let mut is_first = true;
        let answers = self.answers.iter().map(|turn| {
            let said = !words::is_blank(&turn.text);
            let from = if said && !is_first { at + 2 } else { at };
            let end = if said { from + turn.text.len() } else { from };
            is_first &= !said;
            at = end;
            (*turn, from..end)
        });
        let turns = question.into_iter().chain(answers);
        turns.map(|(turn, place)| SaidTurn::of(conversation, turn, place)).collect()
    }

    /// The answer's stamp, else the question's, with the day of it.
    fn stamp(&self) -> (Value, String) {
        let stamped = self.answers.iter().copied().chain(self.question).find(|turn| !turn.stamp.is_none());
        let day = stamped.and_then(|turn| turn.moment).and_then(stamp::day);
        (
            stamped.map_or(Value::Null, |turn| turn.stamp.to_value()),
            day.unwrap_or_else(|| key::UNKNOWN.to_owned()),
        )
    }
}

/// The parts of a text that have something in them, blank lines between.
fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.filter(|part| !words::is_blank(part)).collect::<Vec<_>>().join("\n\n")
}

fn scene(transcript: &Transcript, exchange: &Exchange<'_>, index: usize, options: &Options<'_>) -> Scene {
    let question = exchange.question.map_or("", |turn| turn.text.as_str());
    let answer = exchange.answer();
    let (stamp, day) = exchange.stamp();
    let conversation = transcript.id.as_deref().unwrap_or_default();
    let mark = match (exchange.question.is_some(), exchange.is_whole()) {
        (_, true) => "",
        (true, false) => "-question",
        (false, false) => "-greeting",
    };
    let id = format!("scene_{}_{index:04}{mark}_{day}", words::prefix(conversation, 8));
    let model = exchange.answers.iter().find_map(|turn| turn.model.as_deref()).unwrap_or("unknown");
    let metadata = Metadata::default()
        .with(key::SCENE_ID, id.as_str())
        .with(key::CONVERSATION_ID, conversation)
        .with("conversation_name", words::shortened(transcript.title.as_deref().unwrap_or_default(), 200))
        .with(key::DATE_ISO, day)
        .with("timestamp", stamp)
        .with("model", model);
    let metadata = measure::measured(
        with_thinking(metadata, exchange),
        &format!("{question} {answer}"),
        options.lexicon,
    )
    .with("exchange_index", index)
    .with(key::SOURCE_FILE, options.source_file);
    let metadata = match options.branches {
        Branches::Active => metadata,
        Branches::All => metadata.with("branch", exchange.branch.as_str()),
    };
    Scene { id: SceneId::new(id), text: text(exchange, question, &answer), metadata, origin: None }
}

fn text(exchange: &Exchange<'_>, question: &str, answer: &str) -> String {
    match (exchange.question.is_some(), exchange.is_whole()) {
        (_, true) => format!("{QUESTION}{question}\n\n{ANSWER}{answer}"),
        (true, false) => format!("{QUESTION}{question}"),
        (false, false) => format!("{ANSWER}{answer}"),
    }
}

fn with_thinking(metadata: Metadata, exchange: &Exchange<'_>) -> Metadata {
    let thinking = joined(exchange.answers.iter().filter_map(|turn| turn.thinking.as_deref()));
    metadata
        .with("has_thinking", !thinking.is_empty())
        .with("thinking_preview", words::prefix(&thinking, 200))
}
