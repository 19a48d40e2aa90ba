use std::io;
use std::path::{Path, PathBuf};

use naragtive_store::{StoreEntry, StoreError};

use crate::Error;
use crate::home::UnknownKey;

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The home folder is no folder.
    #[error("`{}` should be a folder", .0.display())]
    HomeNotAFolder(PathBuf),
    /// The home folder can't be used.
    #[error("`{}` can't be used: {}", .0.display(), .1)]
    HomeUnusable(PathBuf, StoreError),
    /// Nothing can be written into a folder, though it may be: its disk is full, say.
    #[error("can't write into `{}`: {}", .0.display(), .1)]
    NoRoom(PathBuf, io::Error),
    /// Keys of the config file mean nothing; one at least.
    #[error("{}", unknown(path, keys))]
    UnknownKeys {
        /// The file.
        path: PathBuf,
        /// The keys.
        keys: Vec<UnknownKey>,
    },
    /// default.txt names a store that isn't registered.
    #[error("default.txt names `{name}`, which is not registered")]
    Dangling {
        /// The name.
        name: String,
        /// The store that is the default for want of it.
        instead: Option<String>,
        /// The file.
        file: PathBuf,
    },
    /// A store can't be read, or not all of it.
    #[error("{source}")]
    Damaged {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: StoreError,
    },
    /// A store's path is from another folder.
    #[error("its path `{}` only works in this folder", .0.at)]
    Relative(Box<StoreEntry>),
    /// Several scenes of a store have one id.
    #[error("{}", repeated(ids))]
    RepeatedIds {
        /// The ids.
        ids: Vec<String>,
        /// The store.
        entry: Box<StoreEntry>,
    },
    /// A store holds another number of scenes than is registered.
    #[error("it holds {found} scenes, registered are {}", entry.record_count)]
    Changed {
        /// The store.
        entry: Box<StoreEntry>,
        /// How many it holds.
        found: usize,
    },
    /// The program's own copy of a model is not as it should be.
    #[error("{source}")]
    BadCopy {
        /// What is wrong.
        source: Box<Error>,
        /// Its folder.
        folder: PathBuf,
    },
    /// Something else.
    #[error("{0}")]
    Other(Box<Error>),
}

/// How many ids a message names.
const SHOWN: usize = 3;

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Other(Box::new(error.into()))
    }
}

fn unknown(path: &Path, keys: &[UnknownKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.key)).collect();
    let what = if keys.len() == 1 { "an unknown key" } else { "unknown keys" };
    format!("`{}` has {what} {}", path.display(), keys.join(", "))
}

fn repeated(ids: &[String]) -> String {
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
    let more = if ids.len() > SHOWN { ", ..." } else { "" };
    let said = match ids.len() {
        1 => "one id is".to_owned(),
        several => format!("{several} ids are"),
    };
    format!("{said} used by more than one scene: {}{more}", shown.join(", "))
}
