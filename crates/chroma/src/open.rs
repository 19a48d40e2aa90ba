use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags, ffi};
use tempfile::TempDir;

use crate::ChromaError;

/// An open database, and the copy it is read from where there is one.
pub(crate) struct Database {
    pub(crate) connection: Connection,
    /// Goes last, when the connection is closed.
    _copy: Option<TempDir>,
}

/// What every SQLite file starts with, up to the byte that says how it is written.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const WRITE_VERSION: usize = 18;
const WRITE_AHEAD: u8 = 2;

/// Opens the database at `path` so that neither it nor its folder changes.
pub(crate) fn open(path: &Path) -> Result<Database, ChromaError> {
    if header(path)?.get(WRITE_VERSION) == Some(&WRITE_AHEAD) {
        return open_copy(path);
    }
    match open_in_place(path) {
        Err(error) if was_left_unfinished(&error) => open_copy(path),
        other => Ok(Database { connection: other.map_err(sqlite(path))?, _copy: None }),
    }
}

/// Says which file an SQLite error is about.
pub(crate) fn sqlite(path: &Path) -> impl Fn(rusqlite::Error) -> ChromaError {
    move |source| ChromaError::Sqlite { path: path.to_owned(), source }
}

fn header(path: &Path) -> Result<Vec<u8>, ChromaError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io_error(path))?;
    file.take(100).read_to_end(&mut bytes).map_err(io_error(path))?;
    if bytes.starts_with(MAGIC) {
        Ok(bytes)
    } else {
        Err(ChromaError::NotSqlite { path: path.to_owned(), empty: bytes.is_empty() })
    }
}

fn open_in_place(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    begin(&connection)?;
    Ok(connection)
}

/// Starts the one transaction everything is read in, so that all of it is of the same moment.
/// SQLite takes its lock at the first read.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_master")
}

/// Whether a writer died before it was done: its journal has to be played back first.
fn was_left_unfinished(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_READONLY_ROLLBACK)
}

fn open_copy(path: &Path) -> Result<Database, ChromaError> {
    let copy = tempfile::tempdir().map_err(copy_error(path))?;
    let target = copy.path().join("chroma.sqlite3");
    let before = stamps(path);
    for suffix in SUFFIXES {
        copy_if_there(&beside(path, suffix), &beside(&target, suffix))?;
    }
    if stamps(path) != before {
        return Err(ChromaError::InUse { path: path.to_owned() });
    }
    let connection = Connection::open(&target).map_err(sqlite(path))?;
    begin(&connection).map_err(sqlite(path))?;
    Ok(Database { connection, _copy: Some(copy) })
}

/// The database, and the two files in which a change may wait. The third file that SQLite may
/// leave, `-shm`, is made anew from these.
const SUFFIXES: [&str; 3] = ["", "-wal", "-journal"];

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn stamps(path: &Path) -> [Option<(u64, Option<SystemTime>)>; 3] {
    SUFFIXES.map(|suffix| {
        let found = fs::metadata(beside(path, suffix)).ok()?;
        Some((found.len(), found.modified().ok()))
    })
}

fn copy_if_there(from: &Path, to: &Path) -> Result<(), ChromaError> {
    let copied = File::open(from).and_then(|mut source| io::copy(&mut source, &mut File::create(to)?));
    match copied {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map(drop).map_err(copy_error(from)),
    }
}

pub(crate) fn io_error(path: &Path) -> impl Fn(io::Error) -> ChromaError {
    move |source| ChromaError::Io { path: path.to_owned(), source }
}

fn copy_error(path: &Path) -> impl Fn(io::Error) -> ChromaError {
    move |source| ChromaError::Copy { path: path.to_owned(), source }
}
