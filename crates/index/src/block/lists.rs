//! Names with the rows that have them, one behind the other: a term with its positions, or a value of a facet.
//!
//! ```text
//! a value   name's length, name | rows | for each row, how far it is behind the one before
//! a term    the same, each row followed by how many positions | length of the positions' bytes, these
//! ```
//! Lengths and counts are varints.

use crate::Damaged;
use crate::bytes::varint;
use crate::words::inverted::{Inverted, Record, take_positions};

/// A row and the positions of a term in it.
type Held = (u32, Vec<u32>);

/// Puts a value with its rows, which are in order, behind `to`.
pub(crate) fn put_rows(value: &str, rows: &[u32], to: &mut Vec<u8>) {
    put_name(value, rows.len(), to);
    let mut last = 0;
    for row in rows {
        varint::put(to, u64::from(row - last));
        last = *row;
    }
}

/// Puts a term with its rows and positions behind `to`.
pub(crate) fn put_words(
    term: &str,
    inverted: &Inverted<'_>,
    record: &Record<'_>,
    to: &mut Vec<u8>,
) -> Result<(), Damaged> {
    put_name(term, record.count, to);
    let mut last = 0;
    inverted.each_row(record, |row, count| {
        varint::put(to, u64::from(row - last));
        varint::put(to, u64::from(count));
        last = row;
    })?;
    let positions = inverted.positions(record)?;
    varint::put(to, positions.len() as u64);
    to.extend(positions);
    Ok(())
}

fn put_name(name: &str, rows: usize, to: &mut Vec<u8>) {
    varint::put(to, name.len() as u64);
    to.extend(name.as_bytes());
    varint::put(to, rows as u64);
}

/// Takes a value and its rows off the front of `bytes`; none if they end too early.
pub(crate) fn take_rows<'a>(bytes: &mut &'a [u8]) -> Option<(&'a str, Vec<u32>)> {
    let (value, count) = take_name(bytes)?;
    let (mut rows, mut last) = (Vec::new(), 0u32);
    for _ in 0..count {
        last = last.checked_add(number(bytes)?)?;
        rows.push(last);
    }
    Some((value, rows))
}

/// Takes a term off the front of `bytes`, with its rows if it is wanted; none if they end too early.
pub(crate) fn take_words<'a>(
    bytes: &mut &'a [u8],
    wanted: impl Fn(&str) -> bool,
) -> Option<(&'a str, Vec<Held>)> {
    let (term, count) = take_name(bytes)?;
    let (mut rows, mut last) = (Vec::new(), 0u32);
    for _ in 0..count {
        last = last.checked_add(number(bytes)?)?;
        rows.push((last, number(bytes)?));
    }
    let length = usize::try_from(varint::take(bytes)?).ok()?;
    let mut positions = bytes.split_off(..length)?;
    if !wanted(term) {
        return Some((term, Vec::new()));
    }
    let mut held = Vec::with_capacity(rows.len());
    for (row, count) in rows {
        let mut here = Vec::new();
        take_positions(&mut positions, count, &mut here)?;
        held.push((row, here));
    }
    Some((term, held))
}

fn take_name<'a>(bytes: &mut &'a [u8]) -> Option<(&'a str, u64)> {
    let length = usize::try_from(varint::take(bytes)?).ok()?;
    let name = std::str::from_utf8(bytes.split_off(..length)?).ok()?;
    Some((name, varint::take(bytes)?))
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    u32::try_from(varint::take(bytes)?).ok()
}
