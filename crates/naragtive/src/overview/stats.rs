use std::collections::HashMap;

use naragtive_scene::{Metadata, key};
use naragtive_store::{ModelTag, Store};

use crate::Error;
use crate::overview::days::{Days, widen};

/// What is in a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// Scenes.
    pub records: usize,
    /// Bytes of the parquet file.
    pub file_bytes: u64,
    /// Bytes the embeddings take in memory.
    pub embedding_bytes: u64,
    /// The model named in the file; none in a file of the Python tool.
    pub model: Option<ModelTag>,
    /// Scenes without passages, as those that the Python tool stored.
    pub lacking_passages: usize,
    /// The first and the last day, `YYYY-MM-DD`.
    pub dates: Option<(String, String)>,
    /// Files the scenes were read from, most scenes first.
    pub sources: Vec<Count>,
    /// Who speaks, in how many scenes.
    pub speakers: Vec<Count>,
    /// Who is there, in how many scenes.
    pub characters: Vec<Count>,
    /// Where, in how many scenes.
    pub locations: Vec<Count>,
}

/// A name and the number of scenes it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The name.
    pub name: String,
    /// The scenes.
    pub scenes: usize,
}

impl Stats {
    /// Reads the metadata of every scene; no text and no embedding.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn of(store: &Store) -> Result<Self, Error> {
        let mut tally = StatsTally::default();
        store.visit_metadata(|_, metadata| {
            tally.add(metadata, &metadata.characters(), &metadata.speakers())
        })?;
        Ok(tally.stats(store))
    }
}

/// What is counted of the scenes that came by.
#[derive(Default)]
pub(super) struct StatsTally {
    dates: Days,
    sources: Names,
    speakers: Names,
    characters: Names,
    locations: Names,
}

impl StatsTally {
    pub(super) fn add(&mut self, metadata: &Metadata, characters: &[String], speakers: &[String]) {
        if let Some(date) = metadata.date() {
            widen(&mut self.dates, date);
        }
        metadata.text(key::SOURCE_FILE).iter().for_each(|name| self.sources.add(name));
        metadata.location().iter().for_each(|name| self.locations.add(name));
        speakers.iter().for_each(|name| self.speakers.add(name));
        characters.iter().for_each(|name| self.characters.add(name));
    }

    pub(super) fn stats(self, store: &Store) -> Stats {
        let dimension = store.model().map_or(ModelTag::legacy().dimension, |model| model.dimension);
        Stats {
            records: store.len(),
            file_bytes: store.size_on_disk(),
            embedding_bytes: (store.len() * dimension * size_of::<f32>()) as u64,
            model: store.model().cloned(),
            lacking_passages: store.lacking_passages(),
            dates: self.dates,
            sources: self.sources.sorted(),
            speakers: self.speakers.sorted(),
            characters: self.characters.sorted(),
            locations: self.locations.sorted(),
        }
    }
}

#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn add(&mut self, name: &str) {
        match self.0.get_mut(name) {
            Some(scenes) => *scenes += 1,
            None => {
                self.0.insert(name.to_owned(), 1);
            }
        }
    }

    /// Most scenes first, equal ones by name.
    fn sorted(self) -> Vec<Count> {
        let mut counts: Vec<Count> =
            self.0.into_iter().map(|(name, scenes)| Count { name, scenes }).collect();
        counts.sort_by(|a, b| b.scenes.cmp(&a.scenes).then_with(|| a.name.cmp(&b.name)));
        counts
    }
}
