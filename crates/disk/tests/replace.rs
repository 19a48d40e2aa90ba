//! Files that are replaced whole or not at all.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use naragtive_disk::{AtomicFile, DiskError, Patience, replace};

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_fails_half_way_leaves_the_old_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.md");
    replace(&path, |file| file.write_all(b"old")).unwrap();
    let failed = replace(&path, |file| file.write_all(b"ne").and(Err(io::Error::other("no more room"))));
    assert!(failed.unwrap_err().to_string().contains("no more room"));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    replace(&path, |file| file.write_all(b"new")).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(names(folder.path()), ["notes.md"]);
}

#[test]
fn who_holds_the_lock_sweeps_up_what_a_killed_process_left_and_nothing_that_looks_like_it() {
    let folder = tempfile::tempdir().unwrap();
    let kept = [".a.12345.tmp", ".a.1234567.tmp", ".b.123456.tmp", "a.123456.tmp", ".a.12345\u{e9}.tmp"];
    for name in kept.iter().chain(&[".a.123456.tmp", ".a.aZ09bc.tmp"]) {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let place = AtomicFile::find(&folder.path().join("a")).unwrap();
    let lock = place.lock(&Patience::default()).unwrap();
    place
        .replace(&lock, |file| file.write_all(b"new").map_err(DiskError::io("write", &place.path())))
        .unwrap();
    drop(lock);
    let mut expected: Vec<&str> = kept.into_iter().chain([".a.lock", "a"]).collect();
    expected.sort_unstable();
    assert_eq!(names(folder.path()), expected);
    assert!(place.remove().unwrap());
    assert!(!place.remove().unwrap());
}

#[test]
fn a_folder_is_no_file_to_replace() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("gone/notes.md")] {
        assert!(replace(&path, |_| Ok(())).is_err(), "{}", path.display());
    }
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    std::os::unix::fs::symlink("real", &link).unwrap();
    replace(&link, |file| file.write_all(b"one")).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    replace(&link, |file| file.write_all(b"two")).unwrap();
    assert_eq!(fs::read(&real).unwrap(), b"two");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_file_that_somebody_reads_is_replaced_and_they_go_on_with_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.md");
    replace(&path, |file| file.write_all(b"old")).unwrap();
    let mut open = fs::File::open(&path).unwrap();
    replace(&path, |file| file.write_all(b"new")).unwrap();
    let mut read = String::new();
    open.read_to_string(&mut read).unwrap();
    assert_eq!((read.as_str(), fs::read(&path).unwrap().as_slice()), ("old", &b"new"[..]));
    assert_eq!(names(folder.path()), ["notes.md"]);
}
