//! Tables in text: CSV and its kin.

use crate::IngestError;
use crate::json::{Key, Node};

/// What parts the cells, and the table from its header on. Spreadsheets may say it in a line above (`sep=;`); else it is what the
/// header has most of.
pub(crate) fn layout(text: &str) -> (u8, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let said = first.trim_end_matches('\r').trim_matches('"');
    let said =
        said.get(..4).filter(|said| said.eq_ignore_ascii_case("sep=")).and_then(|_| said.as_bytes().get(4..));
    if let Some([separator @ (b'\t' | b' '..=b'~')]) = said {
        return (*separator, rest);
    }
    let count = |separator: u8| memchr::memchr_iter(separator, first.as_bytes()).count();
    let separators = [b'|', b'\t', b';', b','];
    (separators.into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b','), text)
}

pub(crate) fn cells(line: &str, separator: u8) -> Vec<String> {
    let mut reader = reader(line, separator);
    let first = reader.records().next().and_then(Result::ok);
    first.map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default()
}

/// How many cells each of the first so many lines has.
pub(crate) fn counts(text: &str, separator: u8, lines: usize) -> Vec<usize> {
    reader(text, separator).records().take(lines).map_while(Result::ok).map(|record| record.len()).collect()
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// A line that ends in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Torn {
    /// Which, from 1.
    pub(crate) line: u64,
    /// Whether it opens a quote that nothing closes; otherwise it has too few cells, and nothing ends it.
    pub(crate) is_quoted: bool,
}

impl std::fmt::Display for Torn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.is_quoted {
            true => write!(f, "line {}: a quote is opened and never closed", self.line),
            false => write!(f, "line {}: the file ends in the middle of it", self.line),
        }
    }
}

/// The names of the columns of a table.
pub(crate) fn header(text: &str) -> Vec<String> {
    let (separator, table) = layout(text);
    cells(table.lines().next().unwrap_or_default(), separator)
}

/// Hands over the lines of a table below its header, as objects. A cell that is quoted may hold lines. A line that was cut
/// short isn't handed over, and is given back; where what its quote would swallow are lines like the others, these are read.
pub(crate) fn each_record(
    text: &str,
    mut take: impl FnMut(usize, Node),
) -> Result<Option<Torn>, IngestError> {
    let whole = text;
    let (separator, text) = layout(whole);
    let mut records = reader(text, separator).into_records();
    let header: Vec<Key> = match records.next().transpose() {
        Ok(header) => header.iter().flatten().map(|name| Key::from(name.trim())).collect(),
        Err(error) => return Err(bad(&error)),
    };
    let mut number = 0;
    let mut take = |record: &csv::StringRecord| {
        let cell = |cell: &str| Node::Text(cell.replace("\r\n", "\n"));
        let cells = header.iter().cloned().zip(record.iter().map(cell));
        take(number, Node::Object(cells.collect()));
        number += 1;
    };
    let mut next = records.next().transpose().map_err(|error| bad(&error))?;
    while let Some(record) = next {
        next = records.next().transpose().map_err(|error| bad(&error))?;
        if next.is_none()
            && let Some(torn) = torn(text, &record, header.len(), separator)
        {
            swallowed(text, &record, header.len(), separator).iter().for_each(take);
            let said = u64::from(whole.len() > text.len());
            return Ok(Some(Torn { line: torn.line + said, ..torn }));
        }
        take(&record);
    }
    Ok(None)
}

fn bad(error: &csv::Error) -> IngestError {
    IngestError::BadTable { problem: error.to_string() }
}

/// The text from where a record begins.
fn from<'a>(text: &'a str, record: &csv::StringRecord) -> &'a str {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    text.get(start..).unwrap_or_default().trim_start_matches(['\r', '\n'])
}

/// What is wrong with the last record, if it ends in the middle: within quotes, or before all its cells are there.
fn torn(text: &str, record: &csv::StringRecord, cells: usize, separator: u8) -> Option<Torn> {
    let last = from(text, record);
    let quotes = memchr::memchr_iter(b'"', last.as_bytes()).count();
    let has_quotes = last.starts_with('"') || last.contains(&format!("{}\"", char::from(separator)));
    let is_quoted = has_quotes && quotes % 2 == 1;
    let is_torn = is_quoted || (record.len() < cells && !text.ends_with('\n'));
    let before = text.len() - last.len();
    let line = memchr::memchr_iter(b'\n', text.get(..before).unwrap_or_default().as_bytes()).count() + 1;
    is_torn.then_some(Torn { line: line as u64, is_quoted })
}

/// The lines behind the one that opens a quote, if all of them are records by themselves. Where there is one column, any line
/// looks like one.
fn swallowed(text: &str, record: &csv::StringRecord, cells: usize, separator: u8) -> Vec<csv::StringRecord> {
    let Some((_, behind)) = from(text, record).split_once('\n') else { return Vec::new() };
    let records: Vec<csv::StringRecord> = reader(behind, separator).records().map_while(Result::ok).collect();
    let is_whole = |record: &csv::StringRecord| record.len() == cells;
    let is_sound = records.last().is_some_and(|last| torn(behind, last, cells, separator).is_none());
    if cells > 1 && is_sound && records.iter().all(is_whole) { records } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_short_is_no_record() {
        let table = "a,b\n1,\"two\nlines\"\n3,\"say \"\"no\"\"\"\n";
        for (end, records, whole) in [
            (table.len(), 2, true),
            (table.len() - 1, 2, true),
            (table.len() - 2, 1, false),
            (18, 1, true),
            (10, 0, false),
            (5, 0, false),
        ] {
            let mut count = 0;
            let torn = each_record(&table[..end], |_, _| count += 1).unwrap();
            assert_eq!((count, torn.is_none()), (records, whole), "{}", &table[..end]);
        }
        for table in ["a,b\n1,2\n", "sep=,\r\na,b\r\n1,2\r\n", "sep=;\na;b\n1;2\n"] {
            each_record(table, |_, record| {
                assert_eq!(*record.get("b"), Node::Text("2".to_owned()), "{table}")
            })
            .unwrap();
        }
        let mut cells = Vec::new();
        each_record("a,b\r\n1,\"two\r\nlines\"\r\n", |_, record| cells.push(record.get("b").clone()))
            .unwrap();
        assert_eq!(cells, [Node::Text("two\nlines".to_owned())]);
        let mut count = 0;
        for table in ["sep=|\na|b\n1|2\n", "a|b\n1, 2|3\n", "\"sep=;\"\r\na;b\r\n1;2\r\n", "SEP=,\na,b\n1,2"]
        {
            let mut cells = 0;
            each_record(table, |_, record| {
                cells += usize::from(record != Node::Null && record.get("b") != record.get("a"))
            })
            .unwrap();
            assert_eq!(cells, 1, "{table}");
        }
        assert!(each_record("a,b\n1,5\" nails\n", |_, _| count += 1).unwrap().is_none() && count == 1);
    }

    #[test]
    fn a_quote_that_nothing_closes_costs_its_line_and_no_other() {
        for (table, first, torn) in [
            ("a,b\n1,\"two\n3,four\n5,six\n", &["3", "5"][..], Torn { line: 2, is_quoted: true }),
            ("a,b\n1,\"x\ny\"\n\n3,\"four\n5,six\n", &["1", "5"], Torn { line: 5, is_quoted: true }),
            // What goes on isn't a table: the file was cut short in a cell of several lines.
            ("a,b\n1,\"two\nlines, and\nmore", &[], Torn { line: 2, is_quoted: true }),
            ("a\n\"two\nlines, and\nmore\n", &[], Torn { line: 2, is_quoted: true }),
            ("sep=;\na;b\n1;\"two\n3;four\n", &["3"], Torn { line: 3, is_quoted: true }),
            ("a,b\n1,2\n3", &["1"], Torn { line: 3, is_quoted: false }),
        ] {
            let mut found = Vec::new();
            let told = each_record(table, |_, record| found.push(record.get("a").clone())).unwrap();
            let expected: Vec<Node> = first.iter().map(|cell| Node::Text((*cell).to_owned())).collect();
            assert_eq!((found, told), (expected, Some(torn)), "{table}");
        }
    }
}
