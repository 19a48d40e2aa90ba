use std::path::Path;

use naragtive_scene::{Metadata, Scene, SceneId};
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::ChromaError;
use crate::locate::{database_in, find};
use crate::open::{open, sqlite};
use crate::queue::pending;
use crate::schema::Schema;
use crate::value::{DOCUMENT, Values};

/// What a collection holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// One scene per document, in the order they were inserted, under ChromaDB's ids. There is at
    /// least one.
    pub scenes: Vec<Scene>,
    /// Rows that have an embedding and no document, or one of nothing but white space.
    pub skipped: usize,
    /// Changes that ChromaDB has noted down and not carried out, because it was stopped in between;
    /// they are not in `scenes`. ChromaDB carries them out when it next opens the collection.
    pub pending: usize,
}

/// Reads the collection of this name from a ChromaDB folder, and leaves the folder as it is.
///
/// A scene's text is the document as it stands. Its metadata are ChromaDB's strings, integers,
/// floats, booleans and lists of these, in the order they were inserted. A row without a
/// document, or with one that has no text, is skipped and counted: nothing could find it.
///
/// Where several of the folder's databases have such a collection, the one in ChromaDB's default
/// database is meant.
///
/// # Errors
/// When there is no such folder, database or collection, when the collection has no document, and
/// when the database can't be read or isn't laid out as ChromaDB does it. A database that is locked
/// for five seconds can't be read.
pub fn read(folder: &Path, collection: &str) -> Result<Collection, ChromaError> {
    let path = &database_in(folder)?;
    let database = open(path)?;
    let schema = Schema::of(&database.connection, path)?;
    let id = find(&database.connection, schema, path, collection)?;
    let found = load(&database.connection, schema, &id).map_err(sqlite(path))?;
    if found.scenes.is_empty() {
        let Collection { skipped, pending, .. } = found;
        let (path, collection) = (path.clone(), collection.to_owned());
        return Err(ChromaError::EmptyCollection { path, collection, skipped, pending });
    }
    Ok(found)
}

fn load(connection: &Connection, schema: Schema, collection: &str) -> rusqlite::Result<Collection> {
    let mut statement = connection.prepare(
        "SELECT id, embedding_id FROM embeddings WHERE segment_id IN
         (SELECT id FROM segments WHERE collection = ?1 AND scope = 'METADATA') ORDER BY id",
    )?;
    let mut values = Values::new(connection, schema)?;
    let mut rows = statement.query(params![collection])?;
    let mut found = Collection { scenes: Vec::new(), skipped: 0, pending: pending(connection, collection)? };
    while let Some(row) = rows.next()? {
        match scene(row.get(1)?, values.of(row.get(0)?)?) {
            Some(scene) => found.scenes.push(scene),
            None => found.skipped += 1,
        }
    }
    Ok(found)
}

fn scene(id: String, values: Vec<(String, Value)>) -> Option<Scene> {
    let mut text = None;
    let mut metadata = Metadata::default();
    for (key, value) in values {
        match value {
            Value::String(document) if key == DOCUMENT => text = Some(document),
            value => metadata.set(&key, value),
        }
    }
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(Scene { id: SceneId::new(id), text, metadata, origin: None })
}
