//! Several processes at one store, and processes that are killed in the middle.

use std::process::Child;
use std::thread::sleep;
use std::time::Instant;

use naragtive_store::Store;

use crate::sandbox::{Sandbox, chapter, names_in};

/// The ids and texts in a store, every column of which must be whole.
pub(crate) fn scenes(sandbox: &Sandbox, store: &str) -> Vec<String> {
    let store = Store::open(sandbox.path(store)).unwrap();
    let all: Vec<usize> = (0..store.len()).collect();
    assert_eq!(store.embeddings().unwrap().len(), store.len());
    store.scenes(&all).unwrap().into_iter().map(|scene| format!("{} {}", scene.id, scene.text)).collect()
}

#[test]
fn processes_that_ingest_into_one_store_at_the_same_time_lose_nothing() {
    let sandbox = Sandbox::new();
    const CHAPTERS: [&str; 4] = ["one", "two", "three", "four"];
    let ingests: Vec<Child> = CHAPTERS
        .iter()
        .map(|name| {
            sandbox.write(name, chapter(name, 200));
            let ingest = ["ingest-neptune", "-e", name, "-o", "s.parquet", "--register", "campaign"];
            sandbox.command(&ingest).spawn().unwrap()
        })
        .collect();
    for ingest in ingests {
        let output = sandbox.output(ingest.wait_with_output().unwrap());
        assert_eq!(output.code, Some(0), "{output}");
    }
    let mut found = scenes(&sandbox, "s.parquet");
    assert_eq!(found.len(), 800);
    found.dedup_by_key(|scene| scene.split(' ').next().map(str::to_owned));
    assert_eq!(found.len(), 800);
    assert_eq!(sandbox.json(&["list-stores", "--json"])["stores"][0]["condition"], "present");
}

#[test]
fn a_process_that_is_killed_at_any_instant_leaves_the_old_store_or_the_new_one() {
    let sandbox = Sandbox::new();
    const KILLS: u32 = 20;
    sandbox.write("first", chapter("first", 200));
    let ingest = |name: &str| sandbox.command(&["ingest-neptune", "-e", name, "-o", "s.parquet"]);
    let began = Instant::now();
    assert!(ingest("first").output().unwrap().status.success());
    let whole_run = began.elapsed();
    let mut before = scenes(&sandbox, "s.parquet");
    for kill in 0..KILLS {
        let name = format!("chapter-{kill}");
        sandbox.write(&name, chapter(&name, 50));
        let mut process = ingest(&name).spawn().unwrap();
        sleep(whole_run * kill / KILLS);
        process.kill().unwrap();
        process.wait().unwrap();
        let after = scenes(&sandbox, "s.parquet");
        assert!(after.starts_with(&before), "after kill {kill}");
        assert!([0, 50].contains(&(after.len() - before.len())), "after kill {kill}");
        before = after;
    }
    assert!(ingest("first").output().unwrap().status.success());
    let left: Vec<_> =
        names_in(&sandbox.path("")).into_iter().filter(|name| name.ends_with(".tmp")).collect();
    // The next process that writes sweeps up, but this one had nothing to write.
    assert!(left.len() <= 1, "{left:?}");
}
