//! Tables in text: CSV and its kin.

use crate::IngestError;
use crate::json::{Key, Node};

/// What parts the cells: what the first line has most of.
pub(crate) fn separator(header: &str) -> u8 {
    let count = |separator: u8| memchr::memchr_iter(separator, header.as_bytes()).count();
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

pub(crate) fn cells(line: &str, separator: u8) -> Vec<String> {
    let mut reader = reader(line, separator);
    let first = reader.records().next().and_then(Result::ok);
    first.map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect()).unwrap_or_default()
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// The lines of a table below its header, as objects. A cell that is quoted may hold lines.
pub(crate) fn each_record(text: &str, mut take: impl FnMut(usize, Node)) -> Result<(), IngestError> {
    let separator = separator(text.lines().next().unwrap_or_default());
    let mut header: Vec<Key> = Vec::new();
    for (number, record) in reader(text, separator).records().enumerate() {
        let record = record.map_err(|error| IngestError::BadTable { problem: error.to_string() })?;
        if number == 0 {
            header = record.iter().map(|name| Key::Owned(name.trim().to_owned())).collect();
            continue;
        }
        let cells = header.iter().cloned().zip(record.iter().map(|cell| Node::Text(cell.to_owned())));
        take(number - 1, Node::Object(cells.collect()));
    }
    Ok(())
}
