use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::error::ModelError;

/// A JSON file that has to be there.
pub(crate) fn required<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T, ModelError> {
    let bytes = fs::read(path).map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| ModelError::Json {
        path: path.to_owned(),
        what,
        reason: error.to_string(),
    })
}

/// A JSON file that may be missing.
pub(crate) fn optional<T: DeserializeOwned>(
    path: &Path,
    what: &'static str,
) -> Result<Option<T>, ModelError> {
    if path.exists() { required(path, what).map(Some) } else { Ok(None) }
}
