use std::iter::Peekable;
use std::ops::Range;

use crate::bytes::numbers::U32s;
use crate::segment::layout::NONE;
use crate::segment::pools::REACH;
use crate::segment::{Segment, Spans};
use crate::{Bits, Damaged, Index};

/// What follows what, over all segments: each row's neighbours and session.
///
/// Nearly every row stands right behind the one before it in its group. Two bits a row tell which do, and only the neighbours
/// of others are looked up: the lists of all rows would be as large as all else that a search goes through.
pub(crate) struct Chain<'a> {
    index: &'a Index,
    segments: Vec<ChainSegment<'a>>,
    /// The rows that the next row follows in their group, and is preceded by.
    linked: Bits,
    /// The rows with a neighbour that stands elsewhere.
    scattered: Bits,
    /// The number of each row's session.
    sessions: Vec<u32>,
    /// The first row of each session.
    session_starts: Vec<u32>,
}

/// Where a segment's rows and vectors are, and what it says of its rows.
#[derive(Clone, Copy)]
pub(crate) struct ChainSegment<'a> {
    /// Its first row.
    pub(crate) first: usize,
    /// Its first vector, of those of the index.
    first_vector: usize,
    segment: &'a Segment,
    before: U32s<'a>,
    after: U32s<'a>,
    spans: Spans<'a>,
}

impl<'a> Chain<'a> {
    pub(crate) fn new(index: &'a Index) -> Result<Self, Damaged> {
        let (mut segments, mut first_vector) = (Vec::new(), 0);
        for (segment, first) in index.segments.iter().zip(&index.firsts) {
            let ([before, after], spans) = (segment.neighbours()?, segment.spans()?);
            segments.push(ChainSegment { first: *first, first_vector, segment, before, after, spans });
            first_vector += segment.head().vectors;
        }
        let [linked, scattered] = links(&segments, &index.joins, index.rows());
        let (sessions, session_starts) = (Vec::with_capacity(index.rows()), Vec::new());
        let mut chain = Self { index, segments, linked, scattered, sessions, session_starts };
        chain.number_sessions()?;
        Ok(chain)
    }

    fn number_sessions(&mut self) -> Result<(), Damaged> {
        let mut last = [NONE; 2];
        for part in &self.segments {
            let starts = part.segment.sessions()?.iter().take(part.segment.rows());
            for (start, row) in starts.zip(part.first as u32..) {
                let start = if start == NONE { row } else { part.segment.row_of(start) as u32 };
                // Mostly it is the session of the row before.
                if start == row {
                    last = [start, self.session_starts.len() as u32];
                    self.session_starts.push(row);
                } else if last[0] != start {
                    last = [start, self.sessions.get(start as usize).copied().unwrap_or(0)];
                }
                self.sessions.push(last[1]);
            }
        }
        Ok(())
    }

    pub(crate) fn rows(&self) -> usize {
        self.sessions.len()
    }

    /// In order.
    pub(crate) fn segments(&self) -> &[ChainSegment<'a>] {
        &self.segments
    }

    /// Where this row is.
    pub(crate) fn segment_of(&self, row: usize) -> Option<(usize, &ChainSegment<'a>)> {
        let place = self.segments.partition_point(|part| part.first <= row).checked_sub(1)?;
        self.segments.get(place).map(|part| (place, part))
    }

    /// The row before this one in its group.
    #[inline]
    pub(crate) fn before(&self, row: usize) -> Option<usize> {
        if row > 0 && self.linked.contains(row - 1) {
            Some(row - 1)
        } else if self.scattered.contains(row) {
            self.segment_of(row).and_then(|(_, part)| part.before(row))
        } else {
            None
        }
    }

    /// The row after this one in its group.
    #[inline]
    pub(crate) fn after(&self, row: usize) -> Option<usize> {
        if self.linked.contains(row) {
            Some(row + 1)
        } else if self.scattered.contains(row) {
            let (_, part) = self.segment_of(row)?;
            part.after(row).or_else(|| self.index.joined(row))
        } else {
            None
        }
    }

    /// The end of the rows from `start` on that follow each other and stand one behind the other, `end` at the latest.
    #[inline]
    pub(crate) fn run_end(&self, start: usize, end: usize) -> usize {
        end.min(self.linked.first_missing(start) + 1)
    }

    /// Whether so many rows before this one, and so many after it, follow each other and stand side by side.
    #[inline]
    pub(crate) fn in_line(&self, row: usize, before: usize, after: usize) -> bool {
        row >= before && self.linked.contains_all(row - before, before + after)
    }

    /// Rows that follow each other in different segments, the earlier one first, in its order.
    pub(crate) fn joins(&self) -> &'a [(usize, usize)] {
        &self.index.joins
    }

    /// The number of this row's session.
    #[inline]
    pub(crate) fn session(&self, row: usize) -> usize {
        self.sessions.get(row).map_or(usize::MAX, |session| *session as usize)
    }

    /// How many sessions there are.
    pub(crate) fn count_sessions(&self) -> usize {
        self.session_starts.len()
    }

    /// The rows of a session.
    pub(crate) fn rows_of_session(&self, session: usize) -> impl Iterator<Item = usize> {
        let first = self.session_starts.get(session).map(|row| *row as usize);
        let same = move |row: &usize| self.session(*row) == session;
        std::iter::successors(first, |row| self.after(*row)).take_while(same)
    }

    /// Which vectors of the index are the passages of this row.
    pub(crate) fn passages(&self, row: usize) -> Range<usize> {
        self.segment_of(row).map_or(0..0, |(_, part)| part.passages(row))
    }

    /// The rows whose scores tell something about those in `keep`: all of their sessions, and those on either side of these
    /// that lend to them or are read with them.
    pub(crate) fn with_context(&self, keep: &Bits) -> Bits {
        self.context_where(keep, |row| !self.passages(row).is_empty())
    }

    /// The same, where it is told which rows have passages.
    pub(crate) fn context_where(&self, keep: &Bits, has_passages: impl Fn(usize) -> bool) -> Bits {
        let mut sessions = Bits::none(self.count_sessions());
        keep.iter().for_each(|row| sessions.insert(self.session(row)));
        let mut context = keep.clone();
        for session in sessions.iter() {
            let mut ends: Option<[usize; 2]> = None;
            for row in self.rows_of_session(session) {
                context.insert(row);
                ends = Some([ends.map_or(row, |[first, _]| first), row]);
            }
            if let Some([first, last]) = ends {
                add_side(first, |row| self.before(row), &has_passages, &mut context);
                add_side(last, |row| self.after(row), &has_passages, &mut context);
            }
        }
        context
    }
}

/// Adds a row that lends, and as many passages behind it as are pooled with one.
fn add_side(
    from: usize,
    next: impl Fn(usize) -> Option<usize>,
    has_passages: impl Fn(usize) -> bool,
    context: &mut Bits,
) {
    let (mut passages, mut at) = (0, next(from));
    while let Some(row) = at.filter(|_| passages <= REACH) {
        context.insert(row);
        passages += usize::from(has_passages(row));
        at = next(row);
    }
}

impl ChainSegment<'_> {
    /// Its rows.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.first..self.first + self.segment.rows()
    }

    /// The row before this one, which is here, in its group.
    fn before(&self, row: usize) -> Option<usize> {
        self.row_of(self.before.get(row.wrapping_sub(self.first)))
    }

    /// The row after this one, which is here, unless it is in a later segment.
    fn after(&self, row: usize) -> Option<usize> {
        self.row_of(self.after.get(row.wrapping_sub(self.first)))
    }

    #[inline]
    fn row_of(&self, stored: Option<u32>) -> Option<usize> {
        stored.filter(|row| *row != NONE).map(|row| self.segment.row_of(row))
    }

    /// Which vectors of the index are the passages of this row of the index, which is here.
    #[inline]
    pub(crate) fn passages(&self, row: usize) -> Range<usize> {
        let [start, end] = self.spans.passages(row.wrapping_sub(self.first)).unwrap_or_default();
        self.first_vector + start..self.first_vector + end
    }

    /// How long the pools of some vectors of the index are, which are of this segment.
    pub(crate) fn pools(&self, vectors: Range<usize>) -> Result<impl Iterator<Item = f32>, Damaged> {
        let here = [vectors.start, vectors.end].map(|vector| vector.saturating_sub(self.first_vector));
        Ok(self.segment.pools()?.between(here[0]..here[1]))
    }
}

/// The rows whose next one follows them, and the rows with a neighbour that stands elsewhere.
fn links(segments: &[ChainSegment<'_>], joins: &[(usize, usize)], rows: usize) -> [Bits; 2] {
    let (mut linked, mut scattered) = (Bits::all(rows), Bits::none(rows));
    let (mut expected, mut joins) = (None::<usize>, joins.iter().peekable());
    for part in segments {
        let neighbours = part.before.iter().zip(part.after.iter()).zip(part.rows());
        for ((before, after), row) in neighbours {
            let before = part.row_of(Some(before));
            let follows = row > 0 && expected == Some(row) && before == Some(row - 1);
            if !follows {
                let last = row.wrapping_sub(1);
                linked.remove(last);
                if expected.is_some() {
                    scattered.insert(last);
                }
                if before.is_some() {
                    scattered.insert(row);
                }
            }
            expected = part.row_of(Some(after)).or_else(|| join_of(row, &mut joins));
        }
    }
    if let Some(last) = rows.checked_sub(1) {
        linked.remove(last);
        if expected.is_some() {
            scattered.insert(last);
        }
    }
    [linked, scattered]
}

/// The row of a later segment that follows this one; rows are asked for in order.
fn join_of<'j>(row: usize, joins: &mut Peekable<impl Iterator<Item = &'j (usize, usize)>>) -> Option<usize> {
    while joins.next_if(|(before, _)| *before < row).is_some() {}
    joins.peek().filter(|(before, _)| *before == row).map(|(_, after)| *after)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use naragtive_disk::Patience;
    use proptest::prelude::*;

    use super::*;
    use crate::{Builder, Fingerprint, IndexSettings, Language, Row};

    const FILE: Fingerprint = Fingerprint([3; 32]);

    /// Rows of these groups, in segments that end at the cuts.
    fn index(groups: &[&str], cuts: &[usize]) -> Index {
        let (folder, patience) = (tempfile::tempdir().unwrap(), Patience::default());
        let (dimension, recipe, threads) = (2, String::new(), NonZeroUsize::MIN);
        let settings = IndexSettings { dimension, language: Language::ENGLISH, recipe, threads };
        let mut builder = Builder::new(folder.path(), &settings, &patience).unwrap();
        for (row, group) in groups.iter().enumerate() {
            if cuts.contains(&row) {
                builder.finish(&FILE).unwrap();
                builder = Builder::extending(folder.path(), &FILE, &settings, &patience).unwrap().unwrap();
            }
            builder.add(&Row { group, ..Row::default() }).unwrap();
        }
        builder.finish(&FILE).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_laid_flat_is_what_each_row_says(
            groups in prop::collection::vec(prop::sample::select(&["", "a", "a", "a", "b"][..]), 0..60),
            cuts in prop::collection::vec(1usize..60, 0..4),
        ) {
            let index = index(&groups, &cuts);
            let chain = Chain::new(&index).unwrap();
            let mut sessions = vec![0; chain.count_sessions()];
            for row in 0..groups.len() {
                prop_assert_eq!([chain.before(row), chain.after(row)], index.neighbours(row).unwrap());
                let session = chain.session(row);
                prop_assert!(chain.rows_of_session(session).any(|other| other == row));
                sessions[session] += 1;
                let run = row..chain.run_end(row, groups.len());
                prop_assert!(run.clone().skip(1).all(|row| chain.before(row) == Some(row - 1)));
                prop_assert!(run.end == groups.len() || chain.after(run.end - 1) != Some(run.end));
            }
            for (session, rows) in sessions.into_iter().enumerate() {
                prop_assert_eq!(chain.rows_of_session(session).count(), rows);
            }
        }
    }
}
