//! What exactly the files of a model should be: as pinned here, as the hub declared them, or as they came in.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::catalogue::{FileSpec, ModelSpec};
use crate::check::missing;
use crate::disk;
use crate::error::{HubError, io_at};
use crate::stamp::Stamp;

/// The file in a model's folder that says this, where nothing is pinned.
pub(crate) const NAME: &str = "naragtive.json";

/// The files of one revision of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The revision on the hub, if they came from there.
    pub(crate) revision: Option<String>,
    pub(crate) files: Vec<Entry>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// None where nobody said.
    pub(crate) sha256: Option<String>,
    /// Whether the model is unusable without it.
    #[serde(skip, default = "always")]
    pub(crate) required: bool,
}

/// What was there when a manifest was written is needed.
fn always() -> bool {
    true
}

impl Entry {
    fn pinned(file: &FileSpec) -> Self {
        Self {
            path: file.path.to_owned(),
            bytes: file.bytes,
            sha256: file.sha256.map(str::to_owned),
            required: file.required,
        }
    }

    /// What a file of this size should be: as pinned, if it is.
    pub(crate) fn expected(file: &FileSpec, bytes: u64) -> Self {
        let pinned = Self::pinned(file);
        if pinned.sha256.is_some() { pinned } else { Self { bytes, ..pinned } }
    }

    /// An entry for a file that was found with this size.
    pub(crate) fn found(file: &FileSpec, bytes: u64, sha256: Option<String>) -> Self {
        Self { bytes, sha256, ..Self::pinned(file) }
    }
}

impl Manifest {
    /// The pins of a model that has some.
    pub(crate) fn pinned(spec: &ModelSpec) -> Option<Self> {
        let files = || spec.files.iter().map(Entry::pinned).collect();
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

    /// The files there are, with the sums that links name.
    pub(crate) fn found(spec: &ModelSpec, folder: &Path) -> Result<Self, HubError> {
        let mut files = Vec::new();
        for file in spec.files {
            let path = folder.join(file.path);
            match fs::metadata(&path) {
                Ok(meta) if meta.is_file() => files.push(Entry::found(file, meta.len(), linked_sum(&path))),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_at(&path)(error)),
                _ if file.required => return Err(missing(folder, file.path)),
                _ => {}
            }
        }
        Ok(Self { revision: None, files })
    }

    fn read(folder: &Path) -> Result<Self, HubError> {
        let path = folder.join(NAME);
        let bytes = fs::read(&path).map_err(io_at(&path))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| HubError::BadManifest { path: path.clone(), reason: error.to_string() })
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

/// The sum that a link's target is called after.
fn linked_sum(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    target.file_name()?.to_str().and_then(as_sum)
}

/// A SHA-256 in hex, if it is one.
pub(crate) fn as_sum(text: &str) -> Option<String> {
    let is_sum = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sum.then(|| text.to_ascii_lowercase())
}
