use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use naragtive_disk::{AtomicFile, DiskError, Lock, Patience, read_text, sync_folder};
use naragtive_scene::Source;

use crate::append::refuse_what_is_not_parquet;
use crate::entries::{Entries, same_name};
use crate::{StoreEntry, StoreError, StoreName, StoreRef};

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
    fn named_defaults(&self) -> Result<Vec<String>, StoreError> {
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

    fn default_among(&self, entries: &Entries) -> Result<Option<StoreEntry>, StoreError> {
        let names = self.named_defaults()?;
        let named = names.iter().find_map(|name| entries.find(name).cloned());
        Ok(named.or_else(|| entries.sorted().into_iter().next()))
    }

    fn read(&self) -> Result<Entries, StoreError> {
        let path = self.path();
        let Some(json) = read_if_there(&path)? else { return Ok(Entries::default()) };
        let parsed = Entries::parse(json.as_bytes());
        let mut entries = parsed.map_err(|source| StoreError::BadRegistry { path, source })?;
        self.follow_home(&mut entries);
        Ok(entries)
    }

    /// A home that was copied or moved has its stores beside the registry still, whatever paths it was registered with. So
    /// where the registered file is gone and one of its name is here, that one is meant, unless it is another name's. The
    /// next change of the registry writes the path down.
    fn follow_home(&self, entries: &mut Entries) {
        let Ok(root) = std::path::absolute(&self.root) else { return };
        let taken: Vec<StoreRef> = entries.0.iter().map(|entry| entry.at.clone()).collect();
        for entry in &mut entries.0 {
            let Some(name) = entry.at.file().file_name() else { continue };
            let here = StoreRef::File(root.join(name));
            let is_gone = !entry.at.is_relative() && fs::symlink_metadata(entry.at.file()).is_err();
            if is_gone && !taken.contains(&here) && here.open().is_ok() {
                entry.at = here;
            }
        }
    }

    /// The stores that were found beside the registry, as the home was moved: their names, and the paths that are written
    /// down for them.
    ///
    /// # Errors
    /// When registry.json can't be read.
    pub fn moved(&self) -> Result<Vec<(String, StoreRef)>, StoreError> {
        let Some(json) = read_if_there(&self.path())? else { return Ok(Vec::new()) };
        let written = Entries::parse(json.as_bytes());
        let written = written.map_err(|source| StoreError::BadRegistry { path: self.path(), source })?;
        let mut found = written.clone();
        self.follow_home(&mut found);
        let moved = written.0.into_iter().zip(found.0).filter(|(written, found)| written.at != found.at);
        Ok(moved.map(|(written, _)| (written.name, written.at)).collect())
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

    /// A process that was killed between its two writes may have left a name here that is gone.
    fn mend_default(&self, lock: &Lock, entries: &Entries) -> Result<(), StoreError> {
        // What can't be read is somebody else's fault to mend, and no reason to refuse what was asked.
        let Ok(names) = self.named_defaults() else { return Ok(()) };
        match names.iter().find_map(|name| entries.find(name)) {
            None if names.is_empty() => Ok(()),
            None => self.remove_default(),
            Some(_) if names.len() == 1 => Ok(()),
            Some(entry) => self.write_default(lock, &entry.name),
        }
    }

    fn write_default(&self, lock: &Lock, name: &str) -> Result<(), StoreError> {
        replace(lock, &self.root.join(DEFAULT), name)
    }

    fn remove_default(&self) -> Result<(), StoreError> {
        AtomicFile::find(&self.root.join(DEFAULT))?.remove()?;
        Ok(())
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
