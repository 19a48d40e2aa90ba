//! Notes about files that were summed up before.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use naragtive_disk::note_use;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::disk;
use crate::needed::TOKENS;
use crate::sums::hex;

/// What was seen of a folder's files when they were last summed up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    folder: PathBuf,
    files: BTreeMap<String, Seen>,
}

/// One file: as long as all of this but the sum is as it was noted, the sum is believed to be, too.
///
/// Size and time of change alone don't do: a fine-tuned model is as long as the one it was made from, and archives,
/// layers of images and `cp -p` give files whatever time they like. Nobody chooses the number of a file and the time at
/// which the system noted a change of it; where there are none of these, and for what was written in the same instant,
/// blocks from all over the file are summed up, which takes a fraction of a millisecond.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) bytes: u64,
    /// Seconds and nanoseconds since 1970; none where the file system does not know.
    changed: Option<(u64, u32)>,
    /// The file's number, and seconds and nanoseconds of its last change of any kind; none where the system has none.
    node: Option<(u64, i64, i64)>,
    /// SHA-256 of the blocks, in hex.
    sample: String,
    pub(crate) sha256: String,
}

/// So many blocks of so many bytes are looked at.
const BLOCKS: u64 = 32;
const BLOCK: u64 = 4096;

impl Seen {
    /// A file that nobody has summed up yet.
    pub(crate) fn look(path: &Path, meta: &Metadata) -> io::Result<Self> {
        let changed = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map(|time| (time.as_secs(), time.subsec_nanos()));
        let sample = sample(path, meta.len())?;
        Ok(Self { bytes: meta.len(), changed, node: node(meta), sample, sha256: String::new() })
    }

    /// Whether it is the same file as when `known` was noted.
    pub(crate) fn is_unchanged_since(&self, known: &Self) -> bool {
        (self.bytes, self.changed, self.node, &self.sample)
            == (known.bytes, known.changed, known.node, &known.sample)
    }
}

#[cfg(unix)]
fn node(meta: &Metadata) -> Option<(u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.ino(), meta.ctime(), meta.ctime_nsec()))
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> Option<(u64, i64, i64)> {
    None
}

/// The sum of all of a short file, and of blocks at even distances of a long one.
fn sample(path: &Path, bytes: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = Vec::new();
    let step = (bytes / BLOCKS).max(BLOCK);
    for block in 0..BLOCKS {
        file.seek(SeekFrom::Start(block * step))?;
        buffer.clear();
        file.by_ref().take(BLOCK).read_to_end(&mut buffer)?;
        sum.update(&buffer);
        if (block + 1) * step >= bytes {
            break;
        }
    }
    Ok(hex(&sum.finalize()))
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
        if known.is_some() {
            note_use(&stamps.join("used"));
        }
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

    /// The sums of the files of weights, by the names of these.
    pub(crate) fn weights(&self) -> BTreeMap<String, String> {
        let weights = self.files.iter().filter(|(name, _)| name.ends_with(".safetensors"));
        weights.map(|(name, seen)| (name.clone(), seen.sha256.clone())).collect()
    }

    /// The sums of those and of the file of tokens: what is so large that whoever opens a model keeps it in another form.
    pub(crate) fn large(&self) -> BTreeMap<String, String> {
        let tokens = self.sum(TOKENS).map(|sum| (TOKENS.to_owned(), sum.to_owned()));
        self.weights().into_iter().chain(tokens).collect()
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
    let mut name = hex(&Sha256::digest(folder.as_os_str().as_encoded_bytes()));
    name.truncate(16);
    stamps.join(name + ".json")
}
