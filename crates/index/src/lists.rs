use crate::inverted::{Inverted, Record, take_positions};
use crate::{Damaged, Lexical, varint};

/// The rows of one term in one segment.
#[derive(Default)]
pub(crate) struct List<'a> {
    /// In order.
    pub(crate) rows: Vec<u32>,
    /// For each row, how often the term is in its text; 0 if it is only among the names.
    pub(crate) counts: Vec<u32>,
    /// The positions in all the texts, one row's after the other's.
    positions: &'a [u8],
}

impl<'a> List<'a> {
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

    fn walk(&self) -> Walk<'_> {
        Walk { list: self, next: 0, rest: self.positions }
    }
}

/// Goes through the positions of a list, forwards only.
struct Walk<'l> {
    list: &'l List<'l>,
    next: usize,
    rest: &'l [u8],
}

impl Walk<'_> {
    /// Puts the term's positions in `row` into `positions`: none if it isn't there. Each call has to ask for a greater
    /// row than the last. None if the bytes end too early.
    fn positions(&mut self, row: u32, positions: &mut Vec<u32>) -> Option<()> {
        positions.clear();
        while let (Some(at), Some(count)) = (self.list.rows.get(self.next), self.list.counts.get(self.next)) {
            if *at > row {
                break;
            }
            self.next += 1;
            if *at == row {
                return take_positions(&mut self.rest, *count, positions);
            }
            varint::skip(&mut self.rest, *count as usize)?;
        }
        Some(())
    }
}

/// The rows where `first` is at most `reach` places from `second`, and how many of its positions are. None if bytes are
/// missing.
pub(crate) fn near(first: &List, second: &List, reach: u32) -> Option<Vec<(u32, u32)>> {
    let (shorter, longer) =
        if first.rows.len() <= second.rows.len() { (first, second) } else { (second, first) };
    let (mut walk, mut other) = (first.walk(), second.walk());
    let (mut here, mut there, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let mut ahead = longer.rows.as_slice();
    for row in &shorter.rows {
        ahead = ahead.get(ahead.partition_point(|next| next < row)..).unwrap_or_default();
        if ahead.first() == Some(row) {
            walk.positions(*row, &mut here)?;
            other.positions(*row, &mut there)?;
            let count = count_near(&here, &there, reach);
            if count > 0 {
                found.push((*row, count));
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

/// The rows that hold a phrase: its terms' lists with their distances from its first term. None if bytes are missing.
pub(crate) fn with_phrase(mut terms: Vec<(List, u32)>) -> Option<Vec<u32>> {
    if let [(list, _)] = &mut terms[..] {
        return Some(std::mem::take(&mut list.rows));
    }
    terms.sort_by_key(|(list, _)| list.rows.len());
    let mut walks: Vec<_> = terms.iter().map(|(list, distance)| (list.walk(), *distance)).collect();
    let (mut starts, mut positions, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for row in terms.first().map_or(&[][..], |(rarest, _)| &rarest.rows) {
        for (place, (walk, distance)) in walks.iter_mut().enumerate() {
            walk.positions(*row, &mut positions)?;
            if place == 0 {
                starts.clear();
                starts.extend(positions.iter().filter_map(|position| position.checked_sub(*distance)));
            } else {
                starts.retain(|start| positions.binary_search(&(start + *distance)).is_ok());
            }
            if starts.is_empty() {
                break;
            }
        }
        if !starts.is_empty() {
            found.push(*row);
        }
    }
    Some(found)
}
