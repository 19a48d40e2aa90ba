use std::collections::HashMap;
use std::ops::Range;

use crate::search::pooled::PoolLengths;
use crate::search::scan::together;
use crate::segment::Segment;
use crate::vectors::dense::{length, stored_cosines};
use crate::vectors::quantized::error;
use crate::{Damaged, Index, PassageRef, Ranked};

/// The exact cosine to a row's vectors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExactScore {
    /// NaN if there is none.
    pub(crate) cosine: f32,
    pub(crate) passage: Option<PassageRef>,
}

impl ExactScore {
    pub(crate) const NONE: Self = Self { cosine: f32::NAN, passage: None };

    pub(crate) fn dense(&self) -> Option<f32> {
        Some(self.cosine).filter(|cosine| !cosine.is_nan())
    }
}

/// Cosines from the exact vectors, each row's computed once.
pub(crate) struct ExactScores<'a> {
    index: &'a Index,
    query: &'a [f32],
    length: f32,
    seen: HashMap<usize, ExactScore>,
    /// The cosines of rows' passages.
    passages: HashMap<usize, Vec<f32>>,
    /// Each row's meaning.
    meanings: HashMap<usize, f32>,
    /// Memory for a vector.
    scratch: Vec<f32>,
}

impl<'a> ExactScores<'a> {
    pub(crate) fn new(index: &'a Index, query: &'a [f32]) -> Self {
        let (seen, passages, meanings, scratch) = Default::default();
        Self { index, query, length: length(query), seen, passages, meanings, scratch }
    }

    /// How far a compact cosine may be from the exact one.
    pub(crate) fn error(&self) -> f32 {
        error(self.query.len())
    }

    pub(crate) fn at(&mut self, row: usize) -> Result<ExactScore, Damaged> {
        if let Some(exact) = self.seen.get(&row) {
            return Ok(*exact);
        }
        let exact = self.measure(row)?;
        self.seen.insert(row, exact);
        Ok(exact)
    }

    /// A row's cosine: the mean of what [`Self::at`] tells and of the greatest to one of its passages read together with
    /// those beside it. NaN for a row without vectors.
    pub(crate) fn meaning(&mut self, row: usize, pools: &PoolLengths<'_>) -> Result<f32, Damaged> {
        if let Some(meaning) = self.meanings.get(&row) {
            return Ok(*meaning);
        }
        let pooled = pools.best(row, |row| self.passages(row))?;
        let meaning = together(self.at(row)?.cosine, pooled);
        self.meanings.insert(row, meaning);
        Ok(meaning)
    }

    fn passages(&mut self, row: usize) -> Result<Vec<f32>, Damaged> {
        if let Some(cosines) = self.passages.get(&row) {
            return Ok(cosines.clone());
        }
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(Vec::new()) };
        let [start, end, _] = segment.spans()?.of(place)?;
        let cosines: Vec<f32> =
            stored_cosines(segment.vectors(start..end)?, self.query, self.length, &mut self.scratch)
                .collect();
        self.passages.insert(row, cosines.clone());
        Ok(cosines)
    }

    fn measure(&mut self, row: usize) -> Result<ExactScore, Damaged> {
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(ExactScore::NONE) };
        let [start, windows, end] = segment.spans()?.of(place)?;
        let (own, window) = (self.nearest(segment, start..windows)?, self.nearest(segment, windows..end)?);
        let cosine = |ranked: Option<Ranked>| ranked.map_or(f32::NAN, |ranked| ranked.score);
        let passage = match (own, window) {
            (Some(own), Some(window)) if window.score > own.score => Some(PassageRef::Window(window.row)),
            (Some(own), _) => Some(PassageRef::Own(own.row)),
            (None, window) => window.map(|window| PassageRef::Window(window.row)),
        };
        Ok(ExactScore { cosine: together(cosine(own), cosine(window)), passage })
    }

    /// Which of these vectors, counted from the first, is nearest to the query.
    fn nearest(&mut self, segment: &Segment, vectors: Range<usize>) -> Result<Option<Ranked>, Damaged> {
        let cosines = stored_cosines(segment.vectors(vectors)?, self.query, self.length, &mut self.scratch);
        Ok(cosines.enumerate().map(|(row, score)| Ranked { row, score }).max())
    }
}
