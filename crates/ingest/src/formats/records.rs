//! Records with field names that nobody has agreed on: JSON objects in an array, under a key or a line each, and CSV.
//!
//! Which field is the text, who says it, when, where, is told by the user (`--map text=body,user=author.name`) or
//! guessed by the names, and what was guessed is told.

use naragtive_scene::{Transcript, Turn};

use crate::fields::{Field, Fields};
use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, Place, SkipReason, repair, table, words};

/// Under which keys an object may have its list of records.
const LISTS: [&str; 9] =
    ["messages", "data", "items", "records", "rows", "entries", "results", "comments", "posts"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "records",
    called: "list of records",
    help: "messages or texts with any field names, in JSON, JSON Lines, CSV or TSV; --map says what the fields are",
    export: "spreadsheets, databases, data sets and scripts",
    command: "naragtive ingest --as records",
    source: "records",
    extensions: &["json", "jsonl", "ndjson", "csv", "tsv"],
    grouping: Grouping::Cut(SceneRule::Turn, Labels::None),
    sniff,
    parse,
};

/// Whether the first record has a field that is called like a text.
fn sniff(input: &Input<'_>) -> Certainty {
    let has_text = |names: &[String]| Fields::guessed(names).of(Field::Text).is_some();
    if let Some(shape) = input.shape() {
        let listed = || LISTS.iter().find_map(|key| list_entry(shape.first.get(key)));
        let named = has_text(&names(&shape.first)) && (shape.is_array || shape.is_lines);
        let named = named || listed().is_some_and(|entry| has_text(&names(entry)));
        return if named { Certainty::Maybe } else { Certainty::No };
    }
    let header = input.head().lines().next().unwrap_or_default();
    let names = table::cells(header, table::separator(header));
    let is_header = names.len() > 1 && names.iter().all(|name| !name.is_empty() && name.len() < 40);
    let second = input.head().lines().nth(1).unwrap_or_default();
    let is_table = is_header && memchr::memchr(table::separator(header), second.as_bytes()).is_some();
    if is_table && has_text(&names) { Certainty::Likely } else { Certainty::No }
}

fn list_entry(node: &Node) -> Option<&Node> {
    if let Node::Array(entries) = node { entries.iter().find(|entry| entry.is_object()) } else { None }
}

/// The paths to the values of a record: `author` and `author.name`.
fn names(node: &Node) -> Vec<String> {
    let Node::Object(values) = node else { return Vec::new() };
    let mut names = Vec::new();
    for (name, value) in values {
        names.push(name.to_string());
        if let Node::Object(inner) = value {
            names.extend(inner.iter().map(|(key, _)| format!("{name}.{key}")));
        }
    }
    names
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut list = List { fields: Fields::typed(options.map), ..List::default() };
    if input.shape().is_some() {
        json(input, &mut list)?;
    } else {
        table::each_record(input.text()?, |number, record| list.add(number, record))?;
    }
    if !list.has_text {
        return Err(IngestError::NoTextField { found: list.first_names.join(", ") });
    }
    list.report.fields = list.fields.told();
    repair::texts(&mut list.turns, &mut list.report);
    let transcript = Transcript { turns: list.turns, ..Transcript::default() };
    Ok(Parsed { transcripts: vec![transcript], report: list.report })
}

fn json(input: &Input<'_>, list: &mut List) -> Result<(), IngestError> {
    let mut reader = input.reader(&[])?;
    let is_array = reader.each_entry(|number, entry| list.add(number, entry));
    let lists = |first: &Node| LISTS.iter().any(|key| list_entry(first.get(key)).is_some());
    if !is_array && input.shape().is_some_and(|shape| shape.is_lines && !lists(&shape.first)) {
        reader.mending = input.each_line(|number, entry| list.add(number, entry));
    } else if !is_array {
        let mut number = 0;
        let (_, fault) = reader.each_entry_of(&LISTS, |_, entry| {
            list.add(number, entry);
            number += 1;
        });
        if let Some(fault) = fault.filter(|_| list.report.turns == 0) {
            return Err(reader.error(fault));
        }
    }
    reader.check(list.report.turns == 0)?;
    list.report.mend(std::mem::take(&mut reader.mending));
    Ok(())
}

#[derive(Default)]
struct List {
    fields: Fields,
    first_names: Vec<String>,
    has_text: bool,
    turns: Vec<Turn>,
    shared: Names,
    report: IngestReport,
}

impl List {
    fn add(&mut self, number: usize, mut record: Node) {
        self.report.turns += 1;
        let place = Place::Entry(number).to_string();
        if !record.is_object() {
            return self.report.skip(SkipReason::NoMessage, &place);
        }
        if self.fields.of(Field::Text).is_none() {
            let names = names(&record);
            self.fields.guess(&names);
            self.first_names =
                if self.first_names.is_empty() { names } else { std::mem::take(&mut self.first_names) };
        }
        let Some(text) = self.take(&mut record, Field::Text).prose() else {
            return self.report.skip(SkipReason::NoMessage, &place);
        };
        self.has_text |= self.fields.of(Field::Text).is_some();
        if words::is_blank(&text) {
            return self.report.skip(SkipReason::EmptyMessage, &place);
        }
        let [user, channel] = [Field::User, Field::Channel].map(|field| self.take(&mut record, field).name());
        let turn = Turn {
            speaker: user.map(|name| self.shared.shared(name)),
            channel: channel.map(|name| self.shared.shared(name)),
            stamp: self.take(&mut record, Field::Time).scalar(),
            own_id: self.take(&mut record, Field::Id).scalar(),
            text: words::trim(&text).to_owned(),
            ..Turn::at(number)
        };
        self.turns.push(turn);
    }

    fn take(&self, record: &mut Node, field: Field) -> Node {
        let Some(path) = self.fields.of(field) else { return Node::Null };
        if record.has(path) {
            return record.take(path);
        }
        let mut keys = path.split('.');
        let first = record.get(keys.next().unwrap_or_default()).clone();
        keys.fold(first, |mut node, key| node.take(key))
    }
}
