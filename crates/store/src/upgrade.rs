use std::fs::File;
use std::ops::Range;
use std::path::Path;

use arrow_array::RecordBatch;
use naragtive_disk::{Lock, Patience, Place};

use crate::passages::Passages;
use crate::schema;
use crate::writer::Writer;
use crate::{ModelTag, Store, StoreError};

/// A store whose rows get the passages that they lack. Others who write to it wait until this is dropped.
#[derive(Debug)]
pub struct Upgrade {
    place: Place,
    store: Store,
    model: ModelTag,
    lacking: Vec<usize>,
    lock: Lock,
}

/// A row that lacks passages.
#[derive(Debug, Clone, PartialEq)]
pub struct LackingRow {
    /// Its number in the store, from 0.
    pub row: usize,
    /// The embedding of its text.
    pub embedding: Vec<f32>,
}

impl Upgrade {
    /// Opens the store at `path` and waits for the right to write it.
    ///
    /// # Errors
    /// When the store can't be read or written, or holds another model's embeddings; [`StoreError::Stopped`]
    /// when others still write to it when `patience` is over.
    pub fn begin(path: &Path, model: &ModelTag, patience: &Patience) -> Result<Self, StoreError> {
        // Without this look, a lock would stay in the folder where there is no store.
        Store::open(path)?;
        let place = Place::find(path)?;
        place.check_writable()?;
        let lock = place.lock(patience)?;
        let store = Store::open(path)?;
        store.require_model(model)?;
        let lacking = store.rows_without_passages()?;
        Ok(Self { place, store, model: model.clone(), lacking, lock })
    }

    /// The store as it is now.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The rows that have text and no passages, in order.
    pub fn lacking(&self) -> &[usize] {
        &self.lacking
    }

    /// Writes the store anew with what `passages` gives for the rows it is handed, at most a thousand at a time, in
    /// order; what comes back is how many rows still lack passages.
    ///
    /// It may give fewer than it is handed, which means that no more are to come: the other rows stay without. All else
    /// in the file stays what it was, in value, type and order. The file is replaced whole or not at all.
    ///
    /// # Errors
    /// When the store can't be read or written, or passages are not of the store's dimension or not finite.
    pub fn write(self, passages: impl FnMut(&[LackingRow]) -> Vec<Passages>) -> Result<usize, StoreError> {
        let Self { place, store, model, lacking, lock } = self;
        let mut source = Source { lacking: &lacking, passages, given: 0, stopped: false };
        // The closure owns the store: some systems don't replace a file that is open.
        place.replace(&lock, move |file| {
            let (table, tag) = (store.table(), store.model().unwrap_or(&model));
            let (columns, pairs) = (schema::grown(table.schema()), tag.write(table.key_values()));
            let mut writer = Writer::new(store.path(), columns, schema::without_lacking(pairs), file)?;
            let mut first = 0;
            for batch in table.everything_from(0)? {
                let batch = batch?;
                source.copy(&store, first, &batch, &mut writer)?;
                first += batch.num_rows();
            }
            table.check_rows(store.len(), first)?;
            let left = source.lacking.len() - source.given;
            writer.copied_lacking(left);
            writer.finish().map(|()| left)
        })
    }
}

/// Where the passages come from, and how many of the rows have got theirs.
struct Source<'a, F> {
    lacking: &'a [usize],
    passages: F,
    given: usize,
    stopped: bool,
}

impl<F: FnMut(&[LackingRow]) -> Vec<Passages>> Source<'_, F> {
    /// Copies the rows of `batch`, whose first row is `first`, with their new passages.
    fn copy(
        &mut self,
        store: &Store,
        first: usize,
        batch: &RecordBatch,
        writer: &mut Writer<&mut File>,
    ) -> Result<(), StoreError> {
        // A store without a tag is about to get one, so all of its vectors are checked.
        let vectors = vectors(store, first, batch)?;
        let rows = within(self.lacking, first..first + batch.num_rows());
        if rows.is_empty() || self.stopped {
            return writer.copy(batch);
        }
        let dimension = store.model_or_legacy().dimension;
        let embedding =
            |row: usize| vectors.chunks_exact(dimension).nth(row - first).unwrap_or_default().to_vec();
        let asked: Vec<_> =
            rows.iter().map(|row| LackingRow { row: *row, embedding: embedding(*row) }).collect();
        let given = (self.passages)(&asked);
        self.stopped = given.len() < rows.len();
        self.given += given.len().min(rows.len());
        let mut all = passages_of(store, first, batch)?;
        for (row, passages) in rows.iter().zip(given) {
            passages.check(dimension).map_err(|problem| store.bad_row(*row, problem))?;
            all.splice(*row - first..=*row - first, [passages]);
        }
        writer.copy_with(batch, &all)
    }
}

/// Those of the sorted `rows` that lie in `range`.
fn within(rows: &[usize], range: Range<usize>) -> &[usize] {
    let place = |bound: usize| rows.partition_point(|row| *row < bound);
    rows.get(place(range.start)..place(range.end)).unwrap_or_default()
}

fn vectors(store: &Store, first: usize, batch: &RecordBatch) -> Result<Vec<f32>, StoreError> {
    let mut vectors = Vec::new();
    store.append_vectors(first, batch, &mut vectors)?;
    Ok(vectors)
}

fn passages_of(store: &Store, first: usize, batch: &RecordBatch) -> Result<Vec<Passages>, StoreError> {
    (0..batch.num_rows()).map(|at| store.passages_of(batch, at, first + at)).collect()
}
