use std::path::PathBuf;

use jiff::Timestamp;
use naragtive_chroma::{self as chroma, Collection};
use naragtive_scene::Source;

use super::{Stored, Target, store_scenes};
use crate::progress::{Step, Watch};
use crate::{Error, Library};

/// What the registry calls the source of such a store.
const SOURCE: &str = "chromadb";

/// A collection of ChromaDB's to be stored.
#[derive(Debug, Clone)]
pub struct Migrate {
    /// The folder with `chroma.sqlite3` in it, which is only read.
    pub from: PathBuf,
    /// The collection.
    pub collection: String,
    /// Where the scenes go.
    pub target: Target,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Documents read.
    pub documents: usize,
    /// Rows without a document.
    pub skipped: usize,
    /// Changes that ChromaDB has noted down and not carried out.
    pub pending: usize,
    /// What became of the documents.
    pub stored: Stored,
}

/// Reads the documents of the collection and stores them as scenes.
///
/// # Errors
/// When the folder can't be read, or as [`store_scenes`].
pub fn migrate(
    library: &Library,
    migrate: Migrate,
    now: Timestamp,
    watch: &mut Watch<'_>,
) -> Result<Migrated, Error> {
    let destination = migrate.target.resolve(library, watch)?;
    let Collection { scenes, skipped, pending } = chroma::read(&migrate.from, &migrate.collection)?;
    watch(Step::Migrating { skipped, pending });
    let (documents, source) = (scenes.len(), Source::Other(SOURCE.to_owned()));
    let stored = store_scenes(library, scenes, destination, source, now, watch)?;
    Ok(Migrated { documents, skipped, pending, stored })
}
