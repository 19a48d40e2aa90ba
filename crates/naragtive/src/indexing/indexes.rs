use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use naragtive_disk::{DiskError, Patience, note_use};
use naragtive_index::{
    Builder, Fingerprint, Index, IndexError, IndexSettings, Language, Opened, Row, day_number,
};
use naragtive_model::Flow;
use naragtive_scene::{Metadata, Scene, Voiced};
use naragtive_store::{Appended, Store, StoreRef, StoredRow};

use crate::Error;
use crate::embedding::recipe;

/// Where the indexes of all stores are kept, and how they are made. Every one can be made anew from its store.
#[derive(Debug, Clone)]
pub struct Indexes {
    /// The folder that holds one folder for each store.
    pub root: PathBuf,
    /// Whose word forms are taken for one word.
    pub language: Language,
    /// How many threads a search uses.
    pub threads: NonZeroUsize,
    /// How others are waited for who build the same index.
    pub patience: Patience,
}

/// An index, and why it is kept nowhere if it isn't.
pub(crate) struct OpenIndex {
    pub(crate) index: Index,
    pub(crate) unkept: Option<DiskError>,
}

/// How far building an index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexing {
    /// Scenes indexed.
    pub scenes: usize,
    /// Scenes of the store.
    pub scenes_total: usize,
}

/// Hears how far an index is; may answer "stop".
pub type IndexProgress<'a> = dyn FnMut(Indexing) -> Flow + 'a;

impl Indexes {
    /// The folder of the index of this store.
    pub fn folder(&self, at: &StoreRef) -> PathBuf {
        self.root.join(at.key())
    }

    /// The index of the store, built first if there is none that fits. Where none can be written, it is built in memory,
    /// which only makes the search slower.
    ///
    /// # Errors
    /// When the store can't be read, or `progress` says stop.
    pub fn open(&self, store: &Store, progress: &mut IndexProgress<'_>) -> Result<Index, Error> {
        self.open_kept(store, progress).map(|opened| opened.index)
    }

    /// The same, with the reason where the index can't be kept.
    pub(crate) fn open_kept(
        &self,
        store: &Store,
        progress: &mut IndexProgress<'_>,
    ) -> Result<OpenIndex, Error> {
        let (folder, of) = (self.folder(&store.at()), Fingerprint(store.version()?.0));
        match Index::open(&folder, &of, &self.settings(store)) {
            Ok(Opened::Ready(index)) => {
                note_use(&Self::used(&folder));
                Ok(OpenIndex { index: *index, unkept: None })
            }
            _ => self.build_kept(store, progress),
        }
    }

    /// Builds the index of the store, in place of the one that is there.
    ///
    /// # Errors
    /// As [`Indexes::open`].
    pub fn build(&self, store: &Store, progress: &mut IndexProgress<'_>) -> Result<Index, Error> {
        self.build_kept(store, progress).map(|built| built.index)
    }

    pub(crate) fn build_kept(
        &self,
        store: &Store,
        progress: &mut IndexProgress<'_>,
    ) -> Result<OpenIndex, Error> {
        let settings = self.settings(store);
        let on_disk = Builder::new(&self.folder(&store.at()), &settings, &self.patience)
            .map_err(Error::from)
            .and_then(|builder| fill(builder, store, progress));
        self.note_owner(&store.at());
        match on_disk {
            Err(Error::Index(IndexError::Disk(unkept @ DiskError::Io { .. }))) => {
                let index = fill(Builder::in_memory(&settings), store, progress)?;
                Ok(OpenIndex { index, unkept: Some(unkept) })
            }
            built => Ok(OpenIndex { index: built?, unkept: None }),
        }
    }

    /// Brings the index up to date after scenes were added or taken out, at a cost in proportion to them, and to the segments in which
    /// others changed; what comes behind a scene that was put between others, or taken
    /// out, is indexed anew. Says whether it could. An
    /// index that can't be extended, or that another process replaced meanwhile, is brought up to date at the next search.
    ///
    /// # Errors
    /// When the store can't be read, or `progress` says stop.
    pub fn extend(
        &self,
        at: &StoreRef,
        appended: &Appended,
        progress: &mut IndexProgress<'_>,
    ) -> Result<bool, Error> {
        let changed = appended.added > 0
            || appended.removed > 0
            || appended.kept < appended.total
            || !appended.rewritten.is_empty();
        let Some(before) = appended.before.filter(|_| changed) else { return Ok(false) };
        let store = at.open()?;
        let builder = Builder::extending(
            &self.folder(at),
            &Fingerprint(before.0),
            &self.settings(&store),
            &self.patience,
        );
        // What can't be written costs nobody the scenes that are stored.
        if let Err(IndexError::Disk(DiskError::Io { .. })) = &builder {
            return Ok(false);
        }
        let builder = builder?;
        let grown = builder.filter(|builder| {
            builder.rows() + appended.added == store.len() + appended.removed && store.len() == appended.total
        });
        let Some(mut builder) = grown else { return Ok(false) };
        builder.keep(appended.kept);
        renew(&mut builder, &store, &appended.rewritten)?;
        match fill(builder, &store, progress) {
            Err(Error::Index(IndexError::Replaced { .. } | IndexError::Disk(DiskError::Io { .. }))) => {
                Ok(false)
            }
            filled => filled.map(|_| true),
        }
    }

    pub(crate) fn settings(&self, store: &Store) -> IndexSettings {
        self.settings_for(store.model_or_legacy().dimension)
    }

    pub(crate) fn settings_for(&self, dimension: usize) -> IndexSettings {
        let recipe = recipe::ROWS.to_owned();
        IndexSettings { dimension, language: self.language, recipe, threads: self.threads }
    }
}

/// Rows that are read together.
const READ: usize = 1024;

/// Indexes the segments anew that have any of these rows, and those that go on where these have changed.
fn renew(builder: &mut Builder, store: &Store, rows: &[usize]) -> Result<(), Error> {
    let mut rows: BTreeSet<usize> = rows.iter().copied().filter(|row| *row < builder.rows()).collect();
    while let Some(row) = rows.pop_first() {
        let Some(range) = builder.begin_renewal(row) else { break };
        for first in range.clone().step_by(READ) {
            let rows: Vec<usize> = (first..range.end.min(first + READ)).collect();
            store.rows(&rows)?.iter().try_for_each(|row| add(builder, row))?;
        }
        rows.retain(|row| *row >= range.end);
        rows.extend(builder.end_renewal()?);
    }
    Ok(())
}

/// Adds the rows of the store that `builder` doesn't have, and opens what comes out.
fn fill(mut builder: Builder, store: &Store, progress: &mut IndexProgress<'_>) -> Result<Index, Error> {
    let of = Fingerprint(store.version()?.0);
    let total = store.len();
    store.visit_rows(builder.rows(), |row| {
        add(&mut builder, &row)?;
        match progress(Indexing { scenes: builder.rows(), scenes_total: total }) {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(Error::Stopped),
        }
    })?;
    Ok(builder.finish(&of)?)
}

fn add(builder: &mut Builder, row: &StoredRow) -> Result<(), Error> {
    let dimension = row.embedding.len().max(1);
    let mut passages: Vec<&[f32]> = row.passages.vectors.chunks_exact(dimension).collect();
    if passages.is_empty() {
        passages.push(&row.embedding);
    }
    let windows: Vec<&[f32]> = row.passages.window.as_deref().into_iter().collect();
    Ok(with_row(&row.scene, &passages, &windows, |row| builder.add(row))?)
}

/// What `use_it` makes of the row that a scene with these vectors is.
pub(crate) fn with_row<T>(
    scene: &Scene,
    passages: &[&[f32]],
    windows: &[&[f32]],
    use_it: impl FnOnce(&Row<'_>) -> T,
) -> T {
    let metadata = &scene.metadata;
    let names: Vec<String> = metadata.speakers().into_iter().chain(metadata.characters()).collect();
    let facets = facets(metadata);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let facets: Vec<(&str, &str)> = facets.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let group = scene.group().unwrap_or_default();
    let text = &Voiced::of(scene).whole();
    use_it(&Row {
        text,
        names: &names,
        group: &group,
        day: metadata.date().and_then(day_number),
        facets: &facets,
        passages,
        windows,
    })
}

/// Every key with each of its values, for filters: all of them, however long, so that a filter finds here what it finds in
/// the metadata themselves.
fn facets(metadata: &Metadata) -> Vec<(&str, String)> {
    let values = |key| metadata.values(key).into_iter().map(move |value| (key, value));
    metadata.iter().flat_map(|(key, _)| values(key)).collect()
}

#[cfg(test)]
mod tests {
    use naragtive_scene::{Scene, SceneId};
    use naragtive_store::{EmbeddedScene, ModelTag, Passages, append};

    use super::*;

    fn add_scene(at: &StoreRef, id: &str) -> Appended {
        let metadata = Metadata::default();
        let scene =
            Scene { id: SceneId::new(id.to_owned()), text: format!("Scene {id}."), metadata, origin: None };
        let row = EmbeddedScene { scene, embedding: vec![1.0, 0.0], passages: Passages::default() };
        let model = ModelTag { name: "tiny".into(), revision: None, dimension: 2 };
        append(at, vec![row], &model, &Patience::default()).unwrap()
    }

    #[test]
    fn an_index_that_another_process_brings_up_to_date_first_is_left_to_it() {
        let home = tempfile::tempdir().unwrap();
        let at = StoreRef::File(home.path().join("s.parquet"));
        let indexes = Indexes {
            root: home.path().join("index"),
            language: Language::default(),
            threads: NonZeroUsize::MIN,
            patience: Patience::default(),
        };
        let mut go_on = |_: Indexing| Flow::Continue;
        add_scene(&at, "one");
        indexes.build(&Store::open(&at).unwrap(), &mut go_on).unwrap();
        let appended = add_scene(&at, "two");
        let mut first = None;
        let mut slow = |_: Indexing| {
            first.get_or_insert_with(|| indexes.extend(&at, &appended, &mut go_on).unwrap());
            Flow::Continue
        };
        assert!(!indexes.extend(&at, &appended, &mut slow).unwrap());
        assert_eq!(first, Some(true));
        let index = indexes.open(&Store::open(&at).unwrap(), &mut |_| Flow::Stop).unwrap();
        assert_eq!(index.rows(), 2);
    }
}
