use std::collections::HashMap;

use naragtive_scene::{Metadata, key};
use serde_json::{Value, json};

use crate::overview::days::widen;

/// The keys under which sources say what a conversation is called, the best first.
const TITLES: [&str; 5] = ["source_title", "conversation_name", "conversation_title", "title", key::CHANNEL];

/// The conversations, channels and files that a store is made of, in the order in which they begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    /// Each of them.
    pub parts: Vec<Part>,
}

/// One conversation, channel or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is called: its title, else its channel, else its file.
    pub title: String,
    /// The id of its first scene.
    pub first: String,
    /// The id of its last scene.
    pub last: String,
    /// How many scenes it has.
    pub scenes: usize,
    /// Its first and its last day.
    pub dates: Option<(String, String)>,
}

impl Contents {
    /// The object of HTTP and page.
    pub fn to_json(&self) -> Value {
        let part = |part: &Part| {
            let dates = part.dates.as_ref().map(|(first, last)| json!({"first": first, "last": last}));
            json!({"title": part.title, "first": part.first, "last": part.last, "scenes": part.scenes, "dates": dates})
        };
        self.parts.iter().map(part).collect()
    }
}

/// Gathers the scenes that come by.
#[derive(Default)]
pub(super) struct Gathered {
    parts: Vec<Part>,
    places: HashMap<String, usize>,
}

impl Gathered {
    /// The next scene of the store.
    pub(super) fn add(&mut self, id: &str, scene: &Metadata) {
        let group = scene.group().unwrap_or_default();
        let place = self.places.get(&*group).copied();
        match place.and_then(|place| self.parts.get_mut(place)) {
            Some(part) => part.add(id, scene),
            None => {
                self.places.insert(group.into_owned(), self.parts.len());
                self.parts.push(Part::begun(id, scene));
            }
        }
    }

    pub(super) fn contents(self) -> Contents {
        Contents { parts: self.parts }
    }
}

impl Part {
    fn begun(id: &str, scene: &Metadata) -> Self {
        let title = TITLES.iter().filter_map(|key| scene.text(key)).find(|title| !title.trim().is_empty());
        let title = title.or_else(|| scene.text(key::SOURCE_FILE)).or_else(|| scene.group());
        let (first, last) = (id.to_owned(), id.to_owned());
        let dates = scene.date().map(|date| (date.to_owned(), date.to_owned()));
        let title = title.map_or_else(|| "Scenes".to_owned(), |title| title.trim().to_owned());
        Self { title, first, last, scenes: 1, dates }
    }

    fn add(&mut self, id: &str, scene: &Metadata) {
        id.clone_into(&mut self.last);
        self.scenes += 1;
        if let Some(date) = scene.date() {
            widen(&mut self.dates, date);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_a_title_its_ends_and_its_days() {
        let scene = |key: &str, value: &str, date: &str| {
            Metadata::default().with("source_file", "a.txt").with(key, value).with("date_iso", date)
        };
        let scenes = [
            scene("conversation_id", "7", "2025-02-03").with("conversation_name", "The trial"),
            scene("x", "y", "UNKNOWN"),
            scene("conversation_id", "7", "2025-02-01"),
            Metadata::default(),
        ];
        let mut gathered = Gathered::default();
        ["s0", "s1", "s2", "s3"].iter().zip(&scenes).for_each(|(id, scene)| gathered.add(id, scene));
        let parts = gathered.contents().parts;
        let seen: Vec<_> =
            parts.iter().map(|part| (part.title.as_str(), part.first.as_str(), part.last.as_str())).collect();
        assert_eq!(seen, [("The trial", "s0", "s2"), ("a.txt", "s1", "s1"), ("Scenes", "s3", "s3")]);
        assert_eq!(parts[0].dates, Some(("2025-02-01".to_owned(), "2025-02-03".to_owned())));
        assert_eq!(parts.iter().map(|part| part.scenes).sum::<usize>(), 4);
    }
}
