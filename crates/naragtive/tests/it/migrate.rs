//! Scenes out of a ChromaDB folder.

use std::fs;

use naragtive::jobs::{Migrate, Migrated, Target, migrate};
use naragtive::{Flow, How, Timestamp, list};
use naragtive_testkit::root;
use serde_json::Value;

use crate::home::Place;

/// Takes the collection `scenes` of a folder that ChromaDB 1.5.9 wrote into the store `old`.
fn migrated(place: &Place, how: How) -> Migrated {
    let from = root().join("crates/chroma/tests/fixtures/1.5.9");
    let target = Target { how, ..Target::named("old".parse().unwrap()) };
    let job = Migrate { from, collection: "scenes".to_owned(), target };
    migrate(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap()
}

/// The id and the text of every document of that collection; one without text is none.
fn expected() -> Vec<(String, String)> {
    let lines = fs::read_to_string(root().join("crates/chroma/tests/fixtures/1.5.9/expected.jsonl")).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_scenes = rows.filter(|row| row["collection"] == "scenes");
    let with_text = of_scenes.filter(|row| row["text"].as_str().is_some_and(|text| !text.is_empty()));
    let field = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    with_text.map(|row| (field(&row, "id"), field(&row, "text"))).collect()
}

#[test]
fn every_document_becomes_a_scene_under_its_own_id() {
    let place = Place::new();
    let done = migrated(&place, How::Merge);
    let store = done.stored.at.open().unwrap();
    let (found, scenes) = list(&store, &naragtive::Filter::default(), usize::MAX).unwrap();
    assert_eq!((found, done.documents), (15, 15));
    let found: Vec<_> = scenes.into_iter().map(|scene| (scene.id.to_string(), scene.text)).collect();
    assert_eq!(found, expected());
    assert_eq!(place.library.registry().get("old").unwrap().source.as_str(), "chromadb");
}

#[test]
fn a_second_time_adds_nothing_and_a_replacement_replaces() {
    let place = Place::new();
    for (how, added, already_there) in [(How::Merge, 15, 0), (How::Merge, 0, 15), (How::Replace, 15, 0)] {
        let appended = migrated(&place, how).stored.added.appended;
        assert_eq!((appended.added, appended.already_there, appended.total), (added, already_there, 15));
    }
}
