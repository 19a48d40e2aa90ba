use std::fs;
use std::io::ErrorKind;

use naragtive_store::StoreEntry;

use crate::{Error, Library};

/// A store that is no longer registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// What the registry had.
    pub entry: StoreEntry,
    /// Whether its file is gone too.
    pub purged: bool,
}

/// Forgets the name of a store; with `purge` deletes its file and its index too.
///
/// # Errors
/// When there is no store of this name, the registry can't be written, or the file can't be deleted.
pub fn delete(library: &Library, name: &str, purge: bool) -> Result<Deleted, Error> {
    let registry = library.registry();
    let entry = registry.get(name)?;
    registry.delete(&entry.name)?;
    if purge {
        // Nobody needs it without the store; what can't be removed is in nobody's way.
        library.indexes().remove(&entry.path).ok();
        purge_file(&entry)?;
    }
    Ok(Deleted { entry, purged: purge })
}

fn purge_file(entry: &StoreEntry) -> Result<(), Error> {
    match fs::remove_file(&entry.path) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(Error::NotPurged { name: entry.name.clone(), path: entry.path.clone(), source })
        }
        _ => Ok(()),
    }
}
