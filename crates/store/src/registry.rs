mod default_store;
mod moved;
mod purge;
mod register;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use naragtive_disk::{AtomicFile, DiskError, Lock, Patience, read_text};

use crate::entries::{Entries, same_name};
use crate::{StoreEntry, StoreError, StoreName, StoreRef};

pub use register::NewStore;

const REGISTRY: &str = "registry.json";
const DEFAULT: &str = "default.txt";
const LOCK: &str = "registry.lock";

/// The named stores of one user: registry.json and default.txt in one folder, shared with the
/// Python tool.
///
/// Nothing is held: each method reads what is there. Methods that change something wait for each
/// other, in other processes too, and replace the file whole. Those that only read take no lock and
/// need no right to write. Names are found without regard to case.
///
/// The two files are replaced one after the other. A process that is killed in between may leave
/// default.txt with a name that is no longer registered, which counts as no name and is removed by the next change. While
/// the default gets another name, both stand in default.txt, one a line: whichever is registered counts.
#[derive(Debug, Clone)]
pub struct Registry {
    root: PathBuf,
    patience: Patience,
}

impl Registry {
    /// The registry in the folder `root`, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), patience: Patience::default() }
    }

    /// The same, waiting like this where another process is changing it: a method that changes something may then fail
    /// with [`DiskError::Stopped`](naragtive_disk::DiskError).
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The folder of the registry, and of stores that nobody gave another path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where registry.json is, or will be.
    pub fn path(&self) -> PathBuf {
        self.root.join(REGISTRY)
    }

    /// Every store, sorted by name.
    ///
    /// # Errors
    /// When registry.json can't be read or isn't a registry; it is left as it is.
    pub fn list(&self) -> Result<Vec<StoreEntry>, StoreError> {
        Ok(self.read()?.sorted())
    }

    /// The store of this name.
    ///
    /// # Errors
    /// When there is none, with the names that look alike; or when registry.json can't be read.
    pub fn get(&self, name: &str) -> Result<StoreEntry, StoreError> {
        self.read()?.get(name).cloned()
    }

    /// The names whose store is the file at `path`.
    ///
    /// # Errors
    /// When registry.json can't be read.
    pub fn names_of(&self, at: impl Into<StoreRef>) -> Result<Vec<String>, StoreError> {
        // A path that can't be registered is registered under no name.
        let Ok(at) = at.into().absolute() else { return Ok(Vec::new()) };
        let entries =
            self.list()?.into_iter().filter(|entry| !entry.at.is_relative() && entry.at.leads_to(&at));
        Ok(entries.map(|entry| entry.name).collect())
    }

    /// Looks up how many scenes a store has now, and notes it.
    ///
    /// # Errors
    /// When there is none of this name, its file can't be read, or registry.json can't be written.
    pub fn update_record_count(&self, name: &str) -> Result<StoreEntry, StoreError> {
        let lock = self.lock()?;
        let mut entries = self.read()?;
        let found = entries.get(name)?.clone();
        let record_count = found.at.open()?.len();
        let entry = entries.update(&found.name, |entry| entry.record_count = record_count)?;
        self.write(&lock, &entries)?;
        Ok(entry)
    }

    /// Gives a store another name. If it is the default, it stays that.
    ///
    /// # Errors
    /// When there is none of the old name, or already one of the new, or the files can't be written.
    pub fn rename(&self, old: &str, new: &StoreName) -> Result<StoreEntry, StoreError> {
        let lock = self.lock()?;
        let mut entries = self.read()?;
        let found = entries.get(old)?.clone();
        let other =
            entries.0.iter().find(|entry| entry.name != found.name && same_name(&entry.name, new.as_str()));
        if let Some(StoreEntry { name, at, .. }) = other.cloned() {
            return Err(StoreError::NameTaken { name, path: at.into() });
        }
        let was_default = self.default_among(&entries)?.is_some_and(|default| default.name == found.name);
        let entry = entries.update(&found.name, |entry| entry.name = new.to_string())?;
        // Killed behind any of these three writes, a process leaves the store the default, by its old name or its new one.
        if was_default {
            self.write_default(&lock, &format!("{}\n{}", found.name, entry.name))?;
        }
        self.write_registry(&lock, &entries)?;
        if was_default {
            self.write_default(&lock, &entry.name)?;
        }
        self.mend_default(&lock, &entries)?;
        Ok(entry)
    }

    /// Removes a store from the registry, never its file. If default.txt names it, that goes too.
    ///
    /// # Errors
    /// When there is none of this name, or the files can't be written.
    pub fn delete(&self, name: &str) -> Result<StoreEntry, StoreError> {
        let lock = self.lock()?;
        let mut entries = self.read()?;
        let found = entries.get(name)?.clone();
        entries.0.retain(|entry| entry.name != found.name);
        self.write(&lock, &entries)?;
        Ok(found)
    }

    fn read(&self) -> Result<Entries, StoreError> {
        let path = self.path();
        let Some(json) = read_if_there(&path)? else { return Ok(Entries::default()) };
        let parsed = Entries::parse(json.as_bytes());
        let mut entries = parsed.map_err(|source| StoreError::BadRegistry { path, source })?;
        self.follow_home(&mut entries);
        Ok(entries)
    }

    fn write(&self, lock: &Lock, entries: &Entries) -> Result<(), StoreError> {
        self.write_registry(lock, entries)?;
        self.mend_default(lock, entries)
    }

    fn write_registry(&self, lock: &Lock, entries: &Entries) -> Result<(), StoreError> {
        let path = self.path();
        let json =
            entries.to_json().map_err(|source| StoreError::BadRegistry { path: path.clone(), source })?;
        replace(lock, &path, &json)
    }

    fn lock(&self) -> Result<Lock, StoreError> {
        self.make_root()?;
        let lock = Lock::take(&self.root.join(LOCK), &self.path(), &self.patience)?;
        // Two names in default.txt are those of one store. Before another one can get the name that is free, they become one.
        if self.named_defaults().is_ok_and(|names| names.len() > 1)
            && let Ok(entries) = self.read()
        {
            self.mend_default(&lock, &entries)?;
        }
        Ok(lock)
    }

    fn make_root(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.root).map_err(StoreError::io("make the folder", &self.root))
    }
}

fn read_if_there(path: &Path) -> Result<Option<String>, StoreError> {
    match read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn replace(lock: &Lock, path: &Path, text: &str) -> Result<(), StoreError> {
    let write = |file: &mut File| file.write_all(text.as_bytes()).map_err(DiskError::io("write", path));
    Ok(AtomicFile::find(path)?.replace(lock, write)?)
}
