//! Cosines between a query and passages read together with those beside them.

use std::collections::HashMap;
use std::ops::Range;

use crate::rows::parallel::fill;
use crate::search::chain::Chain;
use crate::search::scan::together;
use crate::segment::Segment;
use crate::segment::pools::{REACH, best_pooled};
use crate::{Damaged, Index};

/// How long pools are, where a row's own segment doesn't know it.
type LaterLengths = HashMap<(usize, usize), f32>;

/// The lengths of the pools of passages that have got neighbours in later segments, by row and passage.
fn later_lengths(index: &Index) -> Result<LaterLengths, Damaged> {
    let mut lengths = LaterLengths::new();
    for segment in &index.segments {
        lengths.extend(segment.earlier_pools()?);
    }
    Ok(lengths)
}

/// Makes each row's cosine, its best passage's and window's, the mean of itself and the best pooled one's.
///
/// `vectors` are the cosines of all vectors of the index.
pub(crate) fn add_pooled(
    index: &Index,
    chain: &Chain,
    vectors: &[f32],
    cosines: &mut [f32],
    threads: usize,
) -> Result<(), Damaged> {
    let lengths = lengths(index, chain)?;
    let pooling = Pooling { chain, vectors, lengths: &lengths };
    fill(cosines, threads, |first, cosines| pooling.add(first, cosines));
    Ok(())
}

/// The length of each vector's pool.
fn lengths(index: &Index, chain: &Chain) -> Result<Vec<f32>, Damaged> {
    let mut lengths = Vec::new();
    for (segment, place) in index.segments.iter().zip(chain.segments()) {
        lengths.resize(place.first_vector, 0.0);
        lengths.extend(segment.pools()?.between(0..segment.head().vectors));
    }
    for segment in &index.segments {
        for ((row, passage), length) in segment.earlier_pools()? {
            let passage = chain.passages(row).nth(passage);
            if let Some(kept) = passage.and_then(|vector| lengths.get_mut(vector)) {
                *kept = length;
            }
        }
    }
    Ok(lengths)
}

struct Pooling<'a> {
    chain: &'a Chain,
    vectors: &'a [f32],
    lengths: &'a [f32],
}

impl Pooling<'_> {
    /// Of the rows from `first` on.
    fn add(&self, first: usize, cosines: &mut [f32]) {
        let mut around = Vec::new();
        for (row, cosine) in (first..).zip(cosines).filter(|(_, cosine)| !cosine.is_nan()) {
            let own = self.chain.passages(row);
            let used = self.gather(row, own.clone(), &mut around);
            let lengths = self.lengths.get(own).unwrap_or_default().iter().copied();
            let before = REACH - used.start;
            *cosine = together(*cosine, best_pooled(around.get(used).unwrap_or_default(), before, lengths));
        }
    }

    /// Puts the cosines of a row's passages at place [`REACH`] of `around` and those of passages beside them on either
    /// side; says which places are used.
    #[inline]
    fn gather(&self, row: usize, own: Range<usize>, around: &mut Vec<f32>) -> Range<usize> {
        let (mut start, mut end) = (REACH, REACH + own.len());
        around.resize(end + REACH, 0.0);
        let mut put = |place: usize, cosine: f32| {
            if let Some(kept) = around.get_mut(place) {
                *kept = cosine;
            }
        };
        (REACH..).zip(self.of(own)).for_each(|(place, cosine)| put(place, *cosine));
        let mut next = self.chain.before(row);
        while let Some(row) = next.filter(|_| start > 0) {
            for cosine in self.of(self.chain.passages(row)).iter().rev().take(start) {
                start -= 1;
                put(start, *cosine);
            }
            next = self.chain.before(row);
        }
        let whole = end + REACH;
        let mut next = self.chain.after(row);
        while let Some(row) = next.filter(|_| end < whole) {
            for cosine in self.of(self.chain.passages(row)).iter().take(whole - end) {
                put(end, *cosine);
                end += 1;
            }
            next = self.chain.after(row);
        }
        start..end
    }

    #[inline]
    fn of(&self, passages: Range<usize>) -> &[f32] {
        self.vectors.get(passages).unwrap_or_default()
    }
}

/// The lengths of a row's pools, those instead that later segments know.
fn renewed(
    row: usize,
    lengths: impl Iterator<Item = f32>,
    later: &LaterLengths,
) -> impl Iterator<Item = f32> {
    lengths.enumerate().map(move |(passage, length)| later.get(&(row, passage)).copied().unwrap_or(length))
}

/// The exact cosines of passages, read together with those beside them.
pub(crate) struct ExactPools<'a> {
    index: &'a Index,
    later: LaterLengths,
}

impl<'a> ExactPools<'a> {
    pub(crate) fn new(index: &'a Index) -> Result<Self, Damaged> {
        Ok(Self { index, later: later_lengths(index)? })
    }

    /// The greatest cosine of one of a row's pools, NaN if it has no passages; `cosines_of` tells those of a row's passages.
    pub(crate) fn best(
        &self,
        row: usize,
        mut cosines_of: impl FnMut(usize) -> Result<Vec<f32>, Damaged>,
    ) -> Result<f32, Damaged> {
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(f32::NAN) };
        let own = cosines_of(row)?;
        let mut around = self.side(row, 0, &mut cosines_of)?;
        around.reverse();
        let before = around.len();
        around.extend(own);
        around.extend(self.side(row, 1, &mut cosines_of)?);
        let lengths = own_lengths(segment, place)?;
        Ok(best_pooled(&around, before, renewed(row, lengths, &self.later)))
    }

    /// The cosines of the passages beside a row on one side, the nearest first.
    fn side(
        &self,
        row: usize,
        side: usize,
        cosines_of: &mut impl FnMut(usize) -> Result<Vec<f32>, Damaged>,
    ) -> Result<Vec<f32>, Damaged> {
        let (mut found, mut at) = (Vec::new(), row);
        while found.len() < REACH
            && let Some(next) = self.index.around(at)?.get(side).copied().flatten()
        {
            let mut cosines = cosines_of(next)?;
            if side == 0 {
                cosines.reverse();
            }
            found.extend(cosines.into_iter().take(REACH - found.len()));
            at = next;
        }
        Ok(found)
    }
}

fn own_lengths(segment: &Segment, place: usize) -> Result<impl Iterator<Item = f32>, Damaged> {
    let [start, end, _] = segment.spans()?.of(place)?;
    Ok(segment.pools()?.between(start..end))
}
