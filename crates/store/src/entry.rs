use std::path::{Path, PathBuf};

use naragtive_scene::Source;

use crate::{Store, StoreError};

/// A named store, as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreEntry {
    /// Its name; the Python tool allowed names that a [`StoreName`](crate::StoreName) doesn't.
    pub name: String,
    /// Its file; absolute unless the Python tool wrote it.
    pub path: PathBuf,
    /// When it was registered: ISO-8601, UTC, as it was written.
    pub created_at: String,
    /// What kind of export its scenes came from.
    pub source: Source,
    /// How many scenes it held when that was last looked up.
    pub record_count: usize,
    /// What its user says about it.
    pub description: Option<String>,
}

/// How a registered store's file is found.
#[derive(Debug)]
pub enum Condition {
    /// It is there, with as many scenes as registered.
    Present,
    /// It isn't there.
    Missing,
    /// It is there, with more scenes or fewer.
    Changed {
        /// How many are registered.
        registered: usize,
        /// How many there are.
        found: usize,
    },
    /// Something is there that isn't a store, or can't be read.
    Unreadable(StoreError),
}

/// The source of a store of samples, which nobody's own store is.
pub const SAMPLE_SOURCE: &str = "sample";

impl StoreEntry {
    /// Whether it holds samples that ship with the program: what a user registers goes before it.
    pub fn is_sample(&self) -> bool {
        self.source.as_str() == SAMPLE_SOURCE
    }

    /// Whether the path depends on the folder that a command is started in. The Python tool wrote
    /// such paths; registering the name again mends it.
    pub fn path_is_relative(&self) -> bool {
        self.path.is_relative()
    }

    /// Looks at the store's file. Reads its footer only.
    pub fn condition(&self) -> Condition {
        match Store::open(&self.path).map(|store| store.len()) {
            Ok(found) if found == self.record_count => Condition::Present,
            Ok(found) => Condition::Changed { registered: self.record_count, found },
            Err(error) if error.is_not_found() => Condition::Missing,
            Err(error) => Condition::Unreadable(error),
        }
    }

    /// Whether `path`, which is absolute, is this store's file. An entry with a relative path means no
    /// file in particular, so there the file's name decides.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        if self.path_is_relative() {
            return self.path.file_name() == path.file_name();
        }
        let real = |path: &Path| path.canonicalize().ok();
        self.path == path || real(&self.path).is_some_and(|found| real(path) == Some(found))
    }
}
