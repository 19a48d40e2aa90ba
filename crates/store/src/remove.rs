//! Scenes taken out of a store.

use std::collections::{BTreeSet, HashMap};

use naragtive_disk::Patience;
use naragtive_scene::{Scene, key};

use crate::append::{Appended, To};
use crate::change::{Change, Edit};
use crate::merge::read_with;
use crate::{Store, StoreError, StoreRef};

/// What became of a store that scenes were taken out of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Removed {
    /// How many are gone and how many are left, and what an index has to know.
    pub appended: Appended,
    /// Messages that were read together with one that is gone: they have lost the vector of that, so that nothing is left
    /// of what was removed, and are to be read with the neighbours they have now.
    pub beside: Vec<Scene>,
}

/// Takes the scenes out of this store that `unwanted` names. All other rows keep every value but the vector of
/// having been read with what is gone; the file is replaced whole or not at all, and not where nothing is unwanted.
///
/// # Errors
/// When the store can't be read or its folder can't be written; [`DiskError::Stopped`](naragtive_disk::DiskError) when
/// others still write to it when `patience` is over.
pub fn remove(
    at: impl Into<StoreRef>,
    unwanted: &mut dyn FnMut(&Scene) -> bool,
    patience: &Patience,
) -> Result<Removed, StoreError> {
    let at = at.into();
    let tag = at.open()?.model_or_legacy();
    let to = To::locked(&at, &tag, patience)?;
    let store = at.open()?;
    let channels = Channels::of(&store, unwanted)?;
    let (removed, beside) = (channels.removed(), channels.beside());
    let scenes = store.scenes_with_origins(&beside)?;
    // Nothing else is read with its neighbours.
    let beside =
        beside.into_iter().zip(scenes).filter(|(_, scene)| scene.metadata.text(key::CHANNEL).is_some());
    let (rows, beside): (Vec<usize>, Vec<Scene>) = beside.unzip();
    let edit = |row| (row, Edit { window: Some(None), ..Edit::default() });
    let counts = Appended { removed: removed.len(), ..Appended::default() };
    let change = Change { edits: rows.into_iter().map(edit).collect(), removed, ..Change::default() };
    Ok(Removed { appended: to.write(Some(store), change, None, counts)?, beside })
}

/// The rows of each channel of each conversation, and whether they go.
#[derive(Default)]
struct Channels(HashMap<String, Vec<(usize, bool)>>);

impl Channels {
    fn of(store: &Store, unwanted: &mut dyn FnMut(&Scene) -> bool) -> Result<Self, StoreError> {
        let (mut channels, mut row) = (Self::default(), 0);
        store.visit_scenes(|scene| {
            let goes = unwanted(&scene);
            let group = scene.group().unwrap_or_default();
            match channels.0.get_mut(&*group) {
                Some(rows) => rows.push((row, goes)),
                None => drop(channels.0.insert(group.into_owned(), vec![(row, goes)])),
            }
            row += 1;
        })?;
        Ok(channels)
    }

    fn removed(&self) -> BTreeSet<usize> {
        self.0.values().flatten().filter(|(_, goes)| *goes).map(|(row, _)| *row).collect()
    }

    /// The rows that stay and were read with one that goes, ascending.
    fn beside(&self) -> Vec<usize> {
        let mut beside = Vec::new();
        for rows in self.0.values().filter(|rows| rows.iter().any(|(_, goes)| *goes)) {
            for (at, (row, goes)) in rows.iter().enumerate() {
                let near = rows.get(read_with(at, rows.len()));
                let loses = !goes && near.unwrap_or_default().iter().any(|(_, goes)| *goes);
                beside.extend(loses.then_some(*row));
            }
        }
        beside.sort_unstable();
        beside
    }
}
