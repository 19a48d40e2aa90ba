use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray};
use arrow_schema::DataType;

use crate::RowProblem;

/// A column of strings in any of its physical forms.
pub(crate) enum Strings<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> Strings<'a> {
    /// The strings of `array`; none if it holds something else.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt().map(Self::Small),
            DataType::LargeUtf8 => array.as_string_opt().map(Self::Large),
            DataType::Utf8View => array.as_string_view_opt().map(Self::View),
            _ => None,
        }
    }

    /// The strings in order; none for a null.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = Option<&'a str>> + 'a> {
        match *self {
            Self::Small(array) => Box::new(array.iter()),
            Self::Large(array) => Box::new(array.iter()),
            Self::View(array) => Box::new(array.iter()),
        }
    }
}

/// A column of vectors in any of its physical forms.
pub(crate) struct Vectors<'a> {
    array: &'a dyn Array,
    value: Box<dyn Fn(usize) -> ArrayRef + 'a>,
}

impl<'a> Vectors<'a> {
    /// The vectors of `array`; none if it holds something else.
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        let value: Box<dyn Fn(usize) -> ArrayRef> = match array.data_type() {
            DataType::List(_) => array.as_list_opt::<i32>().map(|list| boxed(|row| list.value(row))),
            DataType::LargeList(_) => array.as_list_opt::<i64>().map(|list| boxed(|row| list.value(row))),
            DataType::FixedSizeList(..) => {
                array.as_fixed_size_list_opt().map(|list| boxed(|row| list.value(row)))
            }
            _ => None,
        }?;
        Some(Self { array, value })
    }

    /// Puts every vector behind `values` as 32-bit floats.
    ///
    /// # Errors
    /// The first row that isn't `dimension` finite numbers, and why.
    pub(crate) fn append_to(
        &self,
        values: &mut Vec<f32>,
        dimension: usize,
    ) -> Result<(), (usize, RowProblem)> {
        for row in 0..self.array.len() {
            if self.array.is_null(row) {
                return Err((row, RowProblem::Null("embedding")));
            }
            append_vector(&(self.value)(row), values, dimension).map_err(|problem| (row, problem))?;
        }
        Ok(())
    }
}

fn boxed<'a>(value: impl Fn(usize) -> ArrayRef + 'a) -> Box<dyn Fn(usize) -> ArrayRef + 'a> {
    Box::new(value)
}

fn append_vector(vector: &dyn Array, values: &mut Vec<f32>, dimension: usize) -> Result<(), RowProblem> {
    if vector.len() != dimension {
        return Err(RowProblem::Dimension { expected: dimension, found: vector.len() });
    }
    if vector.null_count() > 0 {
        return Err(RowProblem::NullNumber);
    }
    let start = values.len();
    if let Some(floats) = vector.as_primitive_opt::<Float32Type>() {
        values.extend_from_slice(floats.values());
    } else if let Some(doubles) = vector.as_primitive_opt::<Float64Type>() {
        values.extend(doubles.values().iter().map(|double| *double as f32));
    }
    check_finite(values.get(start..).unwrap_or_default())
}

/// Refuses NaN and the infinities: they would make every comparison with the vector meaningless.
pub(crate) fn check_finite(vector: &[f32]) -> Result<(), RowProblem> {
    if vector.iter().all(|number| number.is_finite()) { Ok(()) } else { Err(RowProblem::NotFinite) }
}
