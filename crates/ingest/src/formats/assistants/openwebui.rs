//! Open WebUI's chats: an array of `{id, title, chat}`, the messages of a chat in a tree under `chat.history`, in older
//! exports in `chat.messages` only; and the text that a single chat is saved as.
//!
//! Reasoning stands in the content between marks that all formats have in common. Text that was taken out of an attached
//! file is a scene by itself.

use std::sync::Arc;

use naragtive_scene::{Branch, Role, Turn};

use crate::input::Input;
use crate::json::{Mending, Node};
use crate::row::{Certainty, FormatRow, Parsed, TakePart, hold};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::tree::{self, Link};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason};

/// Who speaks in a chat that was saved as text or Markdown, as the headings say it.
const HEADINGS: [(&str, &str, Role); 2] =
    [("USER", "User", Role::User), ("ASSISTANT", "Assistant", Role::Assistant)];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "openwebui",
    called: "Open WebUI export",
    help: "chats of Open WebUI: one or all, as .json, or one as .txt or .md",
    export: "Open WebUI: Settings, Data Controls, Export Chats; or a chat's menu, Download",
    command: "naragtive ingest --as openwebui",
    source: "openwebui",
    extensions: &["json", "txt", "md", "markdown"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else {
        let parts = Headings::of(input.head()).map(|headings| headings.parts(input.head()));
        return if parts == Some(HEADINGS.len()) { Certainty::Likely } else { Certainty::No };
    };
    let chat = shape.first.get("chat");
    let has_chat = chat.has("history") || (chat.has("messages") && shape.first.has("user_id"));
    let is_cut =
        input.says("chat") && input.says("history") && (input.says("childrenIds") || input.says("currentId"));
    if has_chat || is_cut { Certainty::Sure } else { Certainty::No }
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
    reader.each_or_one(|number, entry| conversation(number, entry, options, &mut turns, take))?;
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Conversation(0), field: "chat" });
    }
    Ok(turns.parsed(reader.mending))
}

/// The headings above messages. Those of one chat are of one order and in one case: others are part of what is said.
struct Headings {
    order: usize,
    is_upper: bool,
}

impl Headings {
    /// As the first one is, above which there may be the chat's title and nothing else.
    fn of(text: &str) -> Option<Self> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let told = |line: &str| {
            let order = line.len() - line.trim_start_matches('#').len();
            let name = line.get(order..)?.trim();
            let is_one = HEADINGS.iter().any(|(heading, ..)| heading.eq_ignore_ascii_case(name));
            let is_upper = name.chars().all(char::is_uppercase);
            (1..=4).contains(&order).then_some(())?;
            is_one.then_some(Self { order, is_upper })
        };
        let first = lines.next()?;
        told(first).or_else(|| told(lines.next().filter(|_| first.starts_with("# "))?))
    }

    /// Who speaks below a line, if it is such a heading.
    fn speaker(&self, line: &str) -> Option<(&'static str, Role)> {
        let name = line.trim_start_matches('#');
        (line.len() - name.len() == self.order && name.starts_with(' ')).then_some(())?;
        let name = name.trim();
        let is_it = |heading: &str| {
            if self.is_upper { heading == name } else { heading.eq_ignore_ascii_case(name) }
        };
        HEADINGS.iter().find(|(heading, ..)| is_it(heading)).map(|(_, name, role)| (*name, *role))
    }

    /// How many of those who may speak do.
    fn parts(&self, text: &str) -> usize {
        let names = text.lines().filter_map(|line| Some(self.speaker(line)?.0));
        names.collect::<std::collections::HashSet<_>>().len()
    }
}

/// A chat as it is saved as text: a heading for each message.
fn saved(text: &str, turns: &mut Turns) {
    let Some(headings) = Headings::of(text) else { return };
    let mut open: Option<Turn> = None;
    let mut number = 0;
    for line in text.lines() {
        match (headings.speaker(line), &mut open) {
            (Some((name, role)), _) => {
                let turn = Turn { speaker: Some(turns.name(name)), role, ..Turn::at(number) };
                number += 1;
                open.replace(turn).into_iter().for_each(|turn| turns.add(turn));
            }
            (None, Some(turn)) => turn.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    open.into_iter().for_each(|turn| turns.add(turn));
}

fn conversation(
    number: usize,
    mut entry: Node,
    options: &Options<'_>,
    turns: &mut Turns,
    give: &mut TakePart<'_>,
) {
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
    turns.hand_over(id, entry.take("title").name().or_else(|| chat.take("title").name()), give);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_one_that_is_like_the_first() {
        for (text, said) in [
            (
                "### USER\na\n\n### ASSISTANT\nb\n## USER\nc\n### User\nd",
                &["a", "b\n## USER\nc\n### User\nd"][..],
            ),
            ("# A tale\n\n## User\n\na\n\n## Assistant\n\nb", &["a", "b"]),
            ("## User\na\n### ASSISTANT\nb", &["a\n### ASSISTANT\nb"]),
            ("It rains.\n\n## User\na", &[]),
            ("# Chapter\n\nIt rains.\n\n## User\na", &[]),
            ("#####User\na", &[]),
        ] {
            let mut turns = Turns::default();
            saved(text, &mut turns);
            let found: Vec<&str> = turns.open().iter().map(|turn| turn.text.as_str()).collect();
            assert_eq!(found, said, "{text}");
        }
    }
}
