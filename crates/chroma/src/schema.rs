use std::path::Path;

use rusqlite::{Connection, params};

use crate::ChromaError;
use crate::open::sqlite;

/// What of ChromaDB's tables has to be there.
const NEEDED: [(&str, &[&str]); 6] = [
    ("collections", &["id", "name"]),
    ("segments", &["id", "scope", "collection"]),
    ("embeddings", &["id", "segment_id", "embedding_id"]),
    ("embedding_metadata", &["id", "key", "string_value", "int_value", "float_value"]),
    ("embeddings_queue", &["seq_id", "topic"]),
    ("max_seq_id", &["segment_id", "seq_id"]),
];

/// What came with later releases and may be missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schema {
    /// `embedding_metadata` has a column for booleans.
    pub(crate) booleans: bool,
    /// There is a table for values that are lists.
    pub(crate) lists: bool,
    /// Collections belong to named databases.
    pub(crate) databases: bool,
}

impl Schema {
    /// Looks at the tables, which must be ChromaDB's.
    pub(crate) fn of(connection: &Connection, path: &Path) -> Result<Self, ChromaError> {
        let missing = missing(connection).map_err(sqlite(path))?;
        if missing.is_empty() {
            return Self::found(connection).map_err(sqlite(path));
        }
        let found = tables(connection).map_err(sqlite(path))?;
        Err(ChromaError::UnknownSchema { path: path.to_owned(), missing, found })
    }

    fn found(connection: &Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            booleans: has(connection, "embedding_metadata", "bool_value")?,
            lists: has(connection, "embedding_metadata_array", "bool_value")?,
            databases: has(connection, "collections", "database_id")?
                && has(connection, "databases", "name")?,
        })
    }
}

fn missing(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut missing = Vec::new();
    for (table, columns) in NEEDED {
        let found = columns_of(connection, table)?;
        if found.is_empty() {
            missing.push(table.to_owned());
            continue;
        }
        let absent = columns.iter().filter(|column| !found.iter().any(|name| name == *column));
        missing.extend(absent.map(|column| format!("{table}.{column}")));
    }
    Ok(missing)
}

fn has(connection: &Connection, table: &str, column: &str) -> rusqlite::Result<bool> {
    Ok(columns_of(connection, table)?.iter().any(|name| name == column))
}

fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map(params![table], |row| row.get(0))?.collect()
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?;
    statement.query_map([], |row| row.get(0))?.collect()
}
