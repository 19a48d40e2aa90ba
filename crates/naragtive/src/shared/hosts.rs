use std::collections::BTreeMap;
use std::fs::create_dir_all;
use std::io::Write;
use std::path::PathBuf;

use naragtive_disk::{AtomicFile, DiskError, Patience, read_text};
use naragtive_shared::Address;
use naragtive_store::StoreName;
use naragtive_text::nearest;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The latest layout of the file that this program knows, and the one it writes.
const LAYOUT: u32 = 1;

/// The servers that were named: `<home>/shared.toml`, in which no password is.
#[derive(Debug, Clone)]
pub struct Hosts {
    path: PathBuf,
    patience: Patience,
}

/// A server that was named.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name.
    pub name: StoreName,
    /// How it is reached.
    pub address: Address,
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    version: u32,
    #[serde(default)]
    hosts: BTreeMap<String, Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    address: String,
}

impl Hosts {
    /// Those in this file, which needn't be there.
    pub(crate) fn new(path: PathBuf, patience: Patience) -> Self {
        Self { path, patience }
    }

    /// All of them, sorted by name.
    ///
    /// # Errors
    /// When the file can't be read or holds something else.
    pub fn list(&self) -> Result<Vec<Host>, Error> {
        let hosts = self.read()?.hosts.into_iter();
        hosts.map(|(name, entry)| Ok(Host { name: name.parse()?, address: entry.address.parse()? })).collect()
    }

    /// The one of this name, or all of them.
    ///
    /// # Errors
    /// As [`Hosts::list`] and [`Hosts::get`].
    pub fn chosen(&self, name: Option<&StoreName>) -> Result<Vec<Host>, Error> {
        name.map_or_else(|| self.list(), |name| Ok(vec![self.get(name)?]))
    }

    /// The server of this name, whatever the case of its letters.
    ///
    /// # Errors
    /// [`Error::UnknownHost`].
    pub fn get(&self, name: &StoreName) -> Result<Host, Error> {
        let all = self.list()?;
        let found = all.iter().find(|host| host.name.as_str().eq_ignore_ascii_case(name.as_str()));
        found.cloned().ok_or_else(|| {
            let known: Vec<String> = all.iter().map(|host| host.name.to_string()).collect();
            let nearest = nearest(name.as_str(), known.iter().map(String::as_str))
                .first()
                .map(|name| (*name).to_owned());
            Error::UnknownHost { name: name.to_string(), nearest, known }
        })
    }

    /// Names a server, or gives one that has the name another address.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub fn add(&self, host: &Host) -> Result<(), Error> {
        self.change(|file| {
            let name = host.name.as_str();
            file.hosts.retain(|known, _| !known.eq_ignore_ascii_case(name));
            file.hosts.insert(name.to_owned(), Entry { address: host.address.as_str().to_owned() });
        })
    }

    /// Forgets a server.
    ///
    /// # Errors
    /// As [`Hosts::get`] and [`Hosts::add`].
    pub fn remove(&self, name: &StoreName) -> Result<Host, Error> {
        let host = self.get(name)?;
        self.change(|file| drop(file.hosts.remove(host.name.as_str())))?;
        Ok(host)
    }

    fn read(&self) -> Result<File, Error> {
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(error) if error.is_not_found() => return Ok(File { version: LAYOUT, ..File::default() }),
            Err(error) => return Err(error.into()),
        };
        let bad = |problem: String| Error::BadHosts { path: self.path.clone(), problem };
        let file: File =
            toml::from_str(&text).map_err(|error| bad(error.to_string().trim_end().to_owned()))?;
        if file.version > LAYOUT {
            return Err(bad(format!(
                "it is of version {}, the latest this program knows is {LAYOUT}",
                file.version
            )));
        }
        Ok(file)
    }

    fn change(&self, change: impl FnOnce(&mut File)) -> Result<(), Error> {
        let folder = self.path.parent().unwrap_or(&self.path);
        create_dir_all(folder).map_err(DiskError::io("make the folder", folder))?;
        let place = AtomicFile::find(&self.path)?;
        let lock = place.lock(&self.patience)?;
        let mut file = self.read()?;
        change(&mut file);
        let text = toml::to_string(&file).unwrap_or_default();
        let write = |out: &mut std::fs::File| {
            out.write_all(text.as_bytes()).map_err(DiskError::io("write", &self.path))
        };
        Ok(place.replace(&lock, write)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, address: &str) -> Host {
        Host { name: name.parse().unwrap(), address: address.parse().unwrap() }
    }

    #[test]
    fn servers_are_named_renamed_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let hosts = Hosts::new(folder.path().join("home/shared.toml"), Patience::default());
        assert!(hosts.list().unwrap().is_empty());
        hosts.add(&host("studio", "postgresql://ada@db/c")).unwrap();
        hosts.add(&host("club", "service=club")).unwrap();
        hosts.add(&host("Studio", "postgresql://ada@other/c")).unwrap();
        let names = |hosts: &Hosts| -> Vec<String> {
            hosts.list().unwrap().iter().map(|host| host.name.to_string()).collect()
        };
        assert_eq!(names(&hosts), ["Studio", "club"]);
        assert_eq!(
            hosts.get(&"STUDIO".parse().unwrap()).unwrap().address.as_str(),
            "postgresql://ada@other/c"
        );
        let error = hosts.get(&"clubs".parse().unwrap()).unwrap_err();
        assert!(matches!(error, Error::UnknownHost { nearest: Some(name), .. } if name == "club"));
        hosts.remove(&"studio".parse().unwrap()).unwrap();
        assert_eq!(names(&hosts), ["club"]);
    }

    #[test]
    fn a_file_that_is_something_else_is_told_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared.toml");
        let hosts = Hosts::new(path.clone(), Patience::default());
        for (text, said) in [
            ("hosts = 3", "shared.toml"),
            ("version = 2", "the latest this program knows is 1"),
            ("version = 1\n[hosts.x]\naddress = 'nothing'", "expected a URL"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = hosts.list().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
            if said != "expected a URL" {
                assert!(hosts.add(&host("a", "service=a")).is_err());
            }
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
