use std::collections::BTreeMap;

use naragtive_scene::Day;
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
    /// Reads the text of every scene; the days are those of [`super::Overview::days`].
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn of(store: &Store, days: &[Option<Day>]) -> Result<Self, Error> {
        Ok(Self::counted(store.of_texts(words)?, days))
    }

    fn counted(words: Vec<usize>, days: &[Option<Day>]) -> Self {
        let mut by_day: BTreeMap<Day, usize> = BTreeMap::new();
        for (words, day) in words.iter().zip(days) {
            if let Some(day) = day {
                *by_day.entry(*day).or_default() += words;
            }
        }
        let days = by_day.into_iter().map(|(day, words)| (day.to_string(), words)).collect();
        Self { words: words.iter().sum(), days }
    }

    /// The same as a timeline, whose bars are words.
    pub fn timeline(&self) -> Timeline {
        let days = self.days.iter().map(|(day, words)| (day.clone(), (*words, 0))).collect();
        Timeline { days, ..Timeline::default() }
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overview::Grain;

    #[test]
    fn words_are_counted_in_all_and_by_their_days() {
        let day = Day::new(2025, 2, 3);
        let texts = ["The lamp is lit.", " \n", "Two  words", "One"];
        let words = texts.iter().map(|text| words(text)).collect();
        let lengths = Lengths::counted(words, &[day, None, None, day]);
        assert_eq!((lengths.words, lengths.days.get("2025-02-03")), (7, Some(&5)));
        let bars = lengths.timeline().bars(Grain::Month);
        assert_eq!((bars.len(), bars[0].scenes), (1, 5));
    }
}
