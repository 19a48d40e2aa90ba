//! Scenes out of a ChromaDB folder.

use insta::assert_snapshot;
use naragtive_testkit::root;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A folder that ChromaDB 1.5.9 wrote.
fn chroma() -> String {
    root().join("crates/chroma/tests/fixtures/1.5.9").canonicalize().unwrap().to_str().unwrap().to_owned()
}

/// The documents of the collection `scenes`; one without text is none.
fn expected() -> Vec<Value> {
    let path = root().join("crates/chroma/tests/fixtures/1.5.9/expected.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| {
        row["collection"] == "scenes" && row["text"].as_str().is_some_and(|text| !text.is_empty())
    })
    .collect()
}

#[test]
fn every_document_becomes_a_scene_under_its_own_id() {
    let sandbox = Sandbox::new();
    let from = chroma();
    let report = sandbox.done(&["migrate", "--from", &from]);
    assert!(report.contains("Stored 15 new scenes in thunderchild_scenes.parquet"), "{report}");
    let listed = sandbox.json(&["list", "-s", "thunderchild_scenes.parquet", "--json"]);
    let field =
        |rows: &[Value], name: &str| -> Vec<Value> { rows.iter().map(|row| row[name].clone()).collect() };
    let (found, expected) = (listed["scenes"].as_array().unwrap(), expected());
    for name in ["id", "text"] {
        assert_eq!(field(found, name), field(&expected, name));
    }
}

#[test]
fn a_second_time_adds_nothing_and_no_append_replaces() {
    let sandbox = Sandbox::new();
    let from = chroma();
    let migrate = |more: &[&str]| {
        sandbox.json(&[&["migrate", "--from", &from, "--register", "old", "--json"], more].concat())
    };
    for (more, added, already_there) in [(&[][..], 15, 0), (&[], 0, 15), (&["--no-append"], 15, 0)] {
        let report = migrate(more);
        assert_eq!((&report["added"], &report["already_there"]), (&added.into(), &already_there.into()));
        assert_eq!(report["store"]["name"], "old");
        assert_eq!(report["store"]["records"], 15);
        assert_eq!(report["chromadb"]["collection"], "scenes");
    }
    assert_eq!(sandbox.json(&["list-stores", "--json"])["stores"][0]["source_type"], "chromadb");
}

#[test]
fn what_is_no_such_folder_or_collection_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("export.txt", "no folder");
    assert_snapshot!(sandbox.refused_and_kept(&["migrate"]), @r"
    error: ./thunderchild_db is not a folder; expected the folder in which ChromaDB keeps chroma.sqlite3
    hint: name the folder with chroma.sqlite3 in it: naragtive migrate --from FOLDER
    ");
    assert_snapshot!(sandbox.refused_and_kept(&["migrate", "--from", "."]), @r"
    error: . holds no chroma.sqlite3; found export.txt
    hint: name the folder with chroma.sqlite3 in it: naragtive migrate --from FOLDER
    ");
    assert_snapshot!(sandbox.refused_and_kept(&["migrate", "--from", "export.txt"]), @r"
    error: export.txt is not a folder; expected the folder in which ChromaDB keeps chroma.sqlite3
    hint: name the folder with chroma.sqlite3 in it: naragtive migrate --from FOLDER
    ");
    let from = chroma();
    for collection in ["scene", "empty"] {
        let refused = sandbox.refused_and_kept(&["migrate", "--from", &from, "--collection", collection]);
        assert_snapshot!(format!("migrate-{collection}"), refused.replace(&from, "[FROM]"));
    }
}
