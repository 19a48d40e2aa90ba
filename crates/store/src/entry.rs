use naragtive_scene::Source;

use crate::{StoreError, StoreRef};

/// A named store, as the registry knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreEntry {
    /// Its name; the Python tool allowed names that a [`StoreName`](crate::StoreName) doesn't.
    pub name: String,
    /// Where it is; absolute unless the Python tool wrote it.
    pub at: StoreRef,
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
pub enum EntryCondition {
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

    /// Looks at the store's file. Reads its footer only.
    pub fn condition(&self) -> EntryCondition {
        match self.at.open().map(|store| store.len()) {
            Ok(found) if found == self.record_count => EntryCondition::Present,
            Ok(found) => EntryCondition::Changed { registered: self.record_count, found },
            Err(error) if error.is_not_found() => EntryCondition::Missing,
            Err(error) => EntryCondition::Unreadable(error),
        }
    }
}
