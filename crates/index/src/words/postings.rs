use crate::bytes::varint;
use crate::words::inverted::{Inverted, Record, take_positions};
use crate::{Damaged, Lexical};

/// The rows of one term in one segment.
#[derive(Default)]
pub(crate) struct Postings<'a> {
    /// In order.
    pub(crate) rows: Vec<u32>,
    /// For each row, how often the term is in its text; 0 if it is only among the names.
    pub(crate) counts: Vec<u32>,
    /// The positions in all the texts, one row's after the other's.
    positions: &'a [u8],
}

impl<'a> Postings<'a> {
    /// The list of `record`, empty if there is none.
    pub(crate) fn read(segment: &Lexical<'a>, record: Option<&Record<'a>>) -> Result<Self, Damaged> {
        let Some(record) = record else { return Ok(Self::default()) };
        Self::of(segment.inverted(), record)
    }

    fn of(inverted: &Inverted<'a>, record: &Record<'a>) -> Result<Self, Damaged> {
        let expected = record.count.min(inverted.rows());
        let (mut rows, mut counts) = (Vec::with_capacity(expected), Vec::with_capacity(expected));
        inverted.each_row(record, |row, count| {
            rows.push(row);
            counts.push(count);
        })?;
        Ok(Self { rows, counts, positions: inverted.positions(record)? })
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor { list: self, next: 0, read: 0, rest: self.positions }
    }
}

/// Goes through the rows of a list and their positions, forwards only.
struct Cursor<'l> {
    list: &'l Postings<'l>,
    /// The place in the list of the first row that wasn't passed.
    next: usize,
    /// The place in the list of the row whose positions `rest` starts with.
    read: usize,
    rest: &'l [u8],
}

impl Cursor<'_> {
    /// Passes all rows before `row`. Whether `row` is there.
    fn reach(&mut self, row: u32) -> bool {
        let ahead = self.list.rows.get(self.next..).unwrap_or_default();
        // Rows that are asked for are often near: a search in steps that double beats halving all that is left.
        let mut step = 1;
        while ahead.get(step - 1).is_some_and(|next| *next < row) {
            step *= 2;
        }
        let (passed, end) = (step / 2, step.min(ahead.len()));
        let within = ahead.get(passed..end).unwrap_or_default();
        self.next += passed + within.partition_point(|next| *next < row);
        self.list.rows.get(self.next) == Some(&row)
    }

    /// Puts the positions in the row that was just reached into `positions`. None if the bytes end too early.
    fn positions(&mut self, positions: &mut Vec<u32>) -> Option<()> {
        let passed = self.list.counts.get(self.read..self.next)?;
        varint::skip(&mut self.rest, passed.iter().map(|count| *count as usize).sum())?;
        self.read = self.next + 1;
        take_positions(&mut self.rest, *self.list.counts.get(self.next)?, positions)
    }
}

/// A row where two terms are near each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) row: u32,
    /// How many positions of the first term have the second one near.
    pub(crate) near: u32,
    /// How many have it right behind.
    pub(crate) ordered: u32,
}

/// The rows where `first` is at most `reach` places from `second`, and how many of its positions are, and how many have it
/// at most `gap` places behind them. None if bytes are missing.
pub(crate) fn pairs(first: &Postings, second: &Postings, reach: u32, gap: u32) -> Option<Vec<Pair>> {
    let shorter = if first.rows.len() <= second.rows.len() { first } else { second };
    let (mut cursor, mut other) = (first.cursor(), second.cursor());
    let (mut here, mut there, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for row in &shorter.rows {
        if cursor.reach(*row) && other.reach(*row) {
            cursor.positions(&mut here)?;
            other.positions(&mut there)?;
            let near = count_near(&here, &there, reach);
            if near > 0 {
                found.push(Pair { row: *row, near, ordered: count_ordered(&here, &there, gap) });
            }
        }
    }
    Some(found)
}

/// How many of `here` have one of `there` at most `reach` away. Both are in order.
fn count_near(here: &[u32], mut there: &[u32], reach: u32) -> u32 {
    let mut count = 0;
    for position in here {
        while let Some((_, later)) = there.split_first().filter(|(other, _)| **other + reach < *position) {
            there = later;
        }
        count += u32::from(there.first().is_some_and(|other| *other <= position + reach));
    }
    count
}

/// How many of `here` have one of `there` behind them, at most `gap` away. Both are in order.
fn count_ordered(here: &[u32], mut there: &[u32], gap: u32) -> u32 {
    let mut count = 0;
    for position in here {
        while let Some((_, later)) = there.split_first().filter(|(other, _)| **other <= *position) {
            there = later;
        }
        count += u32::from(there.first().is_some_and(|other| *other <= position + gap));
    }
    count
}

/// The rows that hold a phrase: its terms' lists with their distances from its first term. None if bytes are missing.
pub(crate) fn with_phrase(mut terms: Vec<(Postings, u32)>) -> Option<Vec<u32>> {
    if let [(list, _)] = &mut terms[..] {
        return Some(std::mem::take(&mut list.rows));
    }
    terms.sort_by_key(|(list, _)| list.rows.len());
    let mut cursors: Vec<_> = terms.iter().map(|(list, distance)| (list.cursor(), *distance)).collect();
    let (mut starts, mut positions, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for row in terms.first().map_or(&[][..], |(rarest, _)| &rarest.rows) {
        if !cursors.iter_mut().all(|(cursor, _)| cursor.reach(*row)) {
            continue;
        }
        for (place, (cursor, distance)) in cursors.iter_mut().enumerate() {
            cursor.positions(&mut positions)?;
            if place == 0 {
                starts.clear();
                starts.extend(positions.iter().filter_map(|position| position.checked_sub(*distance)));
            }
            starts.retain(|start| positions.binary_search(&(start + *distance)).is_ok());
        }
        if !starts.is_empty() {
            found.push(*row);
        }
    }
    Some(found)
}
