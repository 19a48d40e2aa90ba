use std::path::{Path, PathBuf};
use std::{fs, io};

use rusqlite::{Connection, params};

use crate::ChromaError;
use crate::open::{io_error, sqlite};
use crate::schema::Schema;

/// The database file of a ChromaDB folder.
pub(crate) fn database_in(folder: &Path) -> Result<PathBuf, ChromaError> {
    if !folder.is_dir() {
        return Err(ChromaError::NotAFolder { path: folder.to_owned() });
    }
    let path = folder.join("chroma.sqlite3");
    if path.is_file() {
        return Ok(path);
    }
    let found = names_in(folder).map_err(io_error(folder))?;
    Err(ChromaError::NoDatabase { folder: folder.to_owned(), found })
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// ChromaDB's own id for its default database.
const DEFAULT_DATABASE: &str = "00000000-0000-0000-0000-000000000000";

/// A collection of the name that is asked for.
struct Candidate {
    id: String,
    database_id: String,
    database: String,
}

/// The id of the collection of this name.
pub(crate) fn find(
    connection: &Connection,
    schema: Schema,
    path: &Path,
    name: &str,
) -> Result<String, ChromaError> {
    let mut found = candidates(connection, schema, name).map_err(sqlite(path))?;
    if found.len() > 1 && found.iter().any(|candidate| candidate.database_id == DEFAULT_DATABASE) {
        found.retain(|candidate| candidate.database_id == DEFAULT_DATABASE);
    }
    let (path, collection) = (path.to_owned(), name.to_owned());
    match found.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => {
            let existing = collections(connection).map_err(sqlite(&path))?;
            Err(ChromaError::NoCollection { path, collection, existing })
        }
        several => {
            let databases = several.iter().map(|candidate| candidate.database.clone()).collect();
            Err(ChromaError::SeveralCollections { path, collection, databases })
        }
    }
}

fn candidates(connection: &Connection, schema: Schema, name: &str) -> rusqlite::Result<Vec<Candidate>> {
    let sql = if schema.databases {
        "SELECT c.id, c.database_id, coalesce(d.name, c.database_id) FROM collections c
         LEFT JOIN databases d ON d.id = c.database_id WHERE c.name = ?1 ORDER BY 3, 2"
    } else {
        "SELECT id, '', '' FROM collections WHERE name = ?1"
    };
    connection
        .prepare(sql)?
        .query_map(params![name], |row| {
            Ok(Candidate { id: row.get(0)?, database_id: row.get(1)?, database: row.get(2)? })
        })?
        .collect()
}

fn collections(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT DISTINCT name FROM collections ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}
