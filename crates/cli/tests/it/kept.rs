//! What is the user's stays the user's: outputs, purges, homes that were moved, counts.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

#[test]
fn an_export_writes_over_no_store_and_over_other_files_by_force_only() {
    let sandbox = Sandbox::with_two_stores();
    let store = sandbox.home("stores/campaign.parquet");
    let before = fs::read(&store).unwrap();
    for file in [store.clone(), sandbox.home("stores/registry.json"), sandbox.home("stores/default.txt")] {
        for force in [&[][..], &["--force"]] {
            let export = ["export", "a door", "-o", file.to_str().unwrap()];
            sandbox.refused_and_kept(&[&export[..], force].concat());
        }
    }
    assert!(fs::read(&store).unwrap() == before);
    sandbox.write("notes.md", "mine");
    assert_snapshot!(sandbox.refused_and_kept(&["export", "a door", "-o", "notes.md"]), @r"
    error: nothing was written: `notes.md` is there already
    hint: name another file, or write over this one: --force
    hint: or leave --output away to print it
    ");
    sandbox.run(&["export", "a door", "-o", "notes.md", "--force"]);
    assert!(fs::read_to_string(sandbox.path("notes.md")).unwrap().contains("door"));
}

#[test]
fn a_purge_of_a_relative_path_deletes_nothing() {
    let sandbox = Sandbox::with_two_stores();
    let registry = sandbox.home("stores/registry.json");
    let json = fs::read_to_string(&registry).unwrap();
    let table = sandbox.home("stores/table.parquet");
    fs::write(&registry, json.replace(table.to_str().unwrap(), "notes.parquet")).unwrap();
    fs::copy(&table, sandbox.path("notes.parquet")).unwrap();
    assert_snapshot!(sandbox.refused_and_kept(&["delete-store", "table", "--purge", "--yes"]), @r"
    error: nothing was deleted: `table` is registered with the path `notes.parquet`, which means another file in each folder
    hint: give the whole path first: naragtive create-store table /WHOLE/PATH TYPE
    hint: or forget the name alone, no file: naragtive delete-store table
    ");
    assert!(sandbox.path("notes.parquet").exists());
}

#[test]
fn a_name_is_not_put_on_another_names_file() {
    let sandbox = Sandbox::with_two_stores();
    let (table, chapter) = (sandbox.home("stores/table.parquet"), "neptune-chapter.txt");
    let before = fs::read(&table).unwrap();
    let said = sandbox.refused(&[
        "ingest-neptune",
        "-e",
        chapter,
        "--register",
        "new",
        "-o",
        table.to_str().unwrap(),
    ]);
    assert!(said.contains("is the store `table`"), "{said}");
    assert!(fs::read(&table).unwrap() == before);
}

#[test]
fn a_home_that_was_moved_has_its_stores_and_says_so() {
    let sandbox = Sandbox::with_two_stores();
    let moved = sandbox.path("moved");
    fs::rename(sandbox.home(""), &moved).unwrap();
    let run = |args: &[&str]| sandbox.finish(sandbox.command(args).env("NARAGTIVE_HOME", &moved));
    let list = run(&["list", "--store-name", "table"]);
    assert_eq!(list.code, Some(0), "{list}");
    assert!(list.stderr.contains("store `table` is not at "), "{list}");
    let file = moved.join("stores/table.parquet");
    let mended = run(&["create-store", "table", file.to_str().unwrap(), "chat"]);
    assert_eq!(mended.code, Some(0), "{mended}");
    let list = run(&["list", "--store-name", "table"]);
    assert!(list.code == Some(0) && !list.stderr.contains("is not at"), "{list}");
}

#[test]
fn ingesting_into_a_registered_file_without_its_name_keeps_the_count_true() {
    let sandbox = Sandbox::with_two_stores();
    let file = sandbox.home("stores/campaign.parquet");
    sandbox.write("more.txt", crate::sandbox::chapter("more", 3));
    sandbox.done(&["ingest-neptune", "-e", "more.txt", "-o", file.to_str().unwrap()]);
    let stores = sandbox.json(&["list-stores", "--json"]);
    assert_eq!(stores["stores"][0]["condition"], "present", "{stores}");
}

#[test]
fn a_file_that_a_deleted_store_left_is_told_before_it_is_added_to() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.done(&["delete-store", "campaign"]);
    let again = sandbox.run(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "campaign"]);
    assert_eq!(again.code, Some(0), "{again}");
    assert!(again.stderr.contains("campaign.parquet is there already, with scenes in it ("), "{again}");
    let known = sandbox.run(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "campaign"]);
    assert!(!known.stderr.contains("is there already"), "{known}");
}
