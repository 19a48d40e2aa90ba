use naragtive_disk::{DiskError, Patience};
use naragtive_scene::{SceneId, Scenes};
use naragtive_store::{Appended, Batch, EmbeddedScene, MergePlan, Passages, StoreRef, commit, replace_by};

use crate::embedding::recipe;
use crate::embedding::texts::SceneTexts;
use crate::embedding::work::{EmbedTask, Work};
use crate::{Error, Model};

/// Bytes of vectors that wait at least before they are stored, so that a kill loses no more than that.
const BATCH: u64 = 24 << 20;
/// What share of a store waits at least. Each time the file is copied: as the store grows by a quarter of itself from one
/// time to the next, all copies together are five times the store at most, however large it becomes, and a kill loses a
/// fifth of what there would be.
const SHARE: u64 = 4;

/// What came out of a task.
pub(super) struct Embedded {
    embedding: Vec<f32>,
    passages: Passages,
    /// Whether not all of the scene's text is in passages.
    is_cut: bool,
}

impl Embedded {
    pub(super) fn of(texts: &SceneTexts, vectors: &[f32], model: &Model) -> Self {
        let (embedding, passages) = texts.vectors(vectors, model.tag.dimension);
        Self { embedding, passages, is_cut: texts.is_cut() }
    }
}

/// What is embedded on its way into a store, which gets it when there is much of it.
pub(super) struct PendingRows<'a> {
    at: &'a StoreRef,
    model: &'a Model,
    pub(super) patience: Patience,
    plan: MergePlan,
    /// Bytes of vectors that are many, for a store of so many bytes.
    pub(super) limit: fn(u64) -> u64,
    batch: Batch,
    /// How many bytes are stored.
    stored: u64,
    /// What became of those that are.
    appended: Option<Appended>,
}

impl<'a> PendingRows<'a> {
    pub(super) fn new(
        at: &'a StoreRef,
        model: &'a Model,
        plan: MergePlan,
        stored: u64,
        patience: &Patience,
    ) -> Self {
        let (batch, patience) = (Self::batch(at, model), patience.clone());
        Self { at, model, patience, plan, limit, batch, stored, appended: None }
    }

    fn batch(at: &StoreRef, model: &Model) -> Batch {
        Batch::new(at, &model.tag).made_by(Some(recipe::SCENES))
    }

    /// Takes in what came out of a task; the id of a scene of which not all is in passages comes back.
    pub(super) fn push<S: Scenes + ?Sized>(
        &mut self,
        work: &Work<'_, S>,
        at: usize,
        embedded: Embedded,
    ) -> Result<Option<SceneId>, Error> {
        let cut = match work.tasks[at] {
            EmbedTask::New(scene) => self.add(work, scene, None, embedded)?,
            EmbedTask::Update { scene, row } => self.add(work, scene, Some(row), embedded)?,
            EmbedTask::Window { row } => {
                self.batch.add_window(row, embedded.passages.window);
                None
            }
        };
        // What comes between stored rows is stored together: it is told where by the rows as they were.
        let inner = at + 1 < work.inner;
        let full = self.batch.bytes() >= (self.limit)(self.stored);
        if at + 1 == work.inner || full && !inner {
            self.store(work)?;
        }
        Ok(cut)
    }

    fn add<S: Scenes + ?Sized>(
        &mut self,
        work: &Work<'_, S>,
        at: usize,
        replaces: Option<usize>,
        embedded: Embedded,
    ) -> Result<Option<SceneId>, Error> {
        let Embedded { embedding, passages, is_cut } = embedded;
        let scene = self.plan.prepared(at, work.scenes.scene(at).into_owned());
        let cut = is_cut.then(|| scene.id.clone());
        self.batch.add(at, replaces, EmbeddedScene { scene, embedding, passages })?;
        Ok(cut)
    }

    /// What waits, to be stored. Nothing is that comes of scenes that couldn't be read.
    fn waiting<S: Scenes + ?Sized>(&mut self, work: &Work<'_, S>) -> Result<Batch, Error> {
        work.scenes.check().map_err(DiskError::io("read what waits beside", self.at.file()))?;
        Ok(std::mem::replace(&mut self.batch, Self::batch(self.at, self.model)))
    }

    fn store<S: Scenes + ?Sized>(&mut self, work: &Work<'_, S>) -> Result<(), Error> {
        let batch = self.waiting(work)?;
        let (plan, tag) = (&mut self.plan, &self.model.tag);
        let now = commit(self.at, plan, batch, work.scenes, tag, &self.patience)?;
        self.stored = self.at.open().map_or(self.stored, |store| store.size_on_disk());
        self.appended = Some(match self.appended.take() {
            None => now,
            Some(before) => Appended {
                added: before.added + now.added,
                updated: before.updated + now.updated,
                removed: before.removed + now.removed,
                already_there: before.already_there + now.already_there,
                renamed: before.renamed + now.renamed,
                total: now.total,
                before: before.before,
                kept: before.kept.min(now.kept),
                rewritten: [before.rewritten, now.rewritten].concat(),
                outdated: before.outdated || now.outdated,
            },
        });
        Ok(())
    }

    /// Stores what is left.
    pub(super) fn finish<S: Scenes + ?Sized>(mut self, work: &Work<'_, S>) -> Result<Appended, Error> {
        if self.appended.is_none() || !self.batch.is_empty() {
            self.store(work)?;
        }
        Ok(self.appended.unwrap_or_default())
    }

    /// Stores everything in place of what is there.
    pub(super) fn replace<S: Scenes + ?Sized>(mut self, work: &Work<'_, S>) -> Result<Appended, Error> {
        let batch = self.waiting(work)?;
        Ok(replace_by(self.at, &self.plan, batch, &self.model.tag, &self.patience)?)
    }
}

/// How many bytes of vectors wait for a store of so many bytes.
pub(super) fn limit(stored: u64) -> u64 {
    BATCH.max(stored / SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_copies_together_are_a_few_times_the_store() {
        for begins in [0, 1 << 20, 1 << 30, 1 << 40] {
            let (mut stored, mut copied) = (begins, 0);
            for _ in 0..40 {
                let waits = limit(stored);
                assert!(waits <= BATCH || waits * 4 <= stored);
                stored += waits;
                copied += stored;
            }
            assert!(copied - begins <= 6 * stored, "{begins}: {copied} of {stored}");
        }
    }
}
