use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float32Array, ListArray, RecordBatch, StringArray, new_null_array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, SchemaRef};
use naragtive_scene::Scene;

use crate::EmbeddedScene;
use crate::origin::StoredOrigin;
use crate::passages::{self, Passages};
use crate::schema::{self, Column};

pub(super) fn new_batch(schema: &SchemaRef, rows: &[&EmbeddedScene]) -> Result<RecordBatch, ArrowError> {
    let columns = schema.fields().iter().map(|field| new_column(field, rows));
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Result<_, _>>()?)
}

/// The values of `rows` in the column `field`: null where the column isn't one of ours.
fn new_column(field: &Field, rows: &[&EmbeddedScene]) -> Result<ArrayRef, ArrowError> {
    let strings = |value: fn(&Scene) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| value(&row.scene))))
    };
    let values = match Column::named(field.name()) {
        Some(Column::Id) => strings(|scene| scene.id.to_string()),
        Some(Column::Text) => strings(|scene| scene.text.clone()),
        Some(Column::Metadata) => strings(|scene| scene.metadata.to_json()),
        Some(Column::Embedding) => Arc::new(vectors(rows.iter().copied())?),
        Some(Column::Origin) => {
            let json = |row: &&EmbeddedScene| {
                row.scene.origin.as_ref().map(|origin| StoredOrigin::of(origin).to_json())
            };
            return origins(field, rows.iter().map(json));
        }
        other => {
            let passages =
                other.and_then(|column| passage_column(column, rows.iter().map(|row| &row.passages)));
            return Ok(passages.unwrap_or_else(|| new_null_array(field.data_type(), rows.len())));
        }
    };
    if values.data_type() == field.data_type() { Ok(values) } else { cast(&values, field.data_type()) }
}

/// What rows say about where they come from, in the type that the column has.
pub(super) fn origins(
    field: &Field,
    rows: impl Iterator<Item = Option<String>>,
) -> Result<ArrayRef, ArrowError> {
    let values: StringArray = rows.collect();
    if values.data_type() == field.data_type() {
        Ok(Arc::new(values))
    } else {
        cast(&values, field.data_type())
    }
}

/// The values of `rows` in a column of passages; none for any other column.
pub(super) fn passage_column<'a>(
    column: Column,
    rows: impl Iterator<Item = &'a Passages>,
) -> Option<ArrayRef> {
    Some(match column {
        Column::PassageSpans => Arc::new(passages::span_column(rows)),
        Column::PassageVectors => Arc::new(passages::vector_column(rows.map(Passages::own_bytes))),
        Column::WindowVector => Arc::new(passages::vector_column(rows.map(Passages::window_bytes))),
        Column::Id | Column::Text | Column::Embedding | Column::Metadata | Column::Origin => {
            return None;
        }
    })
}

pub(super) fn vectors<'a>(
    rows: impl ExactSizeIterator<Item = &'a EmbeddedScene> + Clone,
) -> Result<ListArray, ArrowError> {
    let DataType::List(item) = schema::vectors() else { return Err(ArrowError::ComputeError(String::new())) };
    let values: ScalarBuffer<f32> = rows.clone().flat_map(|row| &row.embedding).copied().collect();
    let lengths = OffsetBuffer::from_lengths(rows.map(|row| row.embedding.len()));
    ListArray::try_new(item, lengths, Arc::new(Float32Array::new(values, None)), None)
}
