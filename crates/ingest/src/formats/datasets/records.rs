//! Records with field names that nobody has agreed on: JSON objects in an array, under a key or a line each, and CSV.
//!
//! Which field is the text, who says it, when, where, is told by the user (`--map text=body,user=author.name`) or
//! guessed by the names, and what was guessed is told.

use naragtive_scene::{Transcript, Turn};
use naragtive_text::nearest;

use crate::columns::{self, Column};
use crate::fields::{Field, Fields};
use crate::input::Input;
use crate::json::{Node, Reader, Shape, later_objects};
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Mapping, Options, Place, SkipReason, repair, table, words};

/// Under which keys an object may have its list of records.
const LISTS: [&str; 9] =
    ["messages", "data", "items", "records", "rows", "entries", "results", "comments", "posts"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "records",
    called: "list of records",
    help: "messages or texts with any field names: JSON, JSON Lines, CSV, TSV, Parquet, Arrow; --map or --text-column says which",
    export: "spreadsheets, databases, data sets and scripts",
    command: "naragtive ingest --as records",
    source: "records",
    extensions: &["json", "jsonl", "ndjson", "csv", "tsv", "parquet", "arrow", "feather", "ipc"],
    grouping: Grouping::Cut(SceneRule::Turn, Labels::None),
    sniff,
    parse,
};

/// Whether the first record has a field that is called like a text.
fn sniff(input: &Input<'_>) -> Certainty {
    if columns::is_table(input.bytes()) {
        return Certainty::Likely;
    }
    let has_text = |names: &[String]| Fields::guessed(names).of(Field::Text).is_some();
    if let Some(shape) = input.shape() {
        let listed = || LISTS.iter().find_map(|key| list_entry(shape.first.get(key)));
        let named = has_text(&names(&shape.first)) && (shape.is_array || shape.is_lines);
        let named = named || listed().is_some_and(|entry| has_text(&names(entry)));
        return if named || is_told(input) { Certainty::Maybe } else { Certainty::No };
    }
    let (separator, head) = table::layout(input.head());
    let names = table::cells(head.lines().next().unwrap_or_default(), separator);
    let is_header = names.len() > 1 && names.iter().all(|name| !name.is_empty() && name.len() < 40);
    let second = head.lines().nth(1).unwrap_or_default();
    if is_header
        && words::is_blank(second)
        && has_text(&names)
        && names.iter().all(|name| Fields::is_known(name))
    {
        // A table with nothing below its header.
        return if input.is_short() && head.trim().lines().count() == 1 {
            Certainty::Likely
        } else {
            Certainty::No
        };
    }
    if !is_header || memchr::memchr(separator, second.as_bytes()).is_none() {
        Certainty::No
    } else if has_text(&names) {
        Certainty::Likely
    } else if is_even(head, separator, &names) {
        Certainty::Maybe
    } else {
        Certainty::No
    }
}

/// Whether a list that somebody names has texts, whatever their field is called. Beside others such a list may be anything.
fn is_told(input: &Input<'_>) -> bool {
    let is_list = input.shape().is_some_and(|shape| shape.is_array || shape.is_lines);
    let first = || input.shape().map(|shape| shape.first.clone()).filter(Node::is_object);
    let records = || first().into_iter().chain(later_objects(input.head())).collect::<Vec<_>>();
    input.is_alone() && is_list && longest(&records().iter().collect::<Vec<_>>()).is_some()
}

/// Whether a file has any of the fields that the user has named.
pub(crate) fn has_fields(input: &Input<'_>, map: &[Mapping]) -> bool {
    let is_mapped = |names: &[String]| map.iter().any(|mapping| names.contains(&mapping.path));
    if columns::is_table(input.bytes()) {
        return columns::columns(input.bytes()).is_ok_and(|columns| is_mapped(&paths(&columns)));
    }
    let Some(shape) = input.shape() else {
        let (separator, head) = table::layout(input.head());
        return is_mapped(&table::cells(head.lines().next().unwrap_or_default(), separator));
    };
    let listed = LISTS.iter().find_map(|key| list_entry(shape.first.get(key)));
    is_mapped(&names(&shape.first))
        || listed.or_else(|| within(&shape.first)).is_some_and(|entry| is_mapped(&names(entry)))
}

/// The first record of a list that lies within an object of the file: `data.items`.
fn within(file: &Node) -> Option<&Node> {
    let lists = LISTS.iter().flat_map(|key| LISTS.iter().map(move |inner| file.get(key).get(inner)));
    lists.filter_map(|list| list_entry(list)).next()
}

/// What the first record of a file has, where it may hold records at all: a table, or JSON with objects in a list.
pub(crate) fn fields(input: &Input<'_>) -> Vec<String> {
    if columns::is_table(input.bytes()) {
        return columns::columns(input.bytes()).map(|columns| paths(&columns)).unwrap_or_default();
    }
    let Some(shape) = input.shape() else {
        let (separator, head) = table::layout(input.head());
        let names = table::header(input.head());
        let counts = table::counts(head, separator, 12);
        let is_even = counts.len() > 1 && counts.iter().all(|count| *count == names.len());
        return if names.len() > 1 && is_even { names } else { Vec::new() };
    };
    // One object by itself is no list.
    let is_lines = || shape.is_lines && !later_objects(input.head()).is_empty();
    if shape.is_array || (within(&shape.first).is_none() && is_lines()) {
        return names(&shape.first);
    }
    let listed = LISTS.iter().find_map(|key| list_entry(shape.first.get(key)));
    listed.or_else(|| within(&shape.first)).map(names).unwrap_or_default()
}

/// Whether the first lines have as many cells as the header, whose names are words: a table, whatever they mean.
fn is_even(head: &str, separator: u8, names: &[String]) -> bool {
    let is_name = |name: &String| {
        name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
            && name.split(' ').count() < 4
    };
    let rows: Vec<usize> = table::counts(head, separator, 12);
    names.iter().all(is_name) && rows.len() > 2 && rows.iter().all(|count| *count == names.len())
}

/// Whether something stands under that path, be it null.
fn holds(record: &Node, path: &str) -> bool {
    let Node::Object(values) = record else { return false };
    values.iter().any(|(name, value)| {
        *name == path
            || path
                .strip_prefix(&**name)
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| holds(value, rest))
    })
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
    let missing = options.map.to_vec();
    let mut list = List { fields: Fields::typed(options.map), missing, ..List::default() };
    if columns::is_table(input.bytes()) {
        in_columns(input.bytes(), &mut list)?;
    } else if input.shape().is_some() {
        json(input, &mut list)?;
    } else {
        let text = input.text()?;
        list.first_names = table::header(text);
        list.missing.retain(|mapping| !list.first_names.contains(&mapping.path));
        if let Some(torn) = table::each_record(text, |number, record| list.add(number, record))? {
            if list.report.turns == 0 && torn.is_quoted {
                return Err(IngestError::BadTable { problem: torn.to_string() });
            }
            list.report.skip(SkipReason::Unreadable, &torn.to_string());
        }
    }
    list.choose();
    list.check_named(input.is_alone())?;
    // A table may have a header and nothing below it.
    let is_empty = list.report.turns == 0 && input.shape().is_none() && !columns::is_table(input.bytes());
    let is_empty = is_empty && sniff(input) > Certainty::No;
    if !list.has_text && !is_empty {
        return Err(IngestError::NoTextField { found: list.first_names.join(", ") });
    }
    list.report.fields = list.fields.told();
    repair::texts(&mut list.turns, &mut list.report);
    let transcript = Transcript { turns: list.turns, ..Transcript::default() };
    Ok(Parsed { transcripts: vec![transcript], report: list.report })
}

/// What a store has, ours or the Python tool's.
const STORE: [&str; 4] = ["id", "text", "embedding", "metadata"];

fn in_columns(bytes: &[u8], list: &mut List) -> Result<(), IngestError> {
    let columns = columns::columns(bytes)?;
    if STORE.iter().all(|name| columns.iter().any(|column| column.name == *name)) {
        return Err(IngestError::IsStore);
    }
    let names = paths(&columns);
    list.fields.guess(&names);
    list.first_names = names.clone();
    list.missing.retain(|mapping| !names.contains(&mapping.path));
    if list.fields.of(Field::Text).is_some_and(|text| !names.iter().any(|name| name == text)) {
        return Ok(());
    }
    // Without a name that says it, the text is one of all texts.
    let needs_all = list.fields.of(Field::Text).is_none();
    let is_needed = |column: &Column| list.fields.needs(&column.name) || (needs_all && column.is_text);
    let needed: Vec<String> =
        columns.iter().filter(|column| is_needed(column)).map(|column| column.name.clone()).collect();
    let problem = columns::each_row(bytes, &needed, &mut |number, row| list.add(number, row))?;
    if let Some(problem) = problem {
        list.report.skip(SkipReason::Unreadable, &problem.to_string());
    }
    Ok(())
}

fn json(input: &Input<'_>, list: &mut List) -> Result<(), IngestError> {
    let has_list = |first: &Node| LISTS.iter().any(|key| list_entry(first.get(key)).is_some());
    if input.shape().is_some_and(|shape| !has_list(&shape.first) && list.is_within(shape)) {
        return json_within(input, list);
    }
    let is_array = input.shape().is_some_and(|shape| shape.is_array);
    let is_lines = input.shape().is_some_and(|shape| shape.is_lines && !has_list(&shape.first));
    let wanted = if is_array || is_lines { list.wanted(Reader::first_entry(input.text()?)) } else { None };
    let wanted: Option<Vec<&str>> = wanted.as_ref().map(|keys| keys.iter().map(String::as_str).collect());
    let mut reader = input.reader(&[])?;
    if let Some(keys) = &wanted {
        reader = reader.only(keys);
    }
    let is_array = reader.each_entry(|number, entry| list.add(number, entry));
    if !is_array && is_lines {
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

/// Reads lists that lie within an object of the file, or of each of its lines.
fn json_within(input: &Input<'_>, list: &mut List) -> Result<(), IngestError> {
    let mut number = 0;
    let mut add = |mut whole: Node| {
        let paths = LISTS.iter().flat_map(|key| LISTS.iter().map(move |inner| (*key, *inner)));
        let found = paths.map(|(key, inner)| whole.get_mut(key).map(|object| object.take(inner)));
        let records = found.flatten().find(|list| list_entry(list).is_some()).unwrap_or_default();
        for entry in records.entries() {
            list.add(number, entry);
            number += 1;
        }
    };
    let mending = if input.shape().is_some_and(|shape| shape.is_lines) {
        input.each_line(|_, whole| add(whole))
    } else {
        let mut reader = input.reader(&[])?;
        add(reader.leading_value().map_err(|fault| reader.error(fault))?);
        std::mem::take(&mut reader.mending)
    };
    list.report.mend(mending);
    Ok(())
}

/// The paths to the values of a table's columns.
fn paths(columns: &[Column]) -> Vec<String> {
    let inner = |column: &Column| {
        let inner = column.inner.iter().map(|inner| format!("{}.{inner}", column.name));
        std::iter::once(column.name.clone()).chain(inner).collect::<Vec<_>>()
    };
    columns.iter().flat_map(inner).collect()
}

/// How many records are looked at to tell which field is the text, where no name says it.
const WAITING: usize = 50;
/// How many characters such texts have at least, on average.
const LONG: usize = 30;

/// The name of the field with the longest texts.
fn longest(records: &[&Node]) -> Option<String> {
    let mut lengths: Vec<(&str, usize)> = Vec::new();
    for record in records {
        let Node::Object(values) = record else { continue };
        for (name, value) in values {
            let length = value.str().map_or(0, words::length);
            match lengths.iter_mut().find(|(known, _)| *known == &**name) {
                Some((_, sum)) => *sum += length,
                None => lengths.push((name, length)),
            }
        }
    }
    let (name, sum) = lengths.into_iter().max_by_key(|(_, sum)| *sum)?;
    (sum >= LONG * records.len()).then(|| name.to_owned())
}

#[derive(Default)]
struct List {
    fields: Fields,
    first_names: Vec<String>,
    /// What the user has named and no record had so far.
    missing: Vec<Mapping>,
    /// Records that wait until it is known which of their fields is the text.
    waiting: Vec<(usize, Node)>,
    has_text: bool,
    turns: Vec<Turn>,
    shared: Names,
    report: IngestReport,
}

impl List {
    /// The keys of what is looked at in records, where the first one tells it; all of each record is looked at otherwise.
    fn wanted(&mut self, first: Option<Node>) -> Option<Vec<String>> {
        let names = names(&first.filter(Node::is_object)?);
        let mut fields = self.fields.clone();
        if fields.of(Field::Text).is_none() {
            fields.guess(&names);
        }
        fields.of(Field::Text)?;
        self.first_names = names;
        Some(fields.keys().map(str::to_owned).collect())
    }

    fn add(&mut self, number: usize, record: Node) {
        self.report.turns += 1;
        if !record.is_object() {
            return self.report.skip(SkipReason::NoMessage, &Place::Entry(number).to_string());
        }
        if self.first_names.is_empty() {
            self.first_names = names(&record);
        }
        self.missing.retain(|mapping| !holds(&record, &mapping.path));
        if self.fields.of(Field::Text).is_none() {
            self.fields.guess(&names(&record));
        }
        if self.fields.of(Field::Text).is_none() {
            self.waiting.push((number, record));
            if self.waiting.len() >= WAITING {
                self.choose();
            }
            return;
        }
        self.choose();
        self.add_known(number, record);
    }

    /// Where no name says which field is the text it is the one with the longest texts, if they are longer than labels are.
    fn choose(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        if self.fields.of(Field::Text).is_none() {
            let records: Vec<&Node> = waiting.iter().map(|(_, record)| record).collect();
            longest(&records).into_iter().for_each(|name| self.fields.choose(Field::Text, name));
        }
        for (number, record) in waiting {
            self.add_known(number, record);
        }
    }

    /// Whether records lie in a list within an object. A line is such an object where the user names a text that it doesn't
    /// have and its list does.
    fn is_within(&self, shape: &Shape) -> bool {
        let Some(entry) = within(&shape.first).filter(|_| !shape.is_array) else { return false };
        let is_told = |text: &str| !holds(&shape.first, text) && holds(entry, text);
        !shape.is_lines || self.fields.of(Field::Text).is_some_and(is_told)
    }

    /// Checks that records have what the user has named. One file of many may lack what isn't the text.
    fn check_named(&mut self, is_alone: bool) -> Result<(), IngestError> {
        let is_text = |mapping: &&Mapping| mapping.field == Field::Text;
        let text = self.missing.iter().find(is_text).or_else(|| self.missing.first());
        let Some(Mapping { field, path }) = text.filter(|_| !self.first_names.is_empty()) else {
            return Ok(());
        };
        if is_alone || *field == Field::Text {
            let names = self.first_names.iter().map(String::as_str);
            return Err(IngestError::NoSuchField {
                field: path.as_str().into(),
                meaning: Fields::meaning(*field),
                found: self.first_names.join(", ").into(),
                nearest: nearest(path, names).first().map(|name| (*name).into()),
            });
        }
        let told = |Mapping { field, path }: &Mapping| format!("{}={path}", Fields::meaning(*field));
        self.report.missing_fields = Some(self.missing.iter().map(told).collect::<Vec<_>>().join(","));
        Ok(())
    }

    fn add_known(&mut self, number: usize, mut record: Node) {
        let place = || Place::Entry(number).to_string();
        if self.fields.of(Field::Text).is_none() {
            return self.report.skip(SkipReason::NoMessage, &place());
        }
        let text = self.take(&mut record, Field::Text);
        self.has_text |= text != Node::Null;
        let Some(text) = text.prose() else {
            return self.report.skip(SkipReason::NoMessage, &place());
        };
        if words::is_blank(&text) {
            return self.report.skip(SkipReason::EmptyMessage, &place());
        }
        let [user, channel] = [Field::User, Field::Channel].map(|field| self.take(&mut record, field).name());
        let turn = Turn {
            speaker: user.map(|name| self.shared.shared(name)),
            channel: channel.map(|name| self.shared.shared(name)),
            stamp: self.take(&mut record, Field::Time).scalar(),
            own_id: self.take(&mut record, Field::Id).scalar(),
            text: words::trimmed(text),
            ..Turn::at(number)
        };
        self.turns.push(turn);
    }

    fn take(&self, record: &mut Node, field: Field) -> Node {
        let Some(path) = self.fields.of(field) else { return Node::Null };
        if record.has(path) {
            return record.take(path);
        }
        // Two fields may lie in one object, which is looked into where it stands.
        let found = path.split('.').try_fold(record, |node, key| node.get_mut(key));
        found.map(std::mem::take).unwrap_or_default()
    }
}
