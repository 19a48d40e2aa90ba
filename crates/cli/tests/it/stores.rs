//! Named stores: making, choosing, renaming, deleting.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

/// A sandbox with the stores `first` and `second`.
fn with_stores() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "first"]);
    sandbox.golden("chat-messages.json");
    sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "-o", "chats.parquet", "--register", "second"]);
    sandbox
}

/// The names that are registered; the default first.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let found = sandbox.json(&["list-stores", "--json"]);
    let default = found["default"].clone();
    let stores = found["stores"].as_array().unwrap().iter().map(|store| store["name"].clone());
    let others = stores.filter(|name| *name != default);
    [default.clone()].into_iter().chain(others).filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

#[test]
fn what_the_commands_say() {
    let sandbox = with_stores();
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
    ⭐ first   neptune        4 records  [TODAY]
       second  json           5 records  [TODAY]
    ");
    fs::copy(sandbox.path("chats.parquet"), sandbox.path("more.parquet")).unwrap();
    let description = "everything that was ever said about the lamp";
    assert_snapshot!(sandbox.done(&["create-store", "third", "more.parquet", "chat", "-d", description]), @"Registered `third`: 5 records in [ROOT]/work/more.parquet");
    assert_snapshot!(sandbox.done(&["set-default", "third"]), @"`third` is the default store now.");
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
       first   neptune        4 records  [TODAY]
       second  json           5 records  [TODAY]
    ⭐ third   chat           5 records  [TODAY]  everything that was ever said about the
    ");
    assert_snapshot!(sandbox.done(&["rename-store", "third", "lamp"]), @"`third` is called `lamp` now.");
    assert_snapshot!(sandbox.done(&["delete-store", "lamp"]), @"Forgot `lamp`; its file is still there: [ROOT]/work/more.parquet");
    assert_snapshot!(sandbox.done(&["list-stores"]), @r"
    ⭐ first   neptune        4 records  [TODAY]
       second  json           5 records  [TODAY]
    ");
    assert_snapshot!(sandbox.run(&["delete-store", "second", "--purge", "--yes"]), @r"
    exit code: 0
    --- stdout
    Forgot `second` and deleted [ROOT]/work/chats.parquet

    --- stderr
    ");
    sandbox.done(&["delete-store", "first"]);
    assert_snapshot!(sandbox.run(&["list-stores"]), @r"
    exit code: 0
    --- stdout
    No store has a name.

    --- stderr
    [ROOT]/home/.naragtive/stores/first.parquet has no name; to give it one: naragtive create-store first [ROOT]/home/.naragtive/stores/first.parquet TYPE
    Make one: naragtive ingest FILE --register NAME
    ");
}

#[test]
fn what_the_commands_say_to_programs() {
    let sandbox = with_stores();
    assert_snapshot!("list-stores-json", sandbox.done(&["list-stores", "--json"]));
    let json = |command: &[&str]| sandbox.json(&[command, &["--json"]].concat()).to_string();
    assert_snapshot!(json(&["create-store", "second", "chats.parquet", "chat"]), @r#"{"name":"second","path":"[ROOT]/work/chats.parquet","records":5}"#);
    assert_snapshot!(json(&["set-default", "second"]), @r#"{"default":"second"}"#);
    assert_snapshot!(json(&["rename-store", "second", "chats"]), @r#"{"old":"second","name":"chats"}"#);
    assert_snapshot!(json(&["delete-store", "chats"]), @r#"{"name":"chats","path":"[ROOT]/work/chats.parquet","purged":false}"#);
    sandbox.done(&["delete-store", "first"]);
    assert_snapshot!(json(&["list-stores"]), @r#"{"default":null,"stores":[]}"#);
}

#[test]
fn a_file_is_purged_only_after_a_yes() {
    let sandbox = with_stores();
    assert_snapshot!(sandbox.refused_and_kept(&["delete-store", "second", "--purge"]), @r"
    error: nothing was deleted: --purge asks first, and there is nobody to ask
    hint: naragtive delete-store second --purge --yes
    ");
    assert_eq!(names(&sandbox), ["first", "second"]);
    sandbox.done(&["delete-store", "second", "--purge", "--yes"]);
    assert!(!sandbox.path("chats.parquet").exists());
}

#[test]
fn names_that_cannot_be_given() {
    let sandbox = with_stores();
    sandbox.refused_and_kept(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register=-dash"]);
    assert_snapshot!(sandbox.refused(&["create-store", "default", "chats.parquet", "chat"]), @r"
    error: `default` can't be the name of a store: `default` stands for the default store
    hint: a name has 1 to 64 letters, digits, `-`, `_` or `.`: my-campaign
    ");
    assert_snapshot!(sandbox.refused(&["rename-store", "first", "a/b"]), @r"
    error: `a/b` can't be the name of a store: expected letters a to z, digits, `-`, `_` and `.` only, found `/`
    hint: a name has 1 to 64 letters, digits, `-`, `_` or `.`: my-campaign
    ");
    assert_eq!(names(&sandbox), ["first", "second"]);
}

#[test]
fn a_name_that_is_taken_is_refused_before_anything_is_embedded() {
    let sandbox = with_stores();
    let ingest = ["ingest-neptune", "-e", "neptune-chapter.txt", "-o", "new.parquet", "--model-dir", "none"];
    assert_snapshot!(sandbox.refused_and_kept(&[&ingest[..], &["--register", "second"]].concat()), @r"
    error: the name `second` is taken by `[ROOT]/work/chats.parquet`
    hint: take another name, or free this one: naragtive delete-store second
    ");
    sandbox.refused_and_kept(&[&ingest[..], &["--register", "SECOND"]].concat());
    assert_snapshot!(sandbox.refused(&["rename-store", "first", "Second"]), @r"
    error: the name `second` is taken by `[ROOT]/work/chats.parquet`
    hint: take another name, or free this one: naragtive delete-store second
    ");
    assert_snapshot!(sandbox.refused(&["create-store", "first", "chats.parquet", "chat"]), @r"
    error: the name `first` is taken by `[ROOT]/home/.naragtive/stores/first.parquet`
    hint: take another name, or free this one: naragtive delete-store first
    ");
}

#[test]
fn names_that_nobody_has() {
    let sandbox = with_stores();
    assert_snapshot!(sandbox.refused(&["set-default", "secnd"]), @r"
    error: no store is named `secnd`; known: `first`, `second`
    hint: did you mean `second`? all of them: naragtive list-stores
    ");
    for command in
        [&["delete-store", "secnd"][..], &["rename-store", "secnd", "x"], &["list", "--store-name", "secnd"]]
    {
        let said = sandbox.refused(command);
        assert!(said.contains("did you mean `second`?"), "{said}");
    }
}

#[test]
fn a_store_to_register_must_be_there() {
    let sandbox = with_stores();
    assert_snapshot!(sandbox.refused(&["create-store", "third", "no.parquet", "chat"]), @r"
    error: can't open the store `[ROOT]/work/no.parquet`: No such file or directory (os error 2)
    hint: look at the folder: ls -ld [ROOT]/work
    ");
    assert_eq!(names(&sandbox), ["first", "second"]);
}

#[test]
fn a_name_that_is_known_gets_the_type_and_description_that_are_given() {
    let sandbox = with_stores();
    sandbox.done(&["create-store", "second", "chats.parquet", "mail", "-d", "letters"]);
    let store = sandbox.json(&["list-stores", "--json"])["stores"][1].clone();
    assert_eq!((&store["source_type"], &store["description"]), (&"mail".into(), &"letters".into()));
}

#[test]
fn a_name_that_differs_in_case_is_said_to_be_the_same() {
    let sandbox = with_stores();
    let said = sandbox.run(&["ingest-neptune", "-e", "neptune-chapter.txt", "--register", "FIRST"]);
    assert_snapshot!(said, @r#"
    exit code: 0
    --- stdout
    Read 7 turns, 4 scenes.
    Stored 0 new scenes in [ROOT]/home/.naragtive/stores/first.parquet; it holds 4.
    There already: 4 scenes.
    Registered as `first`, which `FIRST` is but for its case.

    --- stderr
    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    neptune-chapter.txt: nothing but how the hours are written tells whether the day or the month comes first in 11/10/2025, 4:00:41 AM; the month was taken to
    neptune-chapter.txt: --day-first says that the day comes first, --day-first=false the month
    Now try: naragtive search "what you remember" --store-name first
    "#);
    assert_eq!(names(&sandbox), ["first", "second"]);
}
