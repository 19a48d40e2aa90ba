//! The passages of a scene and their embeddings, and how they lie in a row.
//!
//! `passage_spans` holds a start and an end for each passage, in characters of the text; `passage_vectors` the
//! vectors one after the other, and `window_vector` one vector, both as little-endian 16-bit floats: a unit
//! vector's cosine keeps four digits that way, at half the size.

use arrow_array::builder::{BinaryBuilder, Int32Builder, ListBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{Array, BinaryArray, ListArray};
use arrow_schema::{DataType, Field};
use half::f16;

use crate::RowProblem;
use crate::column::check_finite;
use crate::schema::ITEM;

/// Where a passage stands in its scene's text, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first character, from 0.
    pub start: usize,
    /// The character behind the last one.
    pub end: usize,
}

/// The passages of one scene with their embeddings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passages {
    /// Where the passages stand.
    pub spans: Vec<Span>,
    /// Their vectors, row-major, as many rows as spans.
    pub vectors: Vec<f32>,
    /// The vector of a short scene together with its neighbours.
    pub window: Option<Vec<f32>>,
}

impl Passages {
    /// Whether a scene of this text has words and none of these passages.
    pub fn are_lacking_for(&self, text: &str) -> bool {
        self.spans.is_empty() && !text.trim().is_empty()
    }

    /// Checks that every passage has a vector of `dimension` finite numbers.
    pub(crate) fn check(&self, dimension: usize) -> Result<(), RowProblem> {
        let window = self.window.as_deref().unwrap_or_default();
        let fits = self.vectors.len() == self.spans.len() * dimension;
        if !fits || self.window.is_some() && window.len() != dimension {
            let (spans, bytes) = (self.spans.len() * 2, (self.vectors.len() + window.len()) * 2);
            return Err(RowProblem::Passages { dimension, spans, bytes });
        }
        check_finite(&self.vectors).and_then(|()| check_finite(window))
    }

    pub(crate) fn own_bytes(&self) -> Option<Vec<u8>> {
        (!self.spans.is_empty()).then(|| to_bytes(&self.vectors))
    }

    pub(crate) fn window_bytes(&self) -> Option<Vec<u8>> {
        self.window.as_deref().map(to_bytes)
    }

    /// The passages in row `row` of the three columns, any of which may be missing.
    pub(crate) fn read(
        columns: [Option<&dyn Array>; 3],
        row: usize,
        dimension: usize,
    ) -> Result<Self, RowProblem> {
        let [spans, vectors, window] = columns;
        let bounds = spans.and_then(|array| bounds(array, row)).unwrap_or_default();
        let own = vectors.and_then(|array| cell(array, row)).unwrap_or_default();
        let window = window.and_then(|array| cell(array, row));
        let mismatch = || RowProblem::Passages { dimension, spans: bounds.len(), bytes: own.len() };
        let spans: Option<Vec<Span>> = bounds.chunks(2).map(span).collect();
        let spans = spans.filter(|spans| own.len() == spans.len() * dimension * 2).ok_or_else(mismatch)?;
        if window.is_some_and(|window| window.len() != dimension * 2) {
            return Err(mismatch());
        }
        let passages = Self { spans, vectors: from_bytes(own), window: window.map(from_bytes) };
        passages.check(dimension)?;
        Ok(passages)
    }
}

/// Where the passages in row `row` of the column of spans stand, if that makes sense.
pub(crate) fn spans(array: &dyn Array, row: usize) -> Option<Vec<Span>> {
    bounds(array, row)?.chunks(2).map(span).collect()
}

fn span(bounds: &[i32]) -> Option<Span> {
    let &[start, end] = bounds else { return None };
    Some(Span {
        start: usize::try_from(start).ok()?,
        end: usize::try_from(end).ok().filter(|_| end >= start)?,
    })
}

fn bounds(array: &dyn Array, row: usize) -> Option<Vec<i32>> {
    let list = array.as_list_opt::<i32>().filter(|list| list.is_valid(row))?;
    Some(list.value(row).as_primitive_opt::<Int32Type>()?.values().to_vec())
}

fn cell(array: &dyn Array, row: usize) -> Option<&[u8]> {
    let bytes = array.as_binary_opt::<i32>()?;
    bytes.is_valid(row).then(|| bytes.value(row))
}

fn to_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect()
}

fn from_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|pair| f16::from_le_bytes(*pair).to_f32()).collect()
}

/// Whether row `row` of the column of spans has none.
pub(crate) fn is_without(array: &dyn Array, row: usize) -> bool {
    bounds(array, row).is_none_or(|bounds| bounds.is_empty())
}

/// The column of spans; null for a row without passages.
pub(crate) fn span_column<'a>(rows: impl Iterator<Item = &'a Passages>) -> ListArray {
    let mut column =
        ListBuilder::new(Int32Builder::new()).with_field(Field::new(ITEM, DataType::Int32, false));
    for passages in rows {
        for span in &passages.spans {
            let bound = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
            column.values().append_value(bound(span.start));
            column.values().append_value(bound(span.end));
        }
        column.append(!passages.spans.is_empty());
    }
    column.finish()
}

/// A column of vectors; null where there is none.
pub(crate) fn vector_column(rows: impl Iterator<Item = Option<Vec<u8>>>) -> BinaryArray {
    let mut column = BinaryBuilder::new();
    rows.for_each(|bytes| column.append_option(bytes));
    column.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_passages_survives_the_round_trip() {
        let spans = vec![Span { start: 0, end: 5 }, Span { start: 3, end: 9 }];
        let passages = Passages { spans, vectors: vec![0.5, -1.0, 0.25, 0.0], window: Some(vec![1.0, 0.0]) };
        let none = Passages::default();
        let rows = [&none, &passages];
        let spans = span_column(rows.into_iter());
        let own = vector_column(rows.iter().map(|row| row.own_bytes()));
        let window = vector_column(rows.iter().map(|row| row.window_bytes()));
        let columns: [Option<&dyn Array>; 3] = [Some(&spans), Some(&own), Some(&window)];
        assert_eq!(Passages::read(columns, 0, 2), Ok(none));
        assert_eq!(Passages::read(columns, 1, 2), Ok(passages));
        assert!(Passages::read(columns, 1, 3).is_err());
        assert!(Passages::read([None, Some(&own), None], 1, 2).is_err());
        assert_eq!(Passages::read([None, None, None], 1, 2), Ok(Passages::default()));
    }
}
