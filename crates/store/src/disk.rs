use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::StoreError;

const TEMPORARY: &str = ".tmp";
const RANDOM_LETTERS: usize = 6;

/// Where a file really is, links followed, whether it is there yet or not.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    name: OsString,
}

/// An advisory lock, held until it is dropped. Readers need none.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Place {
    pub(crate) fn find(path: &Path) -> Result<Self, StoreError> {
        let found = resolve(path).map_err(StoreError::io("find the folder of", path))?;
        if fs::metadata(&found).is_ok_and(|found| !found.is_file()) {
            return Err(StoreError::io("write", path)(io::Error::other("it is not a regular file")));
        }
        match (found.parent(), found.file_name()) {
            (Some(folder), Some(name)) => Ok(Self { folder: folder.to_owned(), name: name.to_owned() }),
            _ => Err(StoreError::io("write", path)(io::ErrorKind::InvalidInput.into())),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Waits for the lock beside this file, `.NAME.lock`.
    pub(crate) fn lock(&self) -> Result<Lock, StoreError> {
        Lock::take(&self.folder.join(joined(&[".".as_ref(), &self.name, ".lock".as_ref()])))
    }

    /// Checks that this file can be replaced, by making and removing a temporary one beside it.
    pub(crate) fn check_writable(&self) -> Result<(), StoreError> {
        let path = self.path();
        // What may not be written must not be replaced either, though the folder would allow it.
        match OpenOptions::new().write(true).open(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io("write", &path)(error))
            }
            _ => self.temporary().map(drop),
        }
    }

    /// Replaces the file by what `fill` writes, all of it or nothing: a temporary file beside it is
    /// filled, synced and renamed, then the folder is synced. Permissions stay.
    ///
    /// The caller holds the lock, so temporary files of this name are left from a process that was
    /// killed, and are removed.
    pub(crate) fn replace<T>(
        &self,
        fill: impl FnOnce(&mut File) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.check_writable()?;
        self.sweep();
        let path = self.path();
        let mut temporary = self.temporary()?;
        let filled = fill(temporary.as_file_mut())?;
        if let Ok(found) = fs::metadata(&path) {
            let kept = temporary.as_file().set_permissions(found.permissions());
            kept.map_err(StoreError::io("keep the permissions of", &path))?;
        }
        temporary.as_file().sync_all().map_err(StoreError::io("write", &path))?;
        temporary.persist(&path).map_err(|error| StoreError::io("replace", &path)(error.error))?;
        sync_folder(&self.folder)?;
        Ok(filled)
    }

    /// Removes the file, if it is there, for good.
    pub(crate) fn remove(&self) -> Result<(), StoreError> {
        let path = self.path();
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::io("remove", &path)(error)),
            Ok(()) => sync_folder(&self.folder),
        }
    }

    fn temporary(&self) -> Result<NamedTempFile, StoreError> {
        let prefix = self.temporary_prefix();
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY).rand_bytes(RANDOM_LETTERS);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = builder.tempfile_in(&self.folder).map_err(without_path);
        made.map_err(StoreError::io("write into the folder", &self.folder))
    }

    fn temporary_prefix(&self) -> OsString {
        joined(&[".".as_ref(), &self.name, ".".as_ref()])
    }

    fn sweep(&self) {
        let prefix = self.temporary_prefix();
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for file in files.flatten().filter(|file| is_temporary(&file.file_name(), &prefix)) {
            // It is in nobody's way: the next writer tries again.
            fs::remove_file(file.path()).ok();
        }
    }
}

impl Lock {
    /// Waits for the lock that the file at `path` stands for; makes the file where there is none.
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                OpenOptions::new().write(true).create(true).truncate(false).open(path)
            }
            opened => opened,
        };
        let file = file.map_err(StoreError::io("open the lock", path))?;
        file.lock().map_err(StoreError::io("take the lock", path))?;
        Ok(Self(file))
    }
}

/// What the system said, without the random name that the library puts behind it.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    io::Error::new(error.kind(), text.split(" at path ").next().unwrap_or(&text))
}

fn is_temporary(name: &OsStr, prefix: &OsStr) -> bool {
    let (name, prefix) = (name.as_encoded_bytes(), prefix.as_encoded_bytes());
    let rest = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(TEMPORARY.as_bytes()));
    rest.is_some_and(|random| random.len() == RANDOM_LETTERS && random.iter().all(u8::is_ascii_alphanumeric))
}

fn joined(parts: &[&OsStr]) -> OsString {
    parts.iter().copied().collect()
}

fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => resolve_missing(path),
        found => found,
    }
}

/// A file that isn't there yet, or a link to one. Links in a circle never come here.
fn resolve_missing(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
    match fs::read_link(path) {
        Ok(target) => resolve(&folder.join(target)),
        Err(_) => Ok(folder.join(path.file_name().ok_or(io::ErrorKind::InvalidInput)?)),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(StoreError::io("sync the folder", folder))
}

/// Elsewhere folders can't be opened as files, and a rename is the file system's own business.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), StoreError> {
    Ok(())
}
