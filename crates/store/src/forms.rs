//! The physical forms in which other programs write our columns.
//!
//! Whoever rewrites a store (filtered, put into another order, with a column more) writes lists as large or fixed-size
//! ones, strings as views or categories, whole numbers wider, everything nullable. All of that is read as one of a few
//! forms that the rest of this crate knows, once, where a batch comes from the file. A column that the Python tool
//! doesn't know and that can't be read counts as null: its rows are without passages, which an upgrade mends. A text that is
//! null is an empty one, and metadata that are null say nothing: the rest of such a row, and all other rows, are used.

use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{
    Array, ArrayRef, LargeStringArray, RecordBatch, StringArray, StringViewArray, new_null_array,
};
use arrow_cast::{can_cast_types, cast};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Schema, SchemaRef};

use crate::StoreError;
use crate::column::Strings;
use crate::passages::{Passages, Span, span_column};
use crate::schema::{self, Column};

/// How the columns of one file are read.
#[derive(Debug, Clone)]
pub(crate) struct ColumnForms {
    schema: SchemaRef,
    changed: bool,
    /// Columns of ours that count as null.
    unreadable: Vec<Column>,
}

impl ColumnForms {
    /// The forms of a file with these columns, which [`check_columns`] has accepted.
    pub(crate) fn of(found: &SchemaRef) -> Self {
        let mut unreadable: Vec<Column> =
            Column::OPTIONAL.into_iter().filter(|c| is_unreadable(*c, found)).collect();
        // Spans without their vectors are no passages, nor the other way round.
        if unreadable.iter().any(|column| Column::PASSAGES.contains(column)) {
            unreadable.retain(|column| !Column::PASSAGES.contains(column));
            unreadable.extend(Column::PASSAGES);
        }
        let fields = found.fields().iter().map(|field| read_field(field, &unreadable));
        let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), found.metadata().clone());
        let may_lack = |column: Column| found.field_with_name(column.name()).is_ok_and(Field::is_nullable);
        let changed = schema != **found || Column::FILLED.into_iter().any(may_lack);
        Self { changed, schema: Arc::new(schema), unreadable }
    }

    /// The columns as they are handed out.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether the file has passages that can be read.
    pub(crate) fn has_passages(&self) -> bool {
        let there = |column: &Column| self.schema.index_of(column.name()).is_ok();
        there(&Column::PassageVectors)
            && !Column::PASSAGES.iter().any(|column| self.unreadable.contains(column))
    }

    /// A batch of some of the file's columns, in the forms that are handed out.
    pub(crate) fn read(&self, batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
        if !self.changed {
            return Ok(batch);
        }
        let (mut fields, mut arrays): (Vec<FieldRef>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let wanted = self.schema.field_with_name(field.name())?;
            arrays.push(self.column(wanted, array)?);
            fields.push(Arc::new(wanted.clone()));
        }
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
    }

    fn column(&self, wanted: &Field, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        match Column::named(wanted.name()) {
            Some(column) if self.unreadable.contains(&column) => {
                Ok(new_null_array(wanted.data_type(), array.len()))
            }
            Some(column) if Column::FILLED.contains(&column) => {
                Ok(filled(cast(array, wanted.data_type())?, column.empty()))
            }
            Some(_) if array.data_type() == wanted.data_type() => Ok(Arc::clone(array)),
            Some(Column::PassageSpans) => read_spans(array),
            Some(_) => cast(array, wanted.data_type()),
            None => Ok(Arc::clone(array)),
        }
    }
}

/// The strings with this one for each that is null.
fn filled(array: ArrayRef, empty: &str) -> ArrayRef {
    let Some(strings) = Strings::of(&array).filter(|_| array.null_count() > 0) else { return array };
    let values = strings.iter().map(|text| text.unwrap_or(empty));
    match strings {
        Strings::Small(_) => Arc::new(StringArray::from_iter_values(values)),
        Strings::Large(_) => Arc::new(LargeStringArray::from_iter_values(values)),
        Strings::View(_) => Arc::new(StringViewArray::from_iter_values(values)),
    }
}

/// Checks that the four columns are there, and that they hold what they should in whatever form.
pub(crate) fn check_columns(path: &Path, found: &Schema) -> Result<(), StoreError> {
    for column in Column::REQUIRED.into_iter().chain(Column::OPTIONAL) {
        let Ok(field) = found.field_with_name(column.name()) else {
            if Column::OPTIONAL.contains(&column) {
                continue;
            }
            let found = found.fields().iter().map(|field| field.name().clone()).collect();
            return Err(StoreError::MissingColumn { path: path.to_owned(), column: column.name(), found });
        };
        // An optional column that can't be read counts as null.
        let is_read = read_type(column, field.data_type()).is_some() || Column::OPTIONAL.contains(&column);
        if !is_read {
            return Err(column.type_error(path, field.data_type()));
        }
    }
    Ok(())
}

fn is_unreadable(column: Column, found: &Schema) -> bool {
    found.field_with_name(column.name()).is_ok_and(|field| read_type(column, field.data_type()).is_none())
}

/// The field as it is handed out: of a type this crate knows. What may be null in our own columns may be so always.
fn read_field(field: &FieldRef, unreadable: &[Column]) -> FieldRef {
    let Some(column) = Column::named(field.name()) else { return Arc::clone(field) };
    if Column::OPTIONAL.contains(&column) {
        return Arc::new(schema::optional(column));
    }
    match read_type(column, field.data_type()).filter(|_| !unreadable.contains(&column)) {
        Some(kind) if kind != *field.data_type() => Arc::new(field.as_ref().clone().with_data_type(kind)),
        _ => Arc::clone(field),
    }
}

/// The type that a column of type `found` is read as; none if that isn't possible.
pub(crate) fn read_type(column: Column, found: &DataType) -> Option<DataType> {
    match column {
        Column::Id | Column::Text | Column::Metadata => strings(found),
        Column::Origin => strings(found).map(|_| DataType::Utf8),
        Column::Embedding => floats(found),
        Column::PassageSpans => is_list_of_integers(found).then(schema::spans),
        Column::PassageVectors | Column::WindowVector => {
            let is_bytes = |kind: &DataType| {
                matches!(
                    kind,
                    DataType::Binary
                        | DataType::LargeBinary
                        | DataType::BinaryView
                        | DataType::FixedSizeBinary(_)
                )
            };
            let held = if let DataType::Dictionary(_, held) = found { held } else { found };
            (is_bytes(held) && can_cast_types(found, &DataType::Binary)).then_some(DataType::Binary)
        }
    }
}

/// Categories are read as the strings they stand for: a new string may not fit among them.
fn strings(found: &DataType) -> Option<DataType> {
    let is_string =
        |kind: &DataType| matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    match found {
        DataType::Dictionary(_, held) if is_string(held) && can_cast_types(found, &DataType::Utf8) => {
            Some(DataType::Utf8)
        }
        found => is_string(found).then(|| found.clone()),
    }
}

/// 16-bit floats are read as 32-bit ones: vectors that are added later shouldn't lose digits.
fn floats(found: &DataType) -> Option<DataType> {
    let item = |item: &FieldRef| match item.data_type() {
        DataType::Float32 | DataType::Float64 => Some(Arc::clone(item)),
        DataType::Float16 => Some(Arc::new(item.as_ref().clone().with_data_type(DataType::Float32))),
        _ => None,
    };
    let kind = match found {
        DataType::List(of) | DataType::ListView(of) => DataType::List(item(of)?),
        DataType::LargeList(of) | DataType::LargeListView(of) => DataType::LargeList(item(of)?),
        DataType::FixedSizeList(of, size) => DataType::FixedSizeList(item(of)?, *size),
        _ => return None,
    };
    (*found == kind || can_cast_types(found, &kind)).then_some(kind)
}

fn is_list_of_integers(found: &DataType) -> bool {
    match found {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => item.data_type().is_integer(),
        _ => false,
    }
}

/// The column of spans, from lists of any kind of whole numbers. A row of other numbers than bounds of passages has null.
fn read_spans(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let wide = DataType::LargeList(Arc::new(Field::new(schema::ITEM, DataType::Int64, true)));
    let lists = cast(array, &wide)?;
    let lists = lists.as_list::<i64>();
    let rows: Vec<Passages> = (0..lists.len())
        .map(|row| {
            let bounds = lists.is_valid(row).then(|| lists.value(row));
            let spans = bounds.and_then(|bounds| spans_of(&bounds)).unwrap_or_default();
            Passages { spans, ..Passages::default() }
        })
        .collect();
    Ok(Arc::new(span_column(rows.iter())))
}

fn spans_of(bounds: &ArrayRef) -> Option<Vec<Span>> {
    let numbers = bounds.as_primitive_opt::<Int64Type>().filter(|numbers| numbers.null_count() == 0)?;
    let bound = |number: i64| i32::try_from(number).ok().and_then(|number| usize::try_from(number).ok());
    let pair = |pair: &[i64]| {
        let &[start, end] = pair else { return None };
        Some(Span { start: bound(start)?, end: bound(end)? })
    };
    numbers.values().chunks(2).map(pair).collect()
}
