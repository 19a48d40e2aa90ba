use std::collections::HashMap;

use crate::dense::{cosine, length};
use crate::fuse::{Blend, Span, lent};
use crate::part::NONE;
use crate::scan::{Scan, together};
use crate::{Bits, Damaged, Found, Index, IndexError, Mode, PassageRef, Query, Ranked, Top, WordQuery, score};

/// So many rows are looked at exactly, for each that is wanted and in addition.
const LOOKS: [usize; 2] = [4, 64];
/// So many rows at either end of the compact cosines are looked at exactly, to know the ends.
const EXTREMES: usize = 16;

impl Index {
    /// The rows that answer the query best, best first, equal ones by row.
    ///
    /// - Semantic: by cosine (see [`Found::dense`]); the score is the cosine, not below 0.
    /// - Keyword: by BM25; rows that hold none of the words are left out.
    /// - Hybrid: both are scaled to 0..=1 over the rows that may be found, and 0.4 of the one and 0.6 of the other
    ///   added; a quarter of what the better neighbour has is added to that, and the sum is divided by 1.25.
    ///
    /// # Errors
    /// If the query has a vector of another dimension or, in semantic mode, none; and if something that was read turned
    /// out to be damaged: the index should then be built anew.
    pub fn search(&self, query: &Query<'_>) -> Result<Vec<Found>, IndexError> {
        let expected = self.settings.dimension;
        if let Some(odd) = query.vector.filter(|vector| vector.len() != expected) {
            return Err(IndexError::Dimension { expected, found: odd.len() });
        }
        let words = WordQuery::parse(query.words, &self.analyzer);
        let nothing = words.is_empty() && words.excludes();
        let found = match (query.mode, query.vector) {
            (Mode::Semantic, None) => return Err(IndexError::NoVector),
            (Mode::Semantic, Some(vector)) => self.semantic(query, vector),
            (Mode::Hybrid, Some(_)) | (Mode::Keyword, _) if nothing => Ok(Vec::new()),
            (Mode::Hybrid, Some(vector)) if words.is_empty() => self.semantic(query, vector),
            (Mode::Hybrid, Some(vector)) => self.hybrid(query, vector, &words),
            (Mode::Hybrid | Mode::Keyword, _) => self.keyword(query, &words),
        };
        let mut found = found.map_err(self.damaged())?;
        found.retain(|found| found.score >= query.min_score);
        Ok(found)
    }

    fn semantic(&self, query: &Query<'_>, vector: &[f32]) -> Result<Vec<Found>, Damaged> {
        let (cosines, ()) = Scan::new(vector, query.exact).all(self, query.keep, || ())?;
        let candidates = best(looks(query.limit), &cosines, query.keep, |cosine| cosine);
        let mut looks = Looks::new(self, vector);
        let mut top = Top::new(query.limit);
        for candidate in candidates {
            let exact = looks.at(candidate.row)?.cosine;
            top.offer(Ranked { row: candidate.row, score: exact });
        }
        let found = |ranked: Ranked| {
            let passage = looks.at(ranked.row)?.passage;
            Ok(Found {
                row: ranked.row,
                score: ranked.score.max(0.0),
                dense: Some(ranked.score),
                lexical: None,
                passage,
                neighbour: 0.0,
            })
        };
        top.into_sorted().into_iter().map(found).collect()
    }

    fn keyword(&self, query: &Query<'_>, words: &WordQuery) -> Result<Vec<Found>, Damaged> {
        let (lexical, allowed) = self.words(words, query.keep, self.threads_for(self.rows()))?;
        let kept = both(query.keep, allowed);
        let worth = |score| if score > 0.0 { score } else { f32::NAN };
        let top = best(query.limit, &lexical, kept.as_ref().or(query.keep), worth);
        let mut looks = query.vector.map(|vector| Looks::new(self, vector));
        let found = |ranked: Ranked| {
            let look = looks.as_mut().map_or(Ok(Look::NONE), |looks| looks.at(ranked.row))?;
            Ok(Found {
                row: ranked.row,
                score: ranked.score,
                dense: look.dense(),
                lexical: Some(ranked.score),
                passage: look.passage,
                neighbour: 0.0,
            })
        };
        top.into_iter().map(found).collect()
    }

    fn hybrid(&self, query: &Query<'_>, vector: &[f32], words: &WordQuery) -> Result<Vec<Found>, Damaged> {
        let around = query.keep.map(|keep| self.with_neighbours(keep)).transpose()?;
        let (around, threads) = (around.as_ref(), self.threads_for(self.rows()));
        // The other threads begin with the vectors while this one is busy with the words.
        let lexical = || self.words(words, around, threads.div_ceil(2));
        let (cosines, lexical) = Scan::new(vector, query.exact).all(self, around, lexical)?;
        let (lexical, allowed) = lexical?;
        let kept = both(query.keep, allowed);
        let signals = Signals { index: self, keep: kept.as_ref().or(query.keep), cosines, lexical };
        signals.found(query.limit, &mut Looks::new(self, vector))
    }

    /// BM25 of each row that is in `keep`, and the rows that the query's phrases and exclusions allow.
    fn words(
        &self,
        words: &WordQuery,
        keep: Option<&Bits>,
        threads: usize,
    ) -> Result<(Vec<f32>, Option<Bits>), Damaged> {
        let mut scores = vec![0.0; self.rows()];
        let segments = self.segments.iter().map(|segment| segment.words()).collect::<Result<Vec<_>, _>>()?;
        let allowed = score(words, &segments, keep, threads, &mut scores)?;
        Ok((scores, allowed))
    }

    fn with_neighbours(&self, keep: &Bits) -> Result<Bits, Damaged> {
        let mut around = keep.clone();
        for row in keep.iter() {
            self.around(row)?.into_iter().flatten().for_each(|row| around.insert(row));
        }
        Ok(around)
    }

    /// For each row, the greater of its neighbours' values; 0 for a row without neighbours.
    fn better_neighbours(&self, values: &[f32]) -> Result<Vec<f32>, Damaged> {
        let value = |row: usize| values.get(row).copied().unwrap_or(0.0);
        let mut better = Vec::with_capacity(values.len());
        for segment in &self.segments {
            let [before, after] = segment.neighbours()?;
            // `NONE` is past the end of the values.
            let greater = |(before, after): (u32, u32)| value(before as usize).max(value(after as usize));
            better.extend(before.iter().zip(after.iter()).map(greater));
        }
        for (before, after) in &self.joins {
            if let Some(better) = better.get_mut(*before) {
                *better = better.max(value(*after));
            }
        }
        Ok(better)
    }
}

const _: () = assert!(NONE == u32::MAX);

/// What is known of every row before any is looked at closely.
struct Signals<'a> {
    index: &'a Index,
    keep: Option<&'a Bits>,
    /// NaN where there is none.
    cosines: Vec<f32>,
    lexical: Vec<f32>,
}

impl Signals<'_> {
    fn found(&self, limit: usize, looks_at: &mut Looks<'_>) -> Result<Vec<Found>, Damaged> {
        let blend = Blend { meaning: self.meaning(looks_at)?, words: self.words() };
        let blends: Vec<f32> =
            self.cosines.iter().zip(&self.lexical).map(|(cosine, words)| blend.of(*cosine, *words)).collect();
        let mut scores = self.index.better_neighbours(&blends)?;
        scores.iter_mut().zip(&blends).for_each(|(better, own)| *better = lent(*own, *better).0);
        let candidates = best(looks(limit), &scores, self.keep, |score| score);
        let found = candidates.into_iter().map(|candidate| self.look(candidate.row, &blend, looks_at));
        let mut found = found.collect::<Result<Vec<_>, _>>()?;
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        found.truncate(limit);
        Ok(found)
    }

    /// A row's score by its exact cosine, and its neighbours'.
    fn look(&self, row: usize, blend: &Blend, looks: &mut Looks<'_>) -> Result<Found, Damaged> {
        let words = |row: usize| self.lexical.get(row).copied().unwrap_or(0.0);
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
    fn meaning(&self, looks: &mut Looks<'_>) -> Result<Span, Damaged> {
        let mut ends = best(EXTREMES, &self.cosines, self.keep, |cosine| cosine);
        ends.extend(best(EXTREMES, &self.cosines, self.keep, |cosine| -cosine));
        let exact = ends.iter().map(|end| Ok(looks.at(end.row)?.cosine)).collect::<Result<Vec<_>, _>>()?;
        Ok(Span::of(exact.into_iter()))
    }

    fn words(&self) -> Span {
        let words = |row: usize| self.lexical.get(row).copied().unwrap_or(f32::NAN);
        match self.keep {
            Some(keep) => Span::of(keep.iter().map(words)),
            None => Span::of(self.lexical.iter().copied()),
        }
    }
}

/// A close look at a row's vectors.
#[derive(Debug, Clone, Copy)]
struct Look {
    /// NaN if there is none.
    cosine: f32,
    passage: Option<PassageRef>,
}

impl Look {
    const NONE: Self = Self { cosine: f32::NAN, passage: None };

    fn dense(&self) -> Option<f32> {
        Some(self.cosine).filter(|cosine| !cosine.is_nan())
    }
}

/// Looks at the exact vectors, at each row once.
struct Looks<'a> {
    index: &'a Index,
    query: &'a [f32],
    length: f32,
    seen: HashMap<usize, Look>,
}

impl<'a> Looks<'a> {
    fn new(index: &'a Index, query: &'a [f32]) -> Self {
        Self { index, query, length: length(query), seen: HashMap::new() }
    }

    fn at(&mut self, row: usize) -> Result<Look, Damaged> {
        if let Some(look) = self.seen.get(&row) {
            return Ok(*look);
        }
        let look = self.look(row)?;
        self.seen.insert(row, look);
        Ok(look)
    }

    fn look(&self, row: usize) -> Result<Look, Damaged> {
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(Look::NONE) };
        let [passages, windows] = crate::builder::vectors(segment, place)?;
        let nearest = |vectors: &[Vec<f32>]| {
            let cosines = vectors.iter().map(|vector| cosine(vector, self.query, self.length));
            best(1, &cosines.collect::<Vec<_>>(), None, |cosine| cosine).first().copied()
        };
        let (own, window) = (nearest(&passages), nearest(&windows));
        let cosine = |ranked: Option<Ranked>| ranked.map_or(f32::NAN, |ranked| ranked.score);
        let passage = match (own, window) {
            (Some(own), Some(window)) if window.score > own.score => Some(PassageRef::Window(window.row)),
            (Some(own), _) => Some(PassageRef::Own(own.row)),
            (None, window) => window.map(|window| PassageRef::Window(window.row)),
        };
        Ok(Look { cosine: together(cosine(own), cosine(window)), passage })
    }
}

fn looks(limit: usize) -> usize {
    let [each, more] = LOOKS;
    limit.saturating_mul(each).saturating_add(more)
}

/// The rows of both; none if `allowed` doesn't narrow anything.
fn both(keep: Option<&Bits>, allowed: Option<Bits>) -> Option<Bits> {
    let mut both = allowed?;
    keep.into_iter().for_each(|keep| both.intersect(keep));
    Some(both)
}

/// The best of the rows that are in `keep`, by what `of` makes of their values; NaN is left out.
fn best(count: usize, values: &[f32], keep: Option<&Bits>, of: impl Fn(f32) -> f32) -> Vec<Ranked> {
    let mut top = Top::new(count);
    let mut offer = |row: usize, value: &f32| {
        let score = of(*value);
        if !score.is_nan() {
            top.offer(Ranked { row, score });
        }
    };
    match keep {
        Some(keep) => keep.iter().for_each(|row| values.get(row).into_iter().for_each(|value| offer(row, value))),
        None => values.iter().enumerate().for_each(|(row, value)| offer(row, value)),
    }
    top.into_sorted()
}
