//! Which store a command uses.

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, chapter};

/// A sandbox with two named stores, the first of them the default.
fn stores() -> Sandbox {
    let sandbox = Sandbox::new();
    for (scenes, name) in [(2, "b-first"), (3, "a-second")] {
        sandbox.write("chapter.txt", chapter("A chapter", scenes));
        sandbox.done(&["ingest-neptune", "-e", "chapter.txt", "--register", name]);
    }
    sandbox
}

#[test]
fn an_unknown_name_is_an_error_with_the_nearest_names() {
    let sandbox = stores();
    assert_snapshot!(sandbox.refused(&["search", "a door", "--store-name", "b-fist"]), @r"
    error: no store is named `b-fist`; known: `a-second`, `b-first`
    hint: did you mean `b-first`? all of them: naragtive list-stores
    ");
    assert_snapshot!(sandbox.refused(&["list", "--store-name", "xyz"]), @r"
    error: no store is named `xyz`; known: `a-second`, `b-first`
    hint: the stores there are: naragtive list-stores
    ");
}

#[test]
fn a_registered_file_that_is_gone_is_an_error_and_nothing_else_is_searched() {
    let sandbox = stores();
    let moved = sandbox.home("stores/b-first.parquet");
    std::fs::rename(&moved, sandbox.path("moved.parquet")).unwrap();
    assert_snapshot!(sandbox.refused(&["search", "a door"]), @r"
    error: the file of store `b-first` is not there any more: `[ROOT]/home/.naragtive/stores/b-first.parquet`
    hint: if it moved: naragtive delete-store b-first && naragtive create-store b-first NEWPATH TYPE
    hint: if it is gone: naragtive delete-store b-first
    ");
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
       a-second  neptune        3 records  [TODAY]
    ⭐ b-first   neptune        2 records  [TODAY]
         missing: [ROOT]/home/.naragtive/stores/b-first.parquet; if it moved: naragtive delete-store b-first && naragtive create-store b-first NEWPATH neptune
    ");
    sandbox.done(&["delete-store", "b-first"]);
    sandbox.done(&["create-store", "b-first", "moved.parquet", "neptune"]);
    assert_eq!(sandbox.json(&["list", "--store-name", "b-first", "--json"])["found"], 2);
}
