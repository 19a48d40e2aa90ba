//! A registry that can't be used: the error says so, and not a byte of it changes.

use std::fs;

use insta::assert_snapshot;
use naragtive_testkit::REGISTRY;

use crate::sandbox::Sandbox;

/// A sandbox with a store and this registry.json.
fn with_registry(json: impl AsRef<[u8]>) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["-o", "scenes.parquet"]);
    fs::create_dir_all(sandbox.home("stores")).unwrap();
    fs::write(sandbox.home("stores/registry.json"), json).unwrap();
    sandbox
}

/// Every command that reads or changes the registry.
const COMMANDS: [&[&str]; 8] = [
    &["search", "a door"],
    &["list", "--store-name", "old"],
    &["list-stores"],
    &["create-store", "new", "scenes.parquet", "neptune"],
    &["set-default", "old"],
    &["rename-store", "old", "new"],
    &["delete-store", "old", "--yes"],
    &["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "new"],
];

/// What every command says, which is the same, while the registry stays as it is.
fn refused_by_all(json: impl AsRef<[u8]>) -> String {
    let sandbox = with_registry(&json);
    let mut said = COMMANDS.map(|command| sandbox.refused_and_kept(command)).to_vec();
    assert_eq!(fs::read(sandbox.home("stores/registry.json")).unwrap(), json.as_ref());
    assert!(!sandbox.home("stores/new.parquet").exists());
    said.dedup();
    said.join("\n")
}

#[test]
fn a_syntax_error() {
    assert_snapshot!(refused_by_all(REGISTRY.replace("\"old\",", "\"old\"")), @r"
    error: `[ROOT]/home/.naragtive/stores/registry.json` is not a registry of stores: entry `old`: expected `,` or `}` at line 4 column 5
    hint: nothing was changed; mend it, or start over with: mv [ROOT]/home/.naragtive/stores/registry.json [ROOT]/home/.naragtive/stores/registry.json.bad
    ");
}

#[test]
fn a_file_in_place_of_the_home_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("home", "");
    let run = |command: &[&str]| {
        sandbox.refusal(sandbox.finish(sandbox.command(command).env("NARAGTIVE_HOME", sandbox.path("home"))))
    };
    sandbox.golden("neptune-chapter.txt");
    assert_snapshot!(run(COMMANDS[2]), @r"
    error: can't read `[ROOT]/work/home/config.toml`: Not a directory (os error 20)
    hint: look at what is there: ls -l [ROOT]/work/home
    ");
    assert_snapshot!(run(COMMANDS[7]), @r"
    error: can't read `[ROOT]/work/home/config.toml`: Not a directory (os error 20)
    hint: look at what is there: ls -l [ROOT]/work/home
    ");
}

#[test]
fn a_relative_path_of_the_python_tool_works_in_its_folder_and_is_mended_by_the_command_that_is_said() {
    let sandbox = with_registry(REGISTRY);
    assert_snapshot!(sandbox.run(&["list-stores"]), @r"
    exit code: 0
    --- stdout
    ⭐ old  neptune        4 records  [TODAY]
         its path works in this folder only; mend it: naragtive create-store old scenes.parquet neptune

    --- stderr
    ");
    let searched = sandbox.run(&["search", "a door", "-l", "1", "--store-name", "old"]);
    assert_eq!(searched.code, Some(0));
    assert_snapshot!(searched.stderr, @"warning: store `old` is registered with a path that only works in this folder; mend it with: naragtive create-store old scenes.parquet TYPE");
    assert_eq!(fs::read_to_string(sandbox.home("stores/registry.json")).unwrap(), REGISTRY);
    sandbox.done(&["create-store", "old", "scenes.parquet", "neptune"]);
    let mended = sandbox.json(&["list-stores", "--json"]);
    assert_eq!(mended["stores"][0]["path"], "[ROOT]/work/scenes.parquet");
    assert_eq!(mended["stores"][0]["created_at"], "2025-12-13T10:00:00.123456");
}

#[test]
fn a_relative_path_of_the_python_tool_in_another_folder_is_an_error() {
    let sandbox = with_registry(REGISTRY);
    fs::rename(sandbox.path("scenes.parquet"), sandbox.path("elsewhere.parquet")).unwrap();
    assert_snapshot!(sandbox.refused(&["search", "a door"]), @r"
    error: the file of store `old` is not there any more: `scenes.parquet`
    hint: its path is from another folder; give the whole one: naragtive create-store old /WHOLE/PATH/scenes.parquet TYPE
    hint: if it is gone: naragtive delete-store old
    ");
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
    ⭐ old  neptune        4 records  [TODAY]
         missing: scenes.parquet, a path from another folder; mend it: naragtive create-store old /WHOLE/PATH/scenes.parquet neptune
    ");
}

#[test]
fn a_registered_file_that_changed_is_shown_and_mended_by_the_command_that_is_said() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["-o", "s.parquet", "--register", "campaign"]);
    sandbox.golden("chat-messages.json");
    // As another program changes it.
    std::fs::copy(sandbox.path("s.parquet"), sandbox.path("other.parquet")).unwrap();
    sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "-o", "other.parquet"]);
    std::fs::rename(sandbox.path("other.parquet"), sandbox.path("s.parquet")).unwrap();
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
    ⭐ campaign  neptune        4 records  [TODAY]
         changed: it holds 9 records now; note that: naragtive create-store campaign [ROOT]/work/s.parquet neptune
    ");
    sandbox.done(&["create-store", "campaign", "s.parquet", "neptune"]);
    assert_snapshot!(sandbox.done(&["list-stores"]), @"⭐ campaign  neptune        9 records  [TODAY]");
    sandbox.write("s.parquet", "not parquet any more");
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
    ⭐ campaign  neptune        9 records  [TODAY]
         damaged: `[ROOT]/work/s.parquet` is not a whole parquet file: Parquet error: it begins with other bytes; take it from a backup, or forget it: naragtive delete-store campaign
    ");
}
