use std::collections::BTreeMap;
use std::fs::create_dir_all;
use std::io::Write;
use std::path::PathBuf;

use naragtive_disk::{AtomicFile, DiskError, Patience, read_text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The latest layout of such a file that this program knows, and the one it writes.
const LAYOUT: u32 = 1;

/// A small file with something for each server, by its name.
#[derive(Debug, Clone)]
pub(super) struct ByHostFile {
    path: PathBuf,
    patience: Patience,
}

#[derive(Serialize, Deserialize)]
struct ByHost<T> {
    version: u32,
    #[serde(default = "BTreeMap::new")]
    hosts: BTreeMap<String, T>,
}

impl ByHostFile {
    /// The file needn't be there.
    pub(super) fn new(path: PathBuf, patience: Patience) -> Self {
        Self { path, patience }
    }

    /// What it has for each server; nothing where it isn't there.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<BTreeMap<String, T>, Error> {
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(error) if error.is_not_found() => return Ok(BTreeMap::new()),
            Err(error) => return Err(error.into()),
        };
        let bad = |problem: String| Error::BadHosts { path: self.path.clone(), problem };
        let file: ByHost<T> =
            toml::from_str(&text).map_err(|error| bad(error.to_string().trim_end().to_owned()))?;
        if file.version > LAYOUT {
            let problem =
                format!("it is of version {}, the latest this program knows is {LAYOUT}", file.version);
            return Err(bad(problem));
        }
        Ok(file.hosts)
    }

    /// Changes it while nobody else does.
    pub(super) fn change<T: Serialize + DeserializeOwned>(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, T>),
    ) -> Result<(), Error> {
        let folder = self.path.parent().unwrap_or(&self.path);
        create_dir_all(folder).map_err(DiskError::io("make the folder", folder))?;
        let place = AtomicFile::find(&self.path)?;
        let lock = place.lock(&self.patience)?;
        let mut hosts = self.read()?;
        change(&mut hosts);
        let text = toml::to_string(&ByHost { version: LAYOUT, hosts }).unwrap_or_default();
        let write = |out: &mut std::fs::File| {
            out.write_all(text.as_bytes()).map_err(DiskError::io("write", &self.path))
        };
        Ok(place.replace(&lock, write)?)
    }
}
