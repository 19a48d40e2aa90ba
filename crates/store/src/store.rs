use std::path::Path;

use arrow_array::RecordBatch;
use naragtive_scene::{Metadata, Scene, SceneId, Source};

use crate::column::{Strings, Vectors};
use crate::origin::{self, Origins, StoredOrigin};
use crate::passages::{Passages, Span, is_without, spans};
use crate::schema::{self, Column};
use crate::snapshot::Snapshot;
use crate::table::Table;
use crate::{ModelTag, RowProblem, StoreError, StoreRef, Version};

/// A snapshot of a store, as it was when it was opened: one parquet file of scenes and their embeddings.
///
/// Only the footer is held. Columns are read when asked for, from the file that was opened, even
/// after another one has taken its place. It can be shared between threads.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    model: Option<ModelTag>,
}

/// The embeddings of a store, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    /// How many numbers one embedding has.
    pub dimension: usize,
    /// `rows * dimension` finite numbers.
    pub values: Vec<f32>,
}

/// One row of a store, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// The scene.
    pub scene: Scene,
    /// The embedding of its text.
    pub embedding: Vec<f32>,
    /// Its passages; none in a file of the Python tool.
    pub passages: Passages,
}

impl StoreRef {
    /// Opens the store that is there.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open(&self) -> Result<Store, StoreError> {
        Store::open(self)
    }

    /// Which state the store is in now.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn version(&self) -> Result<Version, StoreError> {
        let read = Snapshot::open(self.file()).and_then(|file| file.version());
        read.map_err(StoreError::io("open the store", self.file()))
    }
}

impl Store {
    /// Opens the store and checks its columns and its model tag; reads the footer only.
    ///
    /// # Errors
    /// When the file can't be read, isn't parquet, lacks one of the four columns or has one of another
    /// type, or names its model in a way that makes no sense.
    pub fn open(at: impl Into<StoreRef>) -> Result<Self, StoreError> {
        let at = at.into();
        Self::over(at.file(), Table::open(at.file())?)
    }

    /// The store that is there, if any is: one of this model.
    ///
    /// # Errors
    /// As [`Store::open`], but for a store that isn't there; and those of [`Store::require_model`].
    pub fn existing(at: &StoreRef, model: &ModelTag) -> Result<Option<Self>, StoreError> {
        match at.open() {
            Ok(store) => store.require_model(model).map(|()| Some(store)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The store that a table is; `path` is for errors.
    pub(crate) fn over(path: &Path, table: Table) -> Result<Self, StoreError> {
        let model = ModelTag::read(path, table.key_values())?;
        Ok(Self { table, model })
    }

    /// Its file, for errors.
    pub(crate) fn path(&self) -> &Path {
        self.table.path()
    }

    /// Where it was opened.
    pub fn at(&self) -> StoreRef {
        self.path().into()
    }

    /// How many scenes there are.
    pub fn len(&self) -> usize {
        self.table.rows()
    }

    /// Whether there is no scene.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes the file has.
    pub fn size_on_disk(&self) -> u64 {
        self.table.size()
    }

    /// 32 bytes that tell this state of the file from any other.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn version(&self) -> Result<Version, StoreError> {
        self.table.version()
    }

    /// The model that the file names; none in a file of the Python tool, whose model is always
    /// [`ModelTag::legacy`].
    pub fn model(&self) -> Option<&ModelTag> {
        self.model.as_ref()
    }

    /// Checks that the embeddings are those of `wanted`.
    ///
    /// # Errors
    /// When the file names a model of another name, dimension or revision.
    pub fn require_model(&self, wanted: &ModelTag) -> Result<(), StoreError> {
        let found = self.model_or_legacy();
        if found.agrees_with(wanted) {
            return Ok(());
        }
        let (expected, found) = (Box::new(wanted.clone()), Box::new(found));
        Err(StoreError::OtherModel { path: self.path().to_owned(), expected, found })
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
        values.try_reserve_exact(self.len().saturating_mul(dimension)).ok();
        self.table
            .scan(&[Column::Embedding], |first, batch| self.append_vectors(first, batch, &mut values))?;
        Ok(Embeddings { dimension, values })
    }

    /// The scenes in these rows, in the order asked for, without their origins. Only the pages that hold them are decoded.
    ///
    /// # Errors
    /// When a row isn't there, can't be read, holds a null or metadata that isn't a JSON object.
    pub fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        self.picked(&Column::SCENE, rows, |batch, rows, found| self.append_scenes(batch, rows, found))
    }

    /// The scenes in these rows, in the order asked for, with their origins.
    ///
    /// # Errors
    /// As [`Store::scenes`].
    pub fn scenes_with_origins(&self, rows: &[usize]) -> Result<Vec<Scene>, StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.picked(&[id, text, metadata, Column::Origin], rows, |batch, rows, found| {
            self.append_scenes(batch, rows, found)
        })
    }

    /// The scenes in these rows, in the order asked for, each with where its passages stand: nowhere where it has none.
    ///
    /// # Errors
    /// As [`Store::scenes`].
    pub fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.picked(&[id, text, metadata, Column::PassageSpans], rows, |batch, rows, found| {
            let mut scenes = Vec::new();
            self.append_scenes(batch, rows, &mut scenes)?;
            found.extend(scenes.into_iter().zip(spans_of(batch)));
            Ok(())
        })
    }

    /// Hands every row from `first` on to `visit`, in order; holds a thousand rows at a time.
    ///
    /// # Errors
    /// When a row can't be read, and whatever `visit` says.
    pub fn visit_rows<E: From<StoreError>>(
        &self,
        first: usize,
        mut visit: impl FnMut(StoredRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let rows: Vec<usize> = (first..self.len()).collect();
        let columns: Vec<Column> = Column::REQUIRED.into_iter().chain(Column::OPTIONAL).collect();
        let mut row = first;
        for batch in self.table.pick(&columns, &rows)? {
            let batch = batch?;
            let later = rows.get(row - first..).unwrap_or_default();
            for stored in self.stored_rows(&batch, later)? {
                visit(stored)?;
            }
            row += batch.num_rows();
        }
        Ok(self.table.check_rows(self.len(), row)?)
    }

    /// These rows whole, in the order asked for.
    ///
    /// # Errors
    /// When a row isn't there or can't be read.
    pub fn rows(&self, rows: &[usize]) -> Result<Vec<StoredRow>, StoreError> {
        let columns: Vec<Column> = Column::REQUIRED.into_iter().chain(Column::OPTIONAL).collect();
        self.picked(&columns, rows, |batch, rows, found| {
            let rows = rows.get(..batch.num_rows()).unwrap_or(rows);
            found.extend(self.stored_rows(batch, rows)?);
            Ok(())
        })
    }

    /// Hands every scene to `visit` with where it comes from; holds a thousand at a time.
    ///
    /// # Errors
    /// When a row can't be read, and whatever `visit` says.
    pub fn visit_scenes(&self, mut visit: impl FnMut(Scene)) -> Result<(), StoreError> {
        let [id, text, metadata] = Column::SCENE;
        self.table.scan(&[id, text, metadata, Column::Origin], |first, batch| {
            let rows: Vec<usize> = (first..first + batch.num_rows()).collect();
            let mut scenes = Vec::new();
            self.append_scenes(batch, &rows, &mut scenes)?;
            scenes.into_iter().for_each(&mut visit);
            Ok(())
        })
    }

    /// Whether the file has passages at all.
    pub fn has_passages(&self) -> bool {
        self.table.has_passages()
    }

    /// How many rows have no passages, as far as the footer tells; all of them in a file of the Python tool. Where another
    /// program rewrote the file, they are counted.
    pub fn lacking_passages(&self) -> usize {
        if !self.has_passages() {
            return self.len();
        }
        let told = || schema::read_lacking(self.table.key_values()).min(self.len());
        if self.table.is_ours() {
            return told();
        }
        self.rows_without_passages().map_or_else(|_| told(), |rows| rows.len())
    }

    /// By which rules the passages, windows and names were made, where the file tells.
    pub fn recipe(&self) -> Option<&str> {
        schema::read_recipe(self.table.key_values())
    }

    /// The rows whose text or metadata is null, in order. They count as empty.
    ///
    /// # Errors
    /// When a column can't be read.
    pub fn rows_with_nothing_said(&self) -> Result<Vec<usize>, StoreError> {
        self.table.rows_with_null(&Column::FILLED)
    }

    /// Whether the footer says that there are such rows; files that this program has written anew don't count them there.
    pub fn tells_of_nothing_said(&self) -> bool {
        self.table.tells_of_nulls(&Column::FILLED)
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

    /// The tag of the file, or the one it has without saying so.
    pub fn model_or_legacy(&self) -> ModelTag {
        self.model.clone().unwrap_or_else(ModelTag::legacy)
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
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

    /// Hands the scenes of a source to `visit`, in the order of the rows, as far as they say where they come from.
    ///
    /// # Errors
    /// When a row can't be read.
    pub fn visit_of(&self, source: &Source, mut visit: impl FnMut(Scene)) -> Result<(), StoreError> {
        let mut any = false;
        self.scan_origins(|_, origin| any |= origin.is_some_and(|origin| origin.source == source.as_str()))?;
        let is_of_it =
            |scene: &Scene| scene.origin.as_ref().is_some_and(|origin| origin.conversation.source == *source);
        if any {
            self.visit_scenes(|scene| {
                if is_of_it(&scene) {
                    visit(scene)
                }
            })
        } else {
            Ok(())
        }
    }

    /// What these rows say about where they come from, in the order asked for.
    pub(crate) fn origins_of(&self, rows: &[usize]) -> Result<Vec<Option<String>>, StoreError> {
        self.picked(&[Column::Id, Column::Origin], rows, |batch, _, found| {
            found
                .extend(Origins::of(batch).iter().take(batch.num_rows()).map(|json| json.map(str::to_owned)));
            Ok(())
        })
    }

    /// The ids in these rows, in the order asked for.
    pub(crate) fn ids_of(&self, rows: &[usize]) -> Result<Vec<String>, StoreError> {
        self.picked(&[Column::Id], rows, |batch, rows, found| {
            for (row, id) in rows.iter().zip(self.column(batch, Column::Id)?.iter()) {
                found.push(self.cell(Column::Id, *row, id)?.to_owned());
            }
            Ok(())
        })
    }

    /// The texts in these rows, in the order asked for.
    ///
    /// # Errors
    /// When a row isn't there, can't be read or holds a null.
    pub fn texts_of(&self, rows: &[usize]) -> Result<Vec<String>, StoreError> {
        self.picked(&[Column::Text], rows, |batch, rows, found| {
            for (row, text) in rows.iter().zip(self.column(batch, Column::Text)?.iter()) {
                found.push(self.cell(Column::Text, *row, text)?.to_owned());
            }
            Ok(())
        })
    }

    /// The text in a batch, of which `at` is the row `row` of the file.
    pub(crate) fn text_in(&self, batch: &RecordBatch, at: usize, row: usize) -> Result<String, StoreError> {
        let text = self.column(batch, Column::Text)?.iter().nth(at).flatten();
        self.cell(Column::Text, row, text).map(str::to_owned)
    }

    /// Hands the texts in these rows, which ascend, to `visit`.
    pub(crate) fn visit_texts(&self, rows: &[usize], mut visit: impl FnMut(&str)) -> Result<(), StoreError> {
        let mut rows = rows.iter();
        let sorted = self.sorted(rows.as_slice())?;
        for batch in self.table.pick(&[Column::Text], &sorted)? {
            let batch = batch?;
            for text in self.column(&batch, Column::Text)?.iter() {
                let row = rows.next().copied().unwrap_or_default();
                visit(self.cell(Column::Text, row, text)?);
            }
        }
        Ok(())
    }

    /// The ids and texts in these rows, in the order asked for.
    pub(crate) fn ids_and_texts(&self, rows: &[usize]) -> Result<Vec<(String, String)>, StoreError> {
        self.picked(&[Column::Id, Column::Text], rows, |batch, rows, found| {
            let (ids, texts) = (self.column(batch, Column::Id)?, self.column(batch, Column::Text)?);
            for ((row, id), text) in rows.iter().zip(ids.iter()).zip(texts.iter()) {
                let [id, text] = [self.cell(Column::Id, *row, id)?, self.cell(Column::Text, *row, text)?]
                    .map(str::to_owned);
                found.push((id, text));
            }
            Ok(())
        })
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

    /// The rows sorted and once each, all of which are there.
    fn sorted(&self, rows: &[usize]) -> Result<Vec<usize>, StoreError> {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        match sorted.last().copied().filter(|row| *row >= self.len()) {
            None => Ok(sorted),
            Some(row) => Err(StoreError::NoSuchRow { path: self.path().to_owned(), row, rows: self.len() }),
        }
    }

    /// What `append` makes of `rows`, in the order asked for. It is given batches of these rows, sorted and once each.
    fn picked<T: Clone>(
        &self,
        columns: &[Column],
        rows: &[usize],
        append: impl Fn(&RecordBatch, &[usize], &mut Vec<T>) -> Result<(), StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let sorted = self.sorted(rows)?;
        let mut found = Vec::with_capacity(sorted.len());
        for batch in self.table.pick(columns, &sorted)? {
            let later = sorted.get(found.len()..).unwrap_or_default();
            append(&batch?, later, &mut found)?;
        }
        self.table.check_rows(sorted.len(), found.len())?;
        let pick = |row| sorted.binary_search(row).ok().and_then(|at| found.get(at)).cloned();
        Ok(rows.iter().filter_map(pick).collect())
    }

    /// The rows of `batch`, which are `rows` of the file and whatever follows.
    fn stored_rows(&self, batch: &RecordBatch, rows: &[usize]) -> Result<Vec<StoredRow>, StoreError> {
        let (mut scenes, mut vectors) = (Vec::new(), Vec::new());
        self.append_scenes(batch, rows, &mut scenes)?;
        self.append_vectors(rows.first().copied().unwrap_or_default(), batch, &mut vectors)?;
        let embeddings = vectors.chunks_exact(self.model_or_legacy().dimension).map(<[f32]>::to_vec);
        let stored = scenes.into_iter().zip(embeddings).zip(rows).enumerate();
        stored
            .map(|(at, ((scene, embedding), row))| {
                Ok(StoredRow { scene, embedding, passages: self.passages_of(batch, at, *row)? })
            })
            .collect()
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

    fn append_scenes(
        &self,
        batch: &RecordBatch,
        rows: &[usize],
        found: &mut Vec<Scene>,
    ) -> Result<(), StoreError> {
        let ids = self.column(batch, Column::Id)?;
        let texts = self.column(batch, Column::Text)?;
        let metadata = self.column(batch, Column::Metadata)?;
        let origins = Origins::of(batch);
        let mut origins = origins.iter();
        for (((id, text), json), row) in ids.iter().zip(texts.iter()).zip(metadata.iter()).zip(rows) {
            let metadata = Metadata::parse(self.cell(Column::Metadata, *row, json)?);
            found.push(Scene {
                id: SceneId::new(self.cell(Column::Id, *row, id)?),
                text: self.cell(Column::Text, *row, text)?.to_owned(),
                metadata: metadata.map_err(|error| self.bad_row(*row, error.into()))?,
                origin: origin::read(origins.next().flatten()),
            });
        }
        Ok(())
    }

    fn column<'a>(&self, batch: &'a RecordBatch, column: Column) -> Result<Strings<'a>, StoreError> {
        let array = batch.column_by_name(column.name());
        array.and_then(|array| Strings::of(array)).ok_or_else(|| self.type_error(column))
    }

    fn cell<'a>(&self, column: Column, row: usize, cell: Option<&'a str>) -> Result<&'a str, StoreError> {
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

/// Where the passages of each row of `batch` stand.
fn spans_of(batch: &RecordBatch) -> impl Iterator<Item = Vec<Span>> {
    let array = batch.column_by_name(Column::PassageSpans.name());
    (0..batch.num_rows()).map(move |at| array.and_then(|array| spans(array, at)).unwrap_or_default())
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
