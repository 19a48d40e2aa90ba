use std::collections::HashMap;

use naragtive_scene::{Metadata, key};
use naragtive_store::{ModelTag, Store};

use crate::Error;

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
        Ok(Self::of_metadata(store, &store.metadata()?))
    }

    /// The same where the metadata has been read already.
    pub(crate) fn of_metadata(store: &Store, all: &[Metadata]) -> Self {
        let mut tally = Tally::default();
        for metadata in all {
            tally.dates.extend(metadata.date().map(str::to_owned));
            tally.sources.add(metadata.text(key::SOURCE_FILE).map(|text| text.into_owned()));
            tally.locations.add(metadata.location().map(str::to_owned));
            tally.speakers.add(metadata.speakers());
            tally.characters.add(metadata.characters());
        }
        let dimension = store.model().map_or(ModelTag::legacy().dimension, |model| model.dimension);
        let ends = tally.dates.iter().min().cloned().zip(tally.dates.iter().max().cloned());
        Self {
            records: store.len(),
            file_bytes: store.size_on_disk(),
            embedding_bytes: (store.len() * dimension * size_of::<f32>()) as u64,
            model: store.model().cloned(),
            lacking_passages: store.lacking_passages(),
            dates: ends,
            sources: tally.sources.sorted(),
            speakers: tally.speakers.sorted(),
            characters: tally.characters.sorted(),
            locations: tally.locations.sorted(),
        }
    }
}

#[derive(Default)]
struct Tally {
    dates: Vec<String>,
    sources: Names,
    speakers: Names,
    characters: Names,
    locations: Names,
}

#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn add(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            *self.0.entry(name).or_default() += 1;
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
