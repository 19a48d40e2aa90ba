//! Folders that can't be written, full disks, links and permissions.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use naragtive_scene::Source;
use naragtive_store::{NewStore, Registry, Store};

use crate::child::{prepare, say};
use crate::support::{append, assert_holds, folder, names_in, replace, rows, tiny};

const MANY: usize = 4000;

/// Appends, replaces, and tells what came of it.
pub(crate) fn try_to_append_job(folder: &Path, _: usize) {
    let path = folder.join("kept.parquet");
    for tried in [append(&path, rows(0..MANY), &tiny()), replace(&path, rows(0..MANY), &tiny())] {
        say(&tried.map_or_else(|error| error.to_string(), |_| "worked".to_owned()));
    }
}

/// Checks, registers, and tells what came of it.
pub(crate) fn try_to_register_job(folder: &Path, _: usize) {
    let registry = Registry::new(folder.join("stores"));
    let path = folder.join("kept.parquet");
    let name = || "a-new-name".parse().unwrap();
    let checked = registry.check_can_register(&name(), folder.join("new.parquet"));
    let new = NewStore {
        name: name(),
        at: path.into(),
        source: Source::Txt,
        description: Some("x".repeat(100_000)),
    };
    let registered = registry.register(new, Timestamp::UNIX_EPOCH).map(drop);
    for tried in [checked, registered] {
        say(&tried.map_or_else(|error| error.to_string(), |()| "worked".to_owned()));
    }
    say(&format!("{} registered", registry.list().unwrap().len()));
}

/// What a job tells when it is started through `program`.
fn told(program: Command, job: &str, folder: &Path) -> Vec<String> {
    let output = prepare(program, job, folder, 0).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.strip_prefix("> ").map(str::to_owned)).collect()
}

/// This program in a process where no file can grow beyond 8 KiB, as on a disk that is full.
fn without_space() -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" XFSZ; ulimit -f 8; exec "$@""#, "sh"]).arg(std::env::current_exe().unwrap());
    shell
}

/// This program as a user who isn't root: root may write anywhere.
fn as_nobody(folder: &Path) -> Command {
    const NOBODY: u32 = 65534;
    if fs::metadata(folder).unwrap().uid() != 0 {
        return Command::new(std::env::current_exe().unwrap());
    }
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    let program = folder.join("program");
    if !program.exists() {
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    }
    let mut command = Command::new(program);
    command.uid(NOBODY).gid(NOBODY).current_dir(folder);
    command
}

/// A folder with a store, registered, and all bytes in it.
fn prepared(folder: &Path) -> Vec<Vec<u8>> {
    let path = folder.join("kept.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let (name, source) = ("kept".parse().unwrap(), Source::Txt);
    let new = NewStore { name, at: path.into(), source, description: None };
    Registry::new(folder.join("stores")).register(new, Timestamp::UNIX_EPOCH).unwrap();
    bytes(folder)
}

fn bytes(folder: &Path) -> Vec<Vec<u8>> {
    let files = ["kept.parquet", "stores/registry.json", "stores/default.txt"];
    files.map(|file| fs::read(folder.join(file)).unwrap()).into()
}

#[test]
fn a_full_disk_costs_nothing_that_was_stored() {
    let folder = folder();
    let before = prepared(folder.path());
    for tried in told(without_space(), "try-to-append", folder.path()) {
        assert!(tried.starts_with("can't write `") && tried.contains("File too large"), "{tried}");
    }
    let tried = told(without_space(), "try-to-register", folder.path());
    assert!(tried[0] == "worked" && tried[1].contains("File too large"), "{tried:?}");
    assert_eq!(tried[2], "1 registered");
    assert_eq!(bytes(folder.path()), before);
    assert_eq!(names_in(folder.path()), [".kept.parquet.lock", "kept.parquet", "stores"]);
    assert_eq!(names_in(&folder.path().join("stores")), ["default.txt", "registry.json", "registry.lock"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_an_error_and_is_still_read() {
    let folder = folder();
    let before = prepared(folder.path());
    let [first, second] = [as_nobody(folder.path()), as_nobody(folder.path())];
    let closed = [folder.path().join("stores"), folder.path().to_owned()];
    let set =
        |mode| closed.iter().for_each(|at| fs::set_permissions(at, Permissions::from_mode(mode)).unwrap());
    set(0o555);
    let tried = told(first, "try-to-append", folder.path());
    let registered = told(second, "try-to-register", folder.path());
    set(0o755);
    for tried in tried.iter().chain(&registered[..2]) {
        assert!(tried.starts_with("can't ") && tried.contains("Permission denied"), "{tried}");
    }
    assert_eq!(registered[2], "1 registered");
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn a_replaced_file_keeps_its_permissions_and_a_new_one_has_those_of_other_programs() {
    let folder = folder();
    let path = folder.path().join("private.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    fs::write(folder.path().join("other"), "").unwrap();
    assert_eq!(mode(&path), mode(&folder.path().join("other")));
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    append(&path, rows(3..5), &tiny()).unwrap();
    assert_eq!(mode(&path), 0o640);
}

#[test]
fn a_link_stays_a_link_and_what_it_points_to_is_replaced() {
    let folder = folder();
    let there = folder.path().join("there");
    fs::create_dir(&there).unwrap();
    let (link, target) = (folder.path().join("link.parquet"), there.join("real.parquet"));
    symlink("there/real.parquet", &link).unwrap();
    append(&link, rows(0..3), &tiny()).unwrap();
    append(&link, rows(3..5), &tiny()).unwrap();
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("there/real.parquet"));
    assert_holds(&target, &rows(0..5));
    assert_eq!(names_in(&there), [".real.parquet.lock", "real.parquet"]);
    assert_eq!(names_in(folder.path()), ["link.parquet", "there"]);
}

#[test]
fn links_in_a_circle_and_what_is_no_file_are_errors() {
    let folder = folder();
    let (circle, not_a_file) = (folder.path().join("circle"), folder.path().join("folder.parquet"));
    symlink(&circle, &circle).unwrap();
    fs::create_dir(&not_a_file).unwrap();
    let socket = folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    for path in [
        &circle,
        &not_a_file,
        &socket,
        &folder.path().join("no/folder.parquet"),
        Path::new("/"),
        Path::new(""),
    ] {
        for tried in [append(path, rows(0..1), &tiny()), replace(path, rows(0..1), &tiny())] {
            let error = tried.unwrap_err().to_string();
            assert!(error.starts_with("can't "), "{error}");
        }
    }
    assert_eq!(names_in(folder.path()), ["circle", "folder.parquet", "socket"]);
    assert!(Store::open(&not_a_file).unwrap_err().to_string().contains("can't open the store"));
}
