use std::fs;
use std::path::{Path, PathBuf};

use naragtive_store::{Store, StoreEntry};

use crate::home::Settings;
use crate::{Hint, quoted};

/// The files of stores that lie where registered ones are kept and that none of these names is for, in the order of their
/// names: a registry that was moved away leaves them, and so does a name that was forgotten.
pub fn nameless(settings: &Settings, registered: &[StoreEntry]) -> Vec<PathBuf> {
    let folder = fs::read_dir(settings.home.value.stores());
    let files = folder.into_iter().flatten().flatten().map(|file| file.path());
    let registry = settings.registry();
    let is_named = |path: &Path| {
        let is_relative_to =
            |entry: &StoreEntry| entry.at.is_relative() && entry.at.file().file_name() == path.file_name();
        registered.iter().any(is_relative_to) || registry.names_of(path).is_ok_and(|names| !names.is_empty())
    };
    let is_store = |path: &PathBuf| {
        path.extension().is_some_and(|ending| ending == "parquet")
            && !is_named(path)
            && Store::open(path).is_ok()
    };
    let mut found: Vec<PathBuf> = files.filter(is_store).collect();
    found.sort();
    found
}

/// How such a file gets a name.
pub fn name_it(path: &Path) -> Hint {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Hint::to(
        format!("{} has no name; to give it one", path.display()),
        format!("naragtive create-store {} {} TYPE", quoted(Path::new(&*name)), quoted(path)),
    )
}
