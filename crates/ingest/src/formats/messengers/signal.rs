//! Chats of Signal as signal-export writes them: `chat.md`, lines of `[2025-11-02 21:14:03] Ann: text`, and `data.json`, an
//! object a line. Signal itself hands out no text.

use std::sync::LazyLock;

use naragtive_scene::{Scalar, Turn};
use regex::Regex;

use crate::input::Input;
use crate::json::{Mending, Node};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::{Turns, file_name};
use crate::{IngestError, Options, SkipReason, stamp, words};

/// What stands for a message that was taken back.
const DELETED: &str = "(This message was deleted)";

pub(crate) static ROW: FormatRow = FormatRow {
    name: "signal",
    called: "Signal chat",
    help: "chat.md or data.json as signal-export writes them, or its folder of all chats",
    export: "signal-export on the machine where Signal Desktop runs: sigexport FOLDER",
    command: "naragtive ingest --as signal",
    source: "signal",
    extensions: &["md", "txt", "json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Chat),
    sniff,
    parse,
};

/// A stamp, a name and what is said. Older versions wrote a comma and no seconds.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"^\[(?<stamp>\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}:\d{2}|, \d{2}:\d{2}))\] (?<name>[^:\n]{1,80}): ?(?<text>.*)$",
    )
});
/// The names of files: `![map.jpg](./media/map.jpg)`.
static FILE: LazyLock<Regex> =
    LazyLock::new(|| stamp::compiled(r"!?\[(?<name>[^\]\n]*)\]\(\.{1,2}/(?<path>[^)\n]*)\)"));
/// Who sent an emoji or a sticker in answer.
static AFTERTHOUGHT: LazyLock<Regex> = LazyLock::new(|| stamp::compiled(r"(?m)^\((?:- .* -|\( .* \))\)\s*$"));

/// Whether it begins with such a line. What WhatsApp writes may look like it in some languages, but has marks that
/// nobody sees.
fn sniff(input: &Input<'_>) -> Certainty {
    if let Some(shape) = input.shape().filter(|shape| shape.is_lines) {
        let is_one = ["date", "sender", "body", "reactions"].iter().all(|key| shape.first.has(key));
        return if is_one { Certainty::Sure } else { Certainty::No };
    }
    let is_one =
        input.first_line().is_some_and(|line| LINE.is_match(line)) && !input.head().contains('\u{200e}');
    if is_one { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut chat = Turns::default();
    let mut mending = Mending::default();
    if input.shape().is_some_and(|shape| shape.is_lines) {
        mending = input.each_line(|number, message| entry(number, message, &mut chat));
    } else {
        lines(&text, &mut chat);
    }
    chat.report.dropped_bytes = nuls;
    if chat.saw_nothing() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    chat.close(None, input.folder().map(str::to_owned));
    Ok(chat.parsed(mending))
}

fn lines(text: &str, chat: &mut Turns) {
    let mut open: Option<Turn> = None;
    let mut number = 0;
    for line in text.lines() {
        match (LINE.captures(line), &mut open) {
            (Some(found), _) => {
                let part = |name| found.name(name).map_or("", |part| part.as_str());
                let speaker = Some(chat.name(part("name")));
                let turn = Turn {
                    speaker,
                    stamp: part("stamp").into(),
                    text: part("text").to_owned(),
                    ..Turn::at(number)
                };
                number += 1;
                open.replace(turn).into_iter().for_each(|turn| close(turn, chat));
            }
            (None, Some(turn)) => turn.text.extend(["\n", line]),
            (None, None) if words::is_blank(line) => {}
            (None, None) => chat.report.skip(SkipReason::NoMessage, line),
        }
    }
    open.into_iter().for_each(|turn| close(turn, chat));
}

/// Takes a message without the names of its files and without what others sent in answer to it.
fn close(mut turn: Turn, chat: &mut Turns) {
    if turn.text.trim() == DELETED {
        return chat.pass(SkipReason::Notice, turn.entry as usize, DELETED);
    }
    let named = |found: regex::Captures<'_>| {
        let part = |name| found.name(name).map(|part| part.as_str()).filter(|part| !part.is_empty());
        part("name").map(str::to_owned).or_else(|| file_name(part("path")?))
    };
    turn.attachments = FILE.captures_iter(&turn.text).filter_map(named).collect();
    let without_files = FILE.replace_all(&turn.text, "");
    turn.text = AFTERTHOUGHT.replace_all(&without_files, "").into_owned();
    chat.add(turn);
}

/// A stamp without parts of a second, as `chat.md` has them: both files lie side by side, and a message in them is one.
fn to_the_second(stamp: Scalar) -> Scalar {
    let second = stamp.label().and_then(|stamp| stamp.get(..19).map(Scalar::from));
    second.unwrap_or(stamp)
}

fn entry(number: usize, mut message: Node, chat: &mut Turns) {
    if !message.is_object() {
        return chat.pass(SkipReason::NoMessage, number, "");
    }
    let text = message.take("body").prose().unwrap_or_default();
    if message.take("deleted").flag() || message.take("call").flag() {
        return chat.pass(SkipReason::Notice, number, &text);
    }
    let quote = message.take("quote").prose().unwrap_or_default();
    let speaker = message.take("sender").name().map(|name| chat.name(name));
    let files = message.take("attachments").entries().into_iter();
    let turn = Turn {
        speaker,
        stamp: to_the_second(message.take("date").scalar()),
        text: words::paragraphs([words::trimmed(quote), text]),
        attachments: files.filter_map(Node::name).collect(),
        ..Turn::at(number)
    };
    chat.add(turn);
}
