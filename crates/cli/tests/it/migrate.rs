//! Scenes out of a ChromaDB folder.

use insta::assert_snapshot;
use naragtive_testkit::root;

use crate::sandbox::Sandbox;

/// A folder that ChromaDB 1.5.9 wrote.
fn chroma() -> String {
    root().join("crates/chroma/tests/fixtures/1.5.9").canonicalize().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn what_was_taken_over_is_told_and_a_second_time_adds_nothing() {
    let sandbox = Sandbox::new();
    let migrate = ["migrate", "--from", &chroma(), "--register", "old", "--json"];
    for (added, already_there) in [(15, 0), (0, 15)] {
        let report = sandbox.json(&migrate);
        assert_eq!((&report["added"], &report["already_there"]), (&added.into(), &already_there.into()));
        assert_eq!(report["chromadb"]["collection"], "scenes");
    }
}

#[cfg(not(no_shared))]
#[test]
fn what_is_empty_is_passed_over_and_told() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("old")).unwrap();
    let database = naragtive_testkit::shared("faults/inputs/chroma-1.5.9/chroma.sqlite3");
    std::fs::copy(database, sandbox.path("old/chroma.sqlite3")).unwrap();
    let output = sandbox.run(&["migrate", "--from", "old", "-o", "s.parquet"]);
    assert!(output.stderr.contains("old: skipped 2 rows without a document"), "{output}");
    let listed = sandbox.json(&["list", "-s", "s.parquet", "--json"]);
    let scenes = listed["scenes"].as_array().unwrap();
    assert!(scenes.len() == 5 && scenes.iter().all(|scene| scene["text"] != ""), "{listed}");
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
