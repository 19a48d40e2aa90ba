//! Looks at what a user has, every row of it, where other commands only look at what they need.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use naragtive_store::{ModelTag, Registry, Store, StoreError};

/// A store whose every row was read and is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Scenes.
    pub records: usize,
    /// The model whose embeddings it holds.
    pub model: ModelTag,
    /// Scenes with text and without passages.
    pub lacking_passages: usize,
    /// The ids that more than one row has, in row order.
    pub duplicates: Vec<String>,
}

/// Reads every id, text, metadata object and embedding of the store at `path`.
///
/// # Errors
/// The first thing that is wrong: the file, a column, or a row with a null, with bad metadata, or with an
/// embedding of another length or with a number that isn't finite.
pub fn examine(path: &Path) -> Result<Checkup, StoreError> {
    let store = Store::open(path)?;
    let ids = store.ids()?;
    store.texts()?;
    store.metadata()?;
    store.embeddings()?;
    Ok(Checkup {
        records: store.len(),
        model: store.model().cloned().unwrap_or_else(ModelTag::legacy),
        lacking_passages: store.rows_without_passages()?.len(),
        duplicates: duplicates(&ids),
    })
}

fn duplicates(ids: &[String]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(ids.len());
    let mut found = Vec::new();
    for id in ids {
        let times = seen.entry(id).or_default();
        *times += 1;
        if *times == 2 {
            found.push(id.clone());
        }
    }
    found
}

/// What default.txt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultFile {
    /// There is none, which is no fault: the first store in sorted order is the default.
    Absent,
    /// It names a store that is registered.
    Names(String),
    /// It names one that isn't registered.
    Dangling(String),
}

/// Reads default.txt, as it is written, and holds it against the registry.
///
/// # Errors
/// When the registry or default.txt can't be read.
pub fn default_file(registry: &Registry) -> Result<DefaultFile, StoreError> {
    let path = registry.root().join("default.txt");
    let name = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(DefaultFile::Absent),
        Err(source) => return Err(StoreError::Io { doing: "read", path, source }),
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| StoreError::BadDefault { path })?,
    };
    let name = name.trim().to_owned();
    match registry.get(&name) {
        Ok(entry) => Ok(DefaultFile::Names(entry.name)),
        Err(StoreError::UnknownStore { .. }) => Ok(DefaultFile::Dangling(name)),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_comes_three_times_is_one_duplicate() {
        let ids = ["a", "b", "a", "c", "b", "a"].map(str::to_owned);
        assert_eq!(duplicates(&ids), ["a", "b"]);
        assert_eq!(duplicates(&ids[1..4]), Vec::<String>::new());
    }

    #[test]
    fn default_txt_is_absent_or_names_a_store_or_names_none() {
        let home = tempfile::tempdir().unwrap();
        let registry = Registry::new(home.path());
        assert_eq!(default_file(&registry).unwrap(), DefaultFile::Absent);
        fs::write(home.path().join("default.txt"), "gone\n").unwrap();
        assert_eq!(default_file(&registry).unwrap(), DefaultFile::Dangling("gone".into()));
        fs::write(home.path().join("default.txt"), [0xff]).unwrap();
        assert!(matches!(default_file(&registry), Err(StoreError::BadDefault { .. })));
    }
}
