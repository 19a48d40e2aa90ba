use std::collections::BTreeMap;
use std::path::PathBuf;

use naragtive_disk::Patience;
use naragtive_store::StoreName;
use sha2::{Digest, Sha256};

use super::by_host::ByHostFile;
use crate::Error;

/// Who is let in by which token where shared stores are served: `<home>/shared-tokens.toml`, in which no token is, only what is
/// left of each when it is hashed. Nobody guesses a token of 160 random bits from that.
#[derive(Debug, Clone)]
pub struct Tokens(ByHostFile);

/// A server's roles with the hashes of their tokens.
type Hashes = BTreeMap<String, String>;

impl Tokens {
    /// Those in this file, which needn't be there.
    pub(crate) fn new(path: PathBuf, patience: Patience) -> Self {
        Self(ByHostFile::new(path, patience))
    }

    /// The role that this token lets in as.
    ///
    /// # Errors
    /// When the file can't be read or holds something else.
    pub fn role(&self, host: &StoreName, token: &str) -> Result<Option<String>, Error> {
        let hosts: BTreeMap<String, Hashes> = self.0.read()?;
        let hash = hashed(token);
        let roles = hosts.get(&key(host)).into_iter().flatten();
        // Hashes of tokens that differ tell nothing of these, however long they are alike.
        Ok(roles.into_iter().find(|(_, known)| **known == hash).map(|(role, _)| role.clone()))
    }

    /// Whom there is a token for.
    ///
    /// # Errors
    /// As [`Tokens::role`].
    pub fn roles(&self, host: &StoreName) -> Result<Vec<String>, Error> {
        Ok(self.0.read::<Hashes>()?.remove(&key(host)).unwrap_or_default().into_keys().collect())
    }

    /// Lets somebody in by this token from now on, and by no other one.
    ///
    /// # Errors
    /// As [`Tokens::role`], and when the file can't be written.
    pub fn give(&self, host: &StoreName, role: &str, token: &str) -> Result<(), Error> {
        self.0.change::<Hashes>(|hosts| {
            hosts.entry(key(host)).or_default().insert(role.to_owned(), hashed(token));
        })
    }

    /// Lets somebody in no more; whether there was a token.
    ///
    /// # Errors
    /// As [`Tokens::give`].
    pub fn take(&self, host: &StoreName, role: &str) -> Result<bool, Error> {
        let mut was_there = false;
        self.0.change::<Hashes>(|hosts| {
            was_there = hosts.get_mut(&key(host)).is_some_and(|roles| roles.remove(role).is_some());
        })?;
        Ok(was_there)
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
