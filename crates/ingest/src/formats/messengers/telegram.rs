//! Telegram Desktop's `result.json`: one chat, or all chats of an account under `chats` and `left_chats`.
//!
//! A text is a string or a list of pieces, some of them with what they are: bold, a link. `date` is the clock on the
//! wall; `date_unixtime`, which older versions lack, is the moment. Who had an account that is gone has no name.

use std::sync::Arc;

use naragtive_scene::{Scalar, Transcript, Turn};

use crate::input::Input;
use crate::json::{EntryEvent, EntryPath, Key, Node, under};
use crate::parts::PART;
use crate::row::{Certainty, FormatRow, Parsed, TakePart, hold};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::{Turns, file_name};
use crate::{IngestError, Options, Place, SkipReason, stamp};

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
/// The way to the messages of one chat or of all.
const WAY: EntryPath<'static> = EntryPath { through: &LISTS, lists: &["list"], entries: &["messages"] };
/// Who speaks when the account is gone.
const GONE: &str = "Deleted account";

/// What is looked at of a chat and its messages.
const WANTED: [&str; 33] = [
    "about",
    "action",
    "answers",
    "chats",
    "contact_information",
    "date",
    "date_unixtime",
    "dice",
    "edited",
    "edited_unixtime",
    "emoji",
    "file",
    "file_name",
    "first_name",
    "forwarded_from",
    "from",
    "game_title",
    "last_name",
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
    "todo_list",
    "title",
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

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    parse_in_parts(input, options, &mut hold)
}

/// What a chat is stands before its messages, so these can be handed over while there are more.
pub(crate) fn parse_in_parts(
    input: &Input<'_>,
    _options: &Options<'_>,
    take: &mut TakePart<'_>,
) -> Result<Parsed, IngestError> {
    let mut chats = Chats { turns: Turns::default(), entries: 0, is_held: false, take };
    let mut reader = input.reader(&[])?.only(&WANTED);
    let (rest, fault) = reader.each_entry_within(&WAY, &mut |found| match found {
        EntryEvent::Entry(message, chat) => chats.message(message, chat),
        EntryEvent::End(chat) => chats.close(chat),
    });
    if chats.entries > 0 || rest.get("type").str().is_some() {
        chats.close(rest);
    }
    let mut turns = chats.turns;
    match fault {
        Some(fault) if turns.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        Some(_) => {}
        None if turns.saw_nothing() => {
            return Err(IngestError::Missing { place: Place::File, field: "messages" });
        }
        None => {}
    }
    Ok(turns.parsed(reader.mending))
}

/// The chats of a file as they are read.
struct Chats<'t, 'a> {
    turns: Turns,
    /// How many messages the chat at hand has so far.
    entries: usize,
    /// Whether they have to be held until all are there.
    is_held: bool,
    take: &'t mut TakePart<'a>,
}

impl Chats<'_, '_> {
    /// A message, and what its chat has said about itself before it.
    fn message(&mut self, message: Node, chat: &[(Key, Node)]) {
        add(self.entries, message, &mut self.turns);
        self.entries += 1;
        if self.turns.open().len() >= PART && !self.is_held {
            let (id, title) = (under(chat, "id").name(), under(chat, "name").name());
            self.is_held = id.is_none();
            if !self.is_held {
                self.place(title.as_deref());
                let part = Transcript { id, title, turns: Vec::new() };
                self.is_held = !self.turns.hand_over_part(part, self.take);
            }
        }
    }

    /// Says of the turns in which chat they are.
    fn place(&mut self, name: Option<&str>) {
        let channel = name.map(Arc::<str>::from);
        self.turns.open().iter_mut().for_each(|turn| turn.channel = channel.clone());
    }

    fn close(&mut self, mut chat: Node) {
        let name = chat.take("name").name();
        self.place(name.as_deref());
        self.turns.hand_over(chat.take("id").name(), name, self.take);
        (self.entries, self.is_held) = (0, false);
    }
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
        edited_at: stamp::seconds(&counted(message.take_scalar(&["edited_unixtime", "edited"]))),
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

/// What is said: the pieces one behind the other, without anything between them; else what a poll asks, what is to be done, or
/// what a die or a game shows.
fn said(message: &mut Node) -> String {
    let text = joined(message.take("text"));
    let text = if text.is_empty() { joined(message.take("text_entities")) } else { text };
    if !text.is_empty() {
        return text;
    }
    let asked = [listed(message.take("poll"), "question"), listed(message.take("todo_list"), "title")];
    let found = asked.into_iter().find(|text| !text.is_empty());
    let found = found.or_else(|| thrown(message.take("dice"))).or_else(|| message.take("game_title").name());
    found.unwrap_or_default()
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

/// A question with its answers, or what is to be done.
fn listed(mut list: Node, head: &str) -> String {
    let head = joined(list.take(head));
    let answers = list.take("answers").entries().into_iter().map(|mut answer| joined(answer.take("text")));
    std::iter::once(head).chain(answers).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

fn forwarded(from: Option<String>, text: String) -> String {
    from.filter(|_| !text.is_empty()).map(|from| format!("[{from}] {text}")).unwrap_or(text)
}

/// Whose number was passed on.
fn contact(mut person: Node) -> Option<String> {
    let names = ["first_name", "last_name"].into_iter().filter_map(|key| person.take(key).name());
    let name = names.collect::<Vec<_>>().join(" ");
    person.is_object().then(|| format!("contact {name}").trim_end().to_owned())
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
    let found = found.or_else(|| message.has("location_information").then(|| "location".to_owned()));
    found.or_else(|| contact(message.take("contact_information"))).into_iter().collect()
}
