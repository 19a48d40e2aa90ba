//! Columns of a store from the first row to the last, and what stands in one cell.

use arrow_array::RecordBatch;
use naragtive_scene::Metadata;

use super::{Embeddings, Store};
use crate::column::{Strings, Vectors};
use crate::origin::{Origins, StoredOrigin};
use crate::passages::{Passages, is_without};
use crate::schema::Column;
use crate::{RowProblem, StoreError};

impl Store {
    /// Every id, in row order.
    ///
    /// # Errors
    /// When the column can't be read or holds a null.
    pub fn ids(&self) -> Result<Vec<String>, StoreError> {
        self.strings(Column::Id, |text| Ok(text.to_owned()))
    }

    /// Every text, in row order.
    ///
    /// # Errors
    /// When the column can't be read or holds a null.
    pub fn texts(&self) -> Result<Vec<String>, StoreError> {
        self.strings(Column::Text, |text| Ok(text.to_owned()))
    }

    /// What `of` makes of every text, in row order: where the texts themselves needn't be held.
    ///
    /// # Errors
    /// As [`Store::texts`].
    pub fn of_texts<T>(&self, of: impl Fn(&str) -> T) -> Result<Vec<T>, StoreError> {
        self.strings(Column::Text, |text| Ok(of(text)))
    }

    /// Every scene's metadata, in row order.
    ///
    /// # Errors
    /// When the column can't be read, holds a null or something else than a JSON object.
    pub fn metadata(&self) -> Result<Vec<Metadata>, StoreError> {
        self.strings(Column::Metadata, |json| Ok(Metadata::parse(json)?))
    }

    /// Hands the id and the metadata of every scene to `visit`, in row order; holds a thousand at a time.
    ///
    /// # Errors
    /// As [`Store::metadata`], and when an id is null.
    pub fn visit_metadata(&self, mut visit: impl FnMut(&str, &Metadata)) -> Result<(), StoreError> {
        self.table.scan(&[Column::Id, Column::Metadata], |first, batch| {
            let (ids, all) = (self.column(batch, Column::Id)?, self.column(batch, Column::Metadata)?);
            for ((row, id), json) in (first..).zip(ids.iter()).zip(all.iter()) {
                let metadata = Metadata::parse(self.cell(Column::Metadata, row, json)?);
                let metadata = metadata.map_err(|problem| self.bad_row(row, problem.into()))?;
                visit(self.cell(Column::Id, row, id)?, &metadata);
            }
            Ok(())
        })
    }

    /// Every embedding, in row order, as 32-bit floats.
    ///
    /// # Errors
    /// When the column can't be read, or a row is null, not of the model's dimension, or not finite.
    pub fn embeddings(&self) -> Result<Embeddings, StoreError> {
        let dimension = self.model_or_legacy().dimension;
        let mut values = Vec::new();
        // The footer may be damaged: if it promises more than memory holds, grow as rows come.
        values.try_reserve_exact(self.len().saturating_mul(dimension)).ok();
        self.table
            .scan(&[Column::Embedding], |first, batch| self.append_vectors(first, batch, &mut values))?;
        Ok(Embeddings { dimension, values })
    }

    /// The rows that have text and no passages, in order.
    ///
    /// # Errors
    /// When a column can't be read or a text is null.
    pub fn rows_without_passages(&self) -> Result<Vec<usize>, StoreError> {
        let mut found = Vec::new();
        self.table.scan(&[Column::Text, Column::PassageSpans], |first, batch| {
            let spans = batch.column_by_name(Column::PassageSpans.name());
            for (at, text) in self.column(batch, Column::Text)?.iter().enumerate() {
                let blank = self.cell(Column::Text, first + at, text)?.trim().is_empty();
                if !blank && spans.is_none_or(|spans| is_without(spans, at)) {
                    found.push(first + at);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The rows that have text, in order.
    ///
    /// # Errors
    /// When a text can't be read or is null.
    pub fn rows_with_text(&self) -> Result<Vec<usize>, StoreError> {
        let mut row = 0;
        let mut found = Vec::new();
        self.visit_texts(&(0..self.len()).collect::<Vec<_>>(), |text| {
            found.extend((!text.trim().is_empty()).then_some(row));
            row += 1;
        })?;
        Ok(found)
    }

    /// Hands every id to `visit` with its row and what the row says about where it comes from.
    pub(crate) fn scan_ids_and_origins(
        &self,
        mut visit: impl FnMut(usize, &str, Option<&str>),
    ) -> Result<(), StoreError> {
        self.table.scan(&[Column::Id, Column::Origin], |first, batch| {
            let origins = Origins::of(batch);
            for ((row, id), origin) in
                (first..).zip(self.column(batch, Column::Id)?.iter()).zip(origins.iter())
            {
                visit(row, self.cell(Column::Id, row, id)?, origin);
            }
            Ok(())
        })
    }

    /// Hands to `visit` what every row says about where it comes from; none where that isn't known.
    pub(crate) fn scan_origins(
        &self,
        mut visit: impl FnMut(usize, Option<StoredOrigin<'_>>),
    ) -> Result<(), StoreError> {
        self.scan_ids_and_origins(|row, _, json| visit(row, json.and_then(StoredOrigin::parse)))
    }

    /// The text in a batch, of which `at` is the row `row` of the file.
    pub(crate) fn text_in(&self, batch: &RecordBatch, at: usize, row: usize) -> Result<String, StoreError> {
        let text = self.column(batch, Column::Text)?.iter().nth(at).flatten();
        self.cell(Column::Text, row, text).map(str::to_owned)
    }

    /// Puts the vectors of `batch`, whose first row is `first`, behind `values`.
    pub(crate) fn append_vectors(
        &self,
        first: usize,
        batch: &RecordBatch,
        values: &mut Vec<f32>,
    ) -> Result<(), StoreError> {
        let array = batch.column_by_name(Column::Embedding.name());
        let vectors = array.and_then(|array| Vectors::of(array));
        let vectors = vectors.ok_or_else(|| self.type_error(Column::Embedding))?;
        let appended = vectors.append_to(values, self.model_or_legacy().dimension);
        appended.map_err(|(at, problem)| self.bad_row(first + at, problem))
    }

    fn strings<T>(
        &self,
        column: Column,
        parse: impl Fn(&str) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.table.scan(&[column], |first, batch| {
            for (at, cell) in self.column(batch, column)?.iter().enumerate() {
                let text = self.cell(column, first + at, cell)?;
                found.push(parse(text).map_err(|problem| self.bad_row(first + at, problem))?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    pub(crate) fn passages_of(
        &self,
        batch: &RecordBatch,
        at: usize,
        row: usize,
    ) -> Result<Passages, StoreError> {
        let column = |column: Column| batch.column_by_name(column.name()).map(AsRef::as_ref);
        let passages = Passages::read(Column::PASSAGES.map(column), at, self.model_or_legacy().dimension);
        passages.map_err(|problem| self.bad_row(row, problem))
    }

    pub(super) fn column<'a>(
        &self,
        batch: &'a RecordBatch,
        column: Column,
    ) -> Result<Strings<'a>, StoreError> {
        let array = batch.column_by_name(column.name());
        array.and_then(|array| Strings::of(array)).ok_or_else(|| self.type_error(column))
    }

    pub(super) fn cell<'a>(
        &self,
        column: Column,
        row: usize,
        cell: Option<&'a str>,
    ) -> Result<&'a str, StoreError> {
        cell.ok_or_else(|| self.bad_row(row, RowProblem::Null(column.name())))
    }

    pub(crate) fn bad_row(&self, row: usize, problem: RowProblem) -> StoreError {
        StoreError::BadRow { path: self.path().to_owned(), row, id: self.id_of(row), problem }
    }

    /// The id in `row`, if that much can be read.
    fn id_of(&self, row: usize) -> Option<String> {
        let batch = self.table.pick(&[Column::Id], &[row]).ok()?.next()?.ok()?;
        self.column(&batch, Column::Id).ok()?.iter().next()?.map(str::to_owned)
    }

    fn type_error(&self, column: Column) -> StoreError {
        let field = self.table.schema().field_with_name(column.name()).ok();
        let found = field.map_or(&arrow_schema::DataType::Null, |field| field.data_type());
        column.type_error(self.path(), found)
    }
}
