use std::fs;
use std::path::Path;

use naragtive_chroma::{ChromaError, read};

use crate::folder::{changed, database, written_by};

/// Statements that add a second `scenes` in another database, and move the first one to `home`.
pub(crate) fn twins(home: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO databases (id, name, tenant_id) VALUES ('d1', 'drafts', 'default_tenant');
         INSERT INTO databases (id, name, tenant_id) VALUES ('d2', 'archive', 'default_tenant');
         INSERT INTO collections (id, name, database_id) VALUES ('c', 'scenes', 'd1');
         UPDATE collections SET database_id = '{home}' WHERE name = 'scenes' AND id <> 'c'"
    )
}

fn failure(folder: &Path, collection: &str) -> ChromaError {
    read(folder, collection).unwrap_err()
}

/// The message with the folder's path taken out.
fn message(folder: &Path, collection: &str) -> String {
    failure(folder, collection).to_string().replace(&folder.display().to_string(), "DB")
}

#[test]
fn what_is_not_a_folder_is_said_to_be_none() {
    let folder = written_by("1.5.9");
    for path in [folder.path().join("elsewhere"), database(folder.path())] {
        let error = failure(&path, "scenes");
        assert!(matches!(&error, ChromaError::NotAFolder { path: named } if *named == path), "{error}");
    }
}

#[test]
fn a_folder_without_a_database_is_described() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(message(folder.path(), "scenes"), "DB holds no chroma.sqlite3; found nothing");
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    fs::create_dir(folder.path().join("chroma.sqlite3")).unwrap();
    assert_eq!(
        message(folder.path(), "scenes"),
        "DB holds no chroma.sqlite3; found chroma.sqlite3, notes.txt"
    );
}

#[test]
fn what_is_not_sqlite_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    for (bytes, said) in [
        (&b""[..], "DB/chroma.sqlite3 is not an SQLite database; it is empty"),
        (b"PAR1", "DB/chroma.sqlite3 is not an SQLite database; it starts with other bytes"),
    ] {
        fs::write(database(folder.path()), bytes).unwrap();
        assert_eq!(message(folder.path(), "scenes"), said);
    }
}

#[test]
fn a_cut_or_damaged_database_is_an_error() {
    let whole = fs::read(database(written_by("1.5.9").path())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for length in [16, 99, 100, 4096, 40_000] {
        fs::write(database(folder.path()), &whole[..length]).unwrap();
        let error = failure(folder.path(), "scenes");
        assert!(matches!(error, ChromaError::Sqlite { .. }), "{length}: {error}");
    }
}

#[test]
fn an_unknown_layout_is_described() {
    for (sql, said) in [
        (
            "ALTER TABLE segments RENAME TO parts; ALTER TABLE collections RENAME COLUMN name TO title",
            "DB/chroma.sqlite3 is not laid out as ChromaDB does it: expected collections.name, segments; \
             found the tables collection_metadata, collections, embedding_fulltext, \
             embedding_fulltext_config, embedding_fulltext_content, embedding_fulltext_data, \
             embedding_fulltext_docsize, embedding_fulltext_idx, embedding_metadata, embeddings, \
             embeddings_queue, max_seq_id and 3 more",
        ),
        (
            "ALTER TABLE embedding_metadata DROP COLUMN string_value",
            "expected embedding_metadata.string_value; found the tables",
        ),
    ] {
        let folder = changed("0.4.0", sql);
        let message = message(folder.path(), "scenes");
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn another_programs_database_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let connection = rusqlite::Connection::open(database(folder.path())).unwrap();
    connection.execute_batch("CREATE TABLE songs (id INTEGER)").unwrap();
    assert_eq!(
        message(folder.path(), "scenes"),
        "DB/chroma.sqlite3 is not laid out as ChromaDB does it: expected collections, segments, \
         embeddings, embedding_metadata, embeddings_queue, max_seq_id; found the tables songs"
    );
}

#[test]
fn a_missing_collection_is_answered_with_those_that_exist() {
    let folder = written_by("1.5.9");
    for name in ["Scenes", "", "chapter-2"] {
        assert_eq!(
            message(folder.path(), name),
            format!(
                "DB/chroma.sqlite3 holds no collection {name:?}; it holds Chapter-2, empty, scenes, vectors"
            )
        );
    }
    let none = changed("0.4.0", "DELETE FROM collections");
    assert_eq!(
        message(none.path(), "scenes"),
        "DB/chroma.sqlite3 holds no collection \"scenes\"; it holds none at all"
    );
}

#[test]
fn several_collections_of_one_name_are_told_apart_by_no_guess() {
    let folder = changed("1.5.9", &twins("d2"));
    assert_eq!(
        message(folder.path(), "scenes"),
        "DB/chroma.sqlite3 holds several collections \"scenes\", in the databases archive, drafts"
    );
}

#[test]
fn a_collection_without_documents_is_an_error() {
    for release in crate::folder::RELEASES {
        let folder = written_by(release);
        for (collection, rows) in [("empty", 0), ("vectors", 2)] {
            assert_eq!(
                message(folder.path(), collection),
                format!(
                    "the collection {collection:?} in DB/chroma.sqlite3 holds no documents ({rows} rows \
                     with only an embedding, 0 changes not yet taken in by ChromaDB)"
                )
            );
        }
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_an_error() {
    let folder = changed("1.5.9", "UPDATE embedding_metadata SET int_value = 'many' WHERE key = 'minus'");
    let error = failure(folder.path(), "scenes");
    assert!(matches!(error, ChromaError::Sqlite { .. }), "{error}");
}
