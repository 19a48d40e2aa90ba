use naragtive_scene::{DateRange, Day};
use naragtive_store::Store;

use super::cast::Cast;
use super::conversations::{Contents, Gathered};
use super::people::People;
use super::stats::StatsTally;
use super::timeline::Timeline;
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
    /// The day of each scene, in the order of the store; of a month or a year its first.
    pub days: Vec<Option<Day>>,
}

impl Overview {
    /// Reads the metadata and the id of every scene, of which it holds a thousand at a time; no text and no embedding.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn of(store: &Store) -> Result<Self, Error> {
        let (mut cast, mut gathered, mut stats) =
            (Cast::default(), Gathered::default(), StatsTally::default());
        let mut days = Vec::with_capacity(store.len());
        store.visit_metadata(|id, metadata| {
            let (characters, speakers) = (metadata.characters(), metadata.speakers());
            stats.add(metadata, &characters, &speakers);
            gathered.add(id, metadata);
            days.push(metadata.date().and_then(DateRange::of_stored).map(|days| days.first));
            cast.add(metadata, characters, speakers);
        })?;
        let (all, present) = cast.counted();
        Ok(Self {
            stats: stats.stats(store),
            timeline: Timeline::of(&days, &all, &present),
            people: People::of(all, &present),
            contents: gathered.contents(),
            days,
        })
    }
}
