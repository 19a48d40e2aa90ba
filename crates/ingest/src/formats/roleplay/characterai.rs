//! Character.AI's chats as the browser extension CAI Tools saves them: `histories`, each a list of `msgs`; and as the site
//! itself sends them: `turns`, the newest first, each with `candidates` of which one counts. The extension's page for reading
//! without the site says less, and so does its text of a character's example dialogues.

mod example;
mod page;

use naragtive_scene::{Branch, Role, Turn};

use crate::input::Input;
use crate::json::{EntryEvent, EntryPath, Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason};

/// The lists of which each entry stands for itself.
const LISTS: [&str; 3] = ["histories", "msgs", "turns"];
/// The way to the messages of a character's histories.
const WAY: EntryPath<'static> =
    EntryPath { through: &["histories"], lists: &["histories"], entries: &["msgs"] };
/// What is looked at of a file and its messages. Names, texts and ids are looked at wherever they stand.
const WANTED: [&str; 23] = [
    "author",
    "candidate_id",
    "candidates",
    "character",
    "character_name",
    "chat",
    "chat_id",
    "create_time",
    "created",
    "external_id",
    "histories",
    "info",
    "is_alternative",
    "is_human",
    "msgs",
    "primary_candidate_id",
    "raw_content",
    "src",
    "turn_id",
    "turn_key",
    "turns",
    "user",
    "uuid",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "characterai",
    called: "Character.AI chat",
    help: "chats of Character.AI as CAI Tools (.json, or its page for reading offline) or the site's own interface give them",
    export: "the browser extension CAI Tools: a chat's or a character's history, Download",
    command: "naragtive ingest --as characterai",
    source: "characterai",
    extensions: &["json", "html", "htm", "txt"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else {
        let is_one = page::is_one(input) || example::is_one(input);
        return if is_one { Certainty::Sure } else { Certainty::No };
    };
    let is_history =
        input.says("msgs") && input.says("is_human") && (input.says("histories") || input.says("history"));
    let is_turns = input.says("turns") && input.says("candidates") && input.says("raw_content");
    let has = !matches!(shape.first, Node::Null);
    if has && (is_history || is_turns) { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    if input.shape().is_none() {
        return if example::is_one(input) { example::parse(input, options) } else { page::parse(input) };
    }
    let mut turns = Turns::default();
    let mut reader = input.reader(&LISTS)?.only(&WANTED);
    match begun(input) {
        Some(character) => histories(&mut reader, character.as_deref(), options, &mut turns)?,
        None => reader.each_or_one(|number, entry| export(number, entry, options, &mut turns))?,
    }
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "histories" });
    }
    Ok(turns.parsed(reader.mending))
}

/// What the character of a file of histories is called, if it says so before these: then they needn't be held.
fn begun(input: &Input<'_>) -> Option<Option<String>> {
    let mut first = input.unlisted()?.first.clone();
    let info = first.take("info");
    (info.is_object() && !first.has("turns")).then(|| character(info))
}

fn character(mut info: Node) -> Option<String> {
    info.take("character").take("name").name().or_else(|| info.take("character_name").name())
}

/// All that was said to one character, or in one chat with it, message by message.
fn histories(
    reader: &mut Reader<'_>,
    character: Option<&str>,
    options: &Options<'_>,
    turns: &mut Turns,
) -> Result<(), IngestError> {
    let mut number = 0;
    let (mut rest, fault) = reader.each_entry_within(&WAY, &mut |found| match found {
        EntryEvent::Entry(message, _) => {
            old(number, message, character, options, turns);
            number += 1;
        }
        EntryEvent::End(mut history) => {
            turns.close(history.take("external_id").name(), character.map(str::to_owned));
            number = 0;
        }
    });
    match fault {
        Some(fault) if turns.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        _ => {}
    }
    if let Node::Array(list) = rest.take("turns") {
        new(list, rest.take("chat").take("chat_id").name(), options, turns);
    } else if !turns.open().is_empty() {
        turns.close(rest.take("external_id").name(), character.map(str::to_owned));
    }
    Ok(())
}

fn export(number: usize, mut file: Node, options: &Options<'_>, turns: &mut Turns) {
    let character = character(file.take("info"));
    if let Node::Array(list) = file.take("turns") {
        let id = file.take("chat").take("chat_id").name();
        return new(list, id, options, turns);
    }
    let histories = match file.take("histories") {
        Node::Array(histories) => histories,
        mut inner => inner.take("histories").entries(),
    };
    let single = if file.has("msgs") { vec![file] } else { Vec::new() };
    if histories.is_empty() && single.is_empty() {
        return turns.report.skip(SkipReason::NoMessage, &Place::Conversation(number).to_string());
    }
    for mut history in histories.into_iter().chain(single) {
        for (number, message) in history.take("msgs").entries().into_iter().enumerate() {
            old(number, message, character.as_deref(), options, turns);
        }
        turns.close(history.take("external_id").name(), character.clone());
    }
}

/// A message of a history. Answers that were tried and not taken are marked.
fn old(number: usize, mut message: Node, character: Option<&str>, options: &Options<'_>, turns: &mut Turns) {
    if !message.has("text") {
        return turns.pass(SkipReason::NoMessage, number, "");
    }
    let other = message.take("is_alternative").flag();
    if other && options.branches == Branches::Active {
        turns.report.branches_left_out += 1;
        return;
    }
    let mut from = message.take("src");
    let is_user = from.take("is_human").flag();
    let name = from.take("name").name().or_else(|| from.take("user").take("username").name());
    let usual = if is_user { "You" } else { character.unwrap_or("Character") };
    let turn = Turn {
        speaker: Some(turns.name(name.unwrap_or_else(|| usual.to_owned()))),
        role: if is_user { Role::User } else { Role::Assistant },
        text: message.take("text").prose().unwrap_or_default(),
        stamp: message.take_scalar(&["created", "create_time"]),
        own_id: message.take_scalar(&["uuid", "id"]),
        branch: if other { Branch::Other } else { Branch::Active },
        ..Turn::at(number)
    };
    turns.add(turn);
}

/// The turns of the site's own interface, the oldest first.
fn new(mut list: Vec<Node>, id: Option<String>, options: &Options<'_>, turns: &mut Turns) {
    let time = |turn: &Node| turn.get("create_time").str().unwrap_or_default().to_owned();
    if list.first().map(time) > list.last().map(time) {
        list.reverse();
    }
    let mut others = Vec::new();
    for (number, mut turn) in list.into_iter().enumerate() {
        let mut author = turn.take("author");
        let is_user = author.take("is_human").flag();
        let name = author
            .take("name")
            .name()
            .unwrap_or_else(|| if is_user { "You" } else { "Character" }.to_owned());
        let primary = turn.take("primary_candidate_id").name();
        let (stamp, own_id) =
            (turn.take("create_time").scalar(), turn.take("turn_key").take("turn_id").scalar());
        let candidates = turn.take("candidates").entries();
        if candidates.is_empty() {
            turns.pass(SkipReason::NoMessage, number, "");
            continue;
        }
        let chosen =
            candidates.iter().position(|one| one.get("candidate_id").clone().name() == primary).unwrap_or(0);
        for (at, mut candidate) in candidates.into_iter().enumerate() {
            let said = Turn {
                speaker: Some(turns.name(name.as_str())),
                role: if is_user { Role::User } else { Role::Assistant },
                text: candidate.take("raw_content").prose().unwrap_or_default(),
                stamp: stamp.clone(),
                own_id: own_id.clone(),
                branch: if at == chosen { Branch::Active } else { Branch::Other },
                ..Turn::at(number)
            };
            match (at == chosen, options.branches) {
                (true, _) => turns.add(said),
                (false, Branches::All) => others.push(said),
                (false, Branches::Active) => turns.report.branches_left_out += 1,
            }
        }
    }
    turns.open().append(&mut others);
    turns.close(id, None);
}
