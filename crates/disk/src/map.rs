use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a whole file for reading.
///
/// The file must be one that is put in place whole by a rename and never written again, only replaced or removed: as a
/// model's weights, a cache file or an index's segment are.
///
/// # Errors
/// What the system says, also for an empty file.
pub fn map_file(file: &File) -> io::Result<Mmap> {
    if file.metadata()?.len() == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is empty"));
    }
    // SAFETY: a mapped file that another process cuts short raises a bus error on access. Nobody who follows the rule
    // above can cause it.
    unsafe { Mmap::map(file) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn mapped_bytes_are_the_bytes_read(bytes in prop::collection::vec(any::<u8>(), 1..5000)) {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let mapped = map_file(&File::open(file.path()).unwrap()).unwrap();
            prop_assert_eq!(&mapped[..], &std::fs::read(file.path()).unwrap()[..]);
        }
    }

    #[test]
    fn an_empty_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(map_file(file.as_file()).is_err());
    }
}
