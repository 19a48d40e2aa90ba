use std::path::Path;

use naragtive_chroma::{Collection, read};
use naragtive_scene::Scene;
use serde_json::{Value, json};

use crate::folder::{RELEASES, changed, expected, written_by};

fn scenes(folder: &Path) -> Collection {
    read(folder, "scenes").unwrap()
}

fn scene(release: &str, id: &str) -> Scene {
    let collection = scenes(written_by(release).path());
    collection.scenes.into_iter().find(|scene| scene.id.as_str() == id).unwrap()
}

#[test]
fn a_collection_is_what_chromadb_says_it_is() {
    for release in RELEASES {
        let folder = written_by(release);
        for collection in ["scenes", "Chapter-2"] {
            let found = read(folder.path(), collection).unwrap();
            let rows = expected(release, collection);
            let has_text = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
            let skipped = rows.iter().filter(|(_, text, _)| !has_text(text)).count();
            let with_text: Vec<(String, String, Value)> = rows
                .into_iter()
                .filter(|(_, text, _)| has_text(text))
                .filter_map(|(id, text, metadata)| Some((id, text?, metadata)))
                .collect();
            let read: Vec<(String, String, Value)> = found
                .scenes
                .into_iter()
                .map(|scene| (scene.id.to_string(), scene.text, scene.metadata.to_value()))
                .collect();
            assert_eq!(read, with_text, "{release} {collection}");
            assert_eq!((found.skipped, found.pending), (skipped, 0), "{release} {collection}");
        }
    }
}

#[test]
fn the_fixtures_hold_what_they_are_for() {
    for release in RELEASES {
        let rows = expected(release, "scenes");
        assert!(rows.iter().any(|(_, text, _)| text.is_none()), "a row without a document");
        assert!(rows.iter().any(|(_, text, _)| text.as_deref() == Some("")), "an empty document");
        assert!(rows.iter().all(|(id, _, _)| id != "dropped"), "a deleted row");
        let values = || rows.iter().flat_map(|(_, _, metadata)| metadata.as_object().unwrap().values());
        assert!(values().any(Value::is_string) && values().any(Value::is_i64) && values().any(Value::is_f64));
        let later = values().any(Value::is_boolean) && values().any(Value::is_array);
        assert_eq!(later, release == "1.5.9", "{release}");
    }
}

#[test]
fn the_kinds_of_numbers_are_kept() {
    for release in RELEASES {
        let metadata = scene(release, "numbers").metadata.to_value();
        for (key, json) in [
            ("least", "-9223372036854775808"),
            ("most", "9223372036854775807"),
            ("zero", "0"),
            ("whole", "1.0"),
            ("third", "0.3333333333333333"),
            ("tiny", "5e-324"),
            ("huge", "1.7976931348623157e+308"),
        ] {
            assert_eq!(metadata[key].to_string(), json, "{release} {key}");
        }
    }
}

#[test]
fn metadata_come_in_the_order_of_insertion() {
    let scene = scene("0.4.0", "scene_0000_2025-11-10");
    let keys: Vec<&str> = scene.metadata.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["zone", "date_iso", "emotional_intensity", "turns", "characters_present"]);
}

#[test]
fn updated_documents_are_read_as_they_now_are() {
    for release in RELEASES {
        let scene = scene(release, "rewritten");
        assert_eq!(scene.text, "The second draft.");
        assert_eq!(scene.metadata.to_value(), json!({"kept": "old", "changed": 2, "added": 0.25}));
    }
}

#[test]
fn changes_that_chromadb_has_not_carried_out_are_counted() {
    for release in RELEASES {
        let done = scenes(written_by(release).path());
        let folder = changed(
            release,
            "INSERT INTO embeddings_queue (seq_id, operation, topic, id, metadata)
             SELECT 1000 + n.column1, 0, 'persistent://default/default/' || c.id, 'late-' || n.column1, '{}'
             FROM collections c, (VALUES (1), (2)) n WHERE c.name = 'scenes';
             INSERT INTO embeddings_queue (seq_id, operation, topic, id, metadata)
             SELECT 2000, 0, 'persistent://default/default/' || id, 'late', '{}'
             FROM collections WHERE name = 'Chapter-2'",
        );
        assert_eq!(scenes(folder.path()), Collection { pending: 2, ..done }, "{release}");
    }
}

#[test]
fn a_value_that_chromadb_could_not_store_is_null() {
    for release in RELEASES {
        let folder = changed(
            release,
            "UPDATE embedding_metadata SET float_value = NULL WHERE key = 'plot_significance'",
        );
        let scene = scenes(folder.path()).scenes.swap_remove(1);
        assert_eq!(scene.metadata.to_value()["plot_significance"], Value::Null, "{release}");
    }
}

#[test]
fn of_several_collections_the_one_in_the_default_database_is_meant() {
    let folder = changed("1.5.9", &crate::errors::twins("00000000-0000-0000-0000-000000000000"));
    assert_eq!(scenes(folder.path()), scenes(written_by("1.5.9").path()));
}
