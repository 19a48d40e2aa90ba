//! The index of a store, from the command line.

use std::fs;

use crate::sandbox::{Sandbox, names_in};

fn with_two_stores() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "first"]);
    sandbox.done(&["ingest-neptune", "-e", "neptune-chapter.txt", "-o", "other.parquet"]);
    sandbox
}

/// State and name of every index that is told of, sorted.
fn states(sandbox: &Sandbox) -> Vec<String> {
    let status = sandbox.json(&["index", "status", "--json"]);
    let indexes = status["indexes"].as_array().unwrap().iter();
    let mut states: Vec<_> = indexes
        .map(|index| {
            let path = index["store"]["path"].as_str().unwrap_or_default();
            let file = path.rsplit('/').next().unwrap_or_default();
            format!(
                "{} {}",
                index["state"].as_str().unwrap(),
                index["store"]["name"].as_str().unwrap_or(file)
            )
        })
        .collect();
    states.sort();
    states
}

#[test]
fn where_no_index_is_that_is_said() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.done(&["index", "status"]), "No index yet: the first search of a store builds one.\n");
    let status = sandbox.json(&["index", "status", "--json"]);
    assert_eq!((&status["bytes"], &status["indexes"]), (&0.into(), &serde_json::json!([])));
}

#[test]
fn the_index_of_a_store_that_is_gone_is_an_orphan_and_is_dropped() {
    let sandbox = with_two_stores();
    fs::remove_file(sandbox.path("other.parquet")).unwrap();
    assert_eq!(states(&sandbox), ["orphan other.parquet", "ready first"]);
    assert!(
        sandbox.done(&["index", "status"]).contains("its store is gone; remove it: naragtive index drop")
    );
    sandbox.done(&["index", "drop"]);
    assert_eq!(names_in(&sandbox.home("cache/index")), [""; 0]);
    sandbox.done(&["index", "build", "first"]);
    sandbox.done(&["delete-store", "first", "--purge", "--yes"]);
    assert_eq!(names_in(&sandbox.home("cache/index")), [""; 0]);
}

#[test]
fn a_store_that_cannot_be_read_is_a_fault_and_the_others_are_told_of() {
    let sandbox = with_two_stores();
    sandbox.done(&["create-store", "other", "other.parquet", "neptune"]);
    fs::write(sandbox.path("other.parquet"), "PAR1").unwrap();
    for command in ["status", "build"] {
        let output = sandbox.run(&["index", command]);
        assert_eq!(output.code, Some(2), "{output}");
        assert!(output.stdout.contains("other.parquet` is not a whole parquet file"), "{output}");
        assert!(output.stdout.contains("first  ready"), "{output}");
    }
    sandbox.refused(&["index", "status", "other"]);
    fs::remove_dir_all(sandbox.home("cache")).unwrap();
    fs::write(sandbox.home("cache"), "in the way").unwrap();
    let said = sandbox.refused(&["index", "build", "first"]);
    assert!(said.contains("can't be kept in"), "{said}");
    sandbox.done(&["search", "a door", "--store-name", "first"]);
}
