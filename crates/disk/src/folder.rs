#[cfg(unix)]
use std::fs::File;
use std::path::Path;

use crate::DiskError;

/// Makes what was created, renamed or removed in a folder last.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> Result<(), DiskError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(DiskError::io("sync the folder", folder))
}

/// Folders can't be opened as files here, and a rename is the file system's own business.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_folder: &Path) -> Result<(), DiskError> {
    Ok(())
}
