use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;

use naragtive_disk::{AtomicFile, Lock, Patience};
use naragtive_scene::{Scene, Scenes};

use super::Appended;
use crate::batch::BatchRows;
use crate::change::{self, Change, Edit, NewRow};
use crate::merge::{Fate, MergePlan, Piece, plan};
use crate::{Batch, EmbeddedScene, ModelTag, Store, StoreError, StoreRef};

/// Rows that are handed over together.
const TOGETHER: usize = 256;

/// Where a change goes: a store whose lock is held.
pub(crate) struct To<'a> {
    place: AtomicFile,
    lock: Lock,
    at: &'a StoreRef,
    model: &'a ModelTag,
}

impl<'a> To<'a> {
    pub(crate) fn locked(
        at: &'a StoreRef,
        model: &'a ModelTag,
        patience: &Patience,
    ) -> Result<Self, StoreError> {
        let place = AtomicFile::find(at.file())?;
        let lock = place.lock(patience)?;
        Ok(Self { place, lock, at, model })
    }

    /// Decides about the rows and writes them.
    pub(super) fn merge_rows(
        &self,
        store: Option<Store>,
        rows: Vec<EmbeddedScene>,
    ) -> Result<Appended, StoreError> {
        let plan = plan(store.as_ref(), &Embedded(&rows))?;
        let mut rows: Vec<Option<EmbeddedScene>> = rows.into_iter().map(Some).collect();
        let take = |numbers: &[usize]| {
            Ok(numbers.iter().filter_map(|at| rows.get_mut(*at).and_then(Option::take)).collect())
        };
        self.merge(store, &plan, None, take)
    }

    /// Writes the rows that a plan wants, which `take` hands over by their numbers.
    pub(super) fn merge(
        &self,
        store: Option<Store>,
        plan: &MergePlan,
        recipe: Option<&'static str>,
        mut take: impl FnMut(&[usize]) -> Result<Vec<EmbeddedScene>, StoreError>,
    ) -> Result<Appended, StoreError> {
        let mut batch = Batch::new(self.at, self.model).made_by(recipe);
        let updated = plan.updated().into_iter().map(|(at, row)| (at, Some(row)));
        let new = plan.inserted().chain(plan.appended()).map(|at| (at, None));
        let wanted: Vec<(usize, Option<usize>)> = updated.chain(new).collect();
        for some in wanted.chunks(TOGETHER) {
            let numbers: Vec<usize> = some.iter().map(|(at, _)| *at).collect();
            for ((at, replaces), row) in some.iter().zip(take(&numbers)?) {
                let scene = plan.prepared(*at, row.scene);
                batch.add(*at, *replaces, EmbeddedScene { scene, ..row })?;
            }
        }
        let counts = Appended {
            already_there: plan.count(|fate| *fate == Fate::AlreadyThere),
            ..counts_of(plan, &batch)
        };
        let rows = batch.finish()?;
        self.write(store, change_of(plan, &mut batch), rows, counts)
    }

    /// Writes the change, if it is one, and says what the store holds then.
    pub(crate) fn write(
        &self,
        store: Option<Store>,
        change: Change,
        rows: Option<BatchRows>,
        counts: Appended,
    ) -> Result<Appended, StoreError> {
        let Some(store) = store else {
            let path = self.at.file();
            self.place
                .replace(&self.lock, |file| change::write_new(path, &change, rows, self.model, file))?;
            return Ok(Appended { total: counts.added, ..counts });
        };
        let before = Some(store.version()?);
        let total = (store.len() + counts.added).saturating_sub(change.removed.len());
        let (kept, rewritten) = change.kept(store.len());
        let written = Appended { total, before, kept, rewritten, ..counts };
        if change.is_empty() {
            return Ok(written);
        }
        // The closure owns the store: some systems don't replace a file that is open.
        let write = move |file: &mut File| change::write(&store, &change, rows, self.model, file);
        self.place.replace(&self.lock, write)?;
        Ok(written)
    }
}

/// What becomes of the scenes of a batch.
pub(super) fn counts_of(plan: &MergePlan, batch: &Batch) -> Appended {
    let updated = batch.updated.len();
    let renamed = batch.scenes.iter().filter(|at| plan.is_renamed(**at)).count();
    Appended { added: batch.scenes.len() - updated, updated, renamed, ..Appended::default() }
}

/// The rows that a plan and what is embedded of it come to.
pub(super) fn change_of(plan: &MergePlan, batch: &mut Batch) -> Change {
    let mut change = Change { recipe: batch.recipe, ..Change::default() };
    let replacing: HashSet<usize> = batch.updated.iter().map(|(_, row)| *row).collect();
    let new = batch.scenes.iter().enumerate().filter(|(row, _)| !replacing.contains(row));
    let rows: HashMap<usize, usize> = new.map(|(row, scene)| (*scene, row)).collect();
    let row = |piece: &Piece| match piece {
        Piece::New(at) => rows.get(at).copied().map(NewRow::Scene),
        Piece::Moved(row) => Some(NewRow::Moved(*row)),
    };
    change
        .inserts
        .extend(plan.inserts.iter().filter_map(|insert| Some((insert.before, row(&insert.piece)?))));
    change.appended.extend(plan.appended.iter().filter_map(row));
    // Of one who was stopped not all may be there that the dropped ones are in.
    if replacing.len() == plan.updated().len() {
        change.removed.clone_from(&plan.dropped);
    }
    for (row, origin) in &plan.origins {
        change.edits.entry(*row).or_default().origin = Some(origin.clone());
    }
    for (row, window) in batch.windows.drain(..) {
        change.edits.entry(row).or_default().window = Some(window);
    }
    for (row, scene) in batch.updated.drain(..) {
        let regroups = plan.regrouped.contains(&row);
        change.edits.insert(row, Edit { scene: Some(scene), regroups, ..Edit::default() });
    }
    change
}

/// Rows as the scenes they are of.
struct Embedded<'a>(&'a [EmbeddedScene]);

impl Scenes for Embedded<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        Cow::Borrowed(&self.0[at].scene)
    }
}
