mod damage;
mod selection;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData,
};
use parquet::file::reader::Length;

use self::damage::{check_ends, guarded, lies_within, parquet_error};
use self::selection::{groups_with, selection};
use crate::forms::{self, ColumnForms};
use crate::schema::Column;
use crate::snapshot::Snapshot;
use crate::{StoreError, Version};

const BATCH_ROWS: usize = 1024;

/// An open parquet file with the four columns of a store, of which only the footer is held.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    path: PathBuf,
    file: Snapshot,
    footer: ArrowReaderMetadata,
    forms: ColumnForms,
    rows: usize,
}

/// Rows of a table, batch after batch.
pub(crate) struct Batches<'a> {
    path: &'a Path,
    forms: &'a ColumnForms,
    reader: ParquetRecordBatchReader,
}

impl Table {
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        Self::over(path, Snapshot::open(path).map_err(StoreError::io("open the store", path))?)
    }

    /// The table in a file that is open; `path` is for errors.
    pub(crate) fn over(path: &Path, file: Snapshot) -> Result<Self, StoreError> {
        check_ends(path, &file)?;
        let footer = guarded(path, || ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))?;
        forms::check_columns(path, footer.schema())?;
        let groups = footer.metadata().row_groups();
        if !groups.iter().flat_map(|group| group.columns()).all(|chunk| lies_within(chunk, file.len())) {
            let source = ParquetError::General("its footer points outside of the file".to_owned());
            return Err(StoreError::NotParquet { path: path.to_owned(), source });
        }
        let rows = groups.iter().map(|group| usize::try_from(group.num_rows()).unwrap_or(0));
        let rows = rows.fold(0, usize::saturating_add);
        let forms = ColumnForms::of(footer.schema());
        Ok(Self { path: path.to_owned(), file, footer, forms, rows })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn size(&self) -> u64 {
        self.file.len()
    }

    pub(crate) fn version(&self) -> Result<Version, StoreError> {
        self.file.version().map_err(StoreError::io("read", &self.path))
    }

    /// The columns as batches have them.
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.forms.schema()
    }

    pub(crate) fn has_passages(&self) -> bool {
        self.forms.has_passages()
    }

    /// Whether this program wrote the file, as far as the parquet library behind it tells: then what the footer counts is
    /// true. Other programs carry key/value metadata along that was true of another selection of rows.
    pub(crate) fn is_ours(&self) -> bool {
        let writer = self.footer.metadata().file_metadata().created_by();
        writer.is_some_and(|writer| writer.starts_with("parquet-rs")) && !self.key_values().is_empty()
    }

    pub(crate) fn key_values(&self) -> &[KeyValue] {
        self.footer.metadata().file_metadata().key_value_metadata().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn file(&self) -> &Snapshot {
        &self.file
    }

    /// What the file says that its columns are.
    pub(crate) fn columns(&self) -> &parquet::schema::types::Type {
        self.footer.metadata().file_metadata().schema()
    }

    pub(crate) fn groups(&self) -> &[RowGroupMetaData] {
        self.footer.metadata().row_groups()
    }

    /// Every column of every row of a row group.
    pub(crate) fn everything_in(&self, group: usize) -> Result<Batches<'_>, StoreError> {
        self.batches(|reader| reader.with_row_groups(vec![group]))
    }

    /// Every column of `rows`, which are sorted, unique and there.
    pub(crate) fn pick_whole(&self, rows: &[usize]) -> Result<Batches<'_>, StoreError> {
        let (groups, rows) = groups_with(self.groups(), rows);
        let footer = self.footer_of(groups, PageIndexPolicy::Optional)?;
        self.read(footer, |reader| reader.with_row_selection(selection(&rows)))
    }

    /// Hands every batch of `columns` to `visit` with the number of its first row.
    pub(crate) fn scan(
        &self,
        columns: &[Column],
        mut visit: impl FnMut(usize, &RecordBatch) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut row = 0;
        for batch in self.batches(|reader| reader.with_projection(self.projection(columns)))? {
            let batch = batch?;
            visit(row, &batch)?;
            row += batch.num_rows();
        }
        self.check_rows(self.rows, row)
    }

    /// The rows in which one of these columns is null. They are read for it only where the footer leaves it open.
    pub(crate) fn rows_with_null(&self, columns: &[Column]) -> Result<Vec<usize>, StoreError> {
        let may_lack = |column: &&Column| {
            let field = self.footer.schema().field_with_name(column.name());
            field.is_ok_and(|field| field.is_nullable()) && !self.has_no_null(**column)
        };
        let columns: Vec<Column> = columns.iter().filter(may_lack).copied().collect();
        let mut found = Vec::new();
        if columns.is_empty() {
            return Ok(found);
        }
        let mut batches = self.batches(|reader| reader.with_projection(self.projection(&columns)))?;
        let mut first = 0;
        while let Some(batch) =
            guarded(&self.path, || batches.reader.next().transpose().map_err(parquet_error))?
        {
            let nulls: Vec<_> = batch.columns().iter().filter_map(|column| column.logical_nulls()).collect();
            let is_null = |at: &usize| nulls.iter().any(|nulls| nulls.is_null(*at));
            found.extend((0..batch.num_rows()).filter(is_null).map(|at| first + at));
            first += batch.num_rows();
        }
        Ok(found)
    }

    /// Whether the footer says that a column has a value in every row.
    fn has_no_null(&self, column: Column) -> bool {
        self.nulls_of(column).all(|nulls| nulls == Some(0))
    }

    /// Whether the footer says that one of these columns is null somewhere.
    pub(crate) fn tells_of_nulls(&self, columns: &[Column]) -> bool {
        columns.iter().flat_map(|column| self.nulls_of(*column)).any(|nulls| nulls > Some(0))
    }

    /// How many nulls a column has in each row group, where the footer counts them.
    fn nulls_of(&self, column: Column) -> impl Iterator<Item = Option<u64>> {
        let chunks = self.groups().iter().flat_map(RowGroupMetaData::columns);
        let own = chunks.filter(move |chunk| {
            chunk.column_path().parts().first().is_some_and(|name| name == column.name())
        });
        own.map(|chunk| chunk.statistics().and_then(|statistics| statistics.null_count_opt()))
    }

    /// Only `rows`, which are sorted, unique and there.
    pub(crate) fn pick(&self, columns: &[Column], rows: &[usize]) -> Result<Batches<'_>, StoreError> {
        let (groups, rows) = groups_with(self.groups(), rows);
        let held: i64 = groups.iter().map(RowGroupMetaData::num_rows).sum();
        // Whole groups are read from front to back: it doesn't matter where their pages are.
        let whole = usize::try_from(held) == Ok(rows.len());
        let footer =
            self.footer_of(groups, if whole { PageIndexPolicy::Skip } else { PageIndexPolicy::Optional })?;
        self.read(footer, |reader| {
            reader.with_projection(self.projection(columns)).with_row_selection(selection(&rows))
        })
    }

    /// The footer of these row groups alone, with the places of their pages where the file has them: only the pages
    /// that are wanted are read then.
    pub(crate) fn pages_of(&self, groups: Vec<RowGroupMetaData>) -> Result<ArrowReaderMetadata, StoreError> {
        self.footer_of(groups, PageIndexPolicy::Optional)
    }

    fn footer_of(
        &self,
        groups: Vec<RowGroupMetaData>,
        pages: PageIndexPolicy,
    ) -> Result<ArrowReaderMetadata, StoreError> {
        let file = self.footer.metadata().file_metadata().clone();
        guarded(&self.path, || {
            let mut reader = ParquetMetaDataReader::new_with_metadata(ParquetMetaData::new(file, groups))
                .with_offset_index_policy(pages);
            reader.read_page_indexes(&self.file)?;
            ArrowReaderMetadata::try_new(Arc::new(reader.finish()?), ArrowReaderOptions::new())
        })
    }

    /// Checks that as many rows were read as there should be.
    pub(crate) fn check_rows(&self, expected: usize, found: usize) -> Result<(), StoreError> {
        if found == expected {
            return Ok(());
        }
        Err(StoreError::RowCount { path: self.path.clone(), expected, found })
    }

    fn batches(
        &self,
        narrow: impl FnOnce(
            ParquetRecordBatchReaderBuilder<Snapshot>,
        ) -> ParquetRecordBatchReaderBuilder<Snapshot>,
    ) -> Result<Batches<'_>, StoreError> {
        self.read(self.footer.clone(), narrow)
    }

    fn read(
        &self,
        footer: ArrowReaderMetadata,
        narrow: impl FnOnce(
            ParquetRecordBatchReaderBuilder<Snapshot>,
        ) -> ParquetRecordBatchReaderBuilder<Snapshot>,
    ) -> Result<Batches<'_>, StoreError> {
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), footer);
        let reader = guarded(&self.path, || narrow(reader.with_batch_size(BATCH_ROWS)).build())?;
        Ok(Batches { path: &self.path, forms: &self.forms, reader })
    }

    fn projection(&self, columns: &[Column]) -> ProjectionMask {
        let roots = columns.iter().filter_map(|column| self.schema().index_of(column.name()).ok());
        ProjectionMask::roots(self.footer.parquet_schema(), roots)
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<RecordBatch, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = || {
            let batch = self.reader.next().transpose().map_err(parquet_error)?;
            batch.map(|batch| self.forms.read(batch)).transpose().map_err(parquet_error)
        };
        guarded(self.path, next).transpose()
    }
}
