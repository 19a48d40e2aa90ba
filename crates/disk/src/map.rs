use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::ops::{Deref, Range};

use memmap2::Mmap;

/// Bytes that are looked at together.
const STEP: usize = 4 << 20;
/// Bytes that are copied together.
const COPIED: usize = 1 << 20;

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

/// Says that a part of a mapped file will be read from end to end, so that the system takes it in large pieces: from the disk
/// into memory, and from there into the process, where it would be sixteen small pages at a time and cost as much as the reading.
/// Where the system can't, nothing is lost.
pub fn will_read(map: &Mmap, part: Range<usize>) {
    #[cfg(target_os = "linux")]
    map.advise_range(memmap2::Advice::HugePage, part.start, part.len()).ok();
    #[cfg(not(target_os = "linux"))]
    let _ = (map, part);
}

/// A copy of something large, mapped: it takes memory only where it is being read.
///
/// What others write may be cut short while it is read, which a mapped file must not be.
#[derive(Debug)]
pub struct MappedCopy(Mmap);

impl MappedCopy {
    /// Copies what `from` gives into `to`, a file that nobody else knows, as [`AtomicFile::nameless`](crate::AtomicFile::nameless)
    /// makes them.
    ///
    /// # Errors
    /// What the system says, also where there is nothing to copy.
    pub fn of(mut from: impl Read, to: File) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(COPIED, to);
        io::copy(&mut from, &mut out)?;
        out.flush()?;
        map_file(out.get_ref()).map(Self)
    }

    /// The text that it is, if all of it is UTF-8.
    pub fn text(&self) -> Option<&str> {
        let mut at = 0;
        while let Some(rest) = self.0.get(at..).filter(|rest| !rest.is_empty()) {
            let piece = rest.get(..STEP).unwrap_or(rest);
            at += match std::str::from_utf8(piece) {
                Ok(piece) => piece.len(),
                // A piece may end within a character.
                Err(cut) if cut.error_len().is_none() && piece.len() < rest.len() => cut.valid_up_to(),
                Err(_) => return None,
            };
            self.give_back(at);
        }
        // SAFETY: each piece is UTF-8 and ends where a character does, and nobody writes to the file.
        Some(unsafe { std::str::from_utf8_unchecked(&self.0) })
    }

    /// Gives back the memory of the bytes before `end`. Whoever reads them again gets them from the file.
    pub fn give_back(&self, end: usize) {
        #[cfg(unix)]
        // SAFETY: the bytes are those of a file that nobody writes to, so they are the same when they come back.
        unsafe {
            self.0.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, 0, end.min(self.0.len())).ok();
        }
        #[cfg(not(unix))]
        let _ = end;
    }
}

impl Deref for MappedCopy {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn mapped_bytes_are_the_bytes_read(bytes in prop::collection::vec(any::<u8>(), 1..5000)) {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let mapped = map_file(&File::open(file.path()).unwrap()).unwrap();
            will_read(&mapped, 1..bytes.len());
            prop_assert_eq!(&mapped[..], &std::fs::read(file.path()).unwrap()[..]);
        }
    }

    #[test]
    fn a_copy_is_what_was_copied_before_and_after_memory_is_given_back() {
        let letters = "é".repeat(STEP) + "end";
        let odd = [b"x", letters.as_bytes()].concat();
        for (bytes, is_text) in [
            (&b"abc"[..], true),
            (letters.as_bytes(), true),
            (&odd, true),
            (&odd[..STEP + 2], false),
            (b"ab\xff", false),
        ] {
            let copy = MappedCopy::of(bytes, tempfile::tempfile().unwrap()).unwrap();
            assert_eq!(copy.text().map(str::as_bytes), is_text.then_some(bytes));
            copy.give_back(usize::MAX);
            assert!(*copy == *bytes);
        }
        assert!(MappedCopy::of(&b""[..], tempfile::tempfile().unwrap()).is_err());
    }

    #[test]
    fn an_empty_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(map_file(file.as_file()).is_err());
    }
}
