use std::collections::BTreeMap;
use std::fs::create_dir_all;
use std::io::Write;
use std::path::PathBuf;

use naragtive_disk::{AtomicFile, DiskError, Patience, read_text};
use naragtive_store::StoreName;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

/// The latest layout of the file that this program knows, and the one it writes.
const LAYOUT: u32 = 1;

/// Who is let in by which token where shared stores are served: `<home>/shared-tokens.toml`, in which no token is, only what is
/// left of each when it is hashed. Nobody guesses a token of 160 random bits from that.
#[derive(Debug, Clone)]
pub struct Tokens {
    path: PathBuf,
    patience: Patience,
}

#[derive(Default, Serialize, Deserialize)]
struct File {
    version: u32,
    /// For each server its roles with the hashes of their tokens.
    #[serde(default)]
    hosts: BTreeMap<String, BTreeMap<String, String>>,
}

impl Tokens {
    /// Those in this file, which needn't be there.
    pub(crate) fn new(path: PathBuf, patience: Patience) -> Self {
        Self { path, patience }
    }

    /// The role that this token lets in as.
    ///
    /// # Errors
    /// When the file can't be read or holds something else.
    pub fn role(&self, host: &StoreName, token: &str) -> Result<Option<String>, Error> {
        let file = self.read()?;
        let hash = hashed(token);
        let roles = file.hosts.get(&key(host)).into_iter().flatten();
        // Hashes of tokens that differ tell nothing of these, however long they are alike.
        Ok(roles.into_iter().find(|(_, known)| **known == hash).map(|(role, _)| role.clone()))
    }

    /// Whom there is a token for.
    ///
    /// # Errors
    /// As [`Tokens::role`].
    pub fn roles(&self, host: &StoreName) -> Result<Vec<String>, Error> {
        Ok(self.read()?.hosts.remove(&key(host)).unwrap_or_default().into_keys().collect())
    }

    /// Lets somebody in by this token from now on, and by no other one.
    ///
    /// # Errors
    /// As [`Tokens::role`], and when the file can't be written.
    pub fn give(&self, host: &StoreName, role: &str, token: &str) -> Result<(), Error> {
        self.change(|file| {
            file.hosts.entry(key(host)).or_default().insert(role.to_owned(), hashed(token));
        })
    }

    /// Lets somebody in no more; whether there was a token.
    ///
    /// # Errors
    /// As [`Tokens::give`].
    pub fn take(&self, host: &StoreName, role: &str) -> Result<bool, Error> {
        let mut was_there = false;
        self.change(|file| {
            was_there = file.hosts.get_mut(&key(host)).is_some_and(|roles| roles.remove(role).is_some());
        })?;
        Ok(was_there)
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
            let problem =
                format!("it is of version {}, the latest this program knows is {LAYOUT}", file.version);
            return Err(bad(problem));
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

fn key(host: &StoreName) -> String {
    host.as_str().to_lowercase()
}

fn hashed(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lets_in_whom_it_was_given_until_it_is_taken_or_another_one_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("home/shared-tokens.toml");
        let tokens = Tokens::new(path.clone(), Patience::default());
        let [studio, club]: [StoreName; 2] = ["studio", "club"].map(|name| name.parse().unwrap());
        let role = |token: &str| tokens.role(&studio, token).unwrap();
        assert_eq!(role("one"), None);
        tokens.give(&studio, "ada", "one").unwrap();
        tokens.give(&studio, "bob", "two").unwrap();
        assert_eq!([role("one"), role("two")].map(Option::unwrap), ["ada", "bob"]);
        assert_eq!(tokens.role(&club, "one").unwrap(), None);
        assert_eq!(tokens.role(&"Studio".parse().unwrap(), "one").unwrap().as_deref(), Some("ada"));
        for odd in ["", "on", "ONE", "one ", "ada"] {
            assert_eq!(role(odd), None, "{odd}");
        }
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(!kept.contains("one") && kept.contains("ada"), "{kept}");
        tokens.give(&studio, "ada", "three").unwrap();
        assert_eq!((role("one"), role("three").as_deref()), (None, Some("ada")));
        assert_eq!(tokens.roles(&studio).unwrap(), ["ada", "bob"]);
        assert!(tokens.take(&studio, "ada").unwrap() && !tokens.take(&studio, "ada").unwrap());
        assert_eq!((role("three"), role("two").as_deref()), (None, Some("bob")));
    }

    #[test]
    fn a_file_that_is_something_else_lets_nobody_in_and_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared-tokens.toml");
        let tokens = Tokens::new(path.clone(), Patience::default());
        for text in ["hosts = 3", "version = 2", "nonsense"] {
            std::fs::write(&path, text).unwrap();
            assert!(tokens.role(&"studio".parse().unwrap(), "one").is_err(), "{text}");
            assert!(tokens.give(&"studio".parse().unwrap(), "ada", "one").is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
