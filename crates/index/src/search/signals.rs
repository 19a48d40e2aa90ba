use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::Range;

use crate::rows::parallel::{chunks, on_each};
use crate::search::exact::ExactScores;
use crate::search::fuse::{Blend, ScoreRange, with_neighbour};
use crate::segment::Segment;
use crate::segment::layout::NONE;
use crate::{Bits, Damaged, Index, Ranked, RowHit, Top};

/// So many rows at most are looked at exactly, for each that is wanted and in addition.
const CANDIDATES: [usize; 2] = [4, 64];
/// So many rows at most at either end of the compact cosines are looked at exactly, to know the ends.
const EXTREMES: usize = 16;
/// Rows whose ends are looked for at once.
const BLOCK: usize = 128;
const LANES: usize = 16;

/// What is known of every row before any is looked at closely.
pub(crate) struct Signals<'a> {
    pub(crate) index: &'a Index,
    pub(crate) keep: Option<&'a Bits>,
    /// NaN where there is none.
    pub(crate) cosines: Vec<f32>,
    pub(crate) lexical: Vec<f32>,
    /// See [`crate::WordMatch::full_score`].
    pub(crate) full_score: f32,
}

/// What the rows that may be found are between.
struct Extremes {
    /// By compact cosine.
    nearest: Top,
    /// By the negative one.
    furthest: Top,
    words: f32,
}

impl Signals<'_> {
    pub(crate) fn found(
        &self,
        limit: usize,
        exact_scores: &mut ExactScores<'_>,
    ) -> Result<Vec<RowHit>, Damaged> {
        let blend = self.blend(exact_scores)?;
        let (mut top, mut found) = (Top::new(limit), HashMap::new());
        for candidate in self.candidates(candidates_for(limit), &blend)? {
            // What follows can't be among the best any more: a score, in which a row and its neighbour have their parts, is
            // off by no more than one cosine can be.
            if !top.takes(candidate.score + blend.worth_of(exact_scores.error())) {
                break;
            }
            let exact = self.exact_hit(candidate.row, &blend, exact_scores)?;
            top.offer(Ranked { row: exact.row, score: exact.score });
            found.insert(exact.row, exact);
        }
        Ok(top.into_sorted().iter().filter_map(|ranked| found.remove(&ranked.row)).collect())
    }

    /// The spans of the rows that may be found: of their exact cosines, and of what words are worth.
    pub(crate) fn blend(&self, exact_scores: &mut ExactScores<'_>) -> Result<Blend, Damaged> {
        let ends = self.ends();
        let furthest = furthest_exact(ends.furthest, exact_scores, -1.0)?;
        let nearest = furthest_exact(ends.nearest, exact_scores, 1.0)?;
        let meaning = ScoreRange::of_meaning(furthest.map(|cosine| -cosine).into_iter().chain(nearest));
        Ok(Blend { meaning, words: ScoreRange::of_words(self.full_score, ends.words) })
    }

    fn ends(&self) -> Extremes {
        let mut chunks: Vec<_> = chunks(self.cosines.len()).collect();
        let threads = self.index.threads_for(self.index.rows());
        let found = on_each(&mut chunks, threads, |rows| Ok::<_, Infallible>(self.ends_of(rows.clone())));
        found.into_iter().flatten().fold(Extremes::none(), Extremes::and)
    }

    fn ends_of(&self, rows: Range<usize>) -> Extremes {
        let mut ends = Extremes::none();
        for start in rows.clone().step_by(BLOCK) {
            let rows = start..rows.end.min(start + BLOCK);
            let cosines = self.cosines.get(rows.clone()).unwrap_or_default();
            let words = self.lexical.get(rows.clone()).unwrap_or_default();
            // The cheap question first: most blocks hold nothing that is at an end.
            let [least, most] = ends_of_all(cosines);
            let at_ends = ends.nearest.takes(most) || ends.furthest.takes(-least);
            match self.keep {
                None => ends.words = ends.words.max(ends_of_all(words)[1]),
                Some(keep) => {
                    let kept = rows.clone().zip(words).filter(|(row, _)| keep.contains(*row));
                    ends.words = kept.fold(ends.words, |most, (_, words)| most.max(*words));
                }
            }
            if at_ends {
                ends.offer(rows, cosines, self.keep);
            }
        }
        ends
    }

    /// The best rows by their compact cosines.
    fn candidates(&self, count: usize, blend: &Blend) -> Result<Vec<Ranked>, Damaged> {
        let mut parts = Vec::new();
        for (segment, first) in self.index.segments.iter().zip(&self.index.firsts) {
            parts.extend(chunks(segment.rows()).map(|places| (segment, *first, places)));
        }
        let threads = self.index.threads_for(self.index.rows());
        let tops = on_each(&mut parts, threads, |(segment, first, places)| {
            self.candidates_of(segment, *first, places.clone(), count, blend)
        })?;
        Ok(tops.into_iter().fold(Top::new(count), Top::and).into_sorted())
    }

    fn candidates_of(
        &self,
        segment: &Segment,
        first: usize,
        places: Range<usize>,
        count: usize,
        blend: &Blend,
    ) -> Result<Top, Damaged> {
        let start = first + places.start;
        let worths = self.worths(start..first + places.end, blend);
        // Neighbours are mostly near.
        let worth = |row: usize| match worths.get(row.wrapping_sub(start)) {
            Some(worth) => *worth,
            None => self.worths(row..row + 1, blend).first().copied().unwrap_or(0.0),
        };
        let [before, after] = segment.neighbours()?.map(|rows| rows.from(places.start).iter());
        let mut top = Top::new(count);
        for ((row, own), (before, after)) in (start..).zip(&worths).zip(before.zip(after)) {
            // No row is a row past the end.
            let after = if after == NONE { self.index.joined(row) } else { Some(segment.row_of(after)) };
            let before = if before == NONE { None } else { Some(segment.row_of(before)) };
            let better = before.map_or(0.0, worth).max(after.map_or(0.0, worth));
            let score = with_neighbour(*own, better).0;
            // The cheaper question first: a mask is asked for few rows.
            if top.takes(score) && self.keep.is_none_or(|keep| keep.contains(row)) {
                top.offer(Ranked { row, score });
            }
        }
        Ok(top)
    }

    /// What each of these rows is worth by itself, by its compact cosine; nothing is worth a row that isn't there.
    fn worths(&self, rows: Range<usize>, blend: &Blend) -> Vec<f32> {
        let [cosines, words] =
            [&self.cosines, &self.lexical].map(|of| of.get(rows.clone()).unwrap_or_default());
        cosines.iter().zip(words).map(|(cosine, words)| blend.of(*cosine, *words)).collect()
    }

    /// A row's score by its exact cosine, and its neighbours'.
    fn exact_hit(
        &self,
        row: usize,
        blend: &Blend,
        exact_scores: &mut ExactScores<'_>,
    ) -> Result<RowHit, Damaged> {
        let words = |row: usize| value(&self.lexical, row);
        let mut better = 0f32;
        for row in self.index.around(row)?.into_iter().flatten() {
            better = better.max(blend.of(exact_scores.at(row)?.cosine, words(row)));
        }
        let exact = exact_scores.at(row)?;
        let (score, neighbour) = with_neighbour(blend.of(exact.cosine, words(row)), better);
        let (dense, lexical) = (exact.dense(), Some(words(row)));
        Ok(RowHit { row, score, dense, lexical, passage: exact.passage, neighbour })
    }
}

impl Extremes {
    fn none() -> Self {
        Self { nearest: Top::new(EXTREMES), furthest: Top::new(EXTREMES), words: 0.0 }
    }

    fn offer(&mut self, rows: Range<usize>, cosines: &[f32], keep: Option<&Bits>) {
        for (row, cosine) in rows.zip(cosines).filter(|(_, cosine)| !cosine.is_nan()) {
            if keep.is_none_or(|keep| keep.contains(row)) {
                self.nearest.offer(Ranked { row, score: *cosine });
                self.furthest.offer(Ranked { row, score: -cosine });
            }
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            nearest: self.nearest.and(other.nearest),
            furthest: self.furthest.and(other.furthest),
            words: self.words.max(other.words),
        }
    }
}

/// The least and the greatest of some values; NaN is left out.
fn ends_of_all(values: &[f32]) -> [f32; 2] {
    // Lanes that a compiler can keep side by side in registers.
    let (mut least, mut most) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    for values in values.chunks(LANES) {
        for ((least, most), value) in least.iter_mut().zip(&mut most).zip(values) {
            // A comparison with NaN is false.
            *least = if *value < *least { *value } else { *least };
            *most = if *value > *most { *value } else { *most };
        }
    }
    [least.into_iter().fold(f32::INFINITY, f32::min), most.into_iter().fold(f32::NEG_INFINITY, f32::max)]
}

/// The greatest exact cosine times `sign`, of rows ordered by their compact cosines times `sign`.
fn furthest_exact(ends: Top, exact_scores: &mut ExactScores<'_>, sign: f32) -> Result<Option<f32>, Damaged> {
    let mut furthest: Option<f32> = None;
    for end in ends.into_sorted() {
        if furthest.is_some_and(|furthest| end.score + exact_scores.error() < furthest) {
            break;
        }
        let exact = sign * exact_scores.at(end.row)?.cosine;
        furthest = Some(furthest.map_or(exact, |furthest| furthest.max(exact)));
    }
    Ok(furthest)
}

pub(crate) fn value(values: &[f32], row: usize) -> f32 {
    values.get(row).copied().unwrap_or(f32::NAN)
}

/// How many rows are looked at exactly to find so many.
pub(crate) fn candidates_for(limit: usize) -> usize {
    let [each, more] = CANDIDATES;
    limit.saturating_mul(each).saturating_add(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_those_of_all_lanes_and_of_what_is_left_over() {
        let mut values: Vec<f32> = (0..37).map(|place| (place * 7 % 37) as f32).collect();
        assert_eq!(ends_of_all(&values), [0.0, 36.0]);
        values.extend([f32::NAN, -1.0]);
        assert_eq!(ends_of_all(&values), [-1.0, 36.0]);
        assert_eq!(ends_of_all(&[f32::NAN]), [f32::INFINITY, f32::NEG_INFINITY]);
    }
}
