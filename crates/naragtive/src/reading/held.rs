//! What a file holds while it is read: in memory where it is small, else in a copy that takes memory only where it is being
//! read.

use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use naragtive_disk::{AtomicFile, MappedCopy};
use naragtive_ingest::{Bytes, Reached};

use crate::progress::ReadingWatch;

/// Bytes of a file that are held in memory. Of a larger one a copy is made first: its writer may cut it short or write it
/// anew meanwhile.
const LARGE: u64 = 32 << 20;

/// The bytes of a file.
#[derive(Debug)]
pub(crate) enum Held {
    InMemory(Vec<u8>),
    Copied(MappedCopy),
}

impl Held {
    /// All that `from` gives. What is large is copied into a file without a name in the folder of `beside`, where that can
    /// be written.
    pub(crate) fn of(from: impl Read, beside: &Path) -> io::Result<Self> {
        Self::up_to(LARGE, from, beside)
    }

    fn up_to(large: u64, mut from: impl Read, beside: &Path) -> io::Result<Self> {
        let mut start = Vec::new();
        from.by_ref().take(large).read_to_end(&mut start)?;
        if (start.len() as u64) < large {
            return Ok(Self::InMemory(start));
        }
        match AtomicFile::find(beside).and_then(|place| place.nameless()) {
            Ok(file) => MappedCopy::of(start.as_slice().chain(from), file).map(Self::Copied),
            Err(_) => from.read_to_end(&mut start).map(|_| Self::InMemory(start)),
        }
    }

    /// The bytes to be read, with somebody who hears how far that is.
    pub(crate) fn bytes<'a>(&'a self, reached: &'a Reached<'a>) -> Bytes<'a> {
        let text = match self {
            Self::InMemory(_) => None,
            Self::Copied(copy) => copy.text(),
        };
        Bytes::from(&**self).with_text(text).heard_by(reached)
    }

    /// Takes note that the bytes before `at` have been read, and says whether to go on.
    pub(crate) fn reached(&self, at: usize, path: &Path, reading: &ReadingWatch<'_, '_>) -> bool {
        if let Self::Copied(copy) = self {
            copy.give_back(at);
        }
        reading.reached(path, at, self.len())
    }
}

impl Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::InMemory(bytes) => bytes,
            Self::Copied(copy) => copy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_is_copied_beside_the_store_and_nothing_is_left_there() {
        let folder = tempfile::tempdir().unwrap();
        let beside = folder.path().join("s.parquet");
        let nowhere = folder.path().join("nowhere/s.parquet");
        for (bytes, beside, copied) in [
            (&b"abc"[..], &beside, false),
            (b"abcd", &beside, true),
            (b"abcde", &nowhere, false),
            (b"", &beside, false),
        ] {
            let held = Held::up_to(4, bytes, beside).unwrap();
            assert_eq!((&*held, matches!(held, Held::Copied(_))), (bytes, copied), "{bytes:?}");
            assert!(held.reached(2, beside, &ReadingWatch::unheard()));
            assert_eq!(&*held, bytes);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
