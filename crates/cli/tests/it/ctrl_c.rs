//! Ctrl-C in the middle of an ingest.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::interrupt::interrupt;
use crate::processes::scenes;
use crate::sandbox::{Sandbox, chapter};

/// Starts an ingest and waits until it has read its export, which has a block that is skipped and said to be.
fn start_ingest(sandbox: &Sandbox, command: &mut Command) -> Child {
    let mut process = command.stdout(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("skipped 1 block"), "{line} {:?}", sandbox.names());
    process
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
