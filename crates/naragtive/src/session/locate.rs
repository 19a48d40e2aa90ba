use std::path::Path;

use naragtive_store::{Registry, StoreEntry, StoreRef};

use crate::{Error, StoreInfo};

/// How a user says which store is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// A file.
    pub path: Option<&'a Path>,
    /// A registered name, or `default`.
    pub name: Option<&'a str>,
}

impl<'a> Choice<'a> {
    /// What one word means where a name or a file will do: a file where it ends like a store or is there.
    pub fn word(typed: &'a str) -> Self {
        let is_file = typed.ends_with(".parquet") || Path::new(typed).is_file();
        Self { path: is_file.then(|| Path::new(typed)), name: (!is_file).then_some(typed) }
    }
}

/// The store that is meant. It was there a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Its name, if the registry was asked.
    pub name: Option<String>,
    /// Where it is.
    pub at: StoreRef,
}

/// The word for the default store.
const DEFAULT: &str = "default";
/// What the Python tool wrote when it was told nothing.
const FALLBACK: &str = "scenes.parquet";

/// Which store a command uses: the file named, else the store named, else the default store, else
/// `scenes.parquet` in `folder`.
///
/// # Errors
/// When a path and a name are given, when the file isn't there, when no store has the name, when there is nothing
/// to fall back on, or when the registry can't be read.
pub fn locate(choice: Choice<'_>, registry: &Registry, folder: &Path) -> Result<Located, Error> {
    match (choice.path, choice.name) {
        (Some(path), Some(name)) => Err(Error::PathAndName { path: path.to_owned(), name: name.to_owned() }),
        (Some(path), None) if path == Path::new("-") => Err(Error::StoreFromInput),
        (Some(path), None) if path.exists() => Ok(Located { name: None, at: path.into() }),
        (Some(path), None) => Err(Error::NoStoreFile { path: path.to_owned() }),
        (None, Some(name)) if !name.eq_ignore_ascii_case(DEFAULT) => registered(registry.get(name)?),
        (None, name) => match registry.default_store()? {
            Some(entry) => registered(entry),
            None if name.is_none() && folder.join(FALLBACK).is_file() => {
                Ok(Located { name: None, at: FALLBACK.into() })
            }
            None if name.is_some() => Err(Error::NoDefault),
            None => Err(Error::NoStore),
        },
    }
}

fn registered(entry: StoreEntry) -> Result<Located, Error> {
    let StoreEntry { name, at, .. } = entry;
    if at.exists() {
        return Ok(Located { name: Some(name), at });
    }
    Err(Error::StoreMoved { name, relative: at.is_relative(), path: at.into() })
}

impl Located {
    /// The same with the number of scenes.
    pub fn info(&self, records: usize) -> StoreInfo {
        StoreInfo { name: self.name.clone(), at: self.at.clone(), records }
    }
}
