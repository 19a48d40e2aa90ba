//! Messages of Apple's Messages as imessage-exporter writes them as text: a line with the time, one with the name, the
//! message below, a blank line.
//!
//! An answer stands twice: indented below what it answers, and at its own place with a sentence that says so. The one at
//! its own place is taken.

use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::Regex;

use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::{Turns, file_name};
use crate::{IngestError, Options, SkipReason, stamp, words};

/// What the exporter adds below a message.
const NOTES: [&str; 3] = [
    "This message responded to an earlier message.",
    "This message was deleted from the conversation!",
    "Sent with ",
];
/// Below this line stand hearts and thumbs.
const TAPBACKS: &str = "Tapbacks:";

pub(crate) static ROW: FormatRow = FormatRow {
    name: "imessage",
    called: "iMessage conversation",
    help: "a conversation of Apple's Messages as imessage-exporter writes it as text: .txt",
    export: "imessage-exporter on a Mac or over a backup of an iPhone: imessage-exporter --format txt",
    command: "naragtive ingest --as imessage",
    source: "imessage",
    extensions: &["txt"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Chat),
    sniff,
    parse,
};

/// `May 17, 2022  5:29:42 PM`, and what stands behind it: when it was read, or a notice.
static STAMP: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(r"^(?<stamp>[A-Z][a-z]{2} \d{1,2}, \d{4} {1,2}\d{1,2}:\d{2}:\d{2} [AP]M)(?<rest>.*)$")
});

/// Whether the first line is a time.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.first_line().is_some_and(|line| STAMP.is_match(line)) { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut chat = Turns::default();
    chat.report.dropped_bytes = nuls;
    let mut open: Option<(&str, Vec<&str>)> = None;
    let mut number = 0;
    for line in text.lines() {
        let Some(found) = STAMP.captures(line) else {
            open.iter_mut().for_each(|(_, lines)| lines.push(line));
            continue;
        };
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        let before = open.take();
        before.into_iter().for_each(|(stamp, lines)| close(number, stamp, &lines, &mut chat));
        if part("rest").is_empty() || part("rest").starts_with(" (") {
            open = line.get(..part("stamp").len()).map(|stamp| (stamp, Vec::new()));
        } else {
            chat.pass(SkipReason::Notice, number, part("rest"));
        }
        number += 1;
    }
    open.into_iter().for_each(|(stamp, lines)| close(number, stamp, &lines, &mut chat));
    if chat.saw_nothing() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    let name = input.file_name();
    chat.close(None, name.strip_suffix(".txt").filter(|name| !name.is_empty()).map(str::to_owned));
    Ok(chat.parsed(Mending::default()))
}

/// Takes a message: whose it is stands in the first line.
fn close(number: usize, stamp: &str, lines: &[&str], chat: &mut Turns) {
    let Some((speaker, body)) = lines.split_first() else {
        return chat.pass(SkipReason::EmptyMessage, number, stamp);
    };
    let mut attachments = Vec::new();
    let mut kept = Vec::new();
    for line in body.iter().take_while(|line| **line != TAPBACKS && !is_answer(line)) {
        match attachment(line) {
            _ if NOTES.iter().any(|note| line.starts_with(note)) => {}
            Some(name) => attachments.push(name),
            None => kept.push(*line),
        }
    }
    let turn = Turn {
        speaker: Some(chat.name(words::trim(speaker))),
        stamp: stamp.into(),
        text: kept.join("\n"),
        attachments,
        ..Turn::at(number.saturating_sub(1))
    };
    chat.add(turn);
}

/// Whether an answer begins there that is shown below what it answers.
fn is_answer(line: &str) -> bool {
    line.strip_prefix("    ").is_some_and(|line| STAMP.is_match(line))
}

/// The name of a file, where a line is nothing but a path.
fn attachment(line: &str) -> Option<String> {
    let is_path = line.contains('/') && !line.contains("://");
    let (_, end) = line.rsplit_once('.').filter(|_| is_path)?;
    let is_file = (2..=5).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    file_name(line).filter(|_| is_file)
}
