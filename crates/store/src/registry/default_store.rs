use naragtive_disk::{AtomicFile, DiskError, Lock};

use super::{DEFAULT, Registry, read_if_there, replace};
use crate::entries::Entries;
use crate::{StoreEntry, StoreError};

/// Which store is the default: default.txt.
impl Registry {
    /// The default store: the one named in default.txt if it is registered, else the first in sorted
    /// order, else none.
    ///
    /// # Errors
    /// When registry.json or default.txt can't be read.
    pub fn default_store(&self) -> Result<Option<StoreEntry>, StoreError> {
        self.default_among(&self.read()?)
    }

    /// Makes the store of this name the default.
    ///
    /// # Errors
    /// When there is none of this name, or the files can't be read or written.
    pub fn set_default(&self, name: &str) -> Result<StoreEntry, StoreError> {
        let lock = self.lock()?;
        let entry = self.read()?.get(name)?.clone();
        self.write_default(&lock, &entry.name)?;
        Ok(entry)
    }

    /// What default.txt says, whether a store of that name is registered or not; none where there is no such file.
    ///
    /// # Errors
    /// When it can't be read or isn't text.
    pub fn named_default(&self) -> Result<Option<String>, StoreError> {
        let (names, entries) = (self.named_defaults()?, self.read()?);
        let registered = names.iter().find(|name| entries.find(name).is_some());
        Ok(registered.or(names.first()).cloned())
    }

    /// The names in default.txt: one, or two where a process that gave the default another name was killed.
    pub(super) fn named_defaults(&self) -> Result<Vec<String>, StoreError> {
        let path = self.root.join(DEFAULT);
        match read_if_there(&path) {
            Err(StoreError::Disk(DiskError::NotText { path, problem })) => {
                Err(StoreError::BadDefault { path, problem })
            }
            Ok(Some(text)) => {
                let names = text.lines().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
                let names: Vec<String> = names.collect();
                // A file without a name names none that could be registered.
                Ok(if names.is_empty() { vec![String::new()] } else { names })
            }
            read => read.map(|_| Vec::new()),
        }
    }

    pub(super) fn default_among(&self, entries: &Entries) -> Result<Option<StoreEntry>, StoreError> {
        let names = self.named_defaults()?;
        let named = names.iter().find_map(|name| entries.find(name).cloned());
        Ok(named.or_else(|| entries.sorted().into_iter().next()))
    }

    /// A process that was killed between its two writes may have left a name here that is gone.
    pub(super) fn mend_default(&self, lock: &Lock, entries: &Entries) -> Result<(), StoreError> {
        // What can't be read is somebody else's fault to mend, and no reason to refuse what was asked.
        let Ok(names) = self.named_defaults() else { return Ok(()) };
        match names.iter().find_map(|name| entries.find(name)) {
            None if names.is_empty() => Ok(()),
            None => self.remove_default(),
            Some(_) if names.len() == 1 => Ok(()),
            Some(entry) => self.write_default(lock, &entry.name),
        }
    }

    pub(super) fn write_default(&self, lock: &Lock, name: &str) -> Result<(), StoreError> {
        replace(lock, &self.root.join(DEFAULT), name)
    }

    fn remove_default(&self) -> Result<(), StoreError> {
        AtomicFile::find(&self.root.join(DEFAULT))?.remove()?;
        Ok(())
    }
}
