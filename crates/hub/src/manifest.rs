//! What exactly the files of a model should be: as pinned here, as the hub declared them, or as they came in.

use std::fs;
use std::io;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use crate::catalogue::ModelSpec;
use crate::disk;
use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::needed::{TOKENS, missing, needed};
use crate::shards::{self, INDEX, LONGEST_INDEX, WHOLE};
use crate::stamp::Stamp;
use crate::sums::{as_git, as_sha256, sum_of_bytes};

/// The file in a model's folder that says this, where nothing is pinned.
pub(crate) const NAME: &str = "naragtive.json";

/// The files of one revision of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The revision on the hub, if they came from there.
    pub(crate) revision: Option<String>,
    pub(crate) files: Vec<FileEntry>,
}

impl Manifest {
    /// The pins of a model that has some.
    pub(crate) fn pinned(spec: &ModelSpec) -> Option<Self> {
        let files = || spec.files.iter().map(FileEntry::pinned).collect();
        spec.is_pinned().then(|| Self { revision: Some(spec.revision.to_owned()), files: files() })
    }

    /// What the files in `folder` should be: the pins, else what was written when they came in, else nothing is
    /// known but the sums that the cache of the Hugging Face libraries has in its links.
    pub(crate) fn of(spec: &ModelSpec, folder: &Path) -> Result<Self, HubError> {
        match Self::pinned(spec) {
            Some(pinned) => Ok(pinned),
            None if folder.join(NAME).is_file() => Self::read(folder),
            None => Self::found(spec, folder),
        }
    }

    /// The files of a model without pins as they are at `origin`, which errors name: those of the catalogue, and where
    /// the weights aren't in one file, those of the index. `find` says what is known of a file, none where it isn't
    /// there; `read` reads the index.
    ///
    /// # Errors
    /// [`HubError::FileMissing`], [`HubError::BadIndex`], and those of the two.
    pub(crate) fn gather(
        spec: &ModelSpec,
        origin: &Path,
        find: impl Fn(&str) -> Result<Option<FileEntry>, HubError>,
        read: impl FnOnce(&FileEntry) -> Result<Vec<u8>, HubError>,
    ) -> Result<Self, HubError> {
        let mut files = Vec::new();
        for file in spec.files {
            match find(file.path)? {
                Some(entry) => files.push(entry),
                None if file.required && file.path != WHOLE => return Err(missing(origin, file.path)),
                None => {}
            }
        }
        if !files.iter().any(|file| file.path == WHOLE) {
            files.extend(in_shards(origin, find, read)?);
        }
        needed(origin, |path| files.iter().any(|file| file.path == path))?;
        Ok(Self { revision: None, files })
    }

    /// The files there are in a folder, with the sums that links name.
    fn found(spec: &ModelSpec, folder: &Path) -> Result<Self, HubError> {
        let find = |file: &str| {
            let path = folder.join(file);
            match fs::metadata(&path) {
                Ok(meta) if meta.is_file() => Ok(Some(linked(file, &path, meta.len()))),
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(&path)(error)),
                _ => Ok(None),
            }
        };
        let index = folder.join(INDEX);
        Self::gather(spec, folder, find, |_| fs::read(&index).map_err(io_at(&index)))
    }

    /// The files of weights in a folder of which nothing else is known, and the one of tokens, which may be large too.
    pub(crate) fn of_large(folder: &Path) -> Result<Self, HubError> {
        let find = |name: &str| {
            let path = folder.join(name);
            match fs::metadata(&path) {
                Ok(meta) => Ok(Some(FileEntry::found(name, meta.len(), None))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(io_at(&path)(error)),
            }
        };
        let index = folder.join(INDEX);
        let files = match find(WHOLE)? {
            Some(whole) => vec![whole],
            None => in_shards(folder, find, |_| fs::read(&index).map_err(io_at(&index)))?,
        };
        let files = files.into_iter().chain(find(TOKENS)?).collect();
        Ok(Self { revision: None, files })
    }

    fn read(folder: &Path) -> Result<Self, HubError> {
        let path = folder.join(NAME);
        let bytes = fs::read(&path).map_err(io_at(&path))?;
        let bad = |reason: String| HubError::BadManifest { path: path.clone(), reason };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| bad(error.to_string()))?;
        match manifest.files.iter().find(|file| !is_inside(&file.path)) {
            Some(file) => Err(bad(format!("expected a path in its folder, found `{}`", file.path))),
            None => Ok(manifest),
        }
    }

    /// Writes it into the model's folder, with the sums that were seen there.
    pub(crate) fn write(mut self, folder: &Path, seen: &Stamp) -> Result<(), HubError> {
        self.files.retain(|file| seen.sum(&file.path).is_some());
        for file in &mut self.files {
            file.sha256 = seen.sum(&file.path).map(str::to_owned);
        }
        let path = folder.join(NAME);
        let bytes = serde_json::to_vec_pretty(&self).map_err(|error| io_at(&path)(error.into()))?;
        disk::replace(&path, &bytes).map_err(io_at(&path))
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// The index and the files it names; none where there is no index.
fn in_shards(
    origin: &Path,
    find: impl Fn(&str) -> Result<Option<FileEntry>, HubError>,
    read: impl FnOnce(&FileEntry) -> Result<Vec<u8>, HubError>,
) -> Result<Vec<FileEntry>, HubError> {
    let Some(index) = find(INDEX)? else { return Ok(Vec::new()) };
    let path = origin.join(INDEX);
    if index.bytes > LONGEST_INDEX {
        let reason = format!("expected at most {LONGEST_INDEX} bytes, found {}", index.bytes);
        return Err(HubError::BadIndex { path, reason });
    }
    let bytes = read(&index)?;
    // What is taken in must be what was read here.
    let index = FileEntry::found(INDEX, bytes.len() as u64, Some(sum_of_bytes(&bytes)));
    let shards = shards::names(&bytes, &path)?.into_iter();
    let shards = shards.map(|name| find(&name)?.ok_or_else(|| missing(origin, &name)));
    std::iter::once(Ok(index)).chain(shards).collect()
}

/// Whether a path leads to a place in the folder that it starts from.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// A file that is there; the target of a link in the cache of the Hugging Face libraries is called after its sum.
fn linked(file: &str, path: &Path, bytes: u64) -> FileEntry {
    let target = fs::read_link(path).ok();
    let name = target.as_deref().and_then(|target| target.file_name()?.to_str()).unwrap_or_default();
    FileEntry { git: as_git(name), ..FileEntry::found(file, bytes, as_sha256(name)) }
}
