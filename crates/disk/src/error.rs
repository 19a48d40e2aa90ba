use std::io;
use std::path::{Path, PathBuf};

use crate::Holder;

/// What can go wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The system refused something.
    #[error("can't {doing} `{}`: {source}", path.display())]
    Io {
        /// What was being done, as it stands in "can't ... `path`".
        doing: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The one who waited for a lock was told to stop. Nothing was done to the file.
    #[error("stopped while waiting for {holder} to finish with `{}`; nothing was changed", path.display())]
    Stopped {
        /// The file that the lock is for.
        path: PathBuf,
        /// Whose the lock is.
        holder: Holder,
    },
    /// A file of text holds something else.
    #[error("`{}` should be text, {problem}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: TextProblem,
    },
}

impl DiskError {
    /// A refusal of the system: "can't `doing` `path`".
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }

    /// Whether this says that a file isn't there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

impl From<DiskError> for io::Error {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::Io { source, .. } => source,
            other => Self::other(other),
        }
    }
}

/// Why bytes aren't text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// They aren't UTF-8.
    #[error("found bytes that are not UTF-8")]
    NotUtf8 {
        /// How many bytes come before the first odd one.
        at: usize,
    },
    /// They begin like UTF-16 and aren't.
    #[error("found bytes that begin like UTF-16 and go on otherwise")]
    NotUtf16,
    /// A character with the number 0 is in no text: a program wrote these bytes for itself.
    #[error("found a zero byte in it")]
    Zero,
    /// They are too many.
    #[error("found more than {} MiB", limit >> 20)]
    Large {
        /// So many bytes a small file of text may have.
        limit: u64,
    },
}
