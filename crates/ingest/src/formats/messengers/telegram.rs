//! Telegram Desktop's `result.json`: one chat, or all chats of an account under `chats` and `left_chats`.
//!
//! A text is a string or a list of pieces, some of them with what they are: bold, a link. `date` is the clock on the
//! wall; `date_unixtime`, which older versions lack, is the moment. Who had an account that is gone has no name.

use std::sync::Arc;

use naragtive_scene::{Scalar, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::{Turns, file_name};
use crate::{IngestError, Options, Place, SkipReason};

/// What kinds of chats are called; nothing else says so.
const KINDS: [&str; 10] = [
    "personal_chat",
    "bot_chat",
    "saved_messages",
    "replies",
    "private_group",
    "private_supergroup",
    "private_channel",
    "public_group",
    "public_supergroup",
    "public_channel",
];
/// Where an account's chats are.
const LISTS: [&str; 2] = ["chats", "left_chats"];
/// Who speaks when the account is gone.
const GONE: &str = "Deleted account";

/// What is looked at of a chat and its messages.
const WANTED: [&str; 27] = [
    "about",
    "action",
    "answers",
    "chats",
    "date",
    "date_unixtime",
    "dice",
    "edited",
    "edited_unixtime",
    "emoji",
    "file",
    "file_name",
    "forwarded_from",
    "from",
    "left_chats",
    "list",
    "location_information",
    "media_type",
    "messages",
    "personal_information",
    "photo",
    "poll",
    "question",
    "reply_to_message_id",
    "sticker_emoji",
    "text_entities",
    "type",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "telegram",
    called: "Telegram export",
    help: "result.json of Telegram Desktop: one chat, or all of an account",
    export: "Telegram Desktop: a chat's menu, Export chat history; or Settings, Advanced, Export Telegram data; format JSON",
    command: "naragtive ingest --as telegram",
    source: "telegram",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Chat),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let first = &shape.first;
    let is_kind = |node: &Node| node.str().is_some_and(|kind| KINDS.contains(&kind));
    let is_account = (first.has("about") && first.has("personal_information"))
        || (LISTS.iter().any(|key| input.says(key))
            && input.says("list")
            && KINDS.iter().any(|kind| input.says(kind)));
    let is_chat = is_kind(first.get("type")) && (first.has("messages") || input.says("messages"));
    if is_chat || is_account { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut chats = Turns::default();
    let mut entries = 0;
    let mut reader = input.reader(&["messages", "list"])?.only(&WANTED);
    let (mut rest, fault) = reader.each_entry_of(&["messages"], |_, message| {
        add(entries, message, &mut chats);
        entries += 1;
    });
    if entries > 0 || rest.get("type").str().is_some() {
        close(&mut rest, &mut chats);
    }
    for list in LISTS {
        rest.take(list).take("list").entries().into_iter().for_each(|entry| chat(entry, &mut chats));
    }
    match fault {
        Some(fault) if chats.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            chats.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        Some(_) => {}
        None if chats.saw_nothing() => {
            return Err(IngestError::Missing { place: Place::File, field: "messages" });
        }
        None => {}
    }
    Ok(chats.parsed(reader.mending))
}

/// One chat of an account.
fn chat(mut entry: Node, chats: &mut Turns) {
    for (number, message) in entry.take("messages").entries().into_iter().enumerate() {
        add(number, message, chats);
    }
    close(&mut entry, chats);
}

fn close(chat: &mut Node, chats: &mut Turns) {
    let name = chat.take("name").name();
    let channel = name.as_deref().map(Arc::<str>::from);
    chats.open().iter_mut().for_each(|turn| turn.channel = channel.clone());
    chats.close(chat.take("id").name(), name);
}

fn add(number: usize, mut message: Node, chats: &mut Turns) {
    if !message.is_object() {
        return chats.pass(SkipReason::NoMessage, number, "");
    }
    let text = said(&mut message);
    match message.get("type").str() {
        Some("message") => {}
        Some(_) => {
            let action = message.take("action").name().unwrap_or(text);
            return chats.pass(SkipReason::Notice, number, &action);
        }
        None => return chats.pass(SkipReason::NoMessage, number, &text),
    }
    let speaker = message.take("from").name();
    let attachments = attachments(&mut message);
    let turn = Turn {
        speaker: Some(chats.name(speaker.unwrap_or_else(|| GONE.to_owned()))),
        stamp: message.take_scalar(&["date_unixtime", "date"]),
        own_id: message.take("id").scalar(),
        edited: message.has("edited") || message.has("edited_unixtime"),
        parent: message.take("reply_to_message_id").name().map(Box::from),
        text: forwarded(message.take("forwarded_from").name(), text),
        attachments,
        ..Turn::at(number)
    };
    chats.add(Turn { stamp: counted(turn.stamp), ..turn });
}

/// A moment that stands as digits in a string is a number.
fn counted(stamp: Scalar) -> Scalar {
    let number = stamp.label().and_then(|digits| digits.parse::<u64>().ok());
    number.map_or(stamp, |number| Scalar::Number(number.into()))
}

/// What is said: the pieces one behind the other, without anything between them; else what a poll asks or a die shows.
fn said(message: &mut Node) -> String {
    let text = joined(message.take("text"));
    let text = if text.is_empty() { joined(message.take("text_entities")) } else { text };
    if !text.is_empty() {
        return text;
    }
    let asked = poll(message.take("poll"));
    if asked.is_empty() { thrown(message.take("dice")).unwrap_or_default() } else { asked }
}

/// A die and what it shows: `🎲 6`.
fn thrown(mut dice: Node) -> Option<String> {
    let value = dice.take("value").name()?;
    Some(format!("{} {value}", dice.take("emoji").name().unwrap_or_default()))
}

fn joined(text: Node) -> String {
    match text {
        Node::Array(pieces) => pieces.into_iter().map(joined).collect(),
        mut piece @ Node::Object(_) => joined(piece.take("text")),
        other => other.prose().unwrap_or_default(),
    }
}

fn poll(mut poll: Node) -> String {
    let question = joined(poll.take("question"));
    let answers = poll.take("answers").entries().into_iter().map(|mut answer| joined(answer.take("text")));
    std::iter::once(question).chain(answers).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

fn forwarded(from: Option<String>, text: String) -> String {
    from.filter(|_| !text.is_empty()).map(|from| format!("[{from}] {text}")).unwrap_or(text)
}

/// The names of photos and files. Where a file was left out of the export, a sentence stands for its path.
fn attachments(message: &mut Node) -> Vec<String> {
    let emoji = message.take("sticker_emoji").name().map(|emoji| format!("sticker {emoji}"));
    let kind = message.take("media_type").name();
    let own = message.take("file_name").name();
    let paths = ["photo", "file"].map(|key| message.take(key).name());
    let named = |path: String| if path.starts_with('(') { None } else { file_name(&path) };
    let some = paths.iter().any(Option::is_some).then(|| kind.clone().unwrap_or_else(|| "photo".to_owned()));
    let found = emoji.or(own).or_else(|| paths.into_iter().flatten().find_map(named)).or(some);
    found.or_else(|| message.has("location_information").then(|| "location".to_owned())).into_iter().collect()
}
