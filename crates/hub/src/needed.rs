use std::path::Path;

use crate::catalogue::ModelKind;
use crate::error::HubError;
use crate::shards::{INDEX, WHOLE};

/// What a model of this kind can't be run without: of each row one file.
fn needs(kind: ModelKind) -> [&'static [&'static str]; 3] {
    let tokens: &[&str] = match kind {
        ModelKind::Embedder { .. } => &["vocab.txt"],
        ModelKind::Reranker { .. } => &["vocab.txt", "tokenizer.json"],
    };
    [&["config.json"], tokens, &[WHOLE, INDEX]]
}

/// Whether a place `has` what a model of this kind needs. `origin` names the place in the error.
pub(crate) fn needed(kind: ModelKind, origin: &Path, has: impl Fn(&str) -> bool) -> Result<(), HubError> {
    match needs(kind).into_iter().find(|files| !files.iter().any(|file| has(file))) {
        Some(files) => {
            let files = files.iter().map(|&file| file.to_owned()).collect();
            Err(HubError::FileMissing { folder: origin.to_owned(), files })
        }
        None => Ok(()),
    }
}

pub(crate) fn missing(folder: &Path, file: &str) -> HubError {
    HubError::FileMissing { folder: folder.to_owned(), files: vec![file.to_owned()] }
}
