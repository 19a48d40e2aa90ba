use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::args::Color;
use crate::error::Failure;

/// `config.toml` in the home folder: what a user doesn't want to type every time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub color: Option<Color>,
    pub limit: Option<NonZeroUsize>,
    pub initial_k: Option<NonZeroUsize>,
    pub rerank: Option<bool>,
    pub model: Option<String>,
    pub model_dir: Option<PathBuf>,
    pub lexicon: Option<PathBuf>,
    pub threads: Option<NonZeroUsize>,
}

/// Every key, for those that are nearly right.
pub const KEYS: [&str; 8] =
    ["color", "limit", "initial_k", "rerank", "model", "model_dir", "lexicon", "threads"];

impl Config {
    /// Reads the file; one that isn't there says nothing.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(naragtive::Error::Read { path: path.to_owned(), source }.into()),
        };
        let table: toml::Table = toml::from_str(&text).map_err(|error| Failure::bad_config(path, &error))?;
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(Failure::unknown_key(path, unknown, &KEYS));
        }
        toml::from_str(&text).map_err(|error| Failure::bad_config(path, &error))
    }
}
