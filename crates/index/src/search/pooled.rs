//! Cosines between a query and passages read together with those beside them.

use std::ops::Range;

use crate::rows::parallel::fill;
use crate::search::chain::Chain;
use crate::search::scan::together;
use crate::segment::pools::{REACH, best_pooled};
use crate::{Damaged, Index};

/// How long all pools are, over all segments.
pub(crate) struct PoolLengths<'a> {
    chain: &'a Chain,
    /// That of each vector of the index.
    lengths: Vec<f32>,
}

impl<'a> PoolLengths<'a> {
    pub(crate) fn new(index: &Index, chain: &'a Chain) -> Result<Self, Damaged> {
        let mut lengths = Vec::new();
        for (segment, place) in index.segments.iter().zip(chain.segments()) {
            lengths.resize(place.first_vector, 0.0);
            lengths.extend(segment.pools()?.between(0..segment.head().vectors));
        }
        // Passages that have got neighbours in later segments.
        for segment in &index.segments {
            for ((row, passage), length) in segment.earlier_pools()? {
                let passage = chain.passages(row).nth(passage);
                if let Some(kept) = passage.and_then(|vector| lengths.get_mut(vector)) {
                    *kept = length;
                }
            }
        }
        Ok(Self { chain, lengths })
    }

    /// Those of some passages.
    #[inline]
    fn of(&self, passages: Range<usize>) -> impl Iterator<Item = f32> {
        self.lengths.get(passages).unwrap_or_default().iter().copied()
    }

    /// Makes each row's cosine, its best passage's and window's, the mean of itself and the best pooled one's.
    ///
    /// `vectors` are the cosines of all vectors of the index.
    pub(crate) fn add_pooled(&self, vectors: &[f32], cosines: &mut [f32], threads: usize) {
        let pooling = Pooling { pools: self, vectors };
        fill(cosines, threads, |first, cosines| pooling.add(first, cosines));
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
        Ok(best_pooled(&around, before, self.of(chain.passages(row))))
    }
}

/// The cosines of the passages beside a row on one side, the nearest first, as `cosines_of` tells those of a row.
fn side(
    row: usize,
    next: impl Fn(usize) -> Option<usize>,
    mut cosines_of: impl FnMut(usize) -> Result<Vec<f32>, Damaged>,
) -> Result<Vec<f32>, Damaged> {
    let (mut found, mut at) = (Vec::new(), next(row));
    while let Some(row) = at.filter(|_| found.len() < REACH) {
        found.extend(cosines_of(row)?.into_iter().take(REACH - found.len()));
        at = next(row);
    }
    Ok(found)
}

struct Pooling<'a> {
    pools: &'a PoolLengths<'a>,
    vectors: &'a [f32],
}

impl Pooling<'_> {
    /// Of the rows from `first` on.
    fn add(&self, first: usize, cosines: &mut [f32]) {
        let mut around = Vec::new();
        for (row, cosine) in (first..).zip(cosines).filter(|(_, cosine)| !cosine.is_nan()) {
            let own = self.pools.chain.passages(row);
            let used = self.gather(row, own.clone(), &mut around);
            let lengths = self.pools.of(own);
            let before = REACH - used.start;
            *cosine = together(*cosine, best_pooled(around.get(used).unwrap_or_default(), before, lengths));
        }
    }

    /// Puts the cosines of a row's passages at place [`REACH`] of `around` and those of passages beside them on either
    /// side; says which places are used.
    #[inline]
    fn gather(&self, row: usize, own: Range<usize>, around: &mut Vec<f32>) -> Range<usize> {
        let chain = self.pools.chain;
        let (mut start, mut end) = (REACH, REACH + own.len());
        around.resize(end + REACH, 0.0);
        let mut put = |place: usize, cosine: f32| {
            if let Some(kept) = around.get_mut(place) {
                *kept = cosine;
            }
        };
        (REACH..).zip(self.of(own)).for_each(|(place, cosine)| put(place, *cosine));
        let mut next = chain.before(row);
        while let Some(row) = next.filter(|_| start > 0) {
            for cosine in self.of(chain.passages(row)).iter().rev().take(start) {
                start -= 1;
                put(start, *cosine);
            }
            next = chain.before(row);
        }
        let whole = end + REACH;
        let mut next = chain.after(row);
        while let Some(row) = next.filter(|_| end < whole) {
            for cosine in self.of(chain.passages(row)).iter().take(whole - end) {
                put(end, *cosine);
                end += 1;
            }
            next = chain.after(row);
        }
        start..end
    }

    #[inline]
    fn of(&self, passages: Range<usize>) -> &[f32] {
        self.vectors.get(passages).unwrap_or_default()
    }
}
