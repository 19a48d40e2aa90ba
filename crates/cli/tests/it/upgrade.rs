//! Stores without passages, and how they get some.

use insta::assert_snapshot;
use naragtive::Patience;
use naragtive_store::{EmbeddedScene, Passages, Store, StoreError, StoredRow, replace};

use crate::sandbox::Sandbox;

fn stored(sandbox: &Sandbox, store: &str) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    let store = Store::open(sandbox.path(store)).unwrap();
    store
        .visit_rows(0, |row| {
            rows.push(row);
            Ok::<(), StoreError>(())
        })
        .unwrap();
    rows
}

/// A store as it would be without passages.
fn strip(sandbox: &Sandbox, store: &str) {
    let bare = stored(sandbox, store).into_iter().map(|StoredRow { scene, embedding, .. }| EmbeddedScene {
        scene,
        embedding,
        passages: Passages::default(),
    });
    let model = Store::open(sandbox.path(store)).unwrap().model_or_legacy();
    replace(sandbox.path(store), bare.collect(), &model, &Patience::default()).unwrap();
}

/// Messages and long scenes, as they are ingested, and the same without passages.
fn with_old_store() -> (Sandbox, Vec<StoredRow>) {
    let sandbox = Sandbox::new();
    sandbox.golden("chat-messages.json");
    sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "-o", "s.parquet", "--register", "old"]);
    let long = format!("***now - User:***\n{}", "The ferry came in under fog, and nobody spoke. ".repeat(40));
    sandbox.write("long.txt", long);
    sandbox.done(&["ingest-neptune", "-e", "long.txt", "-o", "s.parquet", "--register", "old"]);
    let whole = stored(&sandbox, "s.parquet");
    strip(&sandbox, "s.parquet");
    (sandbox, whole)
}

#[test]
fn an_upgraded_store_is_what_ingesting_makes_today() {
    let (sandbox, whole) = with_old_store();
    assert!(whole.iter().any(|row| row.passages.spans.len() > 3));
    assert!(whole.iter().any(|row| row.passages.window.is_some()));
    let upgraded = sandbox.run(&["upgrade", "old"]);
    assert_snapshot!(upgraded, @r#"
    exit code: 0
    --- stdout
    Gave passages to 6 scenes of 6 in [ROOT]/work/s.parquet in [TIME].

    --- stderr
    The Python tool still reads this file; it passes over the new columns.
    Now try: naragtive search "what you remember" --store-name old
    "#);
    assert_eq!(stored(&sandbox, "s.parquet"), whole);
    let file = sandbox.read("s.parquet");
    assert_snapshot!(sandbox.done(&["upgrade", "s.parquet"]), @"Every scene in s.parquet has passages already.");
    assert_eq!(sandbox.json(&["upgrade", "--json", "--store-name", "old"])["upgraded"], 0);
    assert!(sandbox.read("s.parquet") == file);
}

#[test]
fn a_store_that_would_gain_by_an_upgrade_is_pointed_out_once() {
    let (sandbox, _) = with_old_store();
    let hint = "6 scenes have no passages and would be found better with some: naragtive upgrade old\n";
    assert_eq!(sandbox.run(&["search", "the ferry", "--json"]).stderr, hint);
    assert_eq!(sandbox.run(&["search", "the ferry", "--json", "--quiet"]).stderr, "");
    assert!(sandbox.done(&["stats"]).contains(hint));
    for command in ["list-stores", "doctor"] {
        let said = sandbox.done(&[command]);
        assert!(said.contains("6 without passages, to be found better: naragtive upgrade old\n"), "{said}");
    }
    sandbox.done(&["upgrade", "old"]);
    assert_eq!(sandbox.run(&["search", "the ferry", "--json"]).stderr, "");
    for command in ["stats", "list-stores", "doctor"] {
        assert!(!sandbox.done(&[command]).contains("upgrade"), "{command}");
    }
}

#[test]
fn a_store_that_cannot_be_upgraded_is_refused_and_kept() {
    let sandbox = Sandbox::new();
    sandbox.fixture("polars.parquet", "theirs.parquet");
    assert_snapshot!(sandbox.refused_and_kept(&["upgrade", "theirs.parquet"]), @r"
    error: `theirs.parquet` holds embeddings of all-MiniLM-L6-v2 (384 numbers), expected tiny-bert (32 numbers)
    hint: name that model's folder with --model-dir, or ingest the exports into a new store with --output
    ");
    assert_snapshot!(sandbox.refused_and_kept(&["upgrade", "no/such.parquet"]), @r"
    error: there is no store at `no/such.parquet`
    hint: the stores there are: naragtive list-stores
    hint: a new store: naragtive ingest FILE --output STORE
    ");
    assert_snapshot!(sandbox.refused_and_kept(&["upgrade", "nobody"]), @r"
    error: no store is named `nobody`; known: none
    hint: the stores there are: naragtive list-stores
    ");
    sandbox.fixture("bad-null-embedding.parquet", "bad.parquet");
    sandbox.refused_and_kept(&["upgrade", "bad.parquet"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "long.txt",
        crate::sandbox::chapter(&"The long chapter and what came of it. ".repeat(20), 150),
    );
    sandbox.done(&["ingest-neptune", "-e", "long.txt", "--quiet"]);
    let whole = stored(&sandbox, "scenes.parquet");
    strip(&sandbox, "scenes.parquet");
    let process = sandbox.command(&["upgrade", "scenes.parquet", "--threads", "1"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(400));
    crate::interrupt::interrupt(&process);
    let output = sandbox.output(process.wait_with_output().unwrap());
    // Where the machine is so fast that nothing was left, or so slow that it hadn't begun, the rest holds all the more.
    assert!(matches!(output.code, Some(0 | 130) | None), "{output}");
    let between = stored(&sandbox, "scenes.parquet");
    for (between, whole) in between.iter().zip(&whole) {
        assert_eq!((&between.scene, &between.embedding), (&whole.scene, &whole.embedding));
        assert!(between.passages == whole.passages || between.passages.spans.is_empty());
    }
    sandbox.done(&["upgrade", "scenes.parquet"]);
    assert_eq!(stored(&sandbox, "scenes.parquet"), whole);
}
