//! How long the sum of neighbouring passages is, which makes a cosine with all of them out of cosines with each.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::vectors::dense::length;

/// So many passages of its group on either side are pooled with a passage.
pub(crate) const REACH: usize = 2;
/// So many passages are pooled at most.
const MOST: usize = 2 * REACH + 1;

/// A passage of a row of an earlier segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EarlierPassage {
    /// The row of the index.
    pub(crate) row: u32,
    /// Which of the row's passages it is.
    pub(crate) passage: u32,
    pub(crate) vector: Vec<f32>,
}

/// Where the length of a pool is kept.
#[derive(Debug, Clone, Copy)]
enum At {
    /// With this vector of the segment.
    Here(usize),
    /// With this passage of a row of an earlier segment, whose pool has grown since.
    Earlier(u32, u32),
}

/// The lengths of pools, passage by passage.
///
/// A passage is pooled with those beside it in its group, whichever rows these are of: the sum of their vectors, each
/// brought to length 1. The cosine with a sum is the sum of the cosines divided by the sum's length, so that the length is
/// all that has to be stored.
#[derive(Default)]
pub(crate) struct Pools {
    lengths: Vec<f32>,
    earlier: BTreeMap<(u32, u32), f32>,
    /// The last passages of each group, brought to length 1.
    ends: HashMap<u64, VecDeque<(At, Vec<f32>)>>,
}

impl Pools {
    /// Tells how a group ended before this segment.
    pub(crate) fn follow(&mut self, group: u64, passages: &[EarlierPassage]) {
        let last = passages.iter().skip(passages.len().saturating_sub(MOST - 1));
        let units = last.map(|earlier| (At::Earlier(earlier.row, earlier.passage), unit(&earlier.vector)));
        self.ends.insert(group, units.collect());
    }

    /// Adds the vectors of a row: passages, which are pooled, and windows, which aren't.
    pub(crate) fn add(&mut self, group: Option<u64>, passages: &[&[f32]], windows: usize) {
        let mut end = group.and_then(|group| self.ends.remove(&group)).unwrap_or_default();
        for passage in passages {
            end.push_back((At::Here(self.lengths.len()), unit(passage)));
            self.lengths.push(0.0);
            if end.len() > MOST {
                end.pop_front();
            }
            self.measure(end.make_contiguous());
        }
        self.lengths.resize(self.lengths.len() + windows, 0.0);
        self.ends.extend(group.map(|group| (group, end)));
    }

    /// Measures the pools that the last of these passages is in.
    fn measure(&mut self, end: &[(At, Vec<f32>)]) {
        for place in end.len().saturating_sub(REACH + 1)..end.len() {
            let pooled = place.saturating_sub(REACH)..end.len().min(place + REACH + 1);
            let Some(((at, _), pooled)) = end.get(place).zip(end.get(pooled)) else { continue };
            let length = pooled_length(pooled.iter().map(|(_, unit)| unit.as_slice()));
            match at {
                At::Here(vector) => {
                    if let Some(kept) = self.lengths.get_mut(*vector) {
                        *kept = length;
                    }
                }
                At::Earlier(row, passage) => drop(self.earlier.insert((*row, *passage), length)),
            }
        }
    }

    /// The length for each vector, 0 for a window; and the lengths that passages of earlier segments have now, by row of
    /// the index and passage, in order.
    pub(crate) fn finish(self) -> (Vec<f32>, Vec<(u32, u32, f32)>) {
        let earlier = self.earlier.into_iter().map(|((row, passage), length)| (row, passage, length));
        (self.lengths, earlier.collect())
    }
}

/// The vector at length 1; all zeros if it has no length, or not a finite one, like its cosine to everything.
fn unit(vector: &[f32]) -> Vec<f32> {
    let scale = 1.0 / length(vector);
    let usable = scale.is_finite() && scale > 0.0;
    vector.iter().map(|value| if usable { value * scale } else { 0.0 }).collect()
}

fn pooled_length<'a>(mut units: impl Iterator<Item = &'a [f32]>) -> f32 {
    let mut sum = units.next().unwrap_or_default().to_vec();
    for unit in units {
        sum.iter_mut().zip(unit).for_each(|(sum, value)| *sum += value);
    }
    length(&sum)
}

/// The greatest cosine between a query and the pool of one of a row's passages. NaN for a row without passages.
///
/// `cosines` are those of the passages, `before` of them of rows before this one; `lengths` has one for each of the row's
/// own.
pub(crate) fn best_pooled(cosines: &[f32], before: usize, lengths: &[f32]) -> f32 {
    let pooled = (before..).zip(lengths).map(|(place, length)| cosine_of(pool(cosines, place), *length));
    pooled.fold(f32::NAN, f32::max)
}

/// Puts the cosine between a query and each pool into `pooled`: of passages as in [`best_pooled`], of however many rows.
pub(crate) fn pool_all(cosines: &[f32], before: usize, lengths: &[f32], pooled: &mut Vec<f32>) {
    pooled.clear();
    pooled.resize(lengths.len(), 0.0);
    // All but those at either end are whole, and done side by side.
    let first = REACH.saturating_sub(before);
    let whole = cosines.get((before + first).saturating_sub(REACH)..).unwrap_or_default().windows(MOST);
    let ends = lengths.len().min(first)..lengths.len().min(first + whole.len()).max(first.min(lengths.len()));
    let places = lengths.iter().zip(pooled.iter_mut()).skip(first).zip(whole);
    places.for_each(|((length, pooled), whole)| *pooled = cosine_of(sum(whole), *length));
    for place in (0..ends.start).chain(ends.end..lengths.len()) {
        if let (Some(length), Some(pooled)) = (lengths.get(place), pooled.get_mut(place)) {
            *pooled = cosine_of(pool(cosines, before + place), *length);
        }
    }
}

/// The sum of the cosines that are pooled with the one in this place.
#[inline]
fn pool(cosines: &[f32], place: usize) -> f32 {
    let end = cosines.len().min(place + REACH + 1);
    sum(cosines.get(place.saturating_sub(REACH)..end).unwrap_or_default())
}

/// A number of values that is known makes this a few additions.
#[inline]
fn sum(values: &[f32]) -> f32 {
    values.first_chunk::<MOST>().map_or_else(|| values.iter().sum(), |whole| whole.iter().sum())
}

/// What the sum of cosines to passages makes the cosine to their pool, which is so long.
#[inline]
fn cosine_of(sum: f32, length: f32) -> f32 {
    let cosine = sum / length;
    // A comparison with NaN is false; a sum without a length is near to nothing.
    if cosine.abs() <= 1.0 {
        cosine
    } else if length > 1e-6 {
        cosine.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vectors::dense::cosine;

    proptest! {
        #[test]
        fn a_pooled_cosine_is_that_to_the_sum_of_neighbours_whichever_rows_these_are_of(
            rows in prop::collection::vec(prop::collection::vec(prop::collection::vec(-1f32..1.0, 3), 0..4), 1..8),
            earlier in 0usize..8,
            query in prop::collection::vec(-1f32..1.0, 3),
        ) {
            let earlier = earlier.min(rows.len());
            let mut pools = Pools::default();
            let known = rows[..earlier].iter().enumerate().flat_map(|(row, passages)| {
                let passage = |(passage, vector): (usize, &Vec<f32>)| EarlierPassage {
                    row: row as u32, passage: passage as u32, vector: vector.clone() };
                passages.iter().enumerate().map(passage).collect::<Vec<_>>()
            });
            pools.follow(7, &known.collect::<Vec<_>>());
            for passages in &rows[earlier..] {
                pools.add(Some(7), &passages.iter().map(Vec::as_slice).collect::<Vec<_>>(), 1);
            }
            let (here, changed) = pools.finish();
            let all = rows.concat();
            let to = |vector: &Vec<f32>| cosine(vector, &query, length(&query));
            let cosines: Vec<f32> = all.iter().map(to).collect();
            let (mut first, mut vector) = (0, 0);
            for (row, passages) in rows.iter().enumerate() {
                let own = first..first + passages.len();
                let plain = own.clone().map(|place| {
                    let around = &all[place.saturating_sub(2)..all.len().min(place + 3)];
                    let units: Vec<Vec<f32>> = around.iter().map(|vector| unit(vector)).collect();
                    let sum: Vec<f32> = (0..3).map(|at| units.iter().map(|unit| unit[at]).sum()).collect();
                    (to(&sum), length(&sum))
                });
                let plain: Vec<(f32, f32)> = plain.collect();
                let lengths: Vec<f32> = if row < earlier {
                    let changed = |passage: usize| changed.iter()
                        .find(|(at, place, _)| (*at as usize, *place as usize) == (row, passage));
                    (0..passages.len()).map(|passage| changed(passage).map_or(plain[passage].1, |changed| changed.2)).collect()
                } else {
                    vector += passages.len() + 1;
                    here[vector - passages.len() - 1..vector - 1].to_vec()
                };
                let start = own.start.saturating_sub(2);
                let found = best_pooled(&cosines[start..all.len().min(own.end + 2)], own.start - start, &lengths);
                let best = plain.iter().map(|(cosine, _)| *cosine).fold(f32::NAN, f32::max);
                let mut pooled = Vec::new();
                pool_all(&cosines[start..all.len().min(own.end + 2)], own.start - start, &lengths, &mut pooled);
                prop_assert_eq!(pooled.into_iter().fold(f32::NAN, f32::max).to_bits(), found.to_bits());
                let shortest = plain.iter().map(|(_, length)| *length).fold(1.0, f32::min).max(1e-3);
                prop_assert!(found.is_nan() && best.is_nan() || (found - best).abs() < 1e-5 / shortest, "{found} {best}");
                first = own.end;
            }
        }
    }

    #[test]
    fn what_has_no_length_is_near_to_nothing() {
        let mut pools = Pools::default();
        pools.add(None, &[&[f32::NAN, 1.0], &[0.0, 0.0], &[f32::MAX, f32::MAX]], 0);
        let (lengths, _) = pools.finish();
        assert_eq!(lengths, [0.0; 3]);
        assert_eq!(best_pooled(&[0.0; 3], 0, &lengths), 0.0);
        assert!(best_pooled(&[0.5], 1, &[]).is_nan());
    }
}
