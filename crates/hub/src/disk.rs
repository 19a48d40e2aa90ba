//! The few things done to a disk that the standard library has no single call for.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

pub(crate) use naragtive_disk::tree_bytes;

/// Replaces a file as a whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Ok(naragtive_disk::replace(path, |file| file.write_all(bytes))?)
}

/// Makes what was created or renamed in a folder last.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    Ok(naragtive_disk::sync_folder(folder)?)
}

/// An empty folder, whatever was there before.
pub(crate) fn fresh_folder(folder: &Path) -> io::Result<()> {
    remove_tree(folder)?;
    fs::create_dir_all(folder)
}

/// Removes a folder with everything in it; fine if there is none.
pub(crate) fn remove_tree(folder: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_dir_all(folder))
}

/// Removes a file; fine if there is none.
pub(crate) fn remove_file(file: &Path) -> io::Result<()> {
    absent_is_fine(fs::remove_file(file))
}

fn absent_is_fine(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Removes every file under a folder that isn't to be kept, going by its path from there with `/` behind `inside`.
pub(crate) fn prune(folder: &Path, inside: &str, is_kept: &dyn Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{inside}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            prune(&entry.path(), &format!("{path}/"), is_kept)?;
        } else if !is_kept(&path) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
