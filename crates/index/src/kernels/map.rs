use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a whole file for reading.
///
/// # Errors
/// What the system says, also for an empty file.
pub(crate) fn map_file(file: &File) -> io::Result<Mmap> {
    if file.metadata()?.len() == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is empty"));
    }
    // SAFETY: a mapped file that another process cuts short raises a bus error on access. Segments are put in place
    // whole by a rename and never written again, only removed, so nobody who follows that rule can cause it.
    unsafe { Mmap::map(file) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_bytes_are_the_bytes_of_the_file_and_an_empty_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(map_file(file.as_file()).is_err());
        std::fs::write(file.path(), b"four").unwrap();
        assert_eq!(&map_file(file.as_file()).unwrap()[..], b"four");
    }
}
