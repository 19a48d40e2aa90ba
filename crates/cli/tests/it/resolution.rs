//! Which store a command uses.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, chapter};

/// A sandbox with stores of 1 to 4 scenes: a file, two named ones and, where asked for, `./scenes.parquet`.
struct Stores {
    sandbox: Sandbox,
}

const FILE: u64 = 1;
const FIRST: u64 = 2;
const SECOND: u64 = 3;
const FALLBACK: u64 = 4;

impl Stores {
    fn new(registered: bool, fallback: bool) -> Self {
        let stores = Self { sandbox: Sandbox::new() };
        stores.ingest(FILE, &["-o", "file.parquet"]);
        if registered {
            stores.ingest(FIRST, &["--register", "b-first"]);
            stores.ingest(SECOND, &["--register", "a-second"]);
        }
        if fallback {
            stores.ingest(FALLBACK, &["-o", "scenes.parquet"]);
        }
        stores
    }

    fn ingest(&self, scenes: u64, more: &[&str]) {
        self.sandbox.write("chapter.txt", chapter("A chapter", scenes as usize));
        self.sandbox.done(&[&["ingest-neptune", "-e", "chapter.txt"], more].concat());
    }

    /// How many scenes the store has that a command uses.
    fn used(&self, command: &[&str], choice: &[&str]) -> u64 {
        let found = self.sandbox.json(&[command, &["--json"], choice].concat());
        found["store"]["records"].as_u64().unwrap()
    }
}

const COMMANDS: [&[&str]; 3] = [&["list"], &["stats"], &["search", "a door"]];

#[test]
fn the_file_then_the_name_then_the_default_then_the_usual_file() {
    for (registered, fallback, choice, expected) in [
        (false, false, &["-s", "file.parquet"][..], FILE),
        (true, true, &["-s", "file.parquet"], FILE),
        (true, true, &["--store", "./file.parquet"], FILE),
        (true, true, &["--store-name", "a-second"], SECOND),
        (true, true, &["--store-name", "A-SECOND"], SECOND),
        (true, true, &["--store-name", "default"], FIRST),
        (true, true, &[], FIRST),
        (true, false, &[], FIRST),
        (false, true, &[], FALLBACK),
    ] {
        let stores = Stores::new(registered, fallback);
        for command in COMMANDS {
            assert_eq!(stores.used(command, choice), expected, "{command:?} {choice:?}");
        }
    }
}

#[test]
fn what_default_txt_names_is_the_default_if_it_is_registered_else_the_first_in_order() {
    let stores = Stores::new(true, true);
    stores.sandbox.done(&["set-default", "a-second"]);
    assert_eq!(stores.used(&["list"], &[]), SECOND);
    let default = stores.sandbox.home("stores/default.txt");
    for (text, expected) in [("b-first\n", FIRST), ("nobody", SECOND), ("", SECOND)] {
        std::fs::write(&default, text).unwrap();
        assert_eq!(stores.used(&["list"], &[]), expected, "{text:?}");
    }
    std::fs::remove_file(&default).unwrap();
    assert_eq!(stores.used(&["list"], &[]), SECOND);
}

#[test]
fn a_file_that_is_not_there_is_an_error_and_nothing_else_is_searched() {
    let stores = Stores::new(true, true);
    assert_snapshot!(stores.sandbox.refused(&["search", "a door", "-s", "no.parquet"]), @r"
    error: there is no store at `no.parquet`
    hint: the stores there are: naragtive list-stores
    hint: a new store: naragtive ingest-neptune --export FILE --output STORE
    ");
    for command in [&["list"][..], &["stats"], &["export", "a door"]] {
        stores.sandbox.refused(&[command, &["-s", "no.parquet"]].concat());
    }
}

#[test]
fn a_file_and_a_name_at_once_are_an_error_that_says_to_choose() {
    let stores = Stores::new(true, true);
    let both = ["-s", "file.parquet", "--store-name", "b-first"];
    assert_snapshot!(stores.sandbox.refused(&[&["search", "a door"], &both[..]].concat()), @r"
    error: expected one store, found a path (`file.parquet`) and a name (`b-first`)
    hint: choose one: --store FILE or --store-name NAME
    ");
    for command in [&["list"][..], &["stats"], &["export", "a door"]] {
        stores.sandbox.refused(&[command, &both].concat());
    }
}

#[test]
fn an_unknown_name_is_an_error_with_the_nearest_names() {
    let stores = Stores::new(true, true);
    assert_snapshot!(stores.sandbox.refused(&["search", "a door", "--store-name", "b-fist"]), @r"
    error: no store is named `b-fist`; known: `a-second`, `b-first`
    hint: did you mean `b-first`? all of them: naragtive list-stores
    ");
    assert_snapshot!(stores.sandbox.refused(&["list", "--store-name", "xyz"]), @r"
    error: no store is named `xyz`; known: `a-second`, `b-first`
    hint: the stores there are: naragtive list-stores
    ");
}

#[test]
fn no_store_at_all_is_an_error_with_the_four_ways_out() {
    let stores = Stores::new(false, false);
    assert_snapshot!(stores.sandbox.refused(&["search", "a door"]), @r"
    error: no store was named, no store is registered, and there is no `scenes.parquet` in this folder
    hint: a file: --store FILE
    hint: a name: --store-name NAME
    hint: a new store: naragtive ingest-neptune --export FILE --register NAME
    hint: the stores there are: naragtive list-stores
    ");
    assert_snapshot!(stores.sandbox.refused(&["list", "--store-name", "default"]), @r"
    error: there is no default store: no store is registered
    hint: a file: --store FILE
    hint: register one: naragtive ingest-neptune --export FILE --register NAME
    ");
}

#[test]
fn a_registered_file_that_is_gone_is_an_error_and_nothing_else_is_searched() {
    let stores = Stores::new(true, true);
    let moved = stores.sandbox.home("stores/b-first.parquet");
    std::fs::rename(&moved, stores.sandbox.path("moved.parquet")).unwrap();
    assert_snapshot!(stores.sandbox.refused(&["search", "a door"]), @r"
    error: the file of store `b-first` is not there any more: `[ROOT]/home/.naragtive/stores/b-first.parquet`
    hint: if it moved: naragtive delete-store b-first && naragtive create-store b-first NEWPATH TYPE
    hint: if it is gone: naragtive delete-store b-first
    ");
    assert_snapshot!(stores.sandbox.done(&["list-stores"]), @r"
       a-second  neptune        3 records  [TODAY]
    ⭐ b-first   neptune        2 records  [TODAY]
         missing: [ROOT]/home/.naragtive/stores/b-first.parquet; if it moved: naragtive delete-store b-first && naragtive create-store b-first NEWPATH neptune
    ");
    stores.sandbox.done(&["delete-store", "b-first"]);
    stores.sandbox.done(&["create-store", "b-first", "moved.parquet", "neptune"]);
    assert_eq!(stores.used(&["list"], &["--store-name", "b-first"]), FIRST);
}

#[test]
fn a_store_of_another_model_is_refused() {
    let stores = Stores::new(false, false);
    stores.sandbox.fixture("polars.parquet", "python.parquet");
    assert_snapshot!(stores.sandbox.refused(&["search", "a door", "-s", "python.parquet"]), @r"
    error: `python.parquet` holds embeddings of all-MiniLM-L6-v2 (384 numbers), expected tiny-bert (32 numbers)
    hint: name that model's folder with --model-dir, or ingest the exports into a new store with --output
    ");
    let ingest = ["ingest-neptune", "-e", "chapter.txt", "-o", "python.parquet"];
    assert_snapshot!(stores.sandbox.refused_and_kept(&ingest), @r"
    error: `python.parquet` holds embeddings of all-MiniLM-L6-v2 (384 numbers), expected tiny-bert (32 numbers)
    hint: name that model's folder with --model-dir, or ingest the exports into a new store with --output
    ");
    assert_eq!(stores.used(&["list"], &["-s", "python.parquet"]), 3);
}
