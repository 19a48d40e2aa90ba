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

fn folder_of(sandbox: &Sandbox, store: &str) -> std::path::PathBuf {
    let status = sandbox.json(&["index", "status", store, "--json"]);
    let folder = status["indexes"][0]["folder"].as_str().unwrap();
    sandbox.home("cache/index").join(folder.rsplit('/').next().unwrap())
}

#[test]
fn where_no_index_is_that_is_said() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.done(&["index", "status"]), "No index yet: the first search of a store builds one.\n");
    let status = sandbox.json(&["index", "status", "--json"]);
    assert_eq!((&status["bytes"], &status["indexes"]), (&0.into(), &serde_json::json!([])));
}

#[test]
fn every_state_is_told_and_a_search_mends_each() {
    let sandbox = with_two_stores();
    assert_eq!(states(&sandbox), ["ready first", "ready other.parquet"]);
    let folder = folder_of(&sandbox, "first");
    let segment = names_in(&folder).into_iter().find(|name| name.ends_with(".segment")).unwrap();
    let found = sandbox.done(&["search", "a door", "--json"]);
    let manifest = fs::read(folder.join("manifest")).unwrap();
    let flipped = |file: &str, at: usize, by: u8| {
        let path = folder.join(file);
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] ^= by;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    };
    let newer = || {
        let mut bytes = manifest.clone();
        bytes[8] += 1;
        fs::write(folder.join("manifest"), bytes).unwrap();
    };
    let damages: [(&str, &dyn Fn()); 4] = [
        ("missing", &|| fs::remove_dir_all(&folder).unwrap()),
        ("newer", &newer),
        ("damaged", &|| fs::write(folder.join(&segment), "short").unwrap()),
        ("damaged", &|| flipped("manifest", 20, 1)),
    ];
    for (state, damage) in damages {
        damage();
        assert!(states(&sandbox).contains(&format!("{state} first")), "{state}: {:?}", states(&sandbox));
        assert_eq!(sandbox.done(&["search", "a door", "--json"]), found, "{state}");
        assert_eq!(states(&sandbox), ["ready first", "ready other.parquet"], "{state}");
    }
    let with_language = |language: &str| {
        let output = sandbox
            .finish(sandbox.command(&["index", "status", "first"]).env("NARAGTIVE_LANGUAGE", language));
        output.stdout
    };
    assert!(with_language("none").contains("stale"));
    assert!(with_language("english").contains("ready"));
}

#[test]
fn one_index_or_all_are_built_and_dropped() {
    let sandbox = with_two_stores();
    assert_eq!(sandbox.json(&["index", "drop", "first", "--json"])["dropped"], 1);
    assert_eq!(states(&sandbox), ["missing first", "ready other.parquet"]);
    sandbox.done(&["index", "build"]);
    assert_eq!(states(&sandbox), ["ready first", "ready other.parquet"]);
    let dropped = sandbox.json(&["index", "drop", "--json"]);
    assert!(dropped["dropped"] == 2 && dropped["bytes"].as_u64().unwrap() > 1000, "{dropped}");
    assert_eq!(states(&sandbox), ["missing first"]);
    assert_eq!(names_in(&sandbox.home("cache/index")), [""; 0]);
    sandbox.done(&["index", "build", "other.parquet"]);
    assert_eq!(states(&sandbox), ["missing first", "ready other.parquet"]);
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
