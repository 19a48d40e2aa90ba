//! ChatGPT's export: `conversations.json`, an array of conversations, each a tree of messages under `mapping`.

mod canvas;

use naragtive_scene::{Branch, Role, Transcript, Turn};

use super::drafts::Drafts;
use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed, TakePart, hold};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::tree::{self, Link};
use crate::{Branches, IngestError, IngestReport, Options, Place, SkipReason, words};

/// What is looked at of a conversation and its messages. Names and texts are looked at wherever they stand.
const WANTED: [&str; 18] = [
    "attachments",
    "author",
    "content_type",
    "conversation_id",
    "create_time",
    "current_node",
    "is_user_system_message",
    "is_visually_hidden_from_conversation",
    "mapping",
    "metadata",
    "model_slug",
    "parent",
    "parts",
    "recipient",
    "role",
    "thoughts",
    "title",
    "weight",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "chatgpt",
    called: "ChatGPT export",
    help: "conversations.json of ChatGPT's data export, also in several files, or the whole zip archive",
    export: "ChatGPT: Settings, Data controls, Export data; the archive comes by mail",
    command: "naragtive ingest --as chatgpt",
    source: "chatgpt",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let mapped = shape.first.has("mapping")
        || (input.head().contains("\"mapping\"") && input.head().contains("\"create_time\""));
    if mapped { Certainty::Sure } else { Certainty::No }
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
    let (mut parsed, mut names) = (Parsed::default(), Names::default());
    let mut reader = input.reader(&["mapping"])?.only(&WANTED).with_ids_under("mapping");
    reader.each_or_one(|number, entry| {
        let whole = conversation(number, entry, options, &mut names, &mut parsed.report);
        whole.into_iter().for_each(|whole| parsed.hand_over(whole, take));
    })?;
    let has_none = parsed.report.conversations == 0;
    reader.check(has_none)?;
    if has_none && parsed.report.skipped.iter().any(|skip| skip.reason == SkipReason::NoMessage) {
        return Err(IngestError::Missing { place: Place::Conversation(0), field: "mapping" });
    }
    parsed.report.mend(reader.mending);
    Ok(parsed)
}

fn conversation(
    number: usize,
    mut entry: Node,
    options: &Options<'_>,
    names: &mut Names,
    report: &mut IngestReport,
) -> Option<Transcript> {
    let Node::Object(nodes) = entry.take("mapping") else {
        let place = Place::ConversationField(number, "mapping");
        report.skip(SkipReason::NoMessage, &format!("{place}: expected an object"));
        return None;
    };
    let current = entry.take("current_node").name();
    let mut links = Vec::new();
    let mut messages = Vec::new();
    for (id, mut node) in nodes {
        links.push(Link { id: id.into(), parent: node.take("parent").name() });
        messages.push(node.take("message"));
    }
    let current = current.or_else(|| newest(&links, &messages));
    let (way, others) = tree::parted(&links, current.as_deref());
    report.conversations += 1;
    let mut seen = Way::default();
    for at in way {
        let Some(message) = messages.get_mut(at) else { continue };
        seen.add(std::mem::take(message), links.get(at), Branch::Active, names, report);
    }
    let (mut aside, mut unseen) = (IngestReport::default(), Way::default());
    for at in others {
        let Some(message) = messages.get_mut(at) else { continue };
        unseen.thinking = None;
        unseen.add(std::mem::take(message), links.get(at), Branch::Other, names, &mut aside);
    }
    let (mut turns, others) = (seen.drafts.among(seen.turns), unseen.drafts.among(unseen.turns));
    if options.branches == Branches::All {
        report.turns += aside.turns;
        turns.extend(others);
    } else {
        report.branches_left_out += others.iter().filter(|turn| turn.role == Role::Assistant).count();
    }
    let id = entry.take("conversation_id").name().or_else(|| entry.take("id").name());
    Some(Transcript { id, title: entry.take("title").name(), turns })
}

/// The end of the way to the message that was written last, where the export doesn't say which was looked at: what is
/// answered to it may have no time.
fn newest(links: &[Link], messages: &[Node]) -> Option<String> {
    let time = |message: &Node| match message.get("create_time") {
        Node::Number(number) => number.as_f64().unwrap_or(0.0),
        _ => 0.0,
    };
    let dated = links.iter().zip(messages).max_by(|one, other| time(one.1).total_cmp(&time(other.1)));
    let (mut end, _) = dated?;
    // A circle of answers has no end.
    for _ in links {
        let answer = links.iter().rev().find(|link| link.parent.as_deref() == Some(&end.id));
        let Some(answer) = answer else { break };
        end = answer;
    }
    Some(end.id.clone())
}

/// The turns of a way through a conversation.
#[derive(Default)]
struct Way {
    turns: Vec<Turn>,
    /// What was thought since the last answer.
    thinking: Option<String>,
    drafts: Drafts,
}

impl Way {
    fn add(
        &mut self,
        mut message: Node,
        link: Option<&Link>,
        branch: Branch,
        names: &mut Names,
        report: &mut IngestReport,
    ) {
        if !message.is_object() {
            return;
        }
        let author = message.take("author");
        let role = match author.get("role").str() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("tool") => Role::Tool,
            _ => Role::System,
        };
        let mut content = message.take("content");
        let kind = content.take("content_type").name().unwrap_or_default();
        let mut metadata = message.take("metadata");
        if matches!(kind.as_str(), "thoughts" | "reasoning_recap") {
            if let Some(thought) = thought(&mut content) {
                self.thinking.get_or_insert_default().push_str(&thought);
            }
            return;
        }
        report.turns += 1;
        let text = text(&mut content);
        let shown = || words::first_line(&text);
        let is_hidden = metadata.take("is_visually_hidden_from_conversation").flag()
            || metadata.take("is_user_system_message").flag()
            || matches!(message.get("weight"), Node::Number(weight) if weight.as_f64() == Some(0.0))
            || matches!(kind.as_str(), "user_editable_context" | "model_editable_context" | "system_error")
            || role == Role::System;
        let turn = Turn {
            speaker: Some(names.shared(if role == Role::User { "User" } else { "Assistant" })),
            role,
            stamp: message.take("create_time").scalar(),
            own_id: link.map(|link| link.id.as_str().into()).unwrap_or_default(),
            parent: link.and_then(|link| link.parent.as_deref()).map(Box::from),
            branch,
            ..Turn::default()
        };
        let recipient = message.get("recipient").str().filter(|recipient| *recipient != "all");
        if recipient.is_some()
            || role == Role::Tool
            || matches!(kind.as_str(), "execution_output" | "tether_quote" | "tether_browsing_display")
        {
            let asked = recipient.unwrap_or_default();
            if !canvas::take(asked, &text, &turn, &mut self.drafts, self.turns.len()) {
                report.skip(SkipReason::ToolTraffic, &shown());
            }
            return;
        }
        let attachments: Vec<String> =
            metadata.take("attachments").entries().into_iter().filter_map(Node::name).collect();
        if is_hidden {
            return report.skip(SkipReason::Notice, &shown());
        }
        if words::is_blank(&text) && attachments.is_empty() {
            return report.skip(SkipReason::EmptyMessage, link.map_or("", |link| &link.id));
        }
        self.turns.push(Turn {
            attachments,
            thinking: self.thinking.take().filter(|_| role == Role::Assistant).map(Box::from),
            model: metadata.take("model_slug").name().map(|model| names.shared(model)),
            text,
            ..turn
        });
    }
}

fn thought(content: &mut Node) -> Option<String> {
    let parts =
        content.take("thoughts").entries().into_iter().filter_map(|mut part| part.take("content").prose());
    let whole = parts.chain(content.take("content").prose()).filter(|text| !text.is_empty());
    Some(whole.collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty())
}

fn text(content: &mut Node) -> String {
    let parts = content.take("parts").entries().into_iter().filter_map(Node::prose);
    let text = words::paragraphs(parts.chain(content.take("text").prose()));
    words::trimmed(if may_cite(&text) { without_citations(&text) } else { text })
}

/// Whether there may be such marks: no other letters that are usual begin with these bytes, but for those of Japan.
fn may_cite(text: &str) -> bool {
    memchr::memchr2(0xee, 0xe3, text.as_bytes()).is_some()
}

/// The text without the marks that stand for a link to a source: between two private characters, or between 【 and 】
/// with a † in it.
fn without_citations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\u{e200}', '【']) {
        let (before, mark) = rest.split_at(at);
        kept.push_str(before);
        let private = mark.starts_with('\u{e200}');
        let end = mark.find(if private { '\u{e201}' } else { '】' });
        let is_mark = |end: &usize| private || mark.get(..*end).is_some_and(|inner| inner.contains('†'));
        match end.filter(is_mark) {
            Some(end) => rest = mark.get(end + 3..).unwrap_or_default(),
            None => {
                kept.push_str(mark.get(..3).unwrap_or_default());
                rest = mark.get(3..).unwrap_or_default();
            }
        }
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_sources_go_and_nothing_else() {
        for (text, kept) in [
            ("So\u{e200}cite\u{e202}turn0\u{e201}.", "So."),
            ("So【12†source】.", "So."),
            ("【灯台】 shines", "【灯台】 shines"),
            ("open \u{e200}mark", "open \u{e200}mark"),
        ] {
            assert_eq!(without_citations(text), kept);
        }
    }
}
