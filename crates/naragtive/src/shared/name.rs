use std::fmt;
use std::str::FromStr;

use naragtive_store::{StoreError, StoreName};

/// The name of a shared store: that of its server and its own, with a slash between, which no name of a local store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedName {
    /// The server, by the name that the user gave it.
    pub host: StoreName,
    /// The store there.
    pub store: StoreName,
}

/// Whether a text has the form of a shared store's name.
pub fn is_shared(text: &str) -> bool {
    text.parse::<SharedName>().is_ok()
}

impl FromStr for SharedName {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let (host, store) = text.split_once('/').unwrap_or((text, ""));
        Ok(Self { host: host.parse()?, store: store.parse()? })
    }
}

impl fmt::Display for SharedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_with_a_slash_between_are_a_shared_store() {
        for (text, expected) in [
            ("studio/campaign", true),
            ("studio/campaign.1", true),
            ("campaign", false),
            ("studio/", false),
            ("/campaign", false),
            ("studio/a/b", false),
            ("./campaign", false),
            ("../campaign", false),
            ("studio/-x", false),
            ("", false),
        ] {
            assert_eq!(is_shared(text), expected, "{text}");
            if expected {
                assert_eq!(text.parse::<SharedName>().unwrap().to_string(), text);
            }
        }
    }
}
