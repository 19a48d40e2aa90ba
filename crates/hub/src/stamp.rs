//! Notes about files that were summed up before.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::check::hex;
use crate::disk;

/// What was seen of a folder's files when they were last summed up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    folder: PathBuf,
    files: BTreeMap<String, Seen>,
}

/// One file: the same size and time of change mean the same sum.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) bytes: u64,
    /// Seconds and nanoseconds since 1970; none where the file system does not know.
    changed: Option<(u64, u32)>,
    pub(crate) sha256: String,
}

impl Seen {
    /// A file that nobody has summed up yet.
    pub(crate) fn new(meta: &Metadata) -> Self {
        let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map(|time| (time.as_secs(), time.subsec_nanos()));
        Self { bytes: meta.len(), changed, sha256: String::new() }
    }

    /// Whether it is the same file as when `known` was noted.
    pub(crate) fn is_unchanged_since(&self, known: &Self) -> bool {
        self.bytes == known.bytes && self.changed == known.changed
    }
}

impl Stamp {
    /// A stamp that knows nothing yet.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: whole(folder), files: BTreeMap::new() }
    }

    /// The note about `folder`; an empty one when there is none or it is damaged.
    pub(crate) fn load(stamps: &Path, folder: &Path) -> Self {
        let folder = whole(folder);
        let note = fs::read(file_for(stamps, &folder)).ok();
        let stamp: Option<Self> = note.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let known = stamp.filter(|stamp| stamp.folder == folder);
        known.unwrap_or_else(|| Self::new(&folder))
    }

    /// Writes the note. Failing to is no loss but of time.
    pub(crate) fn save(&self, stamps: &Path) {
        if let Ok(bytes) = serde_json::to_vec_pretty(self) {
            let _ = fs::create_dir_all(stamps);
            let _ = disk::replace(&file_for(stamps, &self.folder), &bytes);
        }
    }

    /// What is known of a file, if its time of change is part of it.
    pub(crate) fn get(&self, file: &str) -> Option<&Seen> {
        self.files.get(file).filter(|seen| seen.changed.is_some())
    }

    /// The sum a file had when it was last seen.
    pub(crate) fn sum(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(|seen| seen.sha256.as_str())
    }

    pub(crate) fn put(&mut self, file: &str, seen: Seen) {
        self.files.insert(file.into(), seen);
    }

    /// The same notes about a folder that was renamed.
    pub(crate) fn moved_to(self, folder: &Path) -> Self {
        Self { folder: whole(folder), ..self }
    }
}

/// One spelling for one folder, so that `.` in two places is not the same note.
fn whole(folder: &Path) -> PathBuf {
    fs::canonicalize(folder).unwrap_or_else(|_| folder.into())
}

fn file_for(stamps: &Path, folder: &Path) -> PathBuf {
    let mut name = hex(Sha256::new().chain_update(folder.as_os_str().as_encoded_bytes()));
    name.truncate(16);
    stamps.join(name + ".json")
}
