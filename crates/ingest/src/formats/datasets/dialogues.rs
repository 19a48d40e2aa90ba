//! Dialogues as data sets have them: lists of `{"from", "value"}` (ShareGPT) or of `{"role", "content"}` (OpenAI), one
//! dialogue or many, in an array or a line each.

use std::sync::Arc;

use naragtive_scene::{Role, Transcript, Turn};

use crate::columns::{self, Column};
use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, Place, SkipReason, words};

/// Under which keys a dialogue has its list.
const LISTS: [&str; 5] = ["conversations", "messages", "conversation", "dialogue", "turns"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "dialogues",
    called: "set of dialogues",
    help: "ShareGPT's `conversations` or OpenAI's `messages`: JSON, JSON Lines, Parquet, Arrow",
    export: "data sets of dialogues, and programs that keep what they sent to a model",
    command: "naragtive ingest --as dialogues",
    source: "dialogues",
    extensions: &["json", "jsonl", "ndjson", "parquet", "arrow"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if columns::is_table(input.bytes()) {
        let has_list = |columns: Vec<Column>| columns.iter().any(is_list);
        return if columns::columns(input.bytes()).is_ok_and(has_list) {
            Certainty::Sure
        } else {
            Certainty::No
        };
    }
    let Some(shape) = input.shape() else { return Certainty::No };
    let first = &shape.first;
    let listed = LISTS.iter().any(|key| match first.get(key) {
        Node::Array(turns) => turns.iter().any(is_turn),
        _ => false,
    });
    if listed {
        Certainty::Likely
    } else if is_turn(first) {
        Certainty::Maybe
    } else {
        Certainty::No
    }
}

fn is_list(column: &Column) -> bool {
    let has = |name: &str| column.listed.iter().any(|own| own == name);
    LISTS.contains(&column.name.as_str())
        && ((has("from") && has("value")) || (has("role") && has("content")))
}

fn in_columns(bytes: &[u8]) -> Result<Set, IngestError> {
    let mut set = Set::default();
    let is_needed = |name: &str| LISTS.contains(&name) || ["id", "title", "conversation_id"].contains(&name);
    let names = columns::columns(bytes)?.into_iter().map(|column| column.name).filter(|name| is_needed(name));
    let problem =
        columns::each_row(bytes, &names.collect::<Vec<_>>(), &mut |number, row| set.add(number, row))?;
    if let Some(problem) = problem {
        set.report.skip(SkipReason::Unreadable, &problem.to_string());
    }
    Ok(set)
}

fn is_turn(node: &Node) -> bool {
    (node.has("from") && node.has("value")) || (node.get("role").str().is_some() && node.has("content"))
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut set = if columns::is_table(input.bytes()) { in_columns(input.bytes())? } else { in_json(input)? };
    if !set.loose.is_empty() {
        set.transcripts.push(Transcript { turns: std::mem::take(&mut set.loose), ..Transcript::default() });
    }
    if set.transcripts.is_empty() {
        return Err(IngestError::Missing { place: Place::Entry(0), field: "messages" });
    }
    set.report.conversations = set.transcripts.len();
    Ok(Parsed { transcripts: set.transcripts, report: set.report })
}

fn in_json(input: &Input<'_>) -> Result<Set, IngestError> {
    let mut set = Set::default();
    let mut reader = input.reader(&LISTS)?;
    let is_array = reader.each_entry(|number, entry| set.add(number, entry));
    let is_lines = input.shape().is_some_and(|shape| shape.is_lines);
    if !is_array && is_lines {
        reader.mending = input.each_line(|number, entry| set.add(number, entry));
    } else if !is_array {
        let entry = reader.value().map_err(|fault| reader.error(fault))?;
        set.add(0, entry);
    }
    reader.check(set.transcripts.is_empty() && set.loose.is_empty())?;
    set.report.mend(reader.mending);
    Ok(set)
}

#[derive(Default)]
struct Set {
    transcripts: Vec<Transcript>,
    /// Turns that stand in no list of their own: the file is one dialogue.
    loose: Vec<Turn>,
    names: Names,
    report: IngestReport,
}

impl Set {
    fn add(&mut self, number: usize, mut entry: Node) {
        let list = LISTS.iter().map(|key| entry.take(key)).find(|list| matches!(list, Node::Array(_)));
        match list {
            Some(list) => {
                let mut turns: Vec<Turn> =
                    list.entries().into_iter().filter_map(|turn| self.turn(number, turn)).collect();
                let id = entry.take("id").name().or_else(|| entry.take("conversation_id").name());
                if id.is_none() {
                    // Without an id of its own a dialogue goes by its place in the file.
                    let place = Arc::<str>::from(format!("dialogue {number}"));
                    turns.iter_mut().for_each(|turn| turn.channel = Some(Arc::clone(&place)));
                }
                self.transcripts.push(Transcript { title: entry.take("title").name(), turns, id });
            }
            None if is_turn(&entry) => {
                let turn = self.turn(number, entry);
                self.loose.extend(turn);
            }
            None => self.report.skip(SkipReason::NoMessage, &Place::Entry(number).to_string()),
        }
    }

    fn turn(&mut self, number: usize, mut turn: Node) -> Option<Turn> {
        let place = || Place::Entry(number).to_string();
        if turn.has("tool_calls") && !turn.has("content") {
            self.report.turns += 1;
            self.report.skip(SkipReason::ToolTraffic, &place());
            return None;
        }
        if !is_turn(&turn) {
            self.report.skip(SkipReason::NoMessage, &place());
            return None;
        }
        self.report.turns += 1;
        let part = turn.take("role").name().or_else(|| turn.take("from").name()).unwrap_or_default();
        let content = if turn.has("content") { turn.take("content") } else { turn.take("value") };
        let text = content.prose().unwrap_or_default();
        let role = role(&part);
        if role == Role::Tool {
            self.report.skip(SkipReason::ToolTraffic, &words::first_line(&text));
            return None;
        }
        if role == Role::System {
            self.report.skip(SkipReason::Notice, &words::first_line(&text));
            return None;
        }
        if words::is_blank(&text) {
            self.report.skip(SkipReason::EmptyMessage, &place());
            return None;
        }
        let named = turn.take("name").name();
        let speaker = self.names.shared(named.as_deref().unwrap_or_else(|| called(role, &part)));
        Some(Turn {
            speaker: Some(speaker),
            role,
            text: words::trimmed(text),
            stamp: turn.take_scalar(&["timestamp", "created_at", "create_time", "date"]),
            own_id: turn.take("id").scalar(),
            thinking: turn.take("reasoning_content").name().map(Box::from),
            ..Turn::at(number)
        })
    }
}

/// What parts are called that are no assistant's.
const PARTS: [(&str, Role); 9] = [
    ("user", Role::User),
    ("human", Role::User),
    ("prompter", Role::User),
    ("tool", Role::Tool),
    ("function", Role::Tool),
    ("function_call", Role::Tool),
    ("observation", Role::Tool),
    ("system", Role::System),
    ("developer", Role::System),
];

fn role(part: &str) -> Role {
    let known = PARTS.iter().find(|(name, _)| part.eq_ignore_ascii_case(name));
    known.map_or(Role::Assistant, |(_, role)| *role)
}

fn called(role: Role, part: &str) -> &str {
    let is_usual =
        || ["assistant", "gpt", "model", "bot", ""].iter().any(|usual| part.eq_ignore_ascii_case(usual));
    match role {
        Role::User => "User",
        _ if is_usual() => "Assistant",
        _ => part,
    }
}
