use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use naragtive_disk::DiskError;
use thiserror::Error;

/// Stored bytes that are not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}: expected {expected}, found {found}")]
pub struct Damaged {
    /// Which part.
    pub what: &'static str,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

impl Damaged {
    /// `what` should be `expected` and is `found`.
    pub fn new(what: &'static str, expected: impl Display, found: impl Display) -> Self {
        Self { what, expected: expected.to_string(), found: found.to_string() }
    }
}

/// Why an index could not be built, read or asked.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The system refused something about a file or folder, or a wait for the index's folder was ended.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Bytes of the index changed after they were written. The index has to be built again.
    #[error("the index in `{}` is damaged: {damage}", folder.display())]
    Damaged {
        /// The index's folder, empty for one in memory.
        folder: PathBuf,
        /// What is wrong with it.
        damage: Damaged,
    },
    /// A vector whose length is not that of the index's vectors.
    #[error("expected a vector of {expected} values, found one of {found}")]
    Dimension {
        /// Values in each of the index's vectors.
        expected: usize,
        /// Values in the vector given.
        found: usize,
    },
    /// One index is to be made of none.
    #[error("expected an index to put together with others, found none")]
    NoIndex,
    /// A query that is longer than anybody types.
    #[error("expected a query of at most {most} characters, found one of {found}")]
    LongQuery {
        /// How many there may be.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// A search by meaning needs a vector.
    #[error("expected a vector to search by meaning, found none")]
    NoVector,
    /// More rows or vectors than an index can number.
    #[error("expected at most {expected} {what} in an index, found more")]
    TooMany {
        /// "rows" or "vectors".
        what: &'static str,
        /// How many there may be.
        expected: usize,
    },
    /// While the index was extended, somebody else replaced it.
    #[error("the index in `{}` was replaced while it was extended", folder.display())]
    Replaced {
        /// The index's folder.
        folder: PathBuf,
    },
}

impl IndexError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| DiskError::io(action, path)(source).into()
    }

    pub(crate) fn damaged(folder: &Path) -> impl FnOnce(Damaged) -> Self {
        move |damage| Self::Damaged { folder: folder.to_owned(), damage }
    }
}
