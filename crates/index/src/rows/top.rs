use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::convert::Infallible;

use crate::Bits;
use crate::rows::parallel::{chunks, on_each};

/// A row and its score.
#[derive(Debug, Clone, Copy)]
pub struct Ranked {
    /// The row in the store, from 0.
    pub row: usize,
    /// Higher is better.
    pub score: f32,
}

/// Better is greater: the higher score, and of equal scores the lower row.
impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// The best so many of the rows that were offered.
pub struct Top {
    count: usize,
    /// The worst of the best on top.
    heap: BinaryHeap<Reverse<Ranked>>,
    /// Once there are enough: what a score must not be less than.
    floor: f32,
}

impl Top {
    /// Keeps the best `count`.
    pub fn new(count: usize) -> Self {
        Self { count, heap: BinaryHeap::new(), floor: f32::NEG_INFINITY }
    }

    /// Takes `ranked` if it is among the best so far.
    pub fn offer(&mut self, ranked: Ranked) {
        // Nearly all are turned away here.
        if ranked.score < self.floor {
            return;
        }
        if self.heap.len() < self.count {
            self.heap.push(Reverse(ranked));
        } else if self.heap.peek().is_some_and(|worst| ranked > worst.0) {
            self.heap.pop();
            self.heap.push(Reverse(ranked));
        }
        if self.heap.len() == self.count {
            self.floor = self.heap.peek().map_or(f32::INFINITY, |worst| worst.0.score);
        }
    }

    /// Whether a row of this score may be among the best so far.
    pub(crate) fn takes(&self, score: f32) -> bool {
        score >= self.floor
    }

    /// The best of both.
    pub(crate) fn and(mut self, other: Self) -> Self {
        other.heap.into_iter().for_each(|Reverse(ranked)| self.offer(ranked));
        self
    }

    /// The best first.
    pub fn into_sorted(self) -> Vec<Ranked> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked).collect()
    }
}

/// The best of `rows` rows, of those in `keep`, by their scores; NaN is left out.
pub(crate) fn best(
    count: usize,
    rows: usize,
    keep: Option<&Bits>,
    threads: usize,
    score: impl Fn(usize) -> f32 + Sync,
) -> Vec<Ranked> {
    let mut chunks: Vec<_> = chunks(rows).collect();
    let tops = on_each(&mut chunks, threads, |rows| {
        let mut top = Top::new(count);
        for row in rows.clone() {
            let score = score(row);
            // The cheaper question first: a mask is asked for few rows.
            if top.takes(score) && keep.is_none_or(|keep| keep.contains(row)) {
                top.offer(Ranked { row, score });
            }
        }
        Ok::<_, Infallible>(top)
    });
    tops.into_iter().flatten().fold(Top::new(count), Top::and).into_sorted()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_top_is_the_head_of_everything_sorted(
            scores in prop::collection::vec(prop_oneof![Just(0.5f32), Just(f32::NAN), -1f32..1.0], 0..60),
            count in 0usize..70
        ) {
            let all = scores.iter().enumerate().map(|(row, score)| Ranked { row, score: *score });
            let mut top = Top::new(count);
            all.clone().for_each(|ranked| top.offer(ranked));
            let mut sorted: Vec<Ranked> = all.collect();
            sorted.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
            sorted.truncate(count);
            let rows = |list: &[Ranked]| list.iter().map(|ranked| ranked.row).collect::<Vec<_>>();
            prop_assert_eq!(rows(&top.into_sorted()), rows(&sorted));
        }
    }
}
