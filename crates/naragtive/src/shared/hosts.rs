use std::path::PathBuf;

use naragtive_disk::Patience;
use naragtive_shared::Address;
use naragtive_store::StoreName;
use naragtive_text::nearest;
use serde::{Deserialize, Serialize};

use super::by_host::ByHostFile;
use crate::Error;

/// The servers that were named: `<home>/shared.toml`, in which no password is.
#[derive(Debug, Clone)]
pub struct Hosts(ByHostFile);

/// A server that was named.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name.
    pub name: StoreName,
    /// How it is reached.
    pub address: Address,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    address: String,
}

impl Hosts {
    /// Those in this file, which needn't be there.
    pub(crate) fn new(path: PathBuf, patience: Patience) -> Self {
        Self(ByHostFile::new(path, patience))
    }

    /// All of them, sorted by name.
    ///
    /// # Errors
    /// When the file can't be read or holds something else.
    pub fn list(&self) -> Result<Vec<Host>, Error> {
        let hosts = self.0.read()?.into_iter();
        hosts
            .map(|(name, entry): (String, Entry)| {
                Ok(Host { name: name.parse()?, address: entry.address.parse()? })
            })
            .collect()
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
        self.0.change(|hosts| {
            let name = host.name.as_str();
            hosts.retain(|known, _| !known.eq_ignore_ascii_case(name));
            hosts.insert(name.to_owned(), Entry { address: host.address.as_str().to_owned() });
        })
    }

    /// Forgets a server.
    ///
    /// # Errors
    /// As [`Hosts::get`] and [`Hosts::add`].
    pub fn remove(&self, name: &StoreName) -> Result<Host, Error> {
        let host = self.get(name)?;
        self.0.change::<Entry>(|hosts| drop(hosts.remove(host.name.as_str())))?;
        Ok(host)
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
