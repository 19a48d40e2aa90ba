use std::path::Path;

use crate::error::HubError;
use crate::shards::{INDEX, WHOLE};

/// What a tokenizer is described in.
pub(crate) const TOKENS: &str = "tokenizer.json";
/// What no model can be run without: of each row one file.
const NEEDS: [&[&str]; 3] = [&["config.json"], &["vocab.txt", TOKENS], &[WHOLE, INDEX]];

/// Whether a place `has` what a model needs. `origin` names the place in the error.
pub(crate) fn needed(origin: &Path, has: impl Fn(&str) -> bool) -> Result<(), HubError> {
    match NEEDS.into_iter().find(|files| !files.iter().any(|file| has(file))) {
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
