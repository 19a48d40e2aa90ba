//! Cosines between a query and passages read together with those beside them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;

use crate::rows::parallel::fill;
use crate::search::chain::{Chain, ChainSegment};
use crate::search::scan::together;
use crate::segment::pools::{REACH, best_pooled, pool_all};
use crate::{Damaged, Index};

/// How long all pools are, over all segments.
pub(crate) struct PoolLengths<'a> {
    chain: &'a Chain<'a>,
    /// Those of passages that have got neighbours in later segments, by vector of the index.
    grown: BTreeMap<usize, f32>,
}

impl<'a> PoolLengths<'a> {
    pub(crate) fn new(index: &Index, chain: &'a Chain<'a>) -> Result<Self, Damaged> {
        let mut grown = BTreeMap::new();
        for segment in &index.segments {
            for ((row, passage), length) in segment.earlier_pools()? {
                grown.extend(chain.passages(row).nth(passage).map(|vector| (vector, length)));
            }
        }
        // What is read later by all threads, each for some rows, was checked here.
        chain.segments().iter().try_for_each(|part| part.pools(0..0).map(drop))?;
        Ok(Self { chain, grown })
    }

    /// Puts those of some vectors of a segment into `lengths`.
    fn of(&self, part: &ChainSegment<'_>, vectors: Range<usize>, lengths: &mut Vec<f32>) {
        lengths.clear();
        lengths.extend(part.pools(vectors.clone()).into_iter().flatten());
        for (vector, length) in self.grown.range(vectors.clone()) {
            if let Some(kept) = lengths.get_mut(vector - vectors.start) {
                *kept = *length;
            }
        }
    }

    /// Makes each row's cosine, its best passage's and window's, the mean of itself and the best pooled one's.
    ///
    /// `vectors` are the cosines of all vectors of the index.
    pub(crate) fn add_pooled(&self, vectors: &[f32], cosines: &mut [f32], threads: usize) {
        fill(cosines, threads, |first, cosines| {
            Pooling { pools: self, vectors, room: Room::default() }.add(first, cosines);
        });
    }

    /// The greatest cosine of one of a row's pools, NaN if it has no passages; `cosines_of` tells those of a row's passages.
    pub(crate) fn best(
        &self,
        row: usize,
        mut cosines_of: impl FnMut(usize) -> Result<Vec<f32>, Damaged>,
    ) -> Result<f32, Damaged> {
        let chain = self.chain;
        let own = cosines_of(row)?;
        let reversed = |row| {
            let mut cosines = cosines_of(row)?;
            cosines.reverse();
            Ok(cosines)
        };
        let mut around = side(row, |row| chain.before(row), reversed)?;
        around.reverse();
        let before = around.len();
        around.extend(own);
        around.extend(side(row, |row| chain.after(row), cosines_of)?);
        let mut lengths = Vec::new();
        if let Some((_, part)) = chain.segment_of(row) {
            self.of(part, part.passages(row), &mut lengths);
        }
        Ok(best_pooled(&around, before, &lengths))
    }
}

/// The cosines of the passages beside a row on one side, the nearest first, as `cosines_of` tells those of a row.
fn side<E>(
    row: usize,
    next: impl Fn(usize) -> Option<usize>,
    mut cosines_of: impl FnMut(usize) -> Result<Vec<f32>, E>,
) -> Result<Vec<f32>, E> {
    let (mut found, mut at) = (Vec::new(), next(row));
    while let Some(row) = at.filter(|_| found.len() < REACH) {
        found.extend(cosines_of(row)?.into_iter().take(REACH - found.len()));
        at = next(row);
    }
    Ok(found)
}

/// Rows that are pooled at once at most.
const BLOCK: usize = 1 << 10;

struct Pooling<'a> {
    pools: &'a PoolLengths<'a>,
    /// The cosines of all vectors.
    vectors: &'a [f32],
    room: Room,
}

/// Memory to work in.
#[derive(Default)]
struct Room {
    /// How long the pools of a block's vectors are.
    of_block: Vec<f32>,
    /// The cosines of the passages of a run of rows, and of those on either side of it.
    around: Vec<f32>,
    /// How long the pools of the run's passages are.
    lengths: Vec<f32>,
    /// Their cosines.
    pooled: Vec<f32>,
}

impl Pooling<'_> {
    /// Of the rows from `first` on.
    fn add(&mut self, first: usize, mut cosines: &mut [f32]) {
        let mut start = first;
        while let Some((_, part)) = self.pools.chain.segment_of(start).filter(|_| !cosines.is_empty()) {
            let rows = cosines.len().min(BLOCK).min(part.rows().end.saturating_sub(start).max(1));
            self.add_block(start, part, cosines.split_off_mut(..rows).unwrap_or_default());
            start += rows;
        }
    }

    /// Of some rows of a segment, run by run: nearly all rows stand right behind the one before them in their group.
    fn add_block(&mut self, first: usize, part: &ChainSegment<'_>, mut cosines: &mut [f32]) {
        let (mut start, end) = (first, first + cosines.len());
        let vectors = part.passages(first).start..part.passages(end - 1).end;
        self.pools.of(part, vectors.clone(), &mut self.room.of_block);
        while start < end {
            let run = start..self.pools.chain.run_end(start, end);
            start = run.end;
            self.add_run(
                run.clone(),
                part,
                vectors.start,
                cosines.split_off_mut(..run.len()).unwrap_or_default(),
            );
        }
    }

    /// Of rows of a segment that follow each other; `base` is the first vector of their block.
    fn add_run(&mut self, run: Range<usize>, part: &ChainSegment<'_>, base: usize, cosines: &mut [f32]) {
        let before = self.gather(run.clone(), part, base);
        let Room { around, lengths, pooled, .. } = &mut self.room;
        pool_all(around, before, lengths, pooled);
        let mut place = 0;
        for (row, cosine) in run.zip(cosines) {
            let own = place..place + part.passages(row).len();
            place = own.end;
            if !cosine.is_nan() {
                let own = pooled.get(own).unwrap_or_default();
                *cosine = together(*cosine, own.iter().copied().fold(f32::NAN, f32::max));
            }
        }
    }

    /// Puts the cosines of the passages of these rows, and of those beside them on either side, into `around`, and the
    /// lengths of their pools beside; says how many come before the rows'.
    fn gather(&mut self, run: Range<usize>, part: &ChainSegment<'_>, base: usize) -> usize {
        let (chain, vectors) = (self.pools.chain, self.vectors);
        let of = |passages: Range<usize>| vectors.get(passages).unwrap_or_default();
        let cosines = |row: usize| Ok::<_, Infallible>(of(chain.passages(row)).to_vec());
        let reversed = |row: usize| cosines(row).map(|cosines| cosines.into_iter().rev().collect());
        let before = side(run.start, |row| chain.before(row), reversed).unwrap_or_default();
        let after = side(run.end - 1, |row| chain.after(row), cosines).unwrap_or_default();
        let Room { of_block, around, lengths, .. } = &mut self.room;
        around.clear();
        lengths.clear();
        around.extend(before.iter().rev());
        for own in run.map(|row| part.passages(row)) {
            lengths.extend(of_block.get(own.start - base..own.end - base).unwrap_or_default());
            around.extend(of(own));
        }
        around.extend(after);
        before.len()
    }
}
