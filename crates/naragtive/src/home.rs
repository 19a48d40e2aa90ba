use std::path::{Path, PathBuf};

use naragtive_store::Registry;

/// The program's own folder: stores, models, caches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// The folder `root`, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where registered stores are kept when nobody names a place.
    pub fn stores(&self) -> PathBuf {
        self.root.join("stores")
    }

    /// Where a store of this name is kept when nobody names a place.
    pub fn store(&self, name: &str) -> PathBuf {
        self.stores().join(format!("{name}.parquet"))
    }

    /// What can be made again at any time.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// The names of the stores.
    pub fn registry(&self) -> Registry {
        Registry::new(self.stores())
    }
}
