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

/// Hands over the lines of a table below its header, as objects. A cell that is quoted may hold lines. The last line isn't
/// handed over where it was cut short, and false is answered.
pub(crate) fn each_record(text: &str, mut take: impl FnMut(usize, Node)) -> Result<bool, IngestError> {
    let (separator, text) = layout(text);
    let mut records = reader(text, separator).into_records();
    let read = |record: csv::Result<csv::StringRecord>| {
        record.map_err(|error| IngestError::BadTable { problem: error.to_string() })
    };
    let header: Vec<Key> = match records.next().transpose() {
        Ok(header) => header.iter().flatten().map(|name| Key::from(name.trim())).collect(),
        Err(error) => return Err(IngestError::BadTable { problem: error.to_string() }),
    };
    let mut next = records.next().map(read).transpose()?;
    let mut number = 0;
    while let Some(record) = next {
        next = records.next().map(read).transpose()?;
        if next.is_none() && is_torn(text, &record, header.len(), separator) {
            return Ok(false);
        }
        let cell = |cell: &str| Node::Text(cell.replace("\r\n", "\n"));
        let cells = header.iter().cloned().zip(record.iter().map(cell));
        take(number, Node::Object(cells.collect()));
        number += 1;
    }
    Ok(true)
}

/// Whether the last line ends in the middle: within quotes, or before all its cells are there.
fn is_torn(text: &str, record: &csv::StringRecord, cells: usize, separator: u8) -> bool {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let line = text.get(start..).unwrap_or_default().trim_start_matches(['\r', '\n']);
    let quotes = memchr::memchr_iter(b'"', line.as_bytes()).count();
    let is_quoted = line.starts_with('"') || line.contains(&format!("{}\"", char::from(separator)));
    (is_quoted && quotes % 2 == 1) || (record.len() < cells && !text.ends_with('\n'))
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
            let read = each_record(&table[..end], |_, _| count += 1).unwrap();
            assert_eq!((count, read), (records, whole), "{}", &table[..end]);
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
        assert!(each_record("a,b\n1,5\" nails\n", |_, _| count += 1).unwrap() && count == 1);
    }
}
