//! Folders to read: copies of the checked-in ones, for a test to do with as it likes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const RELEASES: [&str; 2] = ["0.4.0", "1.5.9"];

/// A folder with the database that a release wrote.
pub(crate) fn written_by(release: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture(release).join("chroma.sqlite3"), database(folder.path())).unwrap();
    folder
}

pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("chroma.sqlite3")
}

/// A folder whose database was changed by these statements.
pub(crate) fn changed(release: &str, sql: &str) -> TempDir {
    let folder = written_by(release);
    Connection::open(database(folder.path())).unwrap().execute_batch(sql).unwrap();
    folder
}

/// What the release's own API says about its collection, row by row: id, document, metadata.
pub(crate) fn expected(release: &str, collection: &str) -> Vec<(String, Option<String>, Value)> {
    let lines = fs::read_to_string(fixture(release).join("expected.jsonl")).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row["collection"] == collection)
        .map(|row| {
            let text = row["text"].as_str().map(str::to_owned);
            (row["id"].as_str().unwrap().to_owned(), text, row["metadata"].clone())
        })
        .collect()
}

/// Every file of a folder with its bytes.
pub(crate) fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn fixture(release: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(release)
}
