use std::fs::File;
use std::io;
use std::path::Path;

use crate::{AtomicFile, DiskError};

/// Replaces the file at `path`, which needn't be there, by what `fill` writes, all of it or nothing.
///
/// Of several processes that do this at once the last one's file stays. Those who must not lose each other's changes take
/// a lock and use [`AtomicFile::replace`].
///
/// # Errors
/// When the folder isn't there or can't be written, the file may not be, or `fill` fails.
pub fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), DiskError> {
    let place = AtomicFile::find(path)?;
    place.check_writable()?;
    place.put(|file| fill(file).map_err(DiskError::io("write", path)))
}
