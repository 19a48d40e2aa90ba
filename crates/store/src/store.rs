mod alike;
mod columns;
mod rows;

use std::path::Path;

use naragtive_scene::Scene;

use crate::passages::Passages;
use crate::schema::{self, Column};
use crate::snapshot::Snapshot;
use crate::table::Table;
use crate::{ModelTag, StoreError, StoreRef, Version};

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

    /// The tag of the file, or the one it has without saying so.
    pub fn model_or_legacy(&self) -> ModelTag {
        self.model.clone().unwrap_or_else(ModelTag::legacy)
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
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
