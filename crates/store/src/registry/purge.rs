use std::fs;
use std::io;
use std::path::Path;

use naragtive_disk::{AtomicFile, sync_folder};

use super::Registry;
use crate::append::refuse_what_is_not_parquet;
use crate::{StoreEntry, StoreError};

impl Registry {
    /// Removes a store from the registry as [`Registry::delete`] does, and its file for good, while nobody else writes to it.
    ///
    /// The file goes first: a process that is killed in between leaves a name whose file is gone, which everybody says who
    /// comes across it, and not a file that a later store of that name would silently be added to. The same call again
    /// does the rest. What is removed is what stands at the path: of a link, the link.
    ///
    /// # Errors
    /// When there is none of this name, its path is relative, its file is another name's too or isn't parquet, when others
    /// still write to it when the registry's patience is over, or when the system refuses.
    pub fn purge(&self, name: &str) -> Result<StoreEntry, StoreError> {
        let entries = self.read()?;
        let entry = entries.get(name)?.clone();
        if entry.at.is_relative() {
            return Err(StoreError::RelativePath { name: entry.name, path: entry.at.into() });
        }
        if let Some(other) =
            entries.0.iter().find(|other| other.name != entry.name && other.at.leads_to(&entry.at))
        {
            return Err(StoreError::OtherStore { path: entry.at.into(), other: other.name.clone() });
        }
        AtomicFile::find(&self.path())?.check_writable()?;
        self.remove_store(entry.at.file())?;
        self.delete(&entry.name)
    }

    fn remove_store(&self, path: &Path) -> Result<(), StoreError> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => found.map_err(StoreError::io("look at", path))?,
        };
        let place = AtomicFile::find(path)?;
        let lock = place.lock(&self.patience)?;
        refuse_what_is_not_parquet(path)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::io("remove", path)(error));
            }
            _ => sync_folder(path.parent().unwrap_or(Path::new(".")))?,
        }
        // A link's file stays where it is, and so does its lock.
        if place.path().exists() { Ok(()) } else { Ok(lock.remove()?) }
    }
}
