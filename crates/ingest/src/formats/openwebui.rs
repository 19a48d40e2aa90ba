//! Open WebUI's chats: an array of `{id, title, chat}`, the messages of a chat in a tree under `chat.history`, in older
//! exports in `chat.messages` only; and the text that a single chat is saved as.
//!
//! Reasoning stands in the content between marks that all formats have in common. Text that was taken out of an attached
//! file is a scene by itself.

use std::sync::Arc;

use naragtive_scene::{Branch, Role, Turn};

use crate::input::Input;
use crate::json::{Mending, Node};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::tree::{self, Link};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason};

/// Who speaks in a chat that was saved as text.
const HEADINGS: [(&str, &str, Role); 2] =
    [("### USER", "User", Role::User), ("### ASSISTANT", "Assistant", Role::Assistant)];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "openwebui",
    called: "Open WebUI export",
    help: "chats of Open WebUI: one or all, as .json, or one as .txt",
    export: "Open WebUI: Settings, Data Controls, Export Chats; or a chat's menu, Download",
    command: "naragtive ingest --as openwebui",
    source: "openwebui",
    extensions: &["json", "txt"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else {
        let has = |heading: &str| input.head().lines().any(|line| line.trim_end() == heading);
        let first = input.head().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let is_one = first.starts_with("### ") && HEADINGS.iter().all(|(heading, ..)| has(heading));
        return if is_one { Certainty::Likely } else { Certainty::No };
    };
    let chat = shape.first.get("chat");
    let has_chat = chat.has("history") || (chat.has("messages") && shape.first.has("user_id"));
    let is_cut =
        input.says("chat") && input.says("history") && (input.says("childrenIds") || input.says("currentId"));
    if has_chat || is_cut { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    if input.shape().is_none() {
        let (text, nuls) = input.lines()?;
        turns.report.dropped_bytes = nuls;
        saved(&text, &mut turns);
        return if turns.is_empty() {
            Err(IngestError::Missing { place: Place::File, field: "### USER" })
        } else {
            Ok(turns.parsed(Mending::default()))
        };
    }
    let mut reader = input.reader(&["messages"])?;
    reader.each_or_one(|number, entry| conversation(number, entry, options, &mut turns))?;
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Conversation(0), field: "chat" });
    }
    Ok(turns.parsed(reader.mending))
}

/// A chat as it is saved as text: a heading for each message.
fn saved(text: &str, turns: &mut Turns) {
    let mut open: Option<Turn> = None;
    let mut number = 0;
    for line in text.lines() {
        match (HEADINGS.iter().find(|(heading, ..)| line.trim_end() == *heading), &mut open) {
            (Some((_, name, role)), _) => {
                let turn = Turn { speaker: Some(turns.name(*name)), role: *role, ..Turn::at(number) };
                number += 1;
                open.replace(turn).into_iter().for_each(|turn| turns.add(turn));
            }
            (None, Some(turn)) => turn.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    open.into_iter().for_each(|turn| turns.add(turn));
}

fn conversation(number: usize, mut entry: Node, options: &Options<'_>, turns: &mut Turns) {
    let mut chat = entry.take("chat");
    if !chat.is_object() {
        return turns
            .report
            .skip(SkipReason::NoMessage, &Place::ConversationField(number, "chat").to_string());
    }
    let mut history = chat.take("history");
    let current = history.take("currentId").name();
    let messages: Vec<(Link, Node)> = match history.take("messages") {
        Node::Object(messages) => {
            messages.into_iter().map(|(id, node)| linked(Some(id.into()), node)).collect()
        }
        _ => chat.take("messages").entries().into_iter().map(|node| linked(None, node)).collect(),
    };
    let (links, mut nodes): (Vec<Link>, Vec<Node>) = messages.into_iter().unzip();
    let (way, others) = tree::parted(&links, current.as_deref());
    let mut take = |at: usize, branch, turns: &mut Turns| {
        if let (Some(link), Some(node)) = (links.get(at), nodes.get_mut(at)) {
            add(at, std::mem::take(node), link, branch, turns);
        }
    };
    way.iter().for_each(|at| take(*at, Branch::Active, turns));
    if options.branches == Branches::All {
        others.iter().for_each(|at| take(*at, Branch::Other, turns));
    } else {
        let is_answer =
            |at: &&usize| nodes.get(**at).is_some_and(|node| node.get("role").str() == Some("assistant"));
        turns.report.branches_left_out += others.iter().filter(is_answer).count();
    }
    let id = entry.take("id").name().or_else(|| chat.take("id").name());
    turns.close(id, entry.take("title").name().or_else(|| chat.take("title").name()));
}

fn linked(id: Option<String>, node: Node) -> (Link, Node) {
    let id = id.or_else(|| node.get("id").clone().name()).unwrap_or_default();
    (Link { id, parent: node.get("parentId").clone().name() }, node)
}

fn add(number: usize, mut message: Node, link: &Link, branch: Branch, turns: &mut Turns) {
    let text = message.take("content").prose().unwrap_or_default();
    let role = match message.get("role").str() {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("tool") => return turns.pass(SkipReason::ToolTraffic, number, &text),
        Some("system") => return turns.pass(SkipReason::Notice, number, &text),
        _ => return turns.pass(SkipReason::NoMessage, number, &text),
    };
    let files = message.take("files").entries();
    let mut turn = Turn {
        speaker: Some(turns.speaker_of(role)),
        role,
        text,
        stamp: message.take("timestamp").scalar(),
        own_id: link.id.as_str().into(),
        parent: link.parent.as_deref().map(Box::from),
        branch,
        thinking: message.take("reasoning_content").name().map(Box::from),
        model: message.take("model").name().map(Arc::from),
        ..Turn::at(number)
    };
    for file in files {
        attach(file, &mut turn, turns);
    }
    turns.add(turn);
}

/// The name of a file, and what was read out of it.
fn attach(mut file: Node, turn: &mut Turn, turns: &mut Turns) {
    let name = file.take("name").name();
    let mut inner = file.take("file");
    let name = name.or_else(|| inner.take("filename").name());
    let text = inner.take("data").take("content").prose().filter(|text| !text.is_empty());
    if let Some(text) = text {
        turns.document(name.clone(), &text, turn);
    }
    turn.attachments.extend(name);
}
