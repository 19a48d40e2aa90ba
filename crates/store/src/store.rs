use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use naragtive_scene::{Metadata, Scene, SceneId};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::reader::Length;

use crate::column::{Strings, Vectors};
use crate::schema::{self, Column};
use crate::snapshot::Snapshot;
use crate::{ModelTag, RowProblem, StoreError};

const BATCH_ROWS: usize = 1024;

/// A store as it was when it was opened: one parquet file of scenes and their embeddings.
///
/// Only the footer is held. Columns are read when asked for, from the file that was opened, even
/// after another one has taken its place. It can be shared between threads.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
    file: Snapshot,
    footer: ArrowReaderMetadata,
    model: Option<ModelTag>,
    rows: usize,
}

/// The embeddings of a store, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// How many numbers one embedding has.
    pub dimension: usize,
    /// `rows * dimension` finite numbers.
    pub values: Vec<f32>,
}

impl Store {
    /// Opens the store at `path` and checks its columns and its model tag; reads the footer only.
    ///
    /// # Errors
    /// When the file can't be read, isn't parquet, lacks one of the four columns or has one of another
    /// type, or names its model in a way that makes no sense.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = Snapshot::open(path).map_err(StoreError::io("open the store", path))?;
        let footer = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|error| StoreError::parquet("read", path, error))?;
        schema::check_columns(path, footer.schema())?;
        let about = footer.metadata().file_metadata();
        let model = ModelTag::read(path, about.key_value_metadata().map_or(&[], Vec::as_slice))?;
        let rows = footer.metadata().row_groups().iter().map(|group| group.num_rows().max(0) as usize).sum();
        Ok(Self { path: path.to_owned(), file, footer, model, rows })
    }

    /// The path it was opened with.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many scenes there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no scene.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many bytes the file has.
    pub fn size_on_disk(&self) -> u64 {
        self.file.len()
    }

    /// The model that the file names; none in a file of the Python tool, whose model is always
    /// [`ModelTag::legacy`].
    pub fn model(&self) -> Option<&ModelTag> {
        self.model.as_ref()
    }

    /// Checks that the embeddings are those of `wanted`.
    ///
    /// # Errors
    /// When the file names a model of another name or dimension.
    pub fn require_model(&self, wanted: &ModelTag) -> Result<(), StoreError> {
        let found = self.model_or_legacy();
        if found.agrees_with(wanted) {
            return Ok(());
        }
        Err(StoreError::OtherModel { path: self.path.clone(), expected: wanted.clone(), found })
    }

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

    /// Every scene's metadata, in row order.
    ///
    /// # Errors
    /// When the column can't be read, holds a null or something else than a JSON object.
    pub fn metadata(&self) -> Result<Vec<Metadata>, StoreError> {
        self.strings(Column::Metadata, |json| Ok(Metadata::parse(json)?))
    }

    /// Every embedding, in row order, as 32-bit floats.
    ///
    /// # Errors
    /// When the column can't be read, or a row is null, not of the model's dimension, or not finite.
    pub fn embeddings(&self) -> Result<Embeddings, StoreError> {
        let dimension = self.model_or_legacy().dimension;
        let mut values = Vec::new();
        // The footer may be damaged: if it promises more than memory holds, grow as rows come.
        values.try_reserve_exact(self.rows.saturating_mul(dimension)).ok();
        self.scan(&[Column::Embedding], |first, batch| {
            self.append_vectors(first, batch, dimension, &mut values)
        })?;
        Ok(Embeddings { dimension, values })
    }

    /// The scenes in these rows, in the order asked for. Only the pages that hold them are decoded.
    ///
    /// # Errors
    /// When a row isn't there, can't be read, holds a null or metadata that isn't a JSON object.
    pub fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if let Some(row) = sorted.last().copied().filter(|row| *row >= self.rows) {
            return Err(StoreError::NoSuchRow { path: self.path.clone(), row, rows: self.rows });
        }
        let found = self.scenes_in_order(&sorted)?;
        let pick = |row| sorted.binary_search(row).ok().and_then(|at| found.get(at)).cloned();
        Ok(rows.iter().filter_map(pick).collect())
    }

    /// The tag of the file, or the one it has without saying so.
    pub(crate) fn model_or_legacy(&self) -> ModelTag {
        self.model.clone().unwrap_or_else(ModelTag::legacy)
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        self.footer.schema()
    }

    pub(crate) fn key_values(&self) -> &[KeyValue] {
        self.footer.metadata().file_metadata().key_value_metadata().map_or(&[], Vec::as_slice)
    }

    /// Every column of every row, batch after batch.
    pub(crate) fn batches(
        &self,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, StoreError>>, StoreError> {
        let reader = self.reader().build().map_err(|error| self.damaged(error))?;
        Ok(reader.map(|batch| batch.map_err(|error| self.damaged_batch(error))))
    }

    /// Hands every id with its row's text to `visit`.
    pub(crate) fn scan_ids_and_texts(&self, mut visit: impl FnMut(&str, &str)) -> Result<(), StoreError> {
        self.scan(&[Column::Id, Column::Text], |first, batch| {
            let (ids, texts) = (self.column(batch, Column::Id)?, self.column(batch, Column::Text)?);
            for (at, (id, text)) in ids.iter().zip(texts.iter()).enumerate() {
                visit(self.cell(Column::Id, first + at, id)?, self.cell(Column::Text, first + at, text)?);
            }
            Ok(())
        })
    }

    /// Puts the vectors of `batch`, whose first row is `first`, behind `values`.
    pub(crate) fn append_vectors(
        &self,
        first: usize,
        batch: &RecordBatch,
        dimension: usize,
        values: &mut Vec<f32>,
    ) -> Result<(), StoreError> {
        let array = batch.column_by_name(Column::Embedding.name());
        let vectors = array.and_then(|array| Vectors::of(array));
        let vectors = vectors.ok_or_else(|| self.type_error(Column::Embedding))?;
        vectors.append_to(values, dimension).map_err(|(at, problem)| self.bad_row(first + at, problem))
    }

    /// Checks that as many rows were read as the footer promises.
    pub(crate) fn check_rows(&self, found: usize) -> Result<(), StoreError> {
        if found == self.rows {
            return Ok(());
        }
        Err(StoreError::RowCount { path: self.path.clone(), expected: self.rows, found })
    }

    fn strings<T>(
        &self,
        column: Column,
        parse: impl Fn(&str) -> Result<T, RowProblem>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.scan(&[column], |first, batch| {
            for (at, cell) in self.column(batch, column)?.iter().enumerate() {
                let text = self.cell(column, first + at, cell)?;
                found.push(parse(text).map_err(|problem| self.bad_row(first + at, problem))?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Hands every batch of `columns` to `visit` with the number of its first row.
    fn scan(
        &self,
        columns: &[Column],
        mut visit: impl FnMut(usize, &RecordBatch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let reader = self.reader().with_projection(self.projection(columns)).build();
        let mut row = 0;
        for batch in reader.map_err(|error| self.damaged(error))? {
            let batch = batch.map_err(|error| self.damaged_batch(error))?;
            visit(row, &batch)?;
            row += batch.num_rows();
        }
        self.check_rows(row)
    }

    /// The scenes in `rows`, which are sorted, unique and there.
    fn scenes_in_order(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        let mut found = Vec::with_capacity(rows.len());
        let columns = [Column::Id, Column::Text, Column::Metadata];
        let reader = self.reader().with_projection(self.projection(&columns));
        let reader = reader.with_row_selection(selection(rows)).build();
        for batch in reader.map_err(|error| self.damaged(error))? {
            let batch = batch.map_err(|error| self.damaged_batch(error))?;
            self.append_scenes(&batch, rows, &mut found)?;
        }
        if found.len() == rows.len() {
            return Ok(found);
        }
        Err(StoreError::RowCount { path: self.path.clone(), expected: rows.len(), found: found.len() })
    }

    fn append_scenes(
        &self,
        batch: &RecordBatch,
        rows: &[usize],
        found: &mut Vec<Scene>,
    ) -> Result<(), StoreError> {
        let ids = self.column(batch, Column::Id)?;
        let texts = self.column(batch, Column::Text)?;
        let metadata = self.column(batch, Column::Metadata)?;
        for ((id, text), json) in ids.iter().zip(texts.iter()).zip(metadata.iter()) {
            let row = rows.get(found.len()).copied().unwrap_or(self.rows);
            let metadata = Metadata::parse(self.cell(Column::Metadata, row, json)?);
            found.push(Scene {
                id: SceneId::new(self.cell(Column::Id, row, id)?),
                text: self.cell(Column::Text, row, text)?.to_owned(),
                metadata: metadata.map_err(|error| self.bad_row(row, error.into()))?,
            });
        }
        Ok(())
    }

    fn reader(&self) -> ParquetRecordBatchReaderBuilder<Snapshot> {
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.footer.clone())
            .with_batch_size(BATCH_ROWS)
    }

    fn projection(&self, columns: &[Column]) -> ProjectionMask {
        let roots = columns.iter().filter_map(|column| self.schema().index_of(column.name()).ok());
        ProjectionMask::roots(self.footer.parquet_schema(), roots)
    }

    fn column<'a>(&self, batch: &'a RecordBatch, column: Column) -> Result<Strings<'a>, StoreError> {
        let array = batch.column_by_name(column.name());
        array.and_then(|array| Strings::of(array)).ok_or_else(|| self.type_error(column))
    }

    fn cell<'a>(&self, column: Column, row: usize, cell: Option<&'a str>) -> Result<&'a str, StoreError> {
        cell.ok_or_else(|| self.bad_row(row, RowProblem::Null(column.name())))
    }

    fn bad_row(&self, row: usize, problem: RowProblem) -> StoreError {
        StoreError::BadRow { path: self.path.clone(), row, id: self.id_of(row), problem }
    }

    /// The id in `row`, if that much can be read.
    fn id_of(&self, row: usize) -> Option<String> {
        let reader = self.reader().with_projection(self.projection(&[Column::Id]));
        let batch = reader.with_row_selection(selection(&[row])).build().ok()?.next()?.ok()?;
        self.column(&batch, Column::Id).ok()?.iter().next()?.map(str::to_owned)
    }

    fn type_error(&self, column: Column) -> StoreError {
        let field = self.schema().field_with_name(column.name()).ok();
        let found = field.map_or(&arrow_schema::DataType::Null, |field| field.data_type());
        column.type_error(&self.path, found)
    }

    fn damaged(&self, error: ParquetError) -> StoreError {
        StoreError::parquet("read", &self.path, error)
    }

    fn damaged_batch(&self, error: ArrowError) -> StoreError {
        self.damaged(match error {
            ArrowError::ExternalError(error) => match error.downcast::<ParquetError>() {
                Ok(error) => *error,
                Err(error) => ParquetError::External(error),
            },
            error => ParquetError::ArrowError(error.to_string()),
        })
    }
}

impl Embeddings {
    /// How many embeddings there are.
    pub fn len(&self) -> usize {
        self.values.len() / self.dimension.max(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The embedding of one row, if there is such a row.
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        self.values.chunks_exact(self.dimension.max(1)).nth(row)
    }
}

/// Selects `rows`, which are sorted and unique.
fn selection(rows: &[usize]) -> RowSelection {
    let mut selectors = Vec::with_capacity(rows.len() * 2);
    let mut next = 0;
    for row in rows {
        selectors.push(RowSelector::skip(row - next));
        selectors.push(RowSelector::select(1));
        next = row + 1;
    }
    selectors.into()
}
