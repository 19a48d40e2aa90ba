//! Processes of our own: the test program started again to do one job.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

#[cfg(unix)]
use crate::disk;
use crate::{processes, purge, registry_kills};

const JOB: &str = "STORE_TEST_JOB";
const FOLDER: &str = "STORE_TEST_FOLDER";
const NUMBER: &str = "STORE_TEST_NUMBER";

/// A job by name, with the folder it works in and a number that makes it different from others.
type Job = (&'static str, fn(&Path, usize));

const JOBS: &[Job] = &[
    ("append", processes::append_job),
    ("append-for-ever", processes::append_for_ever_job),
    ("register", processes::register_job),
    ("register-many", processes::register_many_job),
    ("change-for-ever", registry_kills::change_for_ever_job),
    ("purge", purge::purge_job),
    #[cfg(unix)]
    ("try-to-append", disk::try_to_append_job),
    #[cfg(unix)]
    ("try-to-register", disk::try_to_register_job),
];

#[test]
#[ignore = "what a process of its own does, which other tests start"]
fn child() {
    let [job, folder, number] = [JOB, FOLDER, NUMBER].map(|name| std::env::var(name).unwrap());
    let (_, run) = JOBS.iter().find(|(name, _)| *name == job).unwrap();
    run(Path::new(&folder), number.parse().unwrap());
}

/// The arguments that make a test program do a job.
const ARGUMENTS: [&str; 4] = ["--exact", "child::child", "--ignored", "--nocapture"];

/// A command that does `job`, to be started by `program`, which ends in the test program.
pub(crate) fn prepare(mut program: Command, job: &str, folder: &Path, number: usize) -> Command {
    program.args(ARGUMENTS).env(JOB, job).env(FOLDER, folder).env(NUMBER, number.to_string());
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

/// Starts a process that does `job`.
pub(crate) fn start(job: &str, folder: &Path, number: usize) -> Child {
    let program = Command::new(std::env::current_exe().unwrap());
    prepare(program, job, folder, number).spawn().unwrap()
}

/// Tells the parent something, in a line of its own.
pub(crate) fn say(text: &str) {
    println!("\n> {text}");
}

/// What a process said, line by line, until it ended.
pub(crate) fn said(output: &mut BufReader<ChildStdout>) -> impl Iterator<Item = String> {
    let lines = output.lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("> ").map(str::to_owned))
}

/// Waits for a process that must end well.
pub(crate) fn join(child: Child) {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
