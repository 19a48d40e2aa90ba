//! How it stands with the second look: a cross-encoder that reads query and scene together.

use std::fmt;

use serde_json::{Value, json};

/// The model that is meant to rerank.
pub const MODEL: &str = "BAAI/bge-reranker-v2-m3";

/// Whether what a search found can be reranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It can't: this program has no cross-encoder.
    NotBuiltIn,
}

/// How it stands in this program.
pub fn status() -> Status {
    Status::NotBuiltIn
}

impl Status {
    /// The word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotBuiltIn => "not available",
        }
    }

    /// The object that `stats --show-reranker --json` prints; null is what a reranker that isn't there can't say.
    pub fn to_json(self) -> Value {
        json!({
            "status": self.as_str(),
            "reason": self.to_string(),
            "model": MODEL,
            "device": null,
            "precision": null,
            "parameters": null,
            "memory_bytes": null,
        })
    }
}

/// Why it is so.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBuiltIn => write!(f, "this version has no reranker ({MODEL}) built in"),
        }
    }
}
