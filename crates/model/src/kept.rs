//! Files of the cache: what was made of a model's files, kept for the next process.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use memmap2::Mmap;
use naragtive_disk::{map_file, note_use, replace, will_read};

/// Ending of the file beside a kept one that says when that was used last.
const USED: &str = "used";

/// The bytes of the file at `path`, if it is there. Who opens one compares all of it with its checksum.
pub(crate) fn open(path: &Path) -> Option<Mmap> {
    let bytes = map_file(&File::open(path).ok()?).ok()?;
    will_read(&bytes, 0..bytes.len());
    Some(bytes)
}

/// Notes that the file at `path` was used.
pub(crate) fn used(path: &Path) {
    note_use(&path.with_extension(USED));
}

/// Nobody ever sees half a file; two processes at once both write, and the last one's file stays.
pub(crate) fn write(path: &Path, header: &[u8], block: &[u8]) -> io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    replace(path, |file| {
        file.write_all(header)?;
        file.write_all(block)
    })?;
    Ok(())
}
