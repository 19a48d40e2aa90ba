use jiff::Timestamp;
use naragtive_disk::AtomicFile;
use naragtive_scene::Source;

use super::{DEFAULT, Registry};
use crate::entries::{Entries, same_name};
use crate::{StoreEntry, StoreError, StoreName, StoreRef};

/// A store that is to be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStore {
    /// The name it gets.
    pub name: StoreName,
    /// Its file, which must be there. A relative path is taken from the current folder.
    pub at: StoreRef,
    /// What kind of export its scenes came from.
    pub source: Source,
    /// What its user says about it.
    pub description: Option<String>,
}

impl Registry {
    /// Checks everything that could refuse to register a store, before its embeddings are computed:
    /// that the name isn't another file's and the file not another name's, and that both folders can be written. Makes the
    /// registry's own folder. The store's file need not be there.
    ///
    /// # Errors
    /// The first reason to refuse.
    pub fn check_can_register(&self, name: &StoreName, at: impl Into<StoreRef>) -> Result<(), StoreError> {
        let at = at.into().absolute()?;
        let entries = self.read()?;
        check_name_is_free(&entries, name, &at)?;
        check_file_is_free(&entries, name, &at)?;
        self.make_root()?;
        let files = [self.path(), self.root.join(DEFAULT), at.into()];
        Ok(files.iter().try_for_each(|file| AtomicFile::find(file)?.check_writable())?)
    }

    /// Registers a store, with the number of scenes in its file. The first one becomes the default; a sample counts as none,
    /// and is the default only while nothing else is registered.
    ///
    /// A name that has the same file already gets the new number of scenes and keeps the rest; a
    /// relative path of the Python tool becomes absolute.
    ///
    /// # Errors
    /// When the name is another file's, the file isn't a store, or the files can't be written.
    pub fn register(&self, new: NewStore, now: Timestamp) -> Result<StoreEntry, StoreError> {
        let check = |_: &Entries, _: &NewStore, _: &StoreRef| Ok(());
        self.put(new, now, check, |entry, new| {
            entry.description = entry.description.take().or(new.description)
        })
    }

    /// Registers a store as [`Registry::register`] does, but a name that has the same file already gets the type that is
    /// given, and the description if one is given.
    ///
    /// # Errors
    /// As [`Registry::register`], and when the file has another name already: of a store with two names nobody knows which
    /// one's file it is.
    pub fn describe(&self, new: NewStore, now: Timestamp) -> Result<StoreEntry, StoreError> {
        let check =
            |entries: &Entries, new: &NewStore, at: &StoreRef| check_file_is_free(entries, &new.name, at);
        self.put(new, now, check, |entry, new| {
            entry.source = new.source;
            entry.description = new.description.or(entry.description.take());
        })
    }

    fn put(
        &self,
        new: NewStore,
        now: Timestamp,
        check: impl FnOnce(&Entries, &NewStore, &StoreRef) -> Result<(), StoreError>,
        change: impl FnOnce(&mut StoreEntry, NewStore),
    ) -> Result<StoreEntry, StoreError> {
        let at = new.at.absolute()?;
        let lock = self.lock()?;
        // What others wrote while the lock was waited for counts too.
        let mut entries = self.read()?;
        let known = check_name_is_free(&entries, &new.name, &at)?;
        check(&entries, &new, &at)?;
        let record_count = at.open()?.len();
        let entry = match known {
            Some(known) => entries.update(&known, |entry| {
                entry.record_count = record_count;
                change(entry, new);
                if entry.at.is_relative() {
                    entry.at = at;
                }
            })?,
            None => {
                let entry = new_entry(new, at, record_count, now);
                entries.0.push(entry.clone());
                entry
            }
        };
        self.write(&lock, &entries)?;
        let own = entries.0.iter().filter(|entry| !entry.is_sample()).count();
        if own == 1 && !entry.is_sample() {
            self.write_default(&lock, &entry.name)?;
        }
        Ok(entry)
    }
}

fn new_entry(new: NewStore, at: StoreRef, record_count: usize, now: Timestamp) -> StoreEntry {
    let created_at = now.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
    let (name, source, description) = (new.name.to_string(), new.source, new.description);
    StoreEntry { name, at, created_at, source, record_count, description }
}

/// The name under which this very file is registered already, if it is.
fn check_name_is_free(
    entries: &Entries,
    name: &StoreName,
    at: &StoreRef,
) -> Result<Option<String>, StoreError> {
    match entries.find(name.as_str()) {
        None => Ok(None),
        Some(entry) if entry.at.leads_to(at) => Ok(Some(entry.name.clone())),
        Some(StoreEntry { name, at, .. }) => {
            Err(StoreError::NameTaken { name: name.clone(), path: at.clone().into() })
        }
    }
}

/// Checks that a file isn't the store of another name.
fn check_file_is_free(entries: &Entries, name: &StoreName, at: &StoreRef) -> Result<(), StoreError> {
    let is_others = |entry: &&StoreEntry| {
        !same_name(&entry.name, name.as_str()) && !entry.at.is_relative() && entry.at.leads_to(at)
    };
    entries.0.iter().find(is_others).map_or(Ok(()), |other| {
        Err(StoreError::OtherStore { path: at.clone().into(), other: other.name.clone() })
    })
}
