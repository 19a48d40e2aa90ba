use std::ops::Range;

use crate::bytes::numbers::U32s;
use crate::segment::Segment;
use crate::segment::layout::NONE;
use crate::segment::pools::REACH;
use crate::{Bits, Damaged, Index};

/// What follows what, over all segments: each row's neighbours and session by their rows of the index.
///
/// They are laid flat once for each search, because every row's are asked for several times.
pub(crate) struct Chain {
    segments: Vec<ChainSegment>,
    before: Vec<u32>,
    after: Vec<u32>,
    sessions: Vec<u32>,
    /// The first of each row's passages and the end of these, of the vectors of the index.
    passages: Vec<[u32; 2]>,
}

/// Where a segment's rows and vectors are.
#[derive(Clone, Copy)]
pub(crate) struct ChainSegment {
    /// Its first row.
    pub(crate) first: usize,
    /// Its first vector, of those of the index.
    pub(crate) first_vector: usize,
}

impl Chain {
    pub(crate) fn new(index: &Index) -> Result<Self, Damaged> {
        let rows = || Vec::with_capacity(index.rows());
        let (mut before, mut after, mut sessions) = (rows(), rows(), rows());
        let mut passages = Vec::with_capacity(index.rows());
        let (mut segments, mut first_vector) = (Vec::new(), 0);
        for (segment, first) in index.segments.iter().zip(&index.firsts) {
            let [earlier, later] = segment.neighbours()?;
            let here = segment.rows();
            put_rows(segment, earlier, here, &mut before);
            put_rows(segment, later, here, &mut after);
            put_rows(segment, segment.sessions()?, here, &mut sessions);
            passages.extend(segment.spans()?.passages(first_vector as u32));
            passages.resize(first + here, [0; 2]);
            segments.push(ChainSegment { first: *first, first_vector });
            first_vector += segment.head().vectors;
        }
        for (row, next) in &index.joins {
            if let Some(after) = after.get_mut(*row).filter(|after| **after == NONE) {
                *after = *next as u32;
            }
        }
        Ok(Self { segments, before, after, sessions, passages })
    }

    pub(crate) fn rows(&self) -> usize {
        self.sessions.len()
    }

    /// In order.
    pub(crate) fn segments(&self) -> &[ChainSegment] {
        &self.segments
    }

    /// The row before this one in its group.
    #[inline]
    pub(crate) fn before(&self, row: usize) -> Option<usize> {
        known(&self.before, row)
    }

    /// The row after this one in its group.
    #[inline]
    pub(crate) fn after(&self, row: usize) -> Option<usize> {
        known(&self.after, row)
    }

    /// The first row of this row's session.
    #[inline]
    pub(crate) fn session(&self, row: usize) -> usize {
        known(&self.sessions, row).unwrap_or(row)
    }

    /// How many sessions there are.
    pub(crate) fn count_sessions(&self) -> usize {
        self.sessions.iter().zip(0..).filter(|(first, row)| **first == *row).count()
    }

    /// The rows of a session, known by its first row.
    pub(crate) fn rows_of_session(&self, first: usize) -> impl Iterator<Item = usize> {
        let same = move |row: &usize| self.session(*row) == first;
        std::iter::successors(Some(first), |row| self.after(*row)).take_while(same)
    }

    /// Which vectors of the index are the passages of this row.
    #[inline]
    pub(crate) fn passages(&self, row: usize) -> Range<usize> {
        let [start, end] = self.passages.get(row).copied().unwrap_or_default();
        start as usize..end as usize
    }

    /// The rows whose scores tell something about those in `keep`: all of their sessions, and those on either side of these
    /// that lend to them or are read with them.
    pub(crate) fn with_context(&self, keep: &Bits) -> Bits {
        let mut sessions = Bits::none(self.rows());
        keep.iter().for_each(|row| sessions.insert(self.session(row)));
        let mut context = keep.clone();
        for first in sessions.iter() {
            let mut last = first;
            for row in self.rows_of_session(first) {
                context.insert(row);
                last = row;
            }
            self.add_side(first, |row| self.before(row), &mut context);
            self.add_side(last, |row| self.after(row), &mut context);
        }
        context
    }

    /// Adds a row that lends, and as many passages behind it as are pooled with one.
    fn add_side(&self, from: usize, next: impl Fn(usize) -> Option<usize>, context: &mut Bits) {
        let (mut passages, mut at) = (0, next(from));
        while let Some(row) = at.filter(|_| passages <= REACH) {
            context.insert(row);
            passages += usize::from(!self.passages(row).is_empty());
            at = next(row);
        }
    }
}

/// Puts one row of the index, or none, for each row of the segment behind `to`.
fn put_rows(segment: &Segment, stored: U32s<'_>, rows: usize, to: &mut Vec<u32>) {
    let (base, end) = (segment.row_of(0) as u32, to.len() + rows);
    to.extend(stored.iter().take(rows).map(|row| if row == NONE { NONE } else { row.saturating_add(base) }));
    to.resize(end, NONE);
}

#[inline]
fn known(rows: &[u32], row: usize) -> Option<usize> {
    rows.get(row).filter(|row| **row != NONE).map(|row| *row as usize)
}
