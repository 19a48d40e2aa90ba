//! `naragtive cache`, and what is removed without anybody asking.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::sandbox::{Sandbox, names_in};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn with_a_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign"]);
    sandbox
}

/// What a build leaves that is killed.
fn leave_a_build(sandbox: &Sandbox) -> std::path::PathBuf {
    let index = names_in(&sandbox.home("cache/index")).remove(0);
    let build = sandbox.home("cache/index").join(index).join(".build-abc123");
    fs::create_dir(&build).unwrap();
    fs::write(build.join("open"), vec![0; 5000]).unwrap();
    build
}

fn age(path: &Path, by: Duration) {
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| age(&entry.unwrap().path(), by));
    }
    File::open(path).unwrap().set_modified(SystemTime::now() - by).unwrap();
}

#[test]
fn the_cache_is_told_of_and_removed_and_what_is_needed_is_made_again() {
    let sandbox = with_a_store();
    let found = sandbox.done(&["search", "a door", "--json"]);
    leave_a_build(&sandbox);
    let status = sandbox.json(&["cache", "status", "--json"]);
    let kinds: Vec<_> = status["entries"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
    assert_eq!(kinds, ["index", "weights", "checks", "leftover"]);
    assert_eq!(status["entries"][3]["bytes"], 5000);
    assert_eq!(status["entries"][0]["unused_days"], 0);
    let sum: u64 =
        status["entries"].as_array().unwrap().iter().map(|entry| entry["bytes"].as_u64().unwrap()).sum();
    assert_eq!(status["bytes"], sum);
    let told = sandbox.done(&["cache", "status"]);
    assert!(told.contains("index     campaign") && told.contains("used today"), "{told}");
    assert!(told.contains("left by a process that was killed"), "{told}");
    let unused = sandbox.json(&["cache", "clean", "--unused", "--json"]);
    assert_eq!((&unused["removed"], &unused["bytes"]), (&1.into(), &5000.into()));
    let cleaned = sandbox.done(&["cache", "clean"]);
    assert!(cleaned.starts_with("Removed 3 items, "), "{cleaned}");
    assert_eq!(sandbox.done(&["cache", "status"]), "The cache is empty.\n");
    assert_eq!(sandbox.done(&["search", "a door", "--json"]), found);
}

#[test]
fn where_there_is_no_cache_that_is_said() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.done(&["cache", "status"]), "The cache is empty.\n");
    assert!(sandbox.done(&["cache", "clean"]).starts_with("Removed 0 items, 0 B"));
    assert!(!sandbox.home("").exists(), "a look makes nothing");
}

#[test]
fn what_a_killed_build_left_counts_as_its_size_and_is_dropped_with_the_index_or_without_one() {
    let sandbox = with_a_store();
    let build = leave_a_build(&sandbox);
    let bytes = |sandbox: &Sandbox| {
        sandbox.json(&["index", "status", "campaign", "--json"])["bytes"].as_u64().unwrap()
    };
    assert!(bytes(&sandbox) > 5000);
    sandbox.done(&["index", "drop", "campaign"]);
    assert!(!build.exists());
    // The first build of an index was killed: nothing else is in its folder.
    fs::create_dir_all(&build).unwrap();
    fs::create_dir_all(sandbox.home("cache/index/0123456789abcdef/.build-nothing")).unwrap();
    assert_eq!(sandbox.json(&["index", "drop", "--json"])["dropped"], 2);
    assert_eq!(names_in(&sandbox.home("cache/index")), [""; 0]);
}

#[test]
fn what_nobody_used_for_90_days_goes_by_itself_and_that_is_said() {
    let sandbox = with_a_store();
    sandbox.golden("chat-messages.json");
    sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "table"]);
    let before = names_in(&sandbox.home("cache/index"));
    age(&sandbox.home("cache"), 91 * DAY);
    let output = sandbox.run(&["search", "a door", "--store-name", "table"]);
    assert_eq!(output.code, Some(0), "{output}");
    assert!(output.stderr.contains(" from the cache that nobody has used for long"), "{output}");
    let after = names_in(&sandbox.home("cache/index"));
    assert_eq!((before.len(), after.len()), (2, 1), "the index that was just used stays");
    let again = sandbox.run(&["list-stores"]);
    assert_eq!(again.stderr, "");
    assert!(!sandbox.done(&["search", "a door", "--store-name", "campaign"]).is_empty());
}

#[test]
fn an_index_that_cannot_be_kept_is_said_once_and_everything_is_found() {
    let sandbox = Sandbox::with_two_stores();
    let found = sandbox.done(&["search", "a door", "--all-stores", "--json"]);
    fs::remove_dir_all(sandbox.home("cache")).unwrap();
    fs::write(sandbox.home("cache"), "in the way").unwrap();
    let output = sandbox.run(&["search", "a door", "--all-stores", "--json"]);
    assert_eq!((output.code, output.stdout), (Some(0), found));
    assert_eq!(output.stderr.matches("warning:").count(), 1, "{}", output.stderr);
    assert!(output.stderr.contains("so each command computes anew"), "{}", output.stderr);
    let quiet = sandbox.run(&["search", "a door", "--all-stores", "--json", "--quiet"]);
    assert_eq!(quiet.stderr, "");
    sandbox.write("more.txt", crate::sandbox::chapter("more", 3));
    let more = sandbox.run(&["ingest-neptune", "-e", "more.txt", "--register", "campaign"]);
    assert_eq!(more.code, Some(0), "what can't be kept costs no scene: {more}");
}
