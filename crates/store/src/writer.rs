mod columns;
mod groups;
mod properties;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;

use self::columns::{new_batch, origins, passage_column, vectors};
use self::groups::{copy_groups, tells_its_pages};
use self::properties::properties;
use crate::passages::Passages;
use crate::schema::{self, Column};
use crate::table::Table;
use crate::{EmbeddedScene, StoreError};

const ROW_GROUP_ROWS: usize = 8192;
/// A row group into which rows are inserted is divided when it would have more.
const MOST_GROUP_ROWS: usize = ROW_GROUP_ROWS / 2 * 3;
/// A row group with fewer is written anew when rows are added, so that many small additions don't leave many small groups.
pub(crate) const FULL_GROUP_ROWS: i64 = ROW_GROUP_ROWS as i64 / 2;
const BATCH_ROWS: usize = 1024;
/// Bytes that are written together.
const BUFFER: usize = 1 << 18;

/// Writes the rows of one store, batch by batch.
pub(crate) struct Writer<W: Write + Send> {
    path: PathBuf,
    schema: SchemaRef,
    file: SerializedFileWriter<BufWriter<W>>,
    groups: ArrowRowGroupWriterFactory,
    /// The row group that is filled, a writer for each of its columns, and how many rows it has.
    open: Option<(Vec<ArrowColumnWriter>, usize)>,
    /// How many rows have text and no passages, which the footer tells.
    lacking: usize,
    /// How many rows the row group gets that is filled.
    group_rows: usize,
}

impl<W: Write + Send> Writer<W> {
    /// A writer of the columns of `schema`; `path` is for errors.
    pub(crate) fn new(
        path: &Path,
        schema: Schema,
        key_values: Vec<KeyValue>,
        out: W,
    ) -> Result<Self, StoreError> {
        let schema = Arc::new(schema);
        let properties = properties(&schema, key_values);
        let out = BufWriter::with_capacity(BUFFER, out);
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties));
        let parts = writer.and_then(ArrowWriter::into_serialized_writer);
        let (file, groups) = parts.map_err(|error| StoreError::parquet("write", path, error))?;
        let path = path.to_owned();
        Ok(Self { path, schema, file, groups, open: None, lacking: 0, group_rows: ROW_GROUP_ROWS })
    }

    /// Copies a row group of `table` byte by byte; says whether it is made as ours are, so that it could.
    pub(crate) fn copy_group(&mut self, table: &Table, number: usize) -> Result<bool, StoreError> {
        let ours = self.file.schema_descr().columns();
        let Some(group) = table.groups().get(number) else { return Ok(false) };
        let mut alike =
            group.columns().iter().zip(ours).map(|(theirs, ours)| theirs.column_descr() == ours.as_ref());
        if group.num_columns() != ours.len() || !alike.all(|alike| alike) {
            return Ok(false);
        }
        let pages = table.pages_of(vec![group.clone()])?;
        if !tells_its_pages(pages.metadata()) {
            return Ok(false);
        }
        let copied =
            self.close_group().and_then(|()| copy_groups(&mut self.file, table.file(), pages.metadata()));
        copied.map(|()| true).map_err(|error| StoreError::parquet("write", &self.path, error))
    }

    /// Begins a row group for so many rows that come next, or a few groups of about the same size.
    pub(crate) fn expect(&mut self, rows: usize) -> Result<(), StoreError> {
        self.close_group().map_err(|error| StoreError::parquet("write", &self.path, error))?;
        let groups = if rows <= MOST_GROUP_ROWS { 1 } else { rows.div_ceil(ROW_GROUP_ROWS) };
        self.group_rows = rows.div_ceil(groups).max(1);
        Ok(())
    }

    /// Writes rows of an existing file as they are. Columns that it lacks are the last ones here, and null.
    pub(crate) fn copy(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let mut columns = batch.columns().to_vec();
        let lacking = self.schema.fields().iter().skip(columns.len());
        columns.extend(lacking.map(|field| new_null_array(field.data_type(), batch.num_rows())));
        self.write(RecordBatch::try_new(Arc::clone(&self.schema), columns))
    }

    /// Writes rows of an existing file as they are, but for their passages and what they say about where they come from, and
    /// with the embeddings of `moved`, if there are any.
    pub(crate) fn copy_with(
        &mut self,
        batch: &RecordBatch,
        rows: &[Passages],
        given: Vec<Option<String>>,
        moved: &[EmbeddedScene],
    ) -> Result<(), StoreError> {
        let embeddings = || vectors(moved.iter()).map(|list| Arc::new(list) as ArrayRef);
        let columns = self.schema.fields().iter().map(|field| {
            let ours = match Column::named(field.name()) {
                Some(Column::Origin) => Some(origins(field, given.iter().cloned())),
                Some(Column::Embedding) if !moved.is_empty() => Some(embeddings()),
                Some(column) => passage_column(column, rows.iter()).map(Ok),
                None => None,
            };
            let theirs = || batch.column_by_name(field.name()).cloned().map(Ok);
            ours.or_else(theirs).unwrap_or_else(|| Ok(new_null_array(field.data_type(), batch.num_rows())))
        });
        let columns: Result<Vec<ArrayRef>, ArrowError> = columns.collect();
        let schema = Arc::clone(&self.schema);
        self.write(columns.and_then(|columns| RecordBatch::try_new(schema, columns)))
    }

    /// Writes rows of a new file, in the types that the columns have here. Columns of others have the values of `before`,
    /// which has as many rows; null where there is none.
    pub(crate) fn put(&mut self, rows: &RecordBatch, before: Option<&RecordBatch>) -> Result<(), StoreError> {
        let columns = self.schema.fields().iter().map(|field| {
            let ours = Column::named(field.name()).and_then(|_| rows.column_by_name(field.name()));
            let theirs = || before.and_then(|before| before.column_by_name(field.name())).map(Arc::clone);
            match ours {
                Some(values) if values.data_type() == field.data_type() => Ok(Arc::clone(values)),
                Some(values) => cast(values, field.data_type()),
                None => Ok(theirs().unwrap_or_else(|| new_null_array(field.data_type(), rows.num_rows()))),
            }
        });
        let columns: Result<Vec<ArrayRef>, ArrowError> = columns.collect();
        let schema = Arc::clone(&self.schema);
        self.write(columns.and_then(|columns| RecordBatch::try_new(schema, columns)))
    }

    /// Writes new rows, in the types that the columns have.
    pub(crate) fn add(&mut self, rows: &[&EmbeddedScene]) -> Result<(), StoreError> {
        self.lacking += rows.iter().filter(|row| row.passages.are_lacking_for(&row.scene.text)).count();
        for rows in rows.chunks(BATCH_ROWS) {
            self.write(new_batch(&self.schema, rows))?;
        }
        Ok(())
    }

    /// Says that so many of the rows that come lack passages.
    pub(crate) fn lack(&mut self, rows: usize) {
        self.lacking += rows;
    }

    /// How many of the added rows lack passages.
    pub(crate) fn lacking(&self) -> usize {
        self.lacking
    }

    /// Says that so many rows lack passages.
    pub(crate) fn set_lacking(&mut self, rows: usize) {
        self.lacking = rows;
    }

    /// Writes the footer.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        schema::lacking(self.lacking).into_iter().for_each(|pair| self.file.append_key_value_metadata(pair));
        let path = self.path.clone();
        let closed = self.close_group().and_then(|()| {
            let mut out = self.file.into_inner()?;
            Ok(out.flush()?)
        });
        closed.map_err(|error| StoreError::parquet("write", &path, error))
    }

    fn write(&mut self, batch: Result<RecordBatch, ArrowError>) -> Result<(), StoreError> {
        let written = batch.map_err(ParquetError::from).and_then(|batch| self.write_batch(batch));
        written.map_err(|error| StoreError::parquet("write", &self.path, error))
    }

    fn write_batch(&mut self, mut batch: RecordBatch) -> Result<(), ParquetError> {
        while batch.num_rows() > 0 {
            let (mut columns, rows) = match self.open.take() {
                Some(open) => open,
                None => (self.groups.create_column_writers(self.file.flushed_row_groups().len())?, 0),
            };
            let count = batch.num_rows().min(self.group_rows.saturating_sub(rows).max(1));
            write_columns(&mut columns, &self.schema, &batch.slice(0, count))?;
            batch = batch.slice(count, batch.num_rows() - count);
            self.open = Some((columns, rows + count));
            if rows + count >= self.group_rows {
                self.close_group()?;
            }
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), ParquetError> {
        self.group_rows = ROW_GROUP_ROWS;
        let Some((columns, _)) = self.open.take() else { return Ok(()) };
        let mut group = self.file.next_row_group()?;
        for column in columns {
            column.close()?.append_to_row_group(&mut group)?;
        }
        group.close().map(drop)
    }
}

fn write_columns(
    writers: &mut [ArrowColumnWriter],
    schema: &Schema,
    batch: &RecordBatch,
) -> Result<(), ParquetError> {
    let mut writers = writers.iter_mut();
    for (field, column) in schema.fields().iter().zip(batch.columns()) {
        for (leaf, writer) in compute_leaves(field, column)?.iter().zip(&mut writers) {
            writer.write(leaf)?;
        }
    }
    Ok(())
}
