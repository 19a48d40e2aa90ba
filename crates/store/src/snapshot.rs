use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use naragtive_disk::read_at;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::version::{Version, version};

/// An open file that any number of threads read at once, each at its own place.
///
/// It stays readable, and the same, when another file is renamed over it.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    file: Arc<File>,
    len: u64,
}

impl Snapshot {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Self::of(file)
    }

    /// A file that is open already.
    pub(crate) fn of(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), len })
    }

    /// What tells this file from others.
    pub(crate) fn version(&self) -> io::Result<Version> {
        version(&self.file)
    }
}

impl Length for Snapshot {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Snapshot {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(From { file: Arc::clone(&self.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        // A damaged footer may ask for any length: don't reserve memory for bytes that aren't there.
        let beyond = start.checked_add(length as u64).is_none_or(|end| end > self.len);
        if beyond {
            let text = format!("expected {length} bytes at {start}, found the file's end at {}", self.len);
            return Err(ParquetError::EOF(text));
        }
        let mut buffer = vec![0; length];
        From { file: Arc::clone(&self.file), at: start }.read_exact(&mut buffer)?;
        Ok(buffer.into())
    }
}

/// A file of which much is read at a time, as it is copied: the pages of a column lie behind each other.
pub(crate) struct AtLength<'a>(pub(crate) &'a Snapshot);

/// So many bytes at a time.
const LENGTH: usize = 1 << 20;

impl Length for AtLength<'_> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl ChunkReader for AtLength<'_> {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::with_capacity(LENGTH, From { file: Arc::clone(&self.0.file), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.0.get_bytes(start, length)
    }
}

/// The bytes of a file from some place on.
#[derive(Debug)]
pub(crate) struct From {
    file: Arc<File>,
    at: u64,
}

/// Pages end before the footer, so that nobody has to read up to the file's end, and to read beyond it is an error: what reads
/// the heads of damaged pages would else skip as many bytes as they claim, none at a time, for hours.
impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(&self.file, buffer, self.at)?;
        if read == 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}
