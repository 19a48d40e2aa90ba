use std::collections::HashMap;
use std::ops::Range;

use crate::compact::error;
use crate::dense::{length, stored_cosines};
use crate::scan::together;
use crate::segment::Segment;
use crate::{Damaged, Index, PassageRef, Ranked};

/// A close look at a row's vectors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// NaN if there is none.
    pub(crate) cosine: f32,
    pub(crate) passage: Option<PassageRef>,
}

impl Look {
    pub(crate) const NONE: Self = Self { cosine: f32::NAN, passage: None };

    pub(crate) fn dense(&self) -> Option<f32> {
        Some(self.cosine).filter(|cosine| !cosine.is_nan())
    }
}

/// Looks at the exact vectors, at each row once.
pub(crate) struct Looks<'a> {
    index: &'a Index,
    query: &'a [f32],
    length: f32,
    seen: HashMap<usize, Look>,
    /// Memory for a vector.
    room: Vec<f32>,
}

impl<'a> Looks<'a> {
    pub(crate) fn new(index: &'a Index, query: &'a [f32]) -> Self {
        Self { index, query, length: length(query), seen: HashMap::new(), room: Vec::new() }
    }

    /// How far a compact cosine may be from what a look tells.
    pub(crate) fn error(&self) -> f32 {
        error(self.query.len())
    }

    pub(crate) fn at(&mut self, row: usize) -> Result<Look, Damaged> {
        if let Some(look) = self.seen.get(&row) {
            return Ok(*look);
        }
        let look = self.look(row)?;
        self.seen.insert(row, look);
        Ok(look)
    }

    fn look(&mut self, row: usize) -> Result<Look, Damaged> {
        let Some((segment, place)) = self.index.segment_of(row) else { return Ok(Look::NONE) };
        let [start, windows, end] = segment.spans()?.of(place)?;
        let (own, window) = (self.nearest(segment, start..windows)?, self.nearest(segment, windows..end)?);
        let cosine = |ranked: Option<Ranked>| ranked.map_or(f32::NAN, |ranked| ranked.score);
        let passage = match (own, window) {
            (Some(own), Some(window)) if window.score > own.score => Some(PassageRef::Window(window.row)),
            (Some(own), _) => Some(PassageRef::Own(own.row)),
            (None, window) => window.map(|window| PassageRef::Window(window.row)),
        };
        Ok(Look { cosine: together(cosine(own), cosine(window)), passage })
    }

    /// Which of these vectors, counted from the first, is nearest to the query.
    fn nearest(&mut self, segment: &Segment, vectors: Range<usize>) -> Result<Option<Ranked>, Damaged> {
        let cosines = stored_cosines(segment.vectors(vectors)?, self.query, self.length, &mut self.room);
        Ok(cosines.enumerate().map(|(row, score)| Ranked { row, score }).max())
    }
}
