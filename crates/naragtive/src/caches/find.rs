use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use naragtive_disk::{last_written, target_of_temporary, tree_bytes};
use naragtive_hub::{Leftover, Places, leftovers};
use naragtive_index::{is_index, left_builds};

use super::{CacheEntry, CacheKind, Caches};
use crate::{Error, Home, Indexes};

/// What packed weights end in.
const PACKED: &str = "bin";
/// What stands beside them and says when they were used last.
const USED: &str = "used";

impl Caches {
    /// All there is, by kind and path. What a name of the registry stands for is nobody's cache, wherever it lies.
    ///
    /// # Errors
    /// When the registry or the folder of indexes can't be read.
    pub fn entries(&self) -> Result<Vec<CacheEntry>, Error> {
        let mut entries = self.indexes()?;
        entries.extend(self.weights());
        entries.extend(self.checks());
        entries.extend(self.sample()?);
        let downloads = self.downloads().into_iter();
        entries.extend(downloads.map(|left| entry(download_kind(&left), left.path)));
        entries.extend(self.temporaries());
        entries.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
        Ok(entries)
    }

    pub(super) fn places(&self) -> Places {
        Places::new(self.home.root())
    }

    /// What fetches left that were stopped or killed.
    pub(super) fn downloads(&self) -> Vec<Leftover> {
        leftovers(&self.places())
    }

    /// Where packed weights are, and notes of checks.
    fn checked(&self) -> PathBuf {
        self.home.cache().join("checked")
    }

    /// The indexes, and what builders left that were killed. A folder in which somebody builds the first index is neither.
    fn indexes(&self) -> Result<Vec<CacheEntry>, Error> {
        let mut entries = Vec::new();
        for folder in self.indexes.folders()? {
            let left = left_builds(&folder);
            if !is_index(&folder) {
                entries.push(entry(CacheKind::Leftover, folder));
                continue;
            }
            let left: Vec<CacheEntry> =
                left.into_iter().map(|build| entry(CacheKind::Leftover, build)).collect();
            let of_left: u64 = left.iter().map(|left| left.bytes).sum();
            let (store, used) = (self.indexes.owner(&folder), self.used(&folder));
            let bytes = tree_bytes(&folder).saturating_sub(of_left);
            entries.push(CacheEntry { kind: CacheKind::Index, store, bytes, used, path: folder });
            entries.extend(left);
        }
        Ok(entries)
    }

    /// When the index in this folder was used last, or written.
    fn used(&self, folder: &Path) -> Option<SystemTime> {
        let stamps = [Indexes::used(folder), folder.join("manifest")];
        last_written(stamps.iter().map(PathBuf::as_path))
    }

    fn weights(&self) -> Vec<CacheEntry> {
        let files = files_in(&self.home.weights());
        let ends = |file: &Path, ending: &str| file.extension() == Some(OsStr::new(ending));
        let packed = files.iter().filter(|file| ends(file, PACKED)).map(|file| {
            let stamp = file.with_extension(USED);
            let used = last_written([file.as_path(), &stamp]);
            CacheEntry {
                bytes: tree_bytes(file) + tree_bytes(&stamp),
                used,
                ..entry(CacheKind::Weights, file.clone())
            }
        });
        let is_left = |file: &&PathBuf| {
            let is_stray = ends(file, USED) && !file.with_extension(PACKED).exists();
            is_stray || is_temporary(file)
        };
        let left = files.iter().filter(is_left).map(|file| entry(CacheKind::Leftover, file.clone()));
        packed.chain(left).collect()
    }

    /// The notes of checks as one, and what a check left that was killed.
    fn checks(&self) -> Vec<CacheEntry> {
        let checked = self.checked();
        let notes = files_in(&checked);
        let used = last_written(notes.iter().map(PathBuf::as_path));
        let checks =
            (!notes.is_empty()).then(|| CacheEntry { used, ..entry(CacheKind::Checks, checked) }).into_iter();
        let left = all_in(&self.home.cache()).into_iter().filter(|path| Home::is_checkup(path));
        checks.chain(left.map(|folder| entry(CacheKind::Leftover, folder))).collect()
    }

    /// The store of the samples, unless somebody gave it a name: then it is that user's.
    fn sample(&self) -> Result<Option<CacheEntry>, Error> {
        let path = self.home.sample();
        if !path.exists() || !self.home.registry().names_of(&path)?.is_empty() {
            return Ok(None);
        }
        let folder = path.parent().unwrap_or(&path).to_owned();
        let used =
            last_written([path.as_path()]).max(self.used(&self.indexes.folder(&path.as_path().into())));
        Ok(Some(CacheEntry { used, ..entry(CacheKind::Sample, folder) }))
    }

    /// What processes left that were killed while they wrote a store anew.
    fn temporaries(&self) -> Vec<CacheEntry> {
        let files = files_in(&self.home.stores()).into_iter();
        let of_stores = files.filter(|file| temporary_of(file).is_some_and(|of| of.ends_with(".parquet")));
        of_stores.map(|file| entry(CacheKind::Leftover, file)).collect()
    }
}

/// The name of the file that a temporary one was to become.
pub(super) fn temporary_of(file: &Path) -> Option<&str> {
    file.file_name().and_then(target_of_temporary)
}

fn is_temporary(file: &Path) -> bool {
    temporary_of(file).is_some()
}

fn download_kind(left: &Leftover) -> CacheKind {
    if left.is_of_use { CacheKind::Download } else { CacheKind::Leftover }
}

fn entry(kind: CacheKind, path: PathBuf) -> CacheEntry {
    CacheEntry { kind, store: None, bytes: tree_bytes(&path), used: last_written([path.as_path()]), path }
}

fn all_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|found| found.path()).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    all_in(folder).into_iter().filter(|path| path.is_file()).collect()
}
