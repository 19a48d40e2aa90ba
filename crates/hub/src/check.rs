//! Holds a folder against the catalogue's pins.

use std::fs;
use std::io;
use std::path::Path;

use crate::catalogue::ModelSpec;
use crate::entry::FileEntry;
use crate::error::{HubError, io_at};
use crate::manifest::Manifest;
use crate::needed::missing;
use crate::stamp::{Seen, Stamp};
use crate::sums::{Sums, compare, sum_of, sums_of};

/// Together these tell one model of a family from another, and are quick to sum up.
const TELLING: [&str; 2] = ["config.json", "tokenizer.json"];

/// Whether every file in `folder` has the size and SHA-256 that it should have: the pinned ones, or those it came in
/// with; optional files may be absent. Of a folder in the cache of the Hugging Face libraries only the sums that its
/// links name are known.
///
/// Summing up 90 MB takes a good part of a second, so what was summed up is noted in `stamps`; a file whose
/// size and time of change are as noted is not summed up again. A note that cannot be written is no error:
/// the next check is slow again, nothing more.
///
/// # Errors
/// [`HubError::FileMissing`], [`HubError::WrongSize`], [`HubError::WrongSum`], [`HubError::BadManifest`], or
/// [`HubError::Io`] for a file that cannot be read.
pub fn check(folder: &Path, spec: &ModelSpec, stamps: &Path) -> Result<(), HubError> {
    look_through(folder, &Manifest::of(spec, folder)?, stamps).map(|_| ())
}

/// The same by a manifest; returns what was seen.
pub(crate) fn look_through(folder: &Path, manifest: &Manifest, stamps: &Path) -> Result<Stamp, HubError> {
    let known = Stamp::load(stamps, folder);
    let seen = verify(folder, manifest, &known)?;
    if seen != known {
        seen.save(stamps);
    }
    Ok(seen)
}

/// Checks like [`check`], but believes only the given stamp and returns what it saw.
pub(crate) fn verify(folder: &Path, manifest: &Manifest, known: &Stamp) -> Result<Stamp, HubError> {
    let mut seen = Stamp::new(folder);
    for file in &manifest.files {
        if let Some(this) = verify_file(folder, file, known.get(&file.path))? {
            seen.put(&file.path, this);
        }
    }
    Ok(seen)
}

fn verify_file(folder: &Path, file: &FileEntry, known: Option<&Seen>) -> Result<Option<Seen>, HubError> {
    let path = folder.join(&file.path);
    let meta = match fs::metadata(&path) {
        Ok(meta) if meta.is_file() => meta,
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_at(&path)(error)),
        _ if file.required => return Err(missing(folder, &file.path)),
        _ => return Ok(None),
    };
    let mut seen = Seen::look(&path, &meta).map_err(io_at(&path))?;
    let sums = match known.filter(|known| seen.is_unchanged_since(known)) {
        // What was noted was compared with the same link or manifest then.
        Some(known) => Sums { sha256: known.sha256.clone(), git: None },
        None if seen.bytes == file.bytes => sums_of(&path, file).map_err(io_at(&path))?,
        None => Sums::default(),
    };
    compare(&path, file, seen.bytes, &sums)?;
    seen.sha256 = sums.sha256;
    Ok(Some(seen))
}

/// Whether the folder says that it is the catalogue's model: its telling files are. Where it lacks one of them, all of
/// its files must be. Nobody can tell where nothing is pinned.
pub(crate) fn claims_to_be(folder: &Path, spec: &ModelSpec, stamps: &Path) -> Result<bool, HubError> {
    if !spec.is_pinned() {
        return Ok(false);
    }
    if !TELLING.iter().all(|file| folder.join(file).is_file()) {
        return Ok(check(folder, spec, stamps).is_ok());
    }
    for file in TELLING.iter().filter_map(|path| spec.file(path)) {
        let path = folder.join(file.path);
        if sum_of(&path).map_err(io_at(&path))?.as_str() != file.sha256.unwrap_or_default() {
            return Ok(false);
        }
    }
    Ok(true)
}
