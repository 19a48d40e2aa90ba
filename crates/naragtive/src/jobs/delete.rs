use naragtive_store::StoreEntry;

use crate::{Cached, Error, Library};

/// A store that is no longer registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// What the registry had.
    pub entry: StoreEntry,
    /// Whether its file is gone too.
    pub purged: bool,
}

/// Forgets the name of a store; with `purge` deletes its file and its index first, see
/// [`Registry::purge`](naragtive_store::Registry::purge).
///
/// # Errors
/// When there is no store of this name, the registry can't be written, or the file can't be deleted or must not be: then
/// the name stays.
pub fn delete(library: &Library, name: &str, purge: bool) -> Result<Deleted, Error> {
    let registry = library.registry();
    if !purge {
        return Ok(Deleted { entry: registry.delete(name)?, purged: false });
    }
    // It goes by where the store is, so it is looked for while that is there.
    let folder = library.indexes().folder(&registry.get(name)?.at);
    let entry = registry.purge(name)?;
    // Nobody needs it without the store; what can't be removed is in nobody's way.
    Cached::unread(folder).remove(library.patience()).ok();
    Ok(Deleted { entry, purged: true })
}
