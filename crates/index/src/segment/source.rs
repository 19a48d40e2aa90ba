//! Rows as they were given, kept in a segment so that it can be written anew together with others.

use crate::Row;
use crate::bytes::numbers::{ByteReader, put_text, put_texts};
use crate::segment::layout::NO_DAY;

/// A row without its vectors.
pub(crate) struct SourceRow<'a> {
    text: &'a str,
    group: &'a str,
    day: Option<i32>,
    names: Vec<&'a str>,
    facets: Vec<(&'a str, &'a str)>,
}

impl<'a> SourceRow<'a> {
    /// Takes the next row off the front; none once too few bytes are left.
    pub(crate) fn take(source: &mut ByteReader<'a>) -> Option<Self> {
        let [text, group] = [source.text()?, source.text()?];
        let day = i32::from_le_bytes(source.array()?);
        let [names, keys, values] = [source.texts()?, source.texts()?, source.texts()?];
        Some(Self {
            text,
            group,
            day: Some(day).filter(|day| *day != NO_DAY),
            names,
            facets: keys.into_iter().zip(values).collect(),
        })
    }

    /// The row with its vectors.
    pub(crate) fn row<'b>(&'b self, passages: &'b [&'b [f32]], windows: &'b [&'b [f32]]) -> Row<'b> {
        Row {
            text: self.text,
            names: &self.names,
            group: self.group,
            day: self.day,
            facets: &self.facets,
            passages,
            windows,
        }
    }
}

/// Writes all of `row` but its vectors.
pub(crate) fn put_row(row: &Row<'_>, to: &mut Vec<u8>) {
    put_text(row.text, to);
    put_text(row.group, to);
    to.extend(row.day.unwrap_or(NO_DAY).to_le_bytes());
    put_texts(row.names.iter().copied(), to);
    put_texts(row.facets.iter().map(|(key, _)| *key), to);
    put_texts(row.facets.iter().map(|(_, value)| *value), to);
}
