use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::Range;

use crate::fuse::{Blend, Span, lent};
use crate::looks::Looks;
use crate::parallel::{on_each, stretches};
use crate::part::NONE;
use crate::segment::Segment;
use crate::{Bits, Damaged, Found, Index, Ranked, Top};

/// So many rows at most are looked at exactly, for each that is wanted and in addition.
const LOOKS: [usize; 2] = [4, 64];
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
    /// See [`crate::Asked::whole`].
    pub(crate) whole: f32,
}

/// What the rows that may be found are between.
struct Ends {
    /// By compact cosine.
    nearest: Top,
    /// By the negative one.
    furthest: Top,
    words: f32,
}

impl Signals<'_> {
    pub(crate) fn found(&self, limit: usize, looks_at: &mut Looks<'_>) -> Result<Vec<Found>, Damaged> {
        let blend = self.blend(looks_at)?;
        let (mut top, mut found) = (Top::new(limit), HashMap::new());
        for candidate in self.candidates(looks(limit), &blend)? {
            // What follows can't be among the best any more: a score, in which a row and its neighbour have their parts, is
            // off by no more than one cosine can be.
            if !top.takes(candidate.score + blend.worth_of(looks_at.error())) {
                break;
            }
            let exact = self.look(candidate.row, &blend, looks_at)?;
            top.offer(Ranked { row: exact.row, score: exact.score });
            found.insert(exact.row, exact);
        }
        Ok(top.into_sorted().iter().filter_map(|ranked| found.remove(&ranked.row)).collect())
    }

    /// The spans of the rows that may be found: of their exact cosines, and of what words are worth.
    pub(crate) fn blend(&self, looks: &mut Looks<'_>) -> Result<Blend, Damaged> {
        let ends = self.ends();
        let furthest = furthest_exact(ends.furthest, looks, -1.0)?;
        let nearest = furthest_exact(ends.nearest, looks, 1.0)?;
        let meaning = Span::of_meaning(furthest.map(|cosine| -cosine).into_iter().chain(nearest));
        Ok(Blend { meaning, words: Span::of_words(self.whole, ends.words) })
    }

    fn ends(&self) -> Ends {
        let mut stretches: Vec<_> = stretches(self.cosines.len()).collect();
        let threads = self.index.threads_for(self.index.rows());
        let found = on_each(&mut stretches, threads, |rows| Ok::<_, Infallible>(self.ends_of(rows.clone())));
        found.into_iter().flatten().fold(Ends::none(), Ends::and)
    }

    fn ends_of(&self, rows: Range<usize>) -> Ends {
        let mut ends = Ends::none();
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
            parts.extend(stretches(segment.rows()).map(|places| (segment, *first, places)));
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
            let score = lent(*own, better).0;
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
    fn look(&self, row: usize, blend: &Blend, looks: &mut Looks<'_>) -> Result<Found, Damaged> {
        let words = |row: usize| value(&self.lexical, row);
        let mut better = 0f32;
        for row in self.index.around(row)?.into_iter().flatten() {
            better = better.max(blend.of(looks.at(row)?.cosine, words(row)));
        }
        let look = looks.at(row)?;
        let (score, neighbour) = lent(blend.of(look.cosine, words(row)), better);
        let (dense, lexical) = (look.dense(), Some(words(row)));
        Ok(Found { row, score, dense, lexical, passage: look.passage, neighbour })
    }
}

impl Ends {
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
fn furthest_exact(ends: Top, looks: &mut Looks<'_>, sign: f32) -> Result<Option<f32>, Damaged> {
    let mut furthest: Option<f32> = None;
    for end in ends.into_sorted() {
        if furthest.is_some_and(|furthest| end.score + looks.error() < furthest) {
            break;
        }
        let exact = sign * looks.at(end.row)?.cosine;
        furthest = Some(furthest.map_or(exact, |furthest| furthest.max(exact)));
    }
    Ok(furthest)
}

pub(crate) fn value(values: &[f32], row: usize) -> f32 {
    values.get(row).copied().unwrap_or(f32::NAN)
}

/// How many rows are looked at exactly to find so many.
pub(crate) fn looks(limit: usize) -> usize {
    let [each, more] = LOOKS;
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
