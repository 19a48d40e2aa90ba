//! A store written anew with some rows more, some changed and some in another place; what isn't touched is copied as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use arrow_array::RecordBatch;

use crate::batch::BatchRows;
use crate::origin::Origins;
use crate::passages::Passages;
use crate::schema;
use crate::table::Table;
use crate::writer::{FULL_GROUP_ROWS, Writer};
use crate::{EmbeddedScene, ModelTag, Store, StoreError};

/// What changes in a store.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// What rows become.
    pub(crate) edits: BTreeMap<usize, Edit>,
    /// What comes before a row; rows ascend.
    pub(crate) inserts: Vec<(usize, NewRow)>,
    /// What comes behind the last row.
    pub(crate) appended: Vec<NewRow>,
    /// Rows that are nowhere any more.
    pub(crate) removed: BTreeSet<usize>,
    /// The recipe of a store that is new, or all of whose passages are.
    pub(crate) recipe: Option<&'static str>,
    /// Whether every row gets vectors of another model than the store's.
    pub(crate) moves: bool,
}

/// What a row becomes.
#[derive(Debug, Default)]
pub(crate) struct Edit {
    /// Another scene, by its row in the batch.
    pub(crate) scene: Option<usize>,
    /// The same scene with these passages, which it lacked.
    pub(crate) passages: Option<Passages>,
    /// The same scene with the embedding and the passages of a row in the batch.
    pub(crate) vectors: Option<usize>,
    /// The same scene, read with other neighbours: its window's vector, or none.
    pub(crate) window: Option<Option<Vec<f32>>>,
    /// What it says about where it comes from.
    pub(crate) origin: Option<String>,
    /// Whether the other scene is in another channel or conversation, as far as anybody knows.
    pub(crate) regroups: bool,
}

#[derive(Debug)]
pub(crate) enum NewRow {
    /// A scene, by its row in the batch.
    Scene(usize),
    /// A row that stood elsewhere.
    Moved(usize),
}

impl Change {
    /// How many of the first rows stay where they are, in their conversations, and which of these become something else.
    pub(crate) fn kept(&self, rows: usize) -> (usize, Vec<usize>) {
        let moved = self.inserts.iter().map(|(_, row)| row).chain(&self.appended).filter_map(NewRow::moved);
        let regrouped = |edit: &Edit| edit.origin.is_some() || edit.regroups;
        let regrouped = self.edits.iter().filter(|(_, edit)| regrouped(edit)).map(|(row, _)| *row);
        let before = self.inserts.iter().map(|(before, _)| *before);
        let kept =
            regrouped.chain(before).chain(moved).chain(self.removed.first().copied()).min().unwrap_or(rows);
        (kept, self.edits.range(..kept).map(|(row, _)| *row).collect())
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        let more = self.inserts.is_empty() && self.appended.is_empty();
        self.edits.is_empty() && self.removed.is_empty() && more
    }

    fn moved(&self) -> BTreeSet<usize> {
        let rows = self.inserts.iter().map(|(_, row)| row).chain(&self.appended);
        rows.filter_map(NewRow::moved).collect()
    }

    /// What comes before any of these rows.
    fn inserts_in(&self, rows: &Range<usize>) -> &[(usize, NewRow)] {
        let place = |bound: usize| self.inserts.partition_point(|(before, _)| *before < bound);
        self.inserts.get(place(rows.start)..place(rows.end)).unwrap_or_default()
    }
}

impl Edit {
    fn gives_passages(&self) -> bool {
        self.passages.is_some() || self.vectors.is_some()
    }
}

impl NewRow {
    fn moved(&self) -> Option<usize> {
        match self {
            Self::Moved(row) => Some(*row),
            Self::Scene(_) => None,
        }
    }
}

/// Writes the store with the change into `file`. A store without a tag gets that of `model`, and so does one that moves over
/// to it; one whose tag lacks the revision gets that.
pub(crate) fn write(
    store: &Store,
    change: &Change,
    rows: Option<BatchRows>,
    model: &ModelTag,
    file: &mut File,
) -> Result<(), StoreError> {
    let known = store.model().filter(|_| !change.moves).map(|tag| tag.known_by(model));
    let (table, tag) = (store.table(), known.as_ref().unwrap_or(model));
    let (columns, pairs) = (schema::grown(table.schema(), change.moves), tag.write(table.key_values()));
    let remade = change.edits.values().any(Edit::gives_passages);
    let pairs = schema::with_recipe(schema::without_lacking(pairs), change.recipe.filter(|_| remade));
    let writer = Writer::new(store.path(), columns, pairs, file)?;
    let moved = change.moved();
    let moved_rows = whole_rows(table, &moved)?;
    let gone = moved.into_iter().chain(change.removed.iter().copied()).collect();
    let mut rewrite = Rewrite { store, change, rows, writer, moved_rows, gone, lost: 0 };
    rewrite.copy()?;
    rewrite.put_all(&change.appended.iter().collect::<Vec<_>>())?;
    // A file without passages counts its blank rows too, until somebody looks.
    let before =
        if remade && !change.moves { store.rows_without_passages()?.len() } else { store.lacking_passages() };
    let lacking = (before + rewrite.writer.lacking()).saturating_sub(rewrite.lost);
    // With other vectors every row that has text gets passages.
    let lacking = if change.moves { 0 } else { lacking };
    rewrite.writer.set_lacking(lacking);
    rewrite.writer.finish()
}

/// Writes a new store of these scenes, in the order of the change, into `file`; `path` is for errors.
pub(crate) fn write_new(
    path: &Path,
    change: &Change,
    rows: Option<BatchRows>,
    model: &ModelTag,
    file: &mut File,
) -> Result<(), StoreError> {
    let pairs = schema::with_recipe(model.write(&[]), change.recipe);
    let mut writer = Writer::new(path, schema::new_file(), pairs, file)?;
    if let Some(mut rows) = rows {
        let scenes = change.appended.iter().filter_map(|row| match row {
            NewRow::Scene(scene) => Some(*scene),
            NewRow::Moved(_) => None,
        });
        let scenes: Vec<usize> = scenes.collect();
        for run in scenes.chunk_by(|row, next| row + 1 == *next) {
            let first = run.first().copied().unwrap_or_default();
            rows.put(first..first + run.len(), &mut writer)?;
        }
    }
    writer.finish()
}

/// Rows as they are, each as a batch of its own.
fn whole_rows(table: &Table, rows: &BTreeSet<usize>) -> Result<HashMap<usize, RecordBatch>, StoreError> {
    let sorted: Vec<usize> = rows.iter().copied().collect();
    let (mut found, mut next) = (HashMap::new(), sorted.iter());
    for batch in table.pick_whole(&sorted)? {
        let batch = batch?;
        found.extend((0..batch.num_rows()).zip(&mut next).map(|(at, row)| (*row, batch.slice(at, 1))));
    }
    table.check_rows(sorted.len(), found.len())?;
    Ok(found)
}

struct Rewrite<'a> {
    store: &'a Store,
    change: &'a Change,
    /// The scenes that come to it.
    rows: Option<BatchRows>,
    writer: Writer<&'a mut File>,
    /// Rows that don't stay where they are.
    gone: BTreeSet<usize>,
    moved_rows: HashMap<usize, RecordBatch>,
    /// How many rows that lacked passages were replaced or removed.
    lost: usize,
}

impl Rewrite<'_> {
    /// Copies every row that was there, changed where it has to be.
    ///
    /// Row groups are copied byte by byte where nothing in them changes. Small ones at the end are filled up with what
    /// comes behind them, so that many small additions don't leave many small groups.
    fn copy(&mut self) -> Result<(), StoreError> {
        let groups = self.store.table().groups();
        let full =
            groups.iter().rposition(|group| group.num_rows() >= FULL_GROUP_ROWS).map_or(0, |last| last + 1);
        let mut first = 0;
        for (number, group) in groups.iter().enumerate() {
            let rows = first..first + usize::try_from(group.num_rows()).unwrap_or(0);
            let as_it_is = self.store.model().is_some() && number < full && !self.is_touched(&rows);
            if !as_it_is || !self.writer.copy_group(self.store.table(), number)? {
                self.rewrite(number, rows.clone(), number < full)?;
            }
            first = rows.end;
        }
        self.store.table().check_rows(self.store.len(), first)
    }

    fn is_touched(&self, rows: &Range<usize>) -> bool {
        self.change.edits.range(rows.clone()).next().is_some()
            || !self.change.inserts_in(rows).is_empty()
            || self.gone.range(rows.clone()).next().is_some()
    }

    fn rewrite(&mut self, group: usize, rows: Range<usize>, alone: bool) -> Result<(), StoreError> {
        if alone {
            self.writer.expect(rows.len() + self.change.inserts_in(&rows).len())?;
        }
        let (mut first, mut vectors) = (rows.start, Vec::new());
        for batch in self.store.table().everything_in(group)? {
            let batch = batch?;
            if self.store.model().is_none() {
                vectors.clear();
                self.store.append_vectors(first, &batch, &mut vectors)?;
            }
            self.rewrite_batch(first, &batch)?;
            first += batch.num_rows();
        }
        self.store.table().check_rows(rows.end, first)
    }

    fn rewrite_batch(&mut self, first: usize, batch: &RecordBatch) -> Result<(), StoreError> {
        let (mut from, rows) = (0, first..first + batch.num_rows());
        if !self.is_touched(&rows) {
            return self.writer.copy(batch);
        }
        let mut scenes = self.change.edits.range(rows.clone()).filter(|(_, edit)| edit.scene.is_some());
        let others =
            !self.change.inserts_in(&rows).is_empty() || self.gone.range(rows.clone()).next().is_some();
        if !others && scenes.next().is_none() {
            return self.put_cells(first, batch);
        }
        let mut inserts = self.change.inserts_in(&rows).iter().peekable();
        for row in rows {
            let at = row - first;
            let mut before = Vec::new();
            while let Some((_, new)) = inserts.next_if(|(before, _)| *before == row) {
                before.push(new);
            }
            let edit = self.change.edits.get(&row);
            let gone = self.gone.contains(&row);
            if before.is_empty() && edit.is_none() && !gone {
                continue;
            }
            self.writer.copy(&batch.slice(from, at - from))?;
            self.put_all(&before)?;
            if !gone {
                self.put_row(row, &batch.slice(at, 1))?;
            } else if self.change.removed.contains(&row) {
                self.lose(row, batch, at)?;
            }
            from = at + 1;
        }
        self.writer.copy(&batch.slice(from, batch.num_rows() - from))
    }

    /// Takes note that a row is gone.
    fn lose(&mut self, row: usize, batch: &RecordBatch, at: usize) -> Result<(), StoreError> {
        let passages = self.store.passages_of(batch, at, row)?;
        self.lost += usize::from(passages.are_lacking_for(&self.store.text_in(batch, at, row)?));
        Ok(())
    }

    fn put_all(&mut self, rows: &[&NewRow]) -> Result<(), StoreError> {
        let mut run = 0..0;
        for row in rows {
            match row {
                NewRow::Scene(next) if *next == run.end && !run.is_empty() => run.end += 1,
                NewRow::Scene(next) => self.put_run(std::mem::replace(&mut run, *next..next + 1))?,
                NewRow::Moved(row) => {
                    self.put_run(std::mem::take(&mut run))?;
                    let batch = self.moved_rows.get(row).cloned();
                    batch.map_or(Ok(()), |batch| self.put_row(*row, &batch))?;
                }
            }
        }
        self.put_run(run)
    }

    fn put_run(&mut self, run: Range<usize>) -> Result<(), StoreError> {
        self.rows.as_mut().map_or(Ok(()), |rows| rows.put(run, &mut self.writer))
    }

    /// Puts a row that was there as it is now.
    fn put_row(&mut self, row: usize, batch: &RecordBatch) -> Result<(), StoreError> {
        let Some(edit) = self.change.edits.get(&row) else { return self.writer.copy(batch) };
        let (Some(scene), Some(rows)) = (edit.scene, &mut self.rows) else {
            return self.put_cells(row, batch);
        };
        self.writer.lack(rows.lacking(scene..scene + 1));
        self.writer.put(&rows.one(scene)?, Some(batch))?;
        self.lose(row, batch, 0)
    }

    /// Puts rows whose scenes stay the same, with other passages, windows and origins.
    fn put_cells(&mut self, first: usize, batch: &RecordBatch) -> Result<(), StoreError> {
        let (mut passages, mut origins) = (Vec::new(), Vec::new());
        let mut given = self.vectors(first..first + batch.num_rows())?;
        let found = Origins::of(batch);
        for (at, origin) in (0..batch.num_rows()).zip(found.iter()) {
            let row = first + at;
            let edit = self.change.edits.get(&row);
            let mut own = match given.get_mut(at) {
                Some(given) => std::mem::take(&mut given.passages),
                None => self.store.passages_of(batch, at, row)?,
            };
            if let Some(given) = edit.and_then(|edit| edit.passages.as_ref()) {
                self.lost += usize::from(own.are_lacking_for(&self.store.text_in(batch, at, row)?));
                own.clone_from(given);
            }
            if let Some(window) = edit.and_then(|edit| edit.window.as_ref()) {
                own.window.clone_from(window);
            }
            passages.push(own);
            let other = edit.and_then(|edit| edit.origin.clone());
            origins.push(other.or_else(|| origin.map(str::to_owned)));
        }
        self.writer.copy_with(batch, &passages, origins, &given)
    }

    /// What the batch has for these rows, of a store that moves over to another model.
    fn vectors(&mut self, rows: Range<usize>) -> Result<Vec<EmbeddedScene>, StoreError> {
        let edits = self.change.edits.range(rows);
        let wanted: Vec<usize> = edits.filter_map(|(_, edit)| edit.vectors).collect();
        match &self.rows {
            Some(rows) if !wanted.is_empty() => rows.scenes(&wanted),
            _ => Ok(Vec::new()),
        }
    }
}
