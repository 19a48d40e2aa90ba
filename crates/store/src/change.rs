//! A store written anew with some rows more, some changed and some in another place; what isn't touched is copied as it is.

mod rewrite;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::ops::Range;
use std::path::Path;

use arrow_array::RecordBatch;

use self::rewrite::Rewrite;
use crate::batch::BatchRows;
use crate::passages::Passages;
use crate::schema;
use crate::table::Table;
use crate::writer::Writer;
use crate::{ModelTag, Store, StoreError};

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
