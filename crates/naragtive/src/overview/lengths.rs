use std::collections::BTreeMap;

use naragtive_scene::DateRange;
use naragtive_store::Store;

use super::Timeline;
use crate::Error;

/// How much is told in a store, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lengths {
    /// The words of all scenes: what stands between two blanks.
    pub words: usize,
    /// Those of the scenes of each day; of a month or a year they count on its first.
    pub days: BTreeMap<String, usize>,
}

impl Lengths {
    /// Reads the text and the metadata of every scene.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn of(store: &Store) -> Result<Self, Error> {
        let mut lengths = Self::default();
        for (text, metadata) in store.texts()?.iter().zip(store.metadata()?) {
            let day = metadata.date().and_then(DateRange::of_stored).map(|days| days.first.to_string());
            lengths.add(text, day);
        }
        Ok(lengths)
    }

    fn add(&mut self, text: &str, day: Option<String>) {
        let words = text.split_whitespace().count();
        self.words += words;
        if let Some(day) = day {
            *self.days.entry(day).or_default() += words;
        }
    }

    /// The same as a timeline, whose bars are words.
    pub fn timeline(&self) -> Timeline {
        let days = self.days.iter().map(|(day, words)| (day.clone(), (*words, 0))).collect();
        Timeline { days, ..Timeline::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overview::Grain;

    #[test]
    fn words_are_counted_in_all_and_by_their_days() {
        let mut lengths = Lengths::default();
        for (text, day) in [
            ("The lamp is lit.", Some("2025-02-03")),
            (" \n", None),
            ("Two  words", None),
            ("One", Some("2025-02-03")),
        ] {
            lengths.add(text, day.map(str::to_owned));
        }
        assert_eq!((lengths.words, lengths.days.get("2025-02-03")), (7, Some(&5)));
        let bars = lengths.timeline().bars(Grain::Month);
        assert_eq!((bars.len(), bars[0].scenes), (1, 5));
    }
}
