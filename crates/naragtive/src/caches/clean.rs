use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use naragtive_disk::{AtomicFile, DiskError, last_written, note_use};
use naragtive_hub::remove_leftover;
use naragtive_index::remove_left_builds;

use super::entry::DAY;
use super::find::temporary_of;
use super::{CacheEntry, CacheKind, Caches};
use crate::{Cached, Error};

/// How long something is kept that nobody uses: 90 days.
pub const KEPT_UNUSED: Duration = Duration::from_secs(90 * DAY.as_secs());
/// The file in the cache's folder that says when it was swept last.
const SWEPT: &str = "swept";

/// What is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleaning {
    /// Everything that can be made again.
    All,
    /// What killed processes left, and what nobody has used for 90 days.
    Unused {
        /// The time it is.
        now: SystemTime,
    },
}

/// What was removed.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// What is gone.
    pub removed: Vec<CacheEntry>,
    /// What is there still, and why.
    pub failed: Vec<(CacheEntry, Error)>,
}

impl Cleaned {
    /// Bytes that are free again.
    pub fn bytes(&self) -> u64 {
        self.removed.iter().map(|entry| entry.bytes).sum()
    }
}

impl Caches {
    /// Removes what is wanted. What another process is using or writing just now stays, or is made again by it.
    ///
    /// # Errors
    /// As [`Caches::entries`].
    pub fn clean(&self, wanted: Cleaning) -> Result<Cleaned, Error> {
        let is_wanted = |entry: &CacheEntry| match wanted {
            Cleaning::All => true,
            Cleaning::Unused { now } => entry.kind == CacheKind::Leftover || is_unused(entry, now),
        };
        Ok(self.remove_all(self.entries()?.into_iter().filter(is_wanted)))
    }

    /// Removes what nobody has used for 90 days, and what processes left that were killed yesterday or before: once a day,
    /// and at the cost of a look at one file at any other time. None where nothing was to be looked at.
    ///
    /// # Errors
    /// As [`Caches::entries`].
    pub fn sweep(&self, now: SystemTime) -> Result<Option<Cleaned>, Error> {
        let stamp = self.home.cache().join(SWEPT);
        // A stamp of the future is of a clock that was wrong.
        let swept = last_written([stamp.as_path()]).and_then(|swept| now.duration_since(swept).ok());
        // Where the stamp can't be written nothing else can be removed, nor should every command try.
        if swept.is_some_and(|ago| ago < DAY) || !self.home.cache().is_dir() || !note_use(&stamp) {
            return Ok(None);
        }
        let is_due = |entry: &CacheEntry| {
            let is_left = entry.kind == CacheKind::Leftover && entry.unused_for(now) >= DAY;
            is_left || is_unused(entry, now)
        };
        Ok(Some(self.remove_all(self.entries()?.into_iter().filter(is_due))))
    }

    fn remove_all(&self, entries: impl Iterator<Item = CacheEntry>) -> Cleaned {
        let mut cleaned = Cleaned::default();
        for entry in entries {
            match self.remove(&entry) {
                Ok(()) if entry.path.exists() => {}
                Ok(()) => cleaned.removed.push(entry),
                Err(error) => cleaned.failed.push((entry, error)),
            }
        }
        cleaned
    }

    fn remove(&self, entry: &CacheEntry) -> Result<(), Error> {
        let path = &entry.path;
        let parent = path.parent().unwrap_or(path);
        if !path.exists() {
            // What a build left goes with its index.
            return Ok(());
        }
        match entry.kind {
            CacheKind::Index => Cached::unread(path.clone()).remove(&self.patience),
            CacheKind::Weights => {
                gone(fs::remove_file(path), path)?;
                gone(fs::remove_file(path.with_extension("used")), path)
            }
            CacheKind::Checks | CacheKind::Sample => gone(fs::remove_dir_all(path), path),
            CacheKind::Download => self.remove_download(path),
            CacheKind::Leftover if parent == self.home.indexes() => {
                Cached::unread(path.clone()).remove(&self.patience)
            }
            CacheKind::Leftover if parent.parent() == Some(&self.home.indexes()) => {
                Ok(remove_left_builds(parent, &self.patience)?)
            }
            CacheKind::Leftover if parent == self.home.stores() => self.remove_temporary(path),
            CacheKind::Leftover if parent == self.home.models() => self.remove_download(path),
            CacheKind::Leftover if path.is_dir() => gone(fs::remove_dir_all(path), path),
            CacheKind::Leftover => gone(fs::remove_file(path), path),
        }
    }

    fn remove_download(&self, path: &Path) -> Result<(), Error> {
        let places = self.places();
        for left in self.downloads().iter().filter(|left| left.path == path) {
            remove_leftover(left, &places)?;
        }
        Ok(())
    }

    /// Under the lock of the store that was to be written: whoever holds it is writing that file just now.
    fn remove_temporary(&self, path: &Path) -> Result<(), Error> {
        let Some(store) = temporary_of(path) else { return Ok(()) };
        let place = AtomicFile::find(&self.home.store_file(store))?;
        let lock = place.lock(&self.patience)?;
        place.remove_leftovers(&lock);
        // A lock of a store that isn't there guards nothing.
        if place.path().exists() { Ok(()) } else { Ok(lock.remove()?) }
    }
}

fn is_unused(entry: &CacheEntry, now: SystemTime) -> bool {
    entry.unused_for(now) >= KEPT_UNUSED
}

fn gone(removed: io::Result<()>, path: &Path) -> Result<(), Error> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(DiskError::io("remove", path)(error).into())
        }
        _ => Ok(()),
    }
}
