use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use naragtive_store::StoreRef;

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What something that is kept is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CacheKind {
    /// The index of a store.
    Index,
    /// The weights of a model, packed for the instructions of this machine.
    Weights,
    /// Notes about files of models that were checked, so that they needn't be summed up each time.
    Checks,
    /// The store of the sample exports.
    Sample,
    /// Half a model, from which the next fetch goes on.
    Download,
    /// What a process that was killed left, and nobody will use.
    Leftover,
}

/// Something that is kept and can be made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// What it is.
    pub kind: CacheKind,
    /// Its file or folder.
    pub path: PathBuf,
    /// The store's file, of an index that says whose it is.
    pub store: Option<StoreRef>,
    /// Bytes, of all files in it.
    pub bytes: u64,
    /// When it was used last, or made; none where the disk doesn't tell.
    pub used: Option<SystemTime>,
}

impl CacheKind {
    /// The kind in one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Weights => "weights",
            Self::Checks => "checks",
            Self::Sample => "sample",
            Self::Download => "download",
            Self::Leftover => "leftover",
        }
    }
}

impl CacheEntry {
    /// How long nobody has used it; nothing where a clock was wrong.
    pub fn unused_for(&self, now: SystemTime) -> Duration {
        self.used.and_then(|used| now.duration_since(used).ok()).unwrap_or_default()
    }

    /// The same in whole days.
    pub fn unused_days(&self, now: SystemTime) -> u64 {
        self.unused_for(now).as_secs() / DAY.as_secs()
    }
}
