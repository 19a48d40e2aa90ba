//! What is kept to make commands fast and can be made again: listed, removed, and swept when nobody uses it.

mod clean;
mod entry;
mod find;

pub use clean::{Cleaned, Cleaning, KEPT_UNUSED};
pub use entry::{CacheEntry, CacheKind};

use naragtive_disk::Patience;

use crate::{Home, Indexes, Library};

/// All that one home keeps and could make again.
#[derive(Debug, Clone)]
pub struct Caches {
    home: Home,
    indexes: Indexes,
    patience: Patience,
}

impl Caches {
    /// The name of the store that an index is of, or its path where it has none; nothing of what is no store's.
    pub fn store_of(&self, entry: &CacheEntry) -> Option<String> {
        let store = entry.store.as_ref()?;
        let names = self.home.registry().names_of(store).unwrap_or_default();
        Some(names.into_iter().next().unwrap_or_else(|| store.to_string()))
    }
}

impl Library {
    /// What is kept to make commands fast.
    pub fn caches(&self) -> Caches {
        Caches {
            home: self.settings().home.value.clone(),
            indexes: self.indexes(),
            patience: self.patience().clone(),
        }
    }
}
