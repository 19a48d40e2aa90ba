//! An index's folder: `manifest`, the segments it names, and `.build-*` folders of those who build.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::IndexError;
use crate::index::manifest::{Entry, Manifest, SEGMENT};

const MANIFEST: &str = "manifest";
const LOCK: &str = ".lock";
const BUILD: &str = ".build-";

/// A folder inside an index's folder that only one builder writes to.
#[derive(Debug)]
pub(crate) struct BuildFolder {
    folder: PathBuf,
    /// Removed with what is in it when dropped.
    build: TempDir,
    /// Tells others that somebody is still building here.
    _lock: File,
}

/// The manifest's bytes; none if there is none.
pub(crate) fn read_manifest(folder: &Path) -> Result<Option<Vec<u8>>, IndexError> {
    let path = folder.join(MANIFEST);
    match fs::read(&path) {
        Err(error) if is_absent(&error) => Ok(None),
        read => read.map(Some).map_err(IndexError::io("read", &path)),
    }
}

/// Whether the file, or the folder it should be in, is not there.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl BuildFolder {
    /// Makes the index's folder, if it isn't there, and a folder in it to build in.
    pub(crate) fn new(folder: &Path) -> Result<Self, IndexError> {
        fs::create_dir_all(folder).map_err(IndexError::io("make the folder", folder))?;
        // Held while the new folder has no lock yet: without one it would be swept as rubbish.
        let _guard = lock(&folder.join(LOCK))?;
        let build = tempfile::Builder::new().prefix(BUILD).tempdir_in(folder);
        let build = build.map_err(IndexError::io("make a folder in", folder))?;
        let own = lock(&build.path().join(LOCK))?;
        Ok(Self { folder: folder.to_owned(), build, _lock: own })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new file to write a segment to, and its path.
    pub(crate) fn create_segment(&self) -> Result<(File, PathBuf), IndexError> {
        let path = self.build.path().join("open");
        let file = File::create(&path).map_err(IndexError::io("write", &path))?;
        Ok((file, path))
    }

    /// Gives a written segment its name; what comes back is its path.
    pub(crate) fn keep_segment(&self, from: &Path, entry: Entry) -> Result<PathBuf, IndexError> {
        let path = self.build.path().join(entry.file_name());
        fs::rename(from, &path).map_err(IndexError::io("rename", from))?;
        Ok(path)
    }

    /// Puts the segments that were built here, and then the manifest, in the place of what is there.
    ///
    /// # Errors
    /// If `base` is given and the manifest there is another one by now, and if the system refuses: then the index is
    /// what it was.
    pub(crate) fn commit(&self, manifest: &Manifest, base: Option<&[u8]>) -> Result<(), IndexError> {
        let _guard = lock(&self.folder.join(LOCK))?;
        if base.is_some() && read_manifest(&self.folder)?.as_deref() != base {
            return Err(IndexError::Replaced { folder: self.folder.clone() });
        }
        for entry in &manifest.segments {
            let built = self.build.path().join(entry.file_name());
            if built.exists() {
                let path = self.folder.join(entry.file_name());
                fs::rename(&built, &path).map_err(IndexError::io("write", &path))?;
            }
        }
        sync_folder(&self.folder)?;
        self.put_manifest(&manifest.encode())?;
        self.sweep(manifest);
        Ok(())
    }

    fn put_manifest(&self, bytes: &[u8]) -> Result<(), IndexError> {
        let (new, path) = (self.build.path().join(MANIFEST), self.folder.join(MANIFEST));
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(IndexError::io("write", &new))?;
        fs::rename(&new, &path).map_err(IndexError::io("replace", &path))?;
        sync_folder(&self.folder)
    }

    /// Removes segments that aren't in use, and what killed builders left. What can't be removed is in nobody's way.
    fn sweep(&self, manifest: &Manifest) {
        let used: Vec<String> = manifest.segments.iter().map(|entry| entry.file_name()).collect();
        for found in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = found.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.ends_with(SEGMENT) && !used.iter().any(|used| used == name) {
                fs::remove_file(found.path()).ok();
            } else if name.starts_with(BUILD) && found.path() != self.build.path() && is_left(&found.path()) {
                fs::remove_dir_all(found.path()).ok();
            }
        }
    }
}

/// Whether nobody builds in this folder any more.
fn is_left(build: &Path) -> bool {
    File::open(build.join(LOCK)).map_or_else(|error| is_absent(&error), |file| file.try_lock().is_ok())
}

/// Removes the index: its manifest, its segments and what builders left. The folder goes too if nothing else is in it.
///
/// # Errors
/// What the system says. A folder that isn't there is no error.
pub fn remove_index(folder: &Path) -> Result<(), IndexError> {
    let ours = |name: &OsStr| {
        let name = name.to_string_lossy();
        name == MANIFEST || name == LOCK || name.ends_with(SEGMENT)
    };
    let found = match fs::read_dir(folder) {
        Err(error) if is_absent(&error) => return Ok(()),
        found => found.map_err(IndexError::io("read the folder", folder))?,
    };
    for found in found.flatten() {
        let path = found.path();
        let removed = if ours(&found.file_name()) {
            fs::remove_file(&path)
        } else if found.file_name().to_string_lossy().starts_with(BUILD) && is_left(&path) {
            fs::remove_dir_all(&path)
        } else {
            continue;
        };
        if let Err(error) = removed.or_else(|error| if is_absent(&error) { Ok(()) } else { Err(error) }) {
            return Err(IndexError::Io { action: "remove", path, source: error });
        }
    }
    // It stays where somebody else put something.
    fs::remove_dir(folder).ok();
    Ok(())
}

/// Waits for the lock that the file at `path` stands for; it is free again when the file is dropped.
fn lock(path: &Path) -> Result<File, IndexError> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(IndexError::io("open the lock", path))?;
    file.lock().map_err(IndexError::io("take the lock", path))?;
    Ok(file)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), IndexError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(IndexError::io("sync the folder", folder))
}

/// Elsewhere folders can't be opened as files, and a rename is the file system's own business.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), IndexError> {
    Ok(())
}
