//! Chats of Foundry VTT: the log that it exports as text, `[11/2/2025, 9:14:03 PM] Ann` above what is said and a rule of
//! dashes below; its database `messages.db`, an object a line of which a later one replaces an earlier one with the same
//! id; and arrays of the same objects, as modules archive them.

use std::collections::HashMap;
use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::Regex;

use crate::input::Input;
use crate::json::{Mending, Node};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, markup, stamp, words};

/// What stands between two messages of the log.
const RULE: &str = "---------------------------";

/// What is looked at of a message: a tenth of what is written about its dice.
const WANTED: [&str; 9] =
    ["_id", "alias", "author", "flavor", "speaker", "timestamp", "user", "$$deleted", "$$indexCreated"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "foundry",
    called: "Foundry VTT chat log",
    help: "fvtt-log.txt, messages.db, or an archive of messages as .json",
    export: "Foundry VTT: the chat's menu, Export Chat Log; or data/messages.db of a world before version 11",
    command: "naragtive ingest --as foundry",
    source: "foundry",
    extensions: &["txt", "db", "json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

/// What stands above a message: the time as the player's language writes it, and who speaks.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| stamp::compiled(r"^\[(?<stamp>[^\[\]]{8,40})\] ?(?<name>.{0,100})$"));
/// The same in American English, which nothing else looks like.
static AMERICAN: LazyLock<Regex> =
    LazyLock::new(|| stamp::compiled(r"^\[\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d{2}:\d{2}\s?[AP]M\] "));

fn sniff(input: &Input<'_>) -> Certainty {
    if is_log(input) {
        let has_rule = input.head().lines().any(|line| line.trim_end() == RULE);
        let is_american = || input.first_line().is_some_and(|line| AMERICAN.is_match(line));
        return match has_rule {
            true => Certainty::Sure,
            false if is_american() => Certainty::Likely,
            false => Certainty::No,
        };
    }
    let Some(shape) = input.shape() else { return Certainty::No };
    let is_message = |first: &Node| first.has("speaker") && first.has("timestamp") && first.has("content");
    let is_odd = shape.first.has("$$deleted") || shape.first.has("$$indexCreated");
    let is_database = is_odd && ["speaker", "timestamp"].iter().all(|key| input.says(key));
    if is_message(&shape.first) || is_database { Certainty::Sure } else { Certainty::No }
}

/// Whether the first line is above a message of the log.
fn is_log(input: &Input<'_>) -> bool {
    input.first_line().is_some_and(|line| header(line).is_some())
}

/// The time and the name in a line above a message.
fn header(line: &str) -> Option<(&str, &str)> {
    let found = HEADER.captures(line.trim_end())?;
    let part = |name| found.name(name).and_then(|part| line.get(part.range()));
    let (stamp, name) = (part("stamp")?, part("name")?);
    (stamp.contains(':') && stamp::read_text(stamp).is_some()).then_some((stamp, name))
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut chat = Turns::default();
    let mut mending = Mending::default();
    if input.shape().is_some() && !is_log(input) {
        mending = database(input, &mut chat)?;
    } else {
        let (text, nuls) = input.lines()?;
        chat.report.dropped_bytes = nuls;
        log(&text, &mut chat);
        if chat.saw_nothing() {
            return Err(IngestError::NoTurn { found: words::first_line(&text) });
        }
    }
    Ok(chat.parsed(mending))
}

fn log(text: &str, chat: &mut Turns) {
    let mut open: Option<Turn> = None;
    let mut may_begin = true;
    let mut number = 0;
    for line in text.lines() {
        let found = header(line).filter(|_| may_begin);
        may_begin = line.trim_end() == RULE || (may_begin && words::is_blank(line));
        match (found, &mut open) {
            (Some((stamp, name)), _) => {
                let speaker = Some(chat.name(name));
                let turn = Turn { speaker, stamp: stamp.into(), ..Turn::at(number) };
                number += 1;
                open.replace(turn).into_iter().for_each(|turn| chat.add(turn));
            }
            (None, Some(turn)) if line.trim_end() != RULE => turn.text.extend([line, "\n"]),
            (None, None) if !words::is_blank(line) => chat.report.skip(SkipReason::NoMessage, line),
            _ => {}
        }
    }
    open.into_iter().for_each(|turn| chat.add(turn));
}

/// The messages as they are last, each at its first place.
fn database(input: &Input<'_>, chat: &mut Turns) -> Result<Mending, IngestError> {
    let mut messages: Vec<(usize, Option<Node>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut take = |number: usize, message: Node| {
        let id = message.get("_id").clone().name();
        let is_deleted = message.get("$$deleted").flag();
        let known = id.as_ref().and_then(|id| places.get(id)).and_then(|at| messages.get_mut(*at));
        match known {
            Some(known) => known.1 = Some(message).filter(|_| !is_deleted),
            None if is_deleted || message.has("$$indexCreated") => {}
            None => {
                places.extend(id.map(|id| (id, messages.len())));
                messages.push((number, Some(message)));
            }
        }
    };
    let mut reader = input.reader(&[])?.only(&WANTED);
    let mending = if reader.each_entry(&mut take) {
        std::mem::take(&mut reader.mending)
    } else {
        input.each_line_of(&WANTED, &mut take)
    };
    let users = users(input);
    messages.into_iter().for_each(|(number, message)| {
        message.into_iter().for_each(|message| add(number, message, &users, chat));
    });
    reader.check(chat.is_empty())?;
    if chat.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Entry(0), field: "content" });
    }
    Ok(mending)
}

/// What players are called, as `users.db` beside it says.
fn users(input: &Input<'_>) -> HashMap<String, String> {
    let mut users = HashMap::new();
    let text = input.beside("users.db").unwrap_or_default();
    crate::json::each_line(text, |_, mut user| {
        users.extend(user.take("_id").name().zip(user.take("name").name()));
    });
    users
}

fn add(number: usize, mut message: Node, users: &HashMap<String, String>, chat: &mut Turns) {
    if !message.is_object() || !(message.has("content") || message.has("flavor")) {
        return chat.pass(SkipReason::NoMessage, number, "");
    }
    let alias = message.take("speaker").take("alias").name();
    let user = message.take("author").name().or_else(|| message.take("user").name());
    let name = alias.or_else(|| user.map(|user| users.get(&user).cloned().unwrap_or(user)));
    let parts =
        ["flavor", "content"].map(|key| markup::plain(&message.take(key).prose().unwrap_or_default()));
    let turn = Turn {
        speaker: name.map(|name| chat.name(name)),
        stamp: message.take("timestamp").scalar(),
        own_id: message.take("_id").scalar(),
        text: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"),
        ..Turn::at(number)
    };
    chat.add(turn);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_told_by_its_rules_in_any_language() {
        let log = |stamp: &str| {
            format!("[{stamp}] Ann: Keeper\nThe lamp is out.\n{RULE}\n[{stamp}] Bo\nNote: no one.\n")
        };
        for stamp in [
            "3/1/2024, 9:58:01 PM",
            "3/1/2024, 9:58:01\u{202f}PM",
            "1.3.2024, 21:58:01",
            "01/03/2024 21:58:01",
            "2024/3/1 21:58:01",
        ] {
            let text = log(stamp);
            assert_eq!(sniff(&Input::new(text.as_bytes())), Certainty::Sure, "{stamp}");
            let mut chat = Turns::default();
            super::log(&text, &mut chat);
            let said: Vec<_> = chat
                .open()
                .iter()
                .map(|turn| (turn.speaker.as_deref().unwrap_or_default(), turn.text.as_str()))
                .collect();
            assert_eq!(said, [("Ann: Keeper", "The lamp is out."), ("Bo", "Note: no one.")]);
        }
        for text in [
            "[1.3.2024, 21:58:01] Ann: hi\n",
            "[2024-03-01 21:58:01] <Ann> hi\n",
            "[Scene: the inn] 21\n---------------------------\n",
        ] {
            assert_eq!(sniff(&Input::new(text.as_bytes())), Certainty::No, "{text}");
        }
    }
}
