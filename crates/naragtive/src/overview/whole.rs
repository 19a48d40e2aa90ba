use naragtive_store::Store;

use super::conversations::Contents;
use super::people::People;
use super::timeline::{LANES, Timeline};
use crate::{Error, Stats};

/// All of it, read in one go. It takes one reading of the metadata, so whoever asks often keeps it as long as the store's
/// fingerprint stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Numbers and names.
    pub stats: Stats,
    /// When.
    pub timeline: Timeline,
    /// Who, with whom.
    pub people: People,
    /// Which conversations.
    pub contents: Contents,
}

impl Overview {
    /// Reads the metadata and the id of every scene; no text and no embedding.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn of(store: &Store) -> Result<Self, Error> {
        let metadata = store.metadata()?;
        let people = People::of(&metadata);
        let lanes: Vec<&str> = people.all.iter().take(LANES).map(|one| one.name.as_str()).collect();
        Ok(Self {
            stats: Stats::of_metadata(store, &metadata),
            timeline: Timeline::of(&metadata, &lanes),
            contents: Contents::of(&store.ids()?, &metadata),
            people,
        })
    }
}
