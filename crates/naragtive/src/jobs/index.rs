use std::path::PathBuf;

use naragtive_store::StoreEntry;

use crate::progress::{Step, Watch};
use crate::{Cached, Error, IndexState, Library, Located};

/// An index, and the name of its store.
#[derive(Debug)]
pub struct IndexRow {
    /// The name; none where no registered store is known to be its.
    pub name: Option<String>,
    /// The index.
    pub cached: Cached,
}

/// How it stands with indexes.
#[derive(Debug, Default)]
pub struct IndexReport {
    /// Those of which it can be told.
    pub rows: Vec<IndexRow>,
    /// The stores of whose index it can't, by name, and why not.
    pub failed: Vec<(String, Error)>,
}

/// Indexes that were removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    /// How many.
    pub indexes: usize,
    /// How many bytes they had.
    pub bytes: u64,
}

impl IndexReport {
    /// How it stands with one.
    pub fn of(row: IndexRow) -> Self {
        Self { rows: vec![row], failed: Vec::new() }
    }

    /// How many bytes they all have.
    pub fn bytes(&self) -> u64 {
        self.rows.iter().map(|row| row.cached.bytes).sum()
    }

    fn add(&mut self, name: &str, row: Result<IndexRow, Error>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(error) => self.failed.push((name.to_owned(), error)),
        }
    }
}

/// Builds the index of this store in place of the one there is.
///
/// # Errors
/// When the store can't be read, the index can't be kept, or `watch` says stop.
pub fn build_index(library: &Library, located: &Located, watch: &mut Watch<'_>) -> Result<IndexRow, Error> {
    let indexes = library.indexes();
    indexes.build(&located.at.open()?, &mut |done| watch(Step::Indexing(done)))?;
    let row = index_state(library, located)?;
    match row.cached.state {
        IndexState::Ready(_) => Ok(row),
        _ => Err(Error::IndexNotKept { store: located.at.clone(), folder: row.cached.folder }),
    }
}

/// Builds the index of every registered store; one that fails costs the others nothing.
///
/// # Errors
/// When the registry can't be read, or `watch` says stop.
pub fn build_indexes(library: &Library, watch: &mut Watch<'_>) -> Result<IndexReport, Error> {
    let mut report = IndexReport::default();
    for StoreEntry { name, at, .. } in library.settings().registry().list()? {
        let located = Located { name: Some(name.clone()), at };
        let built = build_index(library, &located, watch);
        if built.as_ref().is_err_and(Error::is_stop) {
            return built.map(IndexReport::of);
        }
        report.add(&name, built);
    }
    Ok(report)
}

/// How it stands with the index of this store.
///
/// # Errors
/// When the store or the index can't be read.
pub fn index_state(library: &Library, located: &Located) -> Result<IndexRow, Error> {
    let cached = library.indexes().state(&located.at)?;
    Ok(IndexRow { name: located.name.clone(), cached })
}

/// Every index there is, then every registered store without one.
///
/// # Errors
/// When the registry or the folder of all indexes can't be read.
pub fn index_states(library: &Library) -> Result<IndexReport, Error> {
    let (indexes, entries) = (library.indexes(), library.settings().registry().list()?);
    let folder_of = |entry: &StoreEntry| indexes.folder(&entry.at);
    let mut report = IndexReport::default();
    for cached in indexes.all()? {
        let row = cached.map(|cached| {
            let entry = entries.iter().find(|entry| folder_of(entry) == cached.folder);
            IndexRow { name: entry.map(|entry| entry.name.clone()), cached }
        });
        report.add("index", row);
    }
    for entry in entries.iter().filter(|entry| !folder_of(entry).exists() && entry.at.exists()) {
        let located = Located { name: Some(entry.name.clone()), at: entry.at.clone() };
        report.add(&entry.name, index_state(library, &located));
    }
    Ok(report)
}

/// Removes the index of this store, if there is one.
///
/// # Errors
/// When the system refuses.
pub fn drop_index(library: &Library, located: &Located) -> Result<Dropped, Error> {
    drop_folders(library, vec![library.indexes().folder(&located.at)])
}

/// Removes every index, those of stores that are gone among them.
///
/// # Errors
/// When the folder of all indexes can't be read, or the system refuses.
pub fn drop_indexes(library: &Library) -> Result<Dropped, Error> {
    drop_folders(library, library.indexes().folders()?)
}

fn drop_folders(library: &Library, folders: Vec<PathBuf>) -> Result<Dropped, Error> {
    let there = folders.into_iter().filter(|folder| folder.is_dir()).map(Cached::unread);
    let dropped: Vec<Cached> = there.collect();
    dropped.iter().try_for_each(|cached| cached.remove(library.patience()))?;
    Ok(Dropped { indexes: dropped.len(), bytes: dropped.iter().map(|cached| cached.bytes).sum() })
}
