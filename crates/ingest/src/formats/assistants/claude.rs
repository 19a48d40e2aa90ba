//! Claude's export: `conversations.json`, an array of conversations with `chat_messages`, and `projects.json` with
//! documents. The text of a document that is attached, or that was written beside the chat, is a scene by itself.

mod artifacts;

use std::collections::HashSet;
use std::sync::Arc;

use naragtive_scene::{Branch, Role, Scalar, Transcript, Turn};

use super::drafts::Drafts;
use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed, TakePart, hold};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::tree::{Link, active};
use crate::{Branches, IngestError, IngestReport, Options, Place, SkipReason, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "claude",
    called: "Claude export",
    help: "conversations.json and projects.json of Claude's data export, or the whole zip archive",
    export: "Claude: Settings, Privacy, Export data; the archive comes by mail",
    command: "naragtive ingest --as claude",
    source: "claude",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let is_chat = shape.first.has("chat_messages") || input.head().contains("\"chat_messages\"");
    let is_project = shape.first.has("docs") && shape.first.has("uuid");
    if is_chat || is_project { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    parse_in_parts(input, options, &mut hold)
}

/// Nothing is held but one conversation.
pub(crate) fn parse_in_parts(
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut TakePart<'_>,
) -> Result<Parsed, IngestError> {
    let mut parsed = Parsed::default();
    let mut reader = input.reader(&["chat_messages"])?;
    reader.each_or_one(|number, entry| {
        let whole = conversation(number, entry, options, &mut parsed.report);
        whole.into_iter().for_each(|whole| parsed.hand_over(whole, take));
    })?;
    let has_none = parsed.report.conversations == 0;
    reader.check(has_none)?;
    if has_none && !parsed.report.skipped.is_empty() {
        return Err(IngestError::Missing { place: Place::Conversation(0), field: "chat_messages" });
    }
    parsed.report.mend(reader.mending);
    Ok(parsed)
}

fn conversation(
    number: usize,
    mut entry: Node,
    options: &Options<'_>,
    report: &mut IngestReport,
) -> Option<Transcript> {
    let id = entry.take("uuid").name();
    let title = entry.take("name").name();
    if let Node::Array(docs) = entry.take("docs") {
        let turns: Vec<Turn> = docs.into_iter().filter_map(|doc| document(doc, None)).collect();
        report.turns += turns.len();
        report.conversations += 1;
        return Some(Transcript { id, title, turns });
    }
    let Node::Array(messages) = entry.take("chat_messages") else {
        let place = Place::ConversationField(number, "chat_messages");
        report.skip(SkipReason::NoMessage, &format!("{place}: expected an array"));
        return None;
    };
    let link = |message: &Node| Link {
        id: message.get("uuid").clone().name().unwrap_or_default(),
        parent: message.get("parent_message_uuid").clone().name(),
    };
    let links: Vec<Link> = messages.iter().map(link).collect();
    let way = active(&links, entry.take("current_leaf_message_uuid").name().as_deref());
    let way: HashSet<usize> = way.into_iter().collect();
    report.conversations += 1;
    let (mut turns, mut drafts) = (Vec::new(), Drafts::default());
    let (mut others, mut other_drafts) = (Vec::new(), Drafts::default());
    for (at, message) in messages.into_iter().enumerate() {
        if way.contains(&at) {
            add(message, Branch::Active, &mut drafts, &mut turns, report);
        } else if options.branches == Branches::All {
            add(message, Branch::Other, &mut other_drafts, &mut others, report);
        } else {
            report.branches_left_out += usize::from(message.get("sender").str() == Some("assistant"));
        }
    }
    let mut turns = drafts.among(turns);
    turns.append(&mut other_drafts.among(others));
    Some(Transcript { id, title, turns })
}

fn add(
    mut message: Node,
    branch: Branch,
    drafts: &mut Drafts,
    turns: &mut Vec<Turn>,
    report: &mut IngestReport,
) {
    report.turns += 1;
    let own_id = message.take("uuid").name().unwrap_or_default();
    let role = if message.get("sender").str() == Some("human") { Role::User } else { Role::Assistant };
    let mut attachments = Vec::new();
    for attachment in message.take("attachments").entries() {
        let name = attachment.get("file_name").clone().name();
        match document(attachment, Some((&own_id, &message))) {
            Some(turn) => turns.push(Turn { branch, ..turn }),
            None => attachments.extend(name.clone()),
        }
    }
    attachments.extend(
        message.take("files").entries().into_iter().filter_map(|mut file| file.take("file_name").name()),
    );
    let Said { text, thinking, calls } = said(&mut message);
    let turn = Turn {
        speaker: Some(Arc::from(if role == Role::User { "User" } else { "Assistant" })),
        role,
        stamp: message.take("created_at").scalar(),
        own_id: own_id.as_str().into(),
        parent: message.take("parent_message_uuid").name().map(Box::from),
        branch,
        ..Turn::default()
    };
    let is_empty = words::is_blank(&text) && attachments.is_empty();
    if !is_empty {
        let thinking = Some(thinking).filter(|text| !text.is_empty()).map(Box::from);
        turns.push(Turn { text, attachments, thinking, ..turn.clone() });
    }
    let asked = calls.len();
    let written = calls.into_iter().map(|call| artifacts::take(call, &turn, drafts, turns.len()));
    let written = written.filter(|is_written| *is_written).count();
    report.skip_many(SkipReason::ToolTraffic, asked - written, &own_id);
    if is_empty && written == 0 {
        report.skip(SkipReason::EmptyMessage, &own_id);
    }
}

/// What a message holds.
struct Said {
    text: String,
    thinking: String,
    /// What tools were asked.
    calls: Vec<Node>,
}

/// The texts of the content, its thoughts, and what tools were asked; the flat text where there is no content.
fn said(message: &mut Node) -> Said {
    let (mut texts, mut thoughts, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let flat = message.take("text").prose().unwrap_or_default();
    for mut part in message.take("content").entries() {
        match part.get("type").str() {
            Some("text") => texts.extend(part.take("text").prose()),
            Some("thinking") => thoughts.extend(part.take("thinking").prose()),
            Some("tool_use") => calls.push(part),
            _ => {}
        }
    }
    // Where a tool was asked and nothing said, the flat text says that something can't be shown.
    let flat = if calls.is_empty() { flat } else { String::new() };
    let text = if texts.len() > 1 { texts.join("\n\n") } else { texts.pop().unwrap_or(flat) };
    Said { text: words::trimmed(text), thinking: thoughts.join("\n\n"), calls }
}

/// A document whose text is in the export.
fn document(mut file: Node, of: Option<(&str, &Node)>) -> Option<Turn> {
    let text = file.take("extracted_content").prose().filter(|text| !words::is_blank(text));
    let text = text.or_else(|| file.take("content").prose()).filter(|text| !words::is_blank(text))?;
    let name = file.take("file_name").name().or_else(|| file.take("filename").name());
    let own = match of {
        Some((message, _)) => format!("{message}/{}", name.as_deref().unwrap_or_default()),
        None => file.take("uuid").name()?,
    };
    let stamp = of.map_or_else(|| file.take("created_at"), |(_, message)| message.get("created_at").clone());
    Some(Turn {
        role: Role::User,
        text: words::trim(&text).to_owned(),
        stamp: stamp.scalar(),
        own_id: Scalar::from(own.as_str()),
        attachments: name.into_iter().collect(),
        stands_alone: true,
        ..Turn::default()
    })
}
