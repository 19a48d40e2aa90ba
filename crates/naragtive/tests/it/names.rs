//! What the registry says of a store that an ingest makes or adds to.

use std::fs;
use std::path::Path;

use naragtive::NewStore;
use serde_json::{Map, Value};

use crate::home::Place;

fn registry(place: &Place) -> Map<String, Value> {
    let path = place.library.settings().registry().path();
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The Python tool refuses an entry with any other key and starts over.
#[test]
fn an_entry_has_exactly_the_six_keys_of_the_python_tool_and_an_absolute_path() {
    let place = Place::new();
    place.chat("first", &[("Ada", "The lamp is lit.")]);
    place.chat("second", &[("Bob", "The ferry was late.")]);
    for (name, entry) in registry(&place) {
        let keys: Vec<_> = entry.as_object().unwrap().keys().collect();
        let expected = ["name", "path", "created_at", "source_type", "record_count", "description"];
        assert_eq!(keys, expected, "{name}");
        assert!(Path::new(entry["path"].as_str().unwrap()).is_absolute(), "{entry}");
    }
    let stores = place.library.settings().home.value.stores();
    assert_eq!(fs::read_to_string(stores.join("default.txt")).unwrap(), "first");
    assert!(stores.join("first.parquet").is_file() && stores.join("second.parquet").is_file());
}

#[test]
fn ingesting_again_into_a_name_updates_the_count_and_keeps_the_rest() {
    let place = Place::new();
    place.chat("tale", &[("Ada", "The lamp is lit.")]);
    let (registry_of, at) = (place.library.registry(), place.library.registry().get("tale").unwrap().at);
    let (name, source) = ("tale".parse().unwrap(), "letters".parse().unwrap());
    let description = Some("about it".to_owned());
    registry_of
        .describe(NewStore { name, at, source, description }, naragtive::Timestamp::UNIX_EPOCH)
        .unwrap();
    let before = registry(&place)["tale"].clone();
    place.chat("TALE", &[("Ada", "The lamp is lit."), ("Bob", "And the ferry late.")]);
    let after = registry(&place)["tale"].clone();
    assert_eq!((&before["record_count"], &after["record_count"]), (&1.into(), &2.into()));
    for kept in ["path", "created_at", "description", "source_type"] {
        assert_eq!(before[kept], after[kept], "{kept}");
    }
    assert_eq!((&after["description"], registry(&place).len()), (&"about it".into(), 1));
}
