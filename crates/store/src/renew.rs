//! A store that is a copy of what is kept elsewhere, brought up to date row by row: what a row is, and where it stands, is
//! decided there.

use std::collections::BTreeSet;

use naragtive_disk::Patience;

use crate::append::{Appended, To};
use crate::change::{Change, Edit, NewRow};
use crate::{Batch, EmbeddedScene, ModelTag, Store, StoreError, StoreRef, Version};

/// What becomes of the rows of a copy.
#[derive(Debug)]
pub struct Renewal {
    batch: Batch,
    replaced: Vec<Replaced>,
    /// Before which row the scene in which row of the batch comes.
    inserted: Vec<(usize, usize)>,
    removed: BTreeSet<usize>,
}

/// A row that becomes another one, which is in this row of the batch and belongs to this conversation.
#[derive(Debug)]
struct Replaced {
    row: usize,
    by: usize,
    group: Option<String>,
}

impl Renewal {
    /// Nothing yet, for a store of this model.
    pub fn new(at: impl Into<StoreRef>, model: &ModelTag) -> Self {
        let batch = Batch::new(at, model);
        Self { batch, replaced: Vec::new(), inserted: Vec::new(), removed: BTreeSet::new() }
    }

    /// Says by which recipe passages and windows are made, which a new store says.
    #[must_use]
    pub fn made_by(self, recipe: Option<&'static str>) -> Self {
        Self { batch: self.batch.made_by(recipe), ..self }
    }

    /// The row becomes this scene.
    ///
    /// # Errors
    /// When its embedding isn't as many finite numbers as the model gives, or the folder of the store can't be written.
    pub fn replace(&mut self, row: usize, scene: EmbeddedScene) -> Result<(), StoreError> {
        let group = scene.scene.group().map(|group| group.into_owned());
        self.replaced.push(Replaced { row, by: self.batch.scenes.len(), group });
        self.put(scene)
    }

    /// The scene comes before this row, or behind the last one. Rows ascend from one call to the next.
    ///
    /// # Errors
    /// As [`Renewal::replace`].
    pub fn insert(&mut self, before: usize, scene: EmbeddedScene) -> Result<(), StoreError> {
        self.inserted.push((before, self.batch.scenes.len()));
        self.put(scene)
    }

    /// The row goes.
    pub fn remove(&mut self, row: usize) {
        self.removed.insert(row);
    }

    fn put(&mut self, scene: EmbeddedScene) -> Result<(), StoreError> {
        self.batch.add(self.batch.scenes.len(), None, scene)
    }

    fn change(&self, store: Option<&Store>) -> Result<Change, StoreError> {
        let rows = store.map_or(0, Store::len);
        let mut change =
            Change { removed: self.removed.clone(), recipe: self.batch.recipe, ..Change::default() };
        for (before, scene) in &self.inserted {
            let scene = NewRow::Scene(*scene);
            if *before < rows {
                change.inserts.push((*before, scene));
            } else {
                change.appended.push(scene);
            }
        }
        let Some(store) = store else { return Ok(change) };
        let numbers: Vec<usize> = self.replaced.iter().map(|replaced| replaced.row).collect();
        for (replaced, before) in self.replaced.iter().zip(store.scenes_with_origins(&numbers)?) {
            let regroups = before.group().as_deref() != replaced.group.as_deref();
            change.edits.insert(replaced.row, Edit { scene: Some(replaced.by), regroups, ..Edit::default() });
        }
        Ok(change)
    }

    fn counts(&self) -> Appended {
        let (added, updated, removed) = (self.inserted.len(), self.replaced.len(), self.removed.len());
        Appended { added, updated, removed, ..Appended::default() }
    }
}

/// Brings the copy up to date that is in this state; without one, writes a store of the scenes that were inserted, in place
/// of what is there. Nothing is done, and none comes back, where the copy is in another state.
///
/// # Errors
/// When the store can't be read or its folder can't be written; [`DiskError::Stopped`](naragtive_disk::DiskError) when
/// others still write to it when `patience` is over.
pub fn renew(
    at: impl Into<StoreRef>,
    from: Option<Version>,
    mut renewal: Renewal,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Option<Appended>, StoreError> {
    let at = at.into();
    let rows = renewal.batch.finish()?;
    let to = To::locked(&at, model, patience)?;
    let store = match from {
        None => None,
        Some(version) => match at.open() {
            Ok(store) if store.version()? == version => Some(store),
            _ => return Ok(None),
        },
    };
    let change = renewal.change(store.as_ref())?;
    to.write(store, change, rows, renewal.counts()).map(Some)
}

#[cfg(test)]
mod tests {
    use naragtive_scene::{Metadata, Scene, SceneId};

    use super::*;
    use crate::{Passages, StoredRow};

    fn model() -> ModelTag {
        ModelTag { name: "tiny".into(), revision: None, dimension: 2 }
    }

    fn scene(id: &str, text: &str, channel: &str) -> EmbeddedScene {
        let metadata = Metadata::default().with("channel", channel);
        let scene = Scene { id: SceneId::new(id), text: text.into(), metadata, origin: None };
        EmbeddedScene { scene, embedding: vec![1.0, 0.0], passages: Passages::default() }
    }

    fn rows(at: &StoreRef) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let visit = |row: StoredRow| {
            found.push((row.scene.id.to_string(), row.scene.text));
            Ok::<(), StoreError>(())
        };
        at.open().unwrap().visit_rows(0, visit).unwrap();
        found
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn rows_are_replaced_put_between_and_taken_out_where_they_are_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let (at, patience) = (StoreRef::File(folder.path().join("c.parquet")), Patience::default());
        let mut first = Renewal::new(&at, &model()).made_by(Some("r"));
        for id in ["a", "b", "c"] {
            first.insert(0, scene(id, "one", "inn")).unwrap();
        }
        let made = renew(&at, None, first, &model(), &patience).unwrap().unwrap();
        assert_eq!((made.added, made.total, made.before), (3, 3, None));
        assert_eq!(at.open().unwrap().recipe(), Some("r"));
        let before = at.version().unwrap();
        let mut second = Renewal::new(&at, &model());
        second.insert(0, scene("z", "new", "inn")).unwrap();
        second.replace(1, scene("b", "two", "inn")).unwrap();
        second.remove(2);
        second.insert(3, scene("d", "new", "inn")).unwrap();
        let done = renew(&at, Some(before), second, &model(), &patience).unwrap().unwrap();
        assert_eq!(rows(&at), pairs(&[("z", "new"), ("a", "one"), ("b", "two"), ("d", "new")]));
        assert_eq!((done.added, done.updated, done.removed, done.total), (2, 1, 1, 4));
        let stale = Renewal::new(&at, &model());
        assert_eq!(renew(&at, Some(before), stale, &model(), &patience).unwrap(), None);
    }

    #[test]
    fn what_comes_behind_a_row_of_another_conversation_is_not_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let at = StoreRef::File(folder.path().join("c.parquet"));
        for (channel, kept, rewritten) in [("inn", 3, vec![1]), ("pier", 1, vec![])] {
            let mut first = Renewal::new(&at, &model());
            ["a", "b", "c"].into_iter().for_each(|id| first.insert(0, scene(id, "one", "inn")).unwrap());
            renew(&at, None, first, &model(), &Patience::default()).unwrap();
            let mut other = Renewal::new(&at, &model());
            other.replace(1, scene("b", "two", channel)).unwrap();
            let done = renew(&at, Some(at.version().unwrap()), other, &model(), &Patience::default());
            let done = done.unwrap().unwrap();
            assert_eq!((done.kept, done.rewritten), (kept, rewritten), "{channel}");
        }
    }
}
