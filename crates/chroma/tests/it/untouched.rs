//! Whatever state a folder is in, reading leaves it in that state.

use std::fs;
use std::path::Path;

use naragtive_chroma::{Collection, read};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::folder::{RELEASES, changed, contents, database, written_by};

/// Reads the collection `scenes`, and looks at the folder before and after.
fn read_untouched(folder: &Path) -> Collection {
    let before = contents(folder);
    let found = read(folder, "scenes").unwrap();
    assert!(contents(folder) == before, "the files in {} changed", folder.display());
    found
}

fn untouched(release: &str) -> Collection {
    read(written_by(release).path(), "scenes").unwrap()
}

/// A copy of all files of a folder, as a crash at this moment would leave them.
fn crashed(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in contents(folder) {
        fs::write(copy.path().join(path.file_name().unwrap()), bytes).unwrap();
    }
    copy
}

/// More text than SQLite keeps in a cache of one page, so that it writes before the commit.
const SPILL: &str = "PRAGMA cache_size = 1; BEGIN;
    UPDATE embedding_metadata SET string_value = string_value || hex(zeroblob(9000))
    WHERE key = 'chroma:document'";

#[test]
fn a_folder_at_rest() {
    for release in RELEASES {
        read_untouched(written_by(release).path());
    }
}

#[test]
fn a_folder_whose_collection_is_missing() {
    let folder = written_by("1.5.9");
    let before = contents(folder.path());
    read(folder.path(), "nobody").unwrap_err();
    assert!(contents(folder.path()) == before);
}

#[test]
fn a_folder_with_unusual_letters_in_its_name() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("my stories? #1 100% é");
    fs::create_dir(&folder).unwrap();
    fs::copy(database(written_by("1.5.9").path()), database(&folder)).unwrap();
    assert_eq!(read_untouched(&folder), untouched("1.5.9"));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = written_by("1.5.9");
    fs::set_permissions(database(folder.path()), fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let found = read_untouched(folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(found, untouched("1.5.9"));
}

#[test]
fn a_folder_that_another_program_is_about_to_write() {
    for release in RELEASES {
        let folder = written_by(release);
        let writer = Connection::open(database(folder.path())).unwrap();
        writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM embedding_metadata").unwrap();
        assert!(folder.path().join("chroma.sqlite3-journal").exists());
        assert_eq!(read_untouched(folder.path()), untouched(release));
        writer.execute_batch("COMMIT").unwrap();
        read(folder.path(), "scenes").unwrap_err();
    }
}

#[test]
fn a_folder_that_a_crashed_writer_left_is_read_as_it_was_before_the_crash() {
    for release in RELEASES {
        let folder = written_by(release);
        let writer = Connection::open(database(folder.path())).unwrap();
        writer.execute_batch(SPILL).unwrap();
        let crashed = crashed(folder.path());
        let whole = contents(written_by(release).path()).into_values().next().unwrap();
        assert_ne!(fs::read(database(crashed.path())).unwrap(), whole, "nothing was spilled");
        assert_eq!(read_untouched(crashed.path()), untouched(release), "{release}");
    }
}

#[test]
fn a_database_in_write_ahead_mode_is_read_with_what_waits_in_its_log() {
    let folder = changed("1.5.9", "PRAGMA journal_mode = WAL");
    assert_eq!(contents(folder.path()).len(), 1, "closed, it has no log");
    assert_eq!(read_untouched(folder.path()), untouched("1.5.9"));

    let writer = Connection::open(database(folder.path())).unwrap();
    writer
        .execute_batch("UPDATE embedding_metadata SET string_value = 'New.' WHERE key = 'chroma:document'")
        .unwrap();
    for folder in [folder.path(), crashed(folder.path()).path()] {
        assert!(folder.join("chroma.sqlite3-wal").exists());
        assert!(read_untouched(folder).scenes.iter().all(|scene| scene.text == "New."));
    }
}
