use serde::{Deserialize, Serialize};

use crate::catalogue::FileSpec;

/// What is known of one file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// None where nobody said.
    pub(crate) sha256: Option<String>,
    /// Git's sum of it, where the hub declared that one. It is compared when the file comes in; SHA-256 is kept then.
    #[serde(skip)]
    pub(crate) git: Option<String>,
    /// Whether the model is unusable without it.
    #[serde(skip, default = "always")]
    pub(crate) required: bool,
}

/// What was there when a manifest was written is needed.
fn always() -> bool {
    true
}

impl FileEntry {
    pub(crate) fn pinned(file: &FileSpec) -> Self {
        Self {
            path: file.path.to_owned(),
            bytes: file.bytes,
            sha256: file.sha256.map(str::to_owned),
            git: None,
            required: file.required,
        }
    }

    /// A file that is there, with this size.
    pub(crate) fn found(path: &str, bytes: u64, sha256: Option<String>) -> Self {
        Self { path: path.to_owned(), bytes, sha256, git: None, required: true }
    }
}
