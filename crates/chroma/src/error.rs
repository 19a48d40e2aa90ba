use std::io;
use std::path::PathBuf;

/// Why a collection can't be read. The folder is as it was in every case.
#[derive(Debug, thiserror::Error)]
pub enum ChromaError {
    /// The path isn't a folder.
    #[error("{} is not a folder; expected the folder in which ChromaDB keeps chroma.sqlite3", path.display())]
    NotAFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The folder holds no ChromaDB database.
    #[error("{} holds no chroma.sqlite3; found {}", folder.display(), listed(found, "nothing"))]
    NoDatabase {
        /// The folder as given.
        folder: PathBuf,
        /// The names of what is in it, sorted.
        found: Vec<String>,
    },
    /// `chroma.sqlite3` isn't an SQLite database.
    #[error("{} is not an SQLite database; {}", path.display(), if *empty { "it is empty" } else { "it starts with other bytes" })]
    NotSqlite {
        /// The file.
        path: PathBuf,
        /// Whether the file has no bytes at all.
        empty: bool,
    },
    /// The database is not laid out the way ChromaDB does.
    #[error("{} is not laid out as ChromaDB does it: expected {}; found the tables {}", path.display(), missing.join(", "), listed(found, "(none)"))]
    UnknownSchema {
        /// The database.
        path: PathBuf,
        /// The tables, and the columns as `table.column`, that were expected and aren't there.
        missing: Vec<String>,
        /// The tables that are there, sorted.
        found: Vec<String>,
    },
    /// There is no collection of this name.
    #[error("{} holds no collection {collection:?}; it holds {}", path.display(), listed(existing, "none at all"))]
    NoCollection {
        /// The database.
        path: PathBuf,
        /// The name asked for.
        collection: String,
        /// The names of the collections that exist, sorted.
        existing: Vec<String>,
    },
    /// Several of the folder's databases have a collection of this name, and none is the default one.
    #[error("{} holds several collections {collection:?}, in the databases {}", path.display(), listed(databases, ""))]
    SeveralCollections {
        /// The database file.
        path: PathBuf,
        /// The name asked for.
        collection: String,
        /// ChromaDB's names for the databases that have one, sorted.
        databases: Vec<String>,
    },
    /// The collection has no document.
    #[error("the collection {collection:?} in {} holds no documents ({skipped} rows with only an embedding, {pending} changes not yet taken in by ChromaDB)", path.display())]
    EmptyCollection {
        /// The database.
        path: PathBuf,
        /// The collection's name.
        collection: String,
        /// Its rows that have no document.
        skipped: usize,
        /// The changes that [`Collection::pending`](crate::Collection::pending) counts.
        pending: usize,
    },
    /// Something writes to the database in write-ahead mode while it is copied.
    #[error("{} changed while it was being read; close the program that uses it and try again", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// SQLite can't read the database: it is damaged, locked, or holds a value of an unexpected kind.
    #[error("{} can't be read: {source}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The database has to be copied before it can be read, and can't be.
    #[error("{} can't be copied to the temporary folder to be read there: {source}", path.display())]
    Copy {
        /// The database, or a file beside it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder can't be read.
    #[error("{} can't be read: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// As many names as fit in a message.
const SHOWN: usize = 12;

fn listed(names: &[String], none: &str) -> String {
    if names.is_empty() {
        return none.to_owned();
    }
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        let names: Vec<String> = (0..15).map(|n| n.to_string()).collect();
        assert_eq!(listed(&names, "nothing"), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more");
        assert_eq!(listed(&names[..2], "nothing"), "0, 1");
        assert_eq!(listed(&[], "nothing"), "nothing");
    }
}
