//! Filters that no scene can meet: what was typed is a slip then, and an empty answer would hide it.

use std::collections::BTreeSet;

use naragtive_scene::{Filter, Metadata};

use crate::Error;

/// Checks that there is a day that a filter keeps.
///
/// # Errors
/// [`Error::NoDay`].
pub(crate) fn check_days(filter: &Filter) -> Result<(), Error> {
    filter.no_day().map_or(Ok(()), |[first, last]| Err(Error::NoDay { first, last }))
}

/// Keys of metadata that scenes have.
#[derive(Debug, Default)]
pub(crate) struct Keys(BTreeSet<String>);

impl Keys {
    pub(crate) fn add(&mut self, metadata: &Metadata) {
        for (key, _) in metadata.iter() {
            if !self.0.contains(key) {
                self.0.insert(key.to_owned());
            }
        }
    }

    pub(crate) fn add_key(&mut self, key: String) {
        self.0.insert(key);
    }

    /// Checks that some scene has every key that scenes are chosen by, if there is any scene.
    ///
    /// # Errors
    /// [`Error::UnknownKey`].
    pub(crate) fn check(&self, having: &[(String, String)]) -> Result<(), Error> {
        let unknown = having.iter().map(|(key, _)| key).find(|key| !self.0.contains(*key));
        let Some(key) = unknown.filter(|_| !self.0.is_empty()) else { return Ok(()) };
        let nearest = naragtive_text::nearest(key, self.0.iter().map(String::as_str));
        Err(Error::UnknownKey {
            key: key.clone(),
            nearest: nearest.into_iter().map(str::to_owned).collect(),
            known: self.0.iter().cloned().collect(),
        })
    }
}

/// What is known of the scenes that a filter chooses from.
pub(crate) struct ChosenFrom<'a> {
    /// How many there are.
    pub(crate) scenes: usize,
    /// How many a filter keeps.
    pub(crate) kept: &'a dyn Fn(&Filter) -> Result<usize, Error>,
    /// The values under a key.
    pub(crate) values: &'a dyn Fn(&str) -> Result<BTreeSet<String>, Error>,
}

impl ChosenFrom<'_> {
    /// What each condition keeps by itself, and all of them together; where one keeps nothing, what it may mean.
    pub(crate) fn kept_by_each(&self, filter: &Filter) -> Result<String, Error> {
        let (mut each, mut meant) = (Vec::new(), Vec::new());
        for Alone { name, typed, filter } in alone(filter) {
            let kept = (self.kept)(&filter)?;
            each.push(format!("`{name}` keeps {kept}"));
            if kept == 0 {
                meant.extend(typed.map(|typed| self.nearest(&filter, typed)).transpose()?.flatten());
            }
        }
        let (scenes, all) = (self.scenes, (self.kept)(filter)?);
        let said = format!("of {scenes} scenes {}; all of it together {all}", each.join(", "));
        let meant: Vec<String> = meant.iter().map(|value| format!("`{value}`")).collect();
        Ok(if meant.is_empty() { said } else { format!("{said}; did you mean {}?", meant.join(", ")) })
    }

    /// The value most like the one that was typed, or the word of a value, if there is one that is much like it.
    fn nearest(&self, filter: &Filter, typed: &str) -> Result<Option<String>, Error> {
        let mut values = BTreeSet::new();
        for key in filter.conditions().iter().flat_map(|condition| &condition.keys) {
            values.extend((self.values)(key)?);
        }
        let words = values.iter().flat_map(|value| value.split_whitespace());
        let all: BTreeSet<&str> = values.iter().map(String::as_str).chain(words).collect();
        Ok(naragtive_text::nearest(typed, all).first().map(|value| (*value).to_owned()))
    }
}

/// A condition as a filter of its own.
struct Alone<'a> {
    name: &'a str,
    /// What was typed, where it is no date.
    typed: Option<&'a str>,
    filter: Filter,
}

fn alone(filter: &Filter) -> Vec<Alone<'_>> {
    let none = Filter::default;
    let (character, speaker) = (filter.character.clone(), filter.speaker.clone());
    let character = Filter { character, character_aliases: filter.character_aliases.clone(), ..none() };
    let speaker = Filter { speaker, speaker_aliases: filter.speaker_aliases.clone(), ..none() };
    let named = [
        ("character", filter.character.as_deref(), character),
        ("location", filter.location.as_deref(), Filter { location: filter.location.clone(), ..none() }),
        ("speaker", filter.speaker.as_deref(), speaker),
        ("source", filter.source.as_deref(), Filter { source: filter.source.clone(), ..none() }),
    ];
    let dates = [
        ("date", Filter { date: filter.date, ..none() }),
        ("since", Filter { since: filter.since, ..none() }),
        ("until", Filter { until: filter.until, ..none() }),
    ];
    let named = named.into_iter().filter(|(_, typed, _)| typed.is_some());
    let named = named.map(|(name, typed, filter)| Alone { name, typed, filter });
    let dates = dates.into_iter().filter(|(_, one)| !one.is_empty());
    let dates = dates.map(|(name, filter)| Alone { name, typed: None, filter });
    let having = filter.having.iter().map(|(key, value)| Alone {
        name: key,
        typed: Some(value),
        filter: Filter { having: vec![(key.clone(), value.clone())], ..none() },
    });
    named.chain(dates).chain(having).collect()
}
