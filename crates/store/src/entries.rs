use std::fmt;

use naragtive_scene::Source;
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{StoreEntry, StoreError, StoreRef};

/// What registry.json holds, in its order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries(pub(crate) Vec<StoreEntry>);

impl Entries {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }

    /// The JSON as Python's `json.dump(..., indent=2)` writes it: other than ASCII escaped, because
    /// the Python tool reads the file in whatever encoding its system prefers.
    pub(crate) fn to_json(&self) -> Result<String, serde_json::Error> {
        let json = serde_json::to_string_pretty(self)?;
        Ok(json.chars().map(escaped).collect())
    }

    /// The store of this name, else the one whose name differs in case only.
    pub(crate) fn find(&self, name: &str) -> Option<&StoreEntry> {
        let exact = self.0.iter().find(|entry| entry.name == name);
        exact.or_else(|| self.0.iter().find(|entry| same_name(&entry.name, name)))
    }

    /// The same, or an error that offers names that look alike.
    pub(crate) fn get(&self, name: &str) -> Result<&StoreEntry, StoreError> {
        self.find(name).ok_or_else(|| {
            let known = self.sorted().into_iter().map(|entry| entry.name).collect::<Vec<_>>();
            StoreError::UnknownStore { name: name.to_owned(), nearest: nearest(name, &known), known }
        })
    }

    pub(crate) fn sorted(&self) -> Vec<StoreEntry> {
        let mut entries = self.0.clone();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }

    /// Changes the entry of exactly this name, and hands out what it is then.
    pub(crate) fn update(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut StoreEntry),
    ) -> Result<StoreEntry, StoreError> {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.name == name) {
            change(entry);
            return Ok(entry.clone());
        }
        self.get(name).cloned()
    }
}

pub(crate) fn same_name(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn nearest(name: &str, known: &[String]) -> Vec<String> {
    naragtive_text::nearest(name, known.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}

fn escaped(c: char) -> String {
    if c.is_ascii() {
        return c.to_string();
    }
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

/// An entry as JSON has it: exactly the six keys of the Python tool, which refuses any other.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with the six keys of a store")]
struct Raw {
    name: String,
    path: String,
    created_at: String,
    source_type: String,
    #[serde(deserialize_with = "count")]
    record_count: usize,
    description: Option<String>,
}

impl From<Raw> for StoreEntry {
    fn from(raw: Raw) -> Self {
        let Ok(source) = raw.source_type.parse::<Source>();
        let (name, created_at, at) = (raw.name, raw.created_at, StoreRef::from(&raw.path));
        let (record_count, description) = (raw.record_count, raw.description);
        Self { name, at, created_at, source, record_count, description }
    }
}

impl From<&StoreEntry> for Raw {
    fn from(entry: &StoreEntry) -> Self {
        Self {
            name: entry.name.clone(),
            path: lossless(&entry.at),
            created_at: entry.created_at.clone(),
            source_type: entry.source.to_string(),
            record_count: entry.record_count,
            description: entry.description.clone(),
        }
    }
}

/// A path came from JSON or was checked to be text when it was registered.
fn lossless(at: &StoreRef) -> String {
    at.file().to_string_lossy().into_owned()
}

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for entry in &self.0 {
            map.serialize_entry(&entry.name, &Raw::from(entry))?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ByName)
    }
}

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    deserializer.deserialize_u64(Count)
}

struct Count;

impl Visitor<'_> for Count {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of scenes")
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<usize, E> {
        usize::try_from(count).map_err(E::custom)
    }
}

struct ByName;

impl<'de> Visitor<'de> for ByName {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of stores by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Entries::default();
        while let Some(name) = map.next_key::<String>()? {
            let entry = map.next_value::<Raw>();
            let entry = entry.map_err(|error| A::Error::custom(format!("entry `{name}`: {error}")))?;
            if entry.name != name {
                let found = format!("entry `{name}`: expected the name `{name}`, found `{}`", entry.name);
                return Err(A::Error::custom(found));
            }
            if entries.0.iter().any(|known| known.name == name) {
                return Err(A::Error::custom(format!(
                    "entry `{name}`: expected one of this name, found two"
                )));
            }
            entries.0.push(entry.into());
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Python's `json.dump(stores, file, indent=2)` writes it.
    const PYTHON: &str = r#"{
  "z": {
    "name": "z",
    "path": "scenes.parquet",
    "created_at": "2025-12-13T10:00:00.123456",
    "source_type": "llama",
    "record_count": 0,
    "description": null
  },
  "caf\u00e9 \ud83d\ude80": {
    "name": "caf\u00e9 \ud83d\ude80",
    "path": "/home/zo\u00eb/b.parquet",
    "created_at": "2025-12-14T00:00:00+00:00",
    "source_type": "neptune",
    "record_count": 750,
    "description": "two\nlines \u007f"
  }
}"#;

    #[test]
    fn what_python_wrote_is_written_back_byte_for_byte() {
        let python = PYTHON.replace("\\u007f", "\u{7f}");
        let entries = Entries::parse(python.as_bytes()).unwrap();
        assert_eq!(entries.to_json().unwrap(), python);
        assert_eq!(entries.0[1].name, "caf\u{e9} \u{1f680}");
        assert_eq!(Entries::default().to_json().unwrap(), "{}");
    }

    #[test]
    fn the_nearest_names_come_first() {
        let known: Vec<String> = ["campaign", "campaign-1", "Campaigns", "research"].map(String::from).into();
        for (name, expected) in [
            ("campain", vec!["campaign", "Campaigns", "campaign-1"]),
            ("RESEARCH-2", vec!["research"]),
            ("xyz", vec![]),
        ] {
            assert_eq!(nearest(name, &known), expected, "{name}");
        }
    }
}
