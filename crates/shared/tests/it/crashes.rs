//! A server that crashes at any moment while somebody writes: a process of it is killed, or all of it. It comes up again with
//! the state before a batch or after, and the copies, the writer and what is searched by go on from there.
//!
//! It has a server of its own, so that no other test is disturbed; as many crashes as `NARAGTIVE_TEST_KILLS` says.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use naragtive_shared::Server;
use postgres::{Client, NoTls};
use tempfile::TempDir;

use crate::child::start;
use crate::kills::{Chance, Moments, kills, state, step_of};
use crate::support::{Desk, login, new, rows};

/// How often it is tried, every 50 ms, to reach a server that is coming up again: on a machine that does much else that takes a
/// while.
const TRIES: usize = 1200;

/// A server in a folder, which stops with it.
struct Crashing<'a> {
    folder: &'a Path,
    url: String,
}

impl<'a> Crashing<'a> {
    /// None where no environment has one.
    fn start(folder: &'a Path) -> Option<Self> {
        std::env::var_os("NARAGTIVE_TEST_POSTGRES_VENV").filter(|venv| !venv.is_empty())?;
        let said = tool("start", folder).unwrap();
        let line = said.lines().find_map(|line| line.strip_prefix("export NARAGTIVE_TEST_POSTGRES="))?;
        Some(Self { folder, url: format!("{line}?sslmode=disable") })
    }

    fn client(&self) -> Client {
        // One that is coming up again says so.
        (0..TRIES)
            .find_map(|_| {
                let client = Client::connect(&self.url, NoTls);
                client.inspect_err(|_| std::thread::sleep(Duration::from_millis(50))).ok()
            })
            .unwrap()
    }

    /// Somebody with a copy as the server is when it is up again.
    fn reader(&self, folder: &TempDir) -> Desk {
        let tried = (0..TRIES).find_map(|_| {
            let server = Server::connect("studio", &self.url.parse().unwrap(), &login());
            let desk = server.map(|server| Desk::with(server, "camp", &folder.path().join("copy")));
            let synced = desk.and_then(|mut desk| desk.sync().map(|_| desk));
            synced.inspect_err(|_| std::thread::sleep(Duration::from_millis(50))).ok()
        });
        tried.unwrap()
    }

    /// Kills the process that serves the writer; the others end themselves, and the server starts anew.
    fn kill_one(&self) {
        let found = "select pid from pg_stat_activity where application_name = 'naragtive' and pid <> pg_backend_pid() limit 1";
        let pid = self.client().query_opt(found, &[]).ok().flatten().map(|row| row.get::<_, i32>(0));
        if let Some(pid) = pid {
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        }
    }

    /// Stops all of it at once.
    fn stop_all(&self) {
        tool("stop", self.folder).unwrap();
        self.start_again();
    }

    /// Kills the process that all others are of, which end when they notice.
    fn kill_all(&self) {
        let kept = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        Command::new("kill").args(["-9", kept.lines().next().unwrap()]).status().unwrap();
        self.start_again();
    }

    /// Not before the last of its processes is gone.
    fn start_again(&self) {
        let tried = (0..TRIES).find_map(|_| {
            tool("again", self.folder).or_else(|| {
                std::thread::sleep(Duration::from_millis(50));
                None
            })
        });
        tried.unwrap();
    }
}

impl Drop for Crashing<'_> {
    fn drop(&mut self) {
        tool("stop", self.folder);
    }
}

fn tool(command: &str, folder: &Path) -> Option<String> {
    let tool = naragtive_testkit::root().join("tools/test-postgres");
    let mut tool = Command::new(tool);
    let output = tool.arg(command).arg(folder).stderr(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_server_that_crashes_while_somebody_writes_has_the_state_before_a_batch_or_after() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let Some(server) = Crashing::start(folders[0].path()) else { return };
    server.client().batch_execute("create extension vector").unwrap();
    let connect = || Server::connect("studio", &server.url.parse().unwrap(), &login()).unwrap();
    connect().prepare().unwrap();
    connect().create(&new("camp")).unwrap();
    let (mut last, mut idle, mut ways) = (0, 0, [0; 3]);
    let (mut chance, mut moments) = (Chance::seeded(), Moments::default());
    for crash in 0..kills(6) {
        let mut child = start(&server.url, folders[1].path());
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        while said.next().is_some_and(|line| !line.unwrap().contains("> ready")) {}
        std::thread::sleep(moments.next(&mut chance));
        let way = crash as usize % ways.len();
        ways[way] += 1;
        [Crashing::kill_one, Crashing::stop_all, Crashing::kill_all][way](&server);
        child.kill().ok();
        child.wait().unwrap();
        let mut reader = server.reader(&folders[2]);
        let store = reader.found();
        let found = rows(&reader.copy.at());
        let expected = state(step_of(&found));
        assert!(
            found.iter().map(|row| &row.scene).eq(expected.iter().map(|row| &row.scene)),
            "crash {crash}"
        );
        assert!(store.rev >= last && store.scenes == found.len(), "crash {crash}");
        let blocks = reader.server.blocks(&store).unwrap();
        assert_eq!(blocks.iter().map(|block| block.rows.len()).sum::<usize>(), found.len(), "crash {crash}");
        assert_eq!(store.searched_by.is_some(), store.rev > 0, "crash {crash}");
        idle += u64::from(store.rev == last);
        moments.note(store.rev > last);
        last = store.rev;
    }
    assert!(last > 0, "writers got somewhere");
    let [one, stopped, killed] = ways;
    println!(
        "{one} kills of a process of the server, {stopped} immediate stops, {killed} kills of all of it: {last} batches, \
         {idle} crashes before the first batch"
    );
}
