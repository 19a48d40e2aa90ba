//! Scenes on their way into a store. They wait in a file that has no name, so that they take no memory however many they
//! are, and nothing is left of them when the process dies.

use std::collections::HashSet;
use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;

use arrow_array::RecordBatch;
use naragtive_disk::AtomicFile;

use crate::snapshot::Snapshot;
use crate::table::Table;
use crate::writer::{FULL_GROUP_ROWS, Writer};
use crate::{EmbeddedScene, ModelTag, Store, StoreError, StoreRef, schema};

/// Rows and values of vectors that are written together.
const ROWS: usize = 1024;
const VALUES: usize = 2 << 20;

/// Scenes on their way into a store, as a [`MergePlan`](crate::MergePlan) has numbered them.
pub struct Batch {
    path: PathBuf,
    model: ModelTag,
    waiting: Waiting,
    /// Which incoming scene each row is.
    pub(crate) scenes: Vec<usize>,
    /// The rows of the store that scenes replace, each with its row here.
    pub(crate) updated: Vec<(usize, usize)>,
    pub(crate) windows: Vec<(usize, Option<Vec<f32>>)>,
    pub(crate) recipe: Option<&'static str>,
}

/// What is written and what isn't yet.
#[derive(Default)]
struct Waiting {
    /// The writer, and the file that it writes.
    writer: Option<(Writer<File>, File)>,
    rows: Vec<EmbeddedScene>,
    values: usize,
    bytes: u64,
    /// Which rows have text and no passages.
    lacking: HashSet<usize>,
}

impl Batch {
    /// An empty one for this store.
    pub fn new(at: impl Into<StoreRef>, model: &ModelTag) -> Self {
        Self {
            path: at.into().into(),
            model: model.clone(),
            waiting: Waiting::default(),
            scenes: Vec::new(),
            updated: Vec::new(),
            windows: Vec::new(),
            recipe: None,
        }
    }

    /// Says by which recipe passages and windows are made, which a new store says. Another keeps what it says.
    #[must_use]
    pub fn made_by(self, recipe: Option<&'static str>) -> Self {
        Self { recipe, ..self }
    }

    /// Adds the scene with this number among the incoming. New ones ascend in the order of the plan; one that replaces a
    /// stored one has the row of that.
    ///
    /// # Errors
    /// When its embedding isn't as many finite numbers as the model gives, or the folder of the store can't be written.
    pub fn add(
        &mut self,
        scene: usize,
        replaces: Option<usize>,
        row: EmbeddedScene,
    ) -> Result<(), StoreError> {
        row.check(&self.model)?;
        let number = self.scenes.len();
        self.scenes.push(scene);
        self.updated.extend(replaces.map(|replaced| (replaced, number)));
        self.waiting.take(number, row);
        if self.waiting.rows.len() >= ROWS || self.waiting.values >= VALUES { self.write() } else { Ok(()) }
    }

    /// Adds the vector of a stored row that is read with other neighbours than before; none for one that has no
    /// neighbours any more.
    pub fn add_window(&mut self, row: usize, window: Option<Vec<f32>>) {
        self.waiting.bytes += window.as_ref().map_or(0, |window| 2 * window.len() as u64);
        self.windows.push((row, window));
    }

    /// About how many bytes its vectors take in a store.
    pub fn bytes(&self) -> u64 {
        self.waiting.bytes
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.scenes.is_empty() && self.windows.is_empty()
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.waiting.rows);
        self.waiting.values = 0;
        let writer = match &mut self.waiting.writer {
            Some((writer, _)) => writer,
            none => {
                let file = AtomicFile::find(&self.path)?.nameless()?;
                let out = file.try_clone().map_err(StoreError::io("write", &self.path))?;
                let writer = Writer::new(&self.path, schema::new_file(), self.model.write(&[]), out)?;
                &mut none.insert((writer, file)).0
            }
        };
        writer.add(&rows.iter().collect::<Vec<_>>())
    }

    /// The rows, to be read again; none where there are none.
    pub(crate) fn finish(&mut self) -> Result<Option<BatchRows>, StoreError> {
        if !self.waiting.rows.is_empty() {
            self.write()?;
        }
        let Some((writer, file)) = self.waiting.writer.take() else { return Ok(None) };
        writer.finish()?;
        let file = Snapshot::of(file).map_err(StoreError::io("read", &self.path))?;
        let store = Store::over(&self.path, Table::over(&self.path, file)?)?;
        Ok(Some(BatchRows { store, lacking: std::mem::take(&mut self.waiting.lacking), read: None }))
    }
}

impl Waiting {
    fn take(&mut self, number: usize, row: EmbeddedScene) {
        let halves = row.passages.vectors.len() + row.passages.window.as_ref().map_or(0, Vec::len);
        self.values += row.embedding.len() + halves;
        self.bytes += 4 * row.embedding.len() as u64 + 2 * halves as u64;
        self.lacking.extend(row.passages.are_lacking_for(&row.scene.text).then_some(number));
        self.rows.push(row);
    }
}

impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("path", &self.path).field("scenes", &self.scenes.len()).finish()
    }
}

/// The rows of a batch, which are read in about the order in which they were written.
pub(crate) struct BatchRows {
    store: Store,
    lacking: HashSet<usize>,
    /// The rows that were read last, and the number of the first one.
    read: Option<(usize, RecordBatch)>,
}

impl BatchRows {
    /// These rows whole.
    pub(crate) fn scenes(&self, rows: &[usize]) -> Result<Vec<EmbeddedScene>, StoreError> {
        Ok(self.store.rows(rows)?.into_iter().map(EmbeddedScene::from).collect())
    }

    /// How many of these rows lack passages.
    pub(crate) fn lacking(&self, rows: Range<usize>) -> usize {
        if self.lacking.is_empty() { 0 } else { rows.filter(|row| self.lacking.contains(row)).count() }
    }

    /// Writes these rows behind what `writer` has. Whole row groups are copied byte by byte, so that a row is encoded once.
    pub(crate) fn put<W: std::io::Write + Send>(
        &mut self,
        mut rows: Range<usize>,
        writer: &mut Writer<W>,
    ) -> Result<(), StoreError> {
        writer.lack(self.lacking(rows.clone()));
        while !rows.is_empty() {
            let (number, group) = self.group_of(rows.start);
            let is_whole = group.start == rows.start && group.end <= rows.end;
            let is_full = i64::try_from(group.len()).is_ok_and(|rows| rows >= FULL_GROUP_ROWS);
            if is_whole && is_full && writer.copy_group(self.store.table(), number)? {
                rows.start = group.end;
                continue;
            }
            let batch = self.some_of(rows.start..rows.end.min(group.end), group.end)?;
            writer.put(&batch, None)?;
            rows.start += batch.num_rows();
        }
        Ok(())
    }

    /// One row.
    pub(crate) fn one(&mut self, row: usize) -> Result<RecordBatch, StoreError> {
        let end = self.group_of(row).1.end;
        self.some_of(row..row + 1, end)
    }

    /// The row group that a row is in, and its rows.
    fn group_of(&self, row: usize) -> (usize, Range<usize>) {
        let mut first = 0;
        for (number, group) in self.store.table().groups().iter().enumerate() {
            let end = first + usize::try_from(group.num_rows()).unwrap_or(0);
            if row < end {
                return (number, first..end);
            }
            first = end;
        }
        (usize::MAX, row..row + 1)
    }

    /// The first of these rows, as many as are read together; none beyond `end` is.
    fn some_of(&mut self, rows: Range<usize>, end: usize) -> Result<RecordBatch, StoreError> {
        let holds =
            |(first, batch): &(usize, RecordBatch)| (*first..first + batch.num_rows()).contains(&rows.start);
        let (first, batch) = match self.read.take().filter(holds) {
            Some(read) => read,
            None => {
                let wanted: Vec<usize> = (rows.start..end.min(rows.start + ROWS)).collect();
                let batch = self.store.table().pick_whole(&wanted)?.next().transpose()?;
                let batch = batch.filter(|batch| batch.num_rows() > 0);
                let missing = || self.store.table().check_rows(wanted.len(), 0);
                (
                    rows.start,
                    batch.map_or_else(
                        || missing().map(|()| RecordBatch::new_empty(schema::new_file().into())),
                        Ok,
                    )?,
                )
            }
        };
        let from = rows.start - first;
        let slice = batch.slice(from, rows.len().min(batch.num_rows() - from));
        self.read = Some((first, batch));
        Ok(slice)
    }
}
