use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::{DiskError, Lock, Patience, sync_folder};

const TEMPORARY: &str = ".tmp";
const RANDOM_LETTERS: usize = 6;

/// Where a file really is, links followed, whether it is there yet or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomicFile {
    folder: PathBuf,
    name: OsString,
}

impl AtomicFile {
    /// The place that `path` means.
    ///
    /// # Errors
    /// When its folder isn't there, or something is there that isn't a file.
    pub fn find(path: &Path) -> Result<Self, DiskError> {
        let found = resolve(path).map_err(DiskError::io("find the folder of", path))?;
        if fs::metadata(&found).is_ok_and(|found| !found.is_file()) {
            return Err(DiskError::io("write", path)(io::Error::other("it is not a regular file")));
        }
        match (found.parent(), found.file_name()) {
            (Some(folder), Some(name)) => Ok(Self { folder: folder.to_owned(), name: name.to_owned() }),
            _ => Err(DiskError::io("write", path)(io::ErrorKind::InvalidInput.into())),
        }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Waits for the lock beside this file, `.NAME.lock`.
    ///
    /// # Errors
    /// As [`Lock::take`].
    pub fn lock(&self, patience: &Patience) -> Result<Lock, DiskError> {
        let lock = self.folder.join(joined(&[".".as_ref(), &self.name, ".lock".as_ref()]));
        Lock::take(&lock, &self.path(), patience)
    }

    /// Checks that this file can be replaced, by making and removing a temporary one beside it.
    ///
    /// # Errors
    /// When the folder can't be written, or the file may not be.
    pub fn check_writable(&self) -> Result<(), DiskError> {
        let path = self.path();
        // What may not be written must not be replaced either, though the folder would allow it.
        match OpenOptions::new().write(true).open(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(DiskError::io("write", &path)(error))
            }
            _ => self.temporary().map(drop),
        }
    }

    /// Replaces the file by what `fill` writes, all of it or nothing: a temporary file beside it is filled, synced and
    /// renamed, then the folder is synced. Permissions stay.
    ///
    /// `held` is a lock that everybody takes who replaces this file. So temporary files of its name are left from a
    /// process that was killed, and are removed.
    ///
    /// # Errors
    /// When the system refuses, and what `fill` says.
    pub fn replace<T, E: From<DiskError>>(
        &self,
        held: &Lock,
        fill: impl FnOnce(&mut File) -> Result<T, E>,
    ) -> Result<T, E> {
        self.check_writable()?;
        self.remove_leftovers(held);
        self.put(fill)
    }

    pub(crate) fn put<T, E: From<DiskError>>(
        &self,
        fill: impl FnOnce(&mut File) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.path();
        let mut temporary = self.temporary()?;
        let filled = fill(temporary.as_file_mut())?;
        if let Ok(found) = fs::metadata(&path) {
            let kept = temporary.as_file().set_permissions(found.permissions());
            kept.map_err(DiskError::io("keep the permissions of", &path))?;
        }
        temporary.as_file().sync_all().map_err(DiskError::io("write", &path))?;
        put_in_place(temporary, &path).map_err(DiskError::io("replace", &path))?;
        sync_folder(&self.folder)?;
        Ok(filled)
    }

    /// Removes the file, if it is there, for good; says whether it was.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self) -> Result<bool, DiskError> {
        let path = self.path();
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(DiskError::io("remove", &path)(error)),
            Ok(()) => sync_folder(&self.folder).map(|()| true),
        }
    }

    /// An empty file in the same folder that has no name there: nobody else sees it, and it is gone with the process.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn nameless(&self) -> Result<File, DiskError> {
        let made = tempfile::tempfile_in(&self.folder).map_err(without_path);
        made.map_err(DiskError::io("write into the folder", &self.folder))
    }

    fn temporary(&self) -> Result<NamedTempFile, DiskError> {
        let prefix = self.temporary_prefix();
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY).rand_bytes(RANDOM_LETTERS);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = builder.tempfile_in(&self.folder).map_err(without_path);
        made.map_err(DiskError::io("write into the folder", &self.folder))
    }

    fn temporary_prefix(&self) -> OsString {
        joined(&[".".as_ref(), &self.name, ".".as_ref()])
    }

    /// Removes what processes that were killed left of this file while they wrote it anew. `held` is as in
    /// [`AtomicFile::replace`].
    pub fn remove_leftovers(&self, _held: &Lock) {
        let prefix = self.temporary_prefix();
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        for file in files.flatten().filter(|file| is_temporary(&file.file_name(), &prefix)) {
            // It is in nobody's way: the next writer tries again.
            fs::remove_file(file.path()).ok();
        }
    }
}

/// Renames a temporary file that is filled. The standard library's rename replaces a file that others have open, on Windows
/// too, where that of the temporary file doesn't.
fn put_in_place(temporary: NamedTempFile, path: &Path) -> io::Result<()> {
    let kept = temporary.into_temp_path().keep().map_err(|error| error.error)?;
    fs::rename(&kept, path).inspect_err(|_| drop(fs::remove_file(&kept)))
}

/// What the system said, without the random name that the library puts behind it.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    io::Error::new(error.kind(), text.split(" at path ").next().unwrap_or(&text))
}

fn is_temporary(name: &OsStr, prefix: &OsStr) -> bool {
    let (name, prefix) = (name.as_encoded_bytes(), prefix.as_encoded_bytes());
    let rest = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(TEMPORARY.as_bytes()));
    rest.is_some_and(is_random)
}

fn is_random(letters: &[u8]) -> bool {
    letters.len() == RANDOM_LETTERS && letters.iter().all(u8::is_ascii_alphanumeric)
}

/// The name of the file that a temporary file of this name is to become; none where it is no temporary file of ours.
pub fn target_of_temporary(name: &OsStr) -> Option<&str> {
    let (rest, random) = name.to_str()?.strip_prefix('.')?.strip_suffix(TEMPORARY)?.rsplit_once('.')?;
    (is_random(random.as_bytes()) && !rest.is_empty()).then_some(rest)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_file_says_what_it_is_to_become_and_no_other_name_does() {
        for (name, target) in [
            (".s.parquet.aB3xYz.tmp", Some("s.parquet")),
            (".registry.json.000000.tmp", Some("registry.json")),
            (".s.aB3xYz.tmp", Some("s")),
            (".a.b.c.aB3xYz.tmp", Some("a.b.c")),
            ("s.parquet.aB3xYz.tmp", None),
            (".s.parquet.aB3xY.tmp", None),
            (".s.parquet.aB3x-z.tmp", None),
            ("..aB3xYz.tmp", None),
            (".s.parquet.lock", None),
            (".tmp", None),
            ("", None),
        ] {
            assert_eq!(target_of_temporary(OsStr::new(name)), target, "{name}");
        }
    }

    #[test]
    fn what_a_write_makes_is_known_as_its_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = AtomicFile::find(&folder.path().join("s.parquet")).unwrap();
        let temporary = place.temporary().unwrap();
        assert_eq!(target_of_temporary(temporary.path().file_name().unwrap()), Some("s.parquet"));
    }
}
