//! Commands that wait for another process, and Ctrl-C that ends it.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use crate::interrupt::interrupt;
use crate::sandbox::Sandbox;

/// Takes the lock at `path` as another process does: this one is another to the command. It is free when the file is
/// dropped.
fn hold(path: &Path) -> File {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path).unwrap();
    file.lock().unwrap();
    file.write_all(b"pid 4242\nnaragtive upgrade\n").unwrap();
    file
}

/// Whatever is in the sandbox's two folders, but for lock files, indexes and the model.
fn files(sandbox: &Sandbox) -> Vec<(PathBuf, Vec<u8>)> {
    let folders = [sandbox.path(""), sandbox.home("stores")];
    let found =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let mut files: Vec<_> = found.filter(|path| path.is_file()).collect();
    files.retain(|path| !path.to_string_lossy().ends_with(".lock"));
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_wait_is_told_after_a_second_and_ctrl_c_ends_it_with_130_and_changes_nothing() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.write("more.txt", crate::sandbox::chapter("more", 3));
    let store = sandbox.home("stores/.campaign.parquet.lock");
    let registry = sandbox.home("stores/registry.lock");
    let ingest = ["ingest-neptune", "-e", "more.txt", "--register", "campaign"];
    let replace = ["ingest-neptune", "-e", "more.txt", "--register", "campaign", "--no-append"];
    let waits: [(&[&str], &str); 5] = [
        (&ingest, "campaign.parquet"),
        (&replace, "campaign.parquet"),
        (&["set-default", "table"], "registry.json"),
        (&["rename-store", "table", "chat"], "registry.json"),
        (&["delete-store", "table"], "registry.json"),
    ];
    let before = files(&sandbox);
    let held = [hold(&store), hold(&registry)];
    // A wait is told after a second: all of them wait for that together.
    let started = waits.map(|(command, file)| (command, file, sandbox.command(command).spawn().unwrap()));
    for (command, file, mut process) in started {
        let (mut stderr, mut told) = (BufReader::new(process.stderr.take().unwrap()), String::new());
        while !told.contains("waiting for") {
            assert!(stderr.read_line(&mut told).unwrap() > 0, "{command:?}: {told}");
        }
        let line = told.lines().last().unwrap();
        assert!(line.contains("waiting for another process (pid 4242, since "), "{command:?}: {line}");
        assert!(line.contains(") to finish with ") && line.ends_with(file), "{command:?}: {line}");
        interrupt(&process);
        // The lock is held still: nothing else ends it.
        let status = process.wait().unwrap();
        stderr.read_to_string(&mut told).unwrap();
        assert_eq!(status.code(), Some(130), "{command:?}: {told}");
        assert!(told.contains("error: stopped while waiting for another process (pid 4242)"), "{told}");
        assert!(told.contains("nothing was changed\nhint: type the same command again\n"), "{told}");
    }
    assert!(files(&sandbox) == before);
    drop(held);
    assert!(
        sandbox.run(&["set-default", "table"]).code == Some(0),
        "a lock of a process that is gone is free"
    );
}

#[test]
fn a_wait_that_ends_by_itself_does_what_was_asked() {
    let sandbox = Sandbox::with_two_stores();
    let held = hold(&sandbox.home("stores/registry.lock"));
    let mut process = sandbox.command(&["set-default", "table"]).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(process.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
    assert!(told.starts_with("waiting for another process"), "{told}");
    drop(held);
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!(
        (output.code, output.stdout.as_str()),
        (Some(0), "`table` is the default store now.\n"),
        "{output}"
    );
}
