use std::collections::BTreeMap;
use std::fs::File;

use naragtive_disk::{AtomicFile, Lock, Patience};
use naragtive_scene::{Metadata, Scene, SceneId};

use crate::change::{self, Change, Edit};
use crate::{Batch, EmbeddedScene, ModelTag, Passages, Store, StoreError, StoreRef};

/// A store that moves over to another model: every row gets other vectors, and all else in the file stays as it is.
///
/// Its lock is held all the while, and the file is replaced whole or not at all: a store is of one model, and what others
/// added meanwhile would be of the one before.
#[derive(Debug)]
pub struct MoveOver {
    place: AtomicFile,
    lock: Lock,
    store: Store,
    model: ModelTag,
    batch: Batch,
    rows: usize,
}

impl MoveOver {
    /// Opens the store, which is to be one of `model`.
    ///
    /// # Errors
    /// When it can't be read or written;
    /// [`DiskError::Stopped`](naragtive_disk::DiskError) when others still write to it when `patience` is over.
    pub fn begin(at: &StoreRef, model: &ModelTag, patience: &Patience) -> Result<Self, StoreError> {
        let place = AtomicFile::find(at.file())?;
        place.check_writable()?;
        let lock = place.lock(patience)?;
        let (store, batch) = (at.open()?, Batch::new(at, model));
        Ok(Self { place, lock, store, model: model.clone(), batch, rows: 0 })
    }

    /// The store as it is.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Takes the vectors of the next row.
    ///
    /// # Errors
    /// When they aren't as many finite numbers as the model gives, or the folder of the store can't be written.
    pub fn add(&mut self, embedding: Vec<f32>, passages: Passages) -> Result<(), StoreError> {
        // The scene itself stays where it is.
        let id = SceneId::new(self.rows.to_string());
        let scene = Scene { id, text: String::new(), metadata: Metadata::default(), origin: None };
        self.batch.add(self.rows, None, EmbeddedScene { scene, embedding, passages })?;
        self.rows += 1;
        Ok(())
    }

    /// Replaces the file by one with these vectors, made by this recipe.
    ///
    /// # Errors
    /// When a row got none, or the file can't be written.
    pub fn finish(mut self, recipe: &'static str) -> Result<(), StoreError> {
        self.store.table().check_rows(self.store.len(), self.rows)?;
        let edit = |row| (row, Edit { vectors: Some(row), ..Edit::default() });
        let edits: BTreeMap<usize, Edit> = (0..self.rows).map(edit).collect();
        let change = Change { edits, recipe: Some(recipe), moves: true, ..Change::default() };
        let (store, model, rows) = (self.store, self.model, self.batch.finish()?);
        // The closure owns the store: some systems don't replace a file that is open.
        let write = move |file: &mut File| change::write(&store, &change, rows, &model, file);
        self.place.replace(&self.lock, write)
    }
}
