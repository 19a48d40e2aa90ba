//! Chats of Agnai: `{"name", "messages": [{"msg", "handle", "userId", "characterId"}]}`, in newer ones a tree.

use std::collections::HashMap;

use naragtive_scene::{Branch, Role, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::tree::{self, Link};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason};

/// What is looked at of a chat and its messages.
const WANTED: [&str; 11] = [
    "_id",
    "characterId",
    "createdAt",
    "handle",
    "messages",
    "msg",
    "parent",
    "role",
    "treeLeafId",
    "updatedAt",
    "userId",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "agnai",
    called: "Agnai chat",
    help: "a chat of Agnai: .json",
    export: "Agnai: a chat's menu, Export Chat",
    command: "naragtive ingest --as agnai",
    source: "agnai",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let is_message = |message: &Node| message.has("msg");
    let is_whole =
        matches!(shape.first.get("messages"), Node::Array(messages) if messages.iter().any(is_message));
    let is_cut = input.says("messages")
        && input.says("msg")
        && input.says("handle")
        && (input.says("userId") || input.says("characterId"));
    if is_whole || is_cut { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    let mut messages = Vec::new();
    let mut reader = input.reader(&[])?.only(&WANTED);
    let (mut chat, fault) = reader.each_entry_of(&["messages"], |_, message| messages.push(message));
    let name = chat.take("name").name();
    let link = |message: &Node| Link {
        id: message.get("_id").clone().name().unwrap_or_default(),
        parent: message.get("parent").clone().name(),
    };
    let handles = handles(&messages);
    let links: Vec<Link> = messages.iter().map(link).collect();
    let (way, others) = tree::parted(&links, chat.take("treeLeafId").name().as_deref());
    let mut add = |at: usize, branch, turns: &mut Turns| {
        if let Some(message) = messages.get_mut(at) {
            let usual =
                message.get("characterId").str().and_then(|id| handles.get(id)).or(name.as_ref()).cloned();
            self::add(at, std::mem::take(message), branch, usual.as_deref(), turns);
        }
    };
    way.into_iter().for_each(|at| add(at, Branch::Active, &mut turns));
    match options.branches {
        Branches::All => others.into_iter().for_each(|at| add(at, Branch::Other, &mut turns)),
        Branches::Active => turns.report.branches_left_out += others.len(),
    }
    match fault {
        Some(fault) if turns.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        Some(_) => {}
        None if turns.report.turns == 0 => {
            return Err(IngestError::Missing { place: Place::File, field: "messages" });
        }
        None => {}
    }
    turns.close(chat.take("_id").name(), name);
    Ok(turns.parsed(reader.mending))
}

/// What characters are called, by their ids: not every message says it.
fn handles(messages: &[Node]) -> HashMap<String, String> {
    let named =
        |message: &Node| message.get("characterId").clone().name().zip(message.get("handle").clone().name());
    messages.iter().filter_map(named).collect()
}

fn add(number: usize, mut message: Node, branch: Branch, name: Option<&str>, turns: &mut Turns) {
    if !message.has("msg") {
        return turns.pass(SkipReason::NoMessage, number, "");
    }
    let is_user =
        message.has("userId") && !message.has("characterId") || message.get("role").str() == Some("user");
    let handle = message.take("handle").name();
    let usual = if is_user { "You" } else { name.unwrap_or("Character") };
    let speaker = Some(turns.name(handle.unwrap_or_else(|| usual.to_owned())));
    let role = if is_user { Role::User } else { Role::Assistant };
    turns.add(Turn {
        speaker,
        role,
        branch,
        text: message.take("msg").prose().unwrap_or_default(),
        stamp: message.take_scalar(&["createdAt", "updatedAt"]),
        own_id: message.take("_id").scalar(),
        ..Turn::at(number)
    });
}
