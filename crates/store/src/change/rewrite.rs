use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::ops::Range;

use arrow_array::RecordBatch;

use super::{Change, NewRow};
use crate::batch::BatchRows;
use crate::origin::Origins;
use crate::writer::{FULL_GROUP_ROWS, Writer};
use crate::{EmbeddedScene, Store, StoreError};

/// A store that is written anew.
pub(super) struct Rewrite<'a> {
    pub(super) store: &'a Store,
    pub(super) change: &'a Change,
    /// The scenes that come to it.
    pub(super) rows: Option<BatchRows>,
    pub(super) writer: Writer<&'a mut File>,
    /// Rows that don't stay where they are.
    pub(super) gone: BTreeSet<usize>,
    pub(super) moved_rows: HashMap<usize, RecordBatch>,
    /// How many rows that lacked passages were replaced or removed.
    pub(super) lost: usize,
}

impl Rewrite<'_> {
    /// Copies every row that was there, changed where it has to be.
    ///
    /// Row groups are copied byte by byte where nothing in them changes. Small ones at the end are filled up with what
    /// comes behind them, so that many small additions don't leave many small groups.
    pub(super) fn copy(&mut self) -> Result<(), StoreError> {
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

    pub(super) fn put_all(&mut self, rows: &[&NewRow]) -> Result<(), StoreError> {
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
