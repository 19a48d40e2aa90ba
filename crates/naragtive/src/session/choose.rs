use naragtive_store::{Registry, StoreEntry};

use super::{Choice, Located};
use crate::Error;

/// Which stores a user means.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// One, named in any way or not at all.
    One(Choice<'a>),
    /// Several: names or files.
    Several(&'a [String]),
    /// Every registered one.
    All,
}

/// Which stores one line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedStores {
    /// A name or a file.
    One(String),
    /// Several: names or files.
    Several(Vec<String>),
    /// Every registered one.
    All,
}

impl TypedStores {
    /// A name or a file; several with commas between them; `*` for every registered one. A file may be called anything, and a
    /// name has no comma.
    pub fn parse(line: &str) -> Self {
        match line {
            "*" => Self::All,
            line if line.contains(',') && Choice::word(line).path.is_none() => {
                Self::Several(line.split(',').map(|word| word.trim().to_owned()).collect())
            }
            line => Self::One(line.to_owned()),
        }
    }

    /// The same, to be looked for.
    pub fn which(&self) -> Which<'_> {
        match self {
            Self::One(word) => Which::One(Choice::word(word)),
            Self::Several(words) => Which::Several(words),
            Self::All => Which::All,
        }
    }
}

/// The stores that are meant.
#[derive(Debug)]
pub struct Stores {
    /// Those whose files are there, in order.
    pub found: Vec<Located>,
    /// Those that aren't, by name, and why not. There are none unless all registered ones were meant.
    pub missing: Vec<(String, Error)>,
    /// Whether those that turn out to be damaged are to be passed over as well.
    pub passes_over: bool,
}

impl Stores {
    /// Finds them, each by `locate`. Of all registered stores those that aren't there cost the others nothing.
    ///
    /// # Errors
    /// Those of `locate`; when all registered stores are meant and there are none.
    pub fn choose(
        which: Which<'_>,
        registry: &Registry,
        locate: &mut dyn FnMut(Choice<'_>) -> Result<Located, Error>,
    ) -> Result<Self, Error> {
        match which {
            Which::One(choice) => Ok(Self::of(vec![locate(choice)?])),
            Which::Several(words) => {
                let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
                let choices = words.map(Choice::word);
                let found = choices.map(locate);
                match found.collect::<Result<Vec<_>, _>>()? {
                    none if none.is_empty() => Err(Error::NoneNamed),
                    found => Ok(Self::of(found)),
                }
            }
            Which::All => Self::all(registry.list()?, locate),
        }
    }

    /// These, each of which must open.
    pub fn of(found: Vec<Located>) -> Self {
        Self { found, missing: Vec::new(), passes_over: false }
    }

    pub(super) fn all(
        entries: Vec<StoreEntry>,
        locate: &mut dyn FnMut(Choice<'_>) -> Result<Located, Error>,
    ) -> Result<Self, Error> {
        let mut stores = Self { passes_over: true, ..Self::of(Vec::new()) };
        for entry in entries {
            let choice = Choice { path: None, name: Some(&entry.name) };
            match locate(choice) {
                Ok(located) => stores.found.push(located),
                Err(error) => stores.missing.push((entry.name, error)),
            }
        }
        match (stores.found.is_empty(), stores.missing.pop()) {
            (true, Some((name, source))) => Err(Error::OfStore { name, source: Box::new(source) }),
            (true, None) => Err(Error::NoStore),
            (false, last) => {
                stores.missing.extend(last);
                Ok(stores)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_means_one_store_several_or_all() {
        let one = |word: &str| TypedStores::One(word.to_owned());
        let several =
            |words: &[&str]| TypedStores::Several(words.iter().map(|word| (*word).to_owned()).collect());
        for (line, expected) in [
            ("saga", one("saga")),
            ("*", TypedStores::All),
            ("saga, chats", several(&["saga", "chats"])),
            ("one,two.parquet", one("one,two.parquet")),
            ("", one("")),
        ] {
            assert_eq!(TypedStores::parse(line), expected, "{line}");
        }
    }
}
