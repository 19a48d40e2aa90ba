use crate::fuse::{Blend, Span, lent};
use crate::looks::Looks;
use crate::parallel::on_each;
use crate::{Bits, Damaged, Found, Index};

/// So many rows are looked at exactly, for each that is wanted and in addition.
const LOOKS: [usize; 2] = [4, 64];
/// So many rows at either end of the compact cosines are looked at exactly, to know the ends.
const EXTREMES: usize = 16;
/// Rows that a thread takes at a time.
const STRETCH: usize = 1 << 15;

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

impl Signals<'_> {
    pub(crate) fn found(&self, limit: usize, looks_at: &mut Looks<'_>) -> Result<Vec<Found>, Damaged> {
        let blend = Blend { meaning: self.meaning(looks_at)?, words: self.words() };
        let blends = self.blends(&blend)?;
        let better = self.index.better_neighbours(&blends)?;
        let near = |row: usize| lent(value(&blends, row), value(&better, row)).0;
        let candidates = self.index.best(looks(limit), self.keep, near);
        let found = candidates.into_iter().map(|candidate| self.look(candidate.row, &blend, looks_at));
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        found.truncate(limit);
        Ok(found)
    }

    fn blends(&self, blend: &Blend) -> Result<Vec<f32>, Damaged> {
        let mut blends = vec![0.0; self.cosines.len()];
        let signals = self.cosines.chunks(STRETCH).zip(self.lexical.chunks(STRETCH));
        let mut stretches: Vec<_> = blends.chunks_mut(STRETCH).zip(signals).collect();
        on_each(&mut stretches, self.index.threads_for(self.index.rows()), |(blends, (cosines, words))| {
            for ((to, cosine), words) in blends.iter_mut().zip(*cosines).zip(*words) {
                *to = blend.of(*cosine, *words);
            }
            Ok(())
        })?;
        Ok(blends)
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

    /// The span of the exact cosines.
    pub(crate) fn meaning(&self, looks: &mut Looks<'_>) -> Result<Span, Damaged> {
        let mut ends = self.index.best(EXTREMES, self.keep, |row| value(&self.cosines, row));
        ends.extend(self.index.best(EXTREMES, self.keep, |row| -value(&self.cosines, row)));
        let exact = ends.iter().map(|end| Ok(looks.at(end.row)?.cosine)).collect::<Result<Vec<_>, _>>()?;
        Ok(Span::of_meaning(exact.into_iter()))
    }

    pub(crate) fn words(&self) -> Span {
        match self.keep {
            Some(keep) => Span::of_words(self.whole, keep.iter().map(|row| value(&self.lexical, row))),
            None => Span::of_words(self.whole, self.lexical.iter().copied()),
        }
    }
}

impl Index {
    /// For each row, the greater of its neighbours' values; 0 for a row without neighbours.
    fn better_neighbours(&self, values: &[f32]) -> Result<Vec<f32>, Damaged> {
        let mut better = vec![0.0; values.len()];
        let mut rest = better.as_mut_slice();
        let mut stretches = Vec::new();
        for segment in &self.segments {
            let (here, later) = rest.split_at_mut(segment.rows());
            rest = later;
            stretches.push((segment, here));
        }
        on_each(&mut stretches, self.threads_for(values.len()), |(segment, here)| {
            let [before, after] = segment.neighbours()?;
            for ((to, before), after) in here.iter_mut().zip(before.iter()).zip(after.iter()) {
                // No row is a row past the end.
                let value = |row: u32| values.get(segment.row_of(row)).copied().unwrap_or(0.0);
                *to = value(before).max(value(after));
            }
            Ok(())
        })?;
        for (before, after) in &self.joins {
            if let Some(better) = better.get_mut(*before) {
                *better = better.max(value(values, *after));
            }
        }
        Ok(better)
    }
}

pub(crate) fn value(values: &[f32], row: usize) -> f32 {
    values.get(row).copied().unwrap_or(f32::NAN)
}

/// How many rows are looked at exactly to find so many.
pub(crate) fn looks(limit: usize) -> usize {
    let [each, more] = LOOKS;
    limit.saturating_mul(each).saturating_add(more)
}
