//! An index's folder: `manifest`, the segments it names, and `.build-*` folders of those who build.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use naragtive_disk::{AtomicFile, DiskError, Lock, Patience, sync_folder};
use tempfile::TempDir;

use crate::IndexError;
use crate::index::manifest::{IndexManifest, SEGMENT, SegmentEntry};

const MANIFEST: &str = "manifest";
const LOCK: &str = ".lock";
const BUILD: &str = ".build-";
/// What a manifest begins with that was being written when its writer was killed.
const HALF_MANIFEST: &str = ".manifest.";

/// A folder inside an index's folder that only one builder writes to.
#[derive(Debug)]
pub(crate) struct BuildFolder {
    folder: PathBuf,
    /// Removed with what is in it when dropped.
    build: TempDir,
    /// Tells others that somebody is still building here.
    _lock: Lock,
    patience: Patience,
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
    pub(crate) fn new(folder: &Path, patience: &Patience) -> Result<Self, IndexError> {
        fs::create_dir_all(folder).map_err(IndexError::io("make the folder", folder))?;
        // Held while the new folder has no lock yet: without one it would be swept as rubbish.
        let _guard = lock(folder, patience)?;
        let build = tempfile::Builder::new().prefix(BUILD).tempdir_in(folder);
        let build = build.map_err(IndexError::io("make a folder in", folder))?;
        let own = lock(build.path(), patience)?;
        Ok(Self { folder: folder.to_owned(), build, _lock: own, patience: patience.clone() })
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
    pub(crate) fn keep_segment(&self, from: &Path, entry: SegmentEntry) -> Result<PathBuf, IndexError> {
        let path = self.build.path().join(entry.file_name());
        fs::rename(from, &path).map_err(IndexError::io("rename", from))?;
        Ok(path)
    }

    /// Puts the segments that were built here, and then the manifest, in the place of what is there.
    ///
    /// # Errors
    /// If `base` is given and the manifest there is another one by now, and if the system refuses: then the index is
    /// what it was.
    pub(crate) fn commit(&self, manifest: &IndexManifest, base: Option<&[u8]>) -> Result<(), IndexError> {
        let guard = lock(&self.folder, &self.patience)?;
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
        self.put_manifest(&manifest.encode(), &guard)?;
        self.sweep(manifest);
        Ok(())
    }

    fn put_manifest(&self, bytes: &[u8], guard: &Lock) -> Result<(), IndexError> {
        let path = self.folder.join(MANIFEST);
        let written = AtomicFile::find(&path)?
            .replace(guard, |file| file.write_all(bytes).map_err(DiskError::io("write", &path)));
        Ok(written?)
    }

    /// Removes segments that aren't in use, and what killed builders left. What can't be removed is in nobody's way.
    fn sweep(&self, manifest: &IndexManifest) {
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

/// Whether the folder holds an index, or somebody is building one there.
pub fn is_index(folder: &Path) -> bool {
    folder.join(MANIFEST).exists() || builds(folder).iter().any(|build| !is_left(build))
}

/// The folders that builders which were killed left in an index's folder.
pub fn left_builds(folder: &Path) -> Vec<PathBuf> {
    builds(folder).into_iter().filter(|build| is_left(build)).collect()
}

/// Removes what builders that were killed left; the index stays as it is.
///
/// # Errors
/// What the system says, and when the lock isn't free before `patience` is over.
pub fn remove_left_builds(folder: &Path, patience: &Patience) -> Result<(), IndexError> {
    // Held so that no folder is taken for left whose builder is about to lock it.
    let _guard = lock(folder, patience)?;
    for build in left_builds(folder) {
        match fs::remove_dir_all(&build) {
            Err(error) if !is_absent(&error) => return Err(IndexError::io("remove", &build)(error)),
            _ => {}
        }
    }
    Ok(())
}

fn builds(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let builds = found.filter(|found| found.file_name().to_string_lossy().starts_with(BUILD));
    builds.map(|found| found.path()).collect()
}

/// Removes the index: its manifest, its segments and what builders left. The folder goes too if nothing else is in it.
///
/// # Errors
/// What the system says, and when the lock isn't free before `patience` is over. A folder that isn't there is no error.
pub fn remove_index(folder: &Path, patience: &Patience) -> Result<(), IndexError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let guard = lock(folder, patience)?;
    let found = fs::read_dir(folder).map_err(IndexError::io("read the folder", folder))?;
    for path in found.flatten().map(|found| found.path()) {
        let removed = remove_if_ours(&path);
        if let Err(error) = removed.or_else(|error| if is_absent(&error) { Ok(()) } else { Err(error) }) {
            return Err(IndexError::io("remove", &path)(error));
        }
    }
    // Last, and while it is held: whoever waits for it makes a new one.
    guard.remove()?;
    // It stays where somebody else put something.
    fs::remove_dir(folder).ok();
    Ok(())
}

fn remove_if_ours(path: &Path) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name == MANIFEST || name.starts_with(HALF_MANIFEST) || name.ends_with(SEGMENT) {
        fs::remove_file(path)
    } else if name.starts_with(BUILD) && is_left(path) {
        fs::remove_dir_all(path)
    } else {
        Ok(())
    }
}

/// Waits for the lock of a folder; it is free again when it is dropped.
fn lock(folder: &Path, patience: &Patience) -> Result<Lock, IndexError> {
    Ok(Lock::take(&folder.join(LOCK), folder, patience)?)
}
