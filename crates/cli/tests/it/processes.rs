//! Several processes at one store, and processes that are ended in the middle.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use naragtive_store::Store;

use crate::sandbox::{Sandbox, chapter, names_in};

/// The ids and texts in a store, every column of which must be whole.
fn scenes(sandbox: &Sandbox, store: &str) -> Vec<String> {
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

/// Starts an ingest and waits until it has read its export, which has a block that is skipped and said to be.
fn start_ingest(sandbox: &Sandbox, command: &mut Command) -> Child {
    let mut process = command.stdout(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("skipped 1 block"), "{line} {:?}", sandbox.names());
    process
}

pub(crate) fn interrupt(process: &Child) {
    let kill = Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// How long a process may go on after Ctrl-C. What is promised is half a second; machines that test are busy.
const PATIENCE: Duration = Duration::from_millis(1500);

#[test]
fn ctrl_c_stops_an_ingest_at_once_and_keeps_what_was_finished() {
    let sandbox = Sandbox::with_real_model();
    const SCENES: usize = 3000;
    let filler = "and the road went on over the hill and down to the river where the ferry lay ".repeat(12);
    sandbox.write("long.txt", format!("no header\n---\n{}", chapter(&filler, SCENES)));
    // A second is enough to finish a scene, and far from the last one. A busy machine may be late once, not each time.
    let stored = [1, 2, 4, 8].into_iter().find_map(|seconds| {
        let mut process = start_ingest(&sandbox, &mut sandbox.command(&["ingest-neptune", "-e", "long.txt"]));
        sleep(Duration::from_secs(seconds));
        interrupt(&process);
        let asked = Instant::now();
        let status = process.wait().unwrap();
        let at_once = asked.elapsed() < PATIENCE;
        assert_eq!(status.code(), Some(130));
        let is_there = sandbox.path("scenes.parquet").exists();
        let stored = is_there.then(|| scenes(&sandbox, "scenes.parquet").len());
        stored.filter(|stored| at_once && *stored > 0)
    });
    assert!(stored.expect("an ingest that ended at once and kept a scene") < SCENES);
}

/// Where in a run Ctrl-C is pressed, in tenths: one of these is after the first scenes are finished and before the
/// last ones are, also on a machine that is busy in between.
const TENTHS: [u32; 5] = [5, 7, 3, 6, 8];

#[test]
fn a_second_run_completes_what_ctrl_c_stopped() {
    let sandbox = Sandbox::new();
    const SCENES: usize = 1200;
    sandbox.write("long.txt", format!("no header\n---\n{}", chapter("The long chapter", SCENES)));
    let ingest = |store: &str| sandbox.command(&["ingest-neptune", "-e", "long.txt", "-o", store]);
    let mut process = start_ingest(&sandbox, &mut ingest("whole.parquet"));
    let began = Instant::now();
    assert!(process.wait().unwrap().success());
    let whole_run = began.elapsed();
    let stopped = TENTHS.into_iter().find_map(|tenths| {
        let store = format!("{tenths}.parquet");
        let process = start_ingest(&sandbox, &mut ingest(&store));
        sleep(whole_run * tenths / 10);
        interrupt(&process);
        let output = sandbox.output(process.wait_with_output().unwrap());
        let stored = scenes(&sandbox, &store).len();
        (0 < stored && stored < SCENES).then_some((store, stored, output))
    });
    let (store, stored, output) = stopped.expect("an ingest that was stopped in the middle");
    let expected = format!(
        "error: stopped after {stored} new scenes; they are stored\n\
         hint: type the same command again: what is stored is skipped\n"
    );
    assert_eq!(output.code, Some(130));
    assert!(output.stderr.ends_with(&expected), "{output}");
    let done = sandbox.json(&["ingest-neptune", "-e", "long.txt", "-o", &store, "--json"]);
    assert_eq!((&done["already_there"], &done["added"]), (&stored.into(), &(SCENES - stored).into()));
    assert_eq!(scenes(&sandbox, &store), scenes(&sandbox, "whole.parquet"));
}

#[test]
fn ctrl_c_during_a_replacement_leaves_the_store_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&[]);
    let before = sandbox.read("scenes.parquet");
    sandbox.write("long.txt", format!("no header\n---\n{}", chapter("The long chapter", 3000)));
    let process =
        start_ingest(&sandbox, &mut sandbox.command(&["ingest-neptune", "-e", "long.txt", "--no-append"]));
    sleep(Duration::from_millis(300));
    interrupt(&process);
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!(output.code, Some(130), "{output}");
    assert!(output.stderr.contains("stopped; the store is as it was"), "{output}");
    assert!(sandbox.read("scenes.parquet") == before);
}
