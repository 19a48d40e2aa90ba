use std::path::Path;

use naragtive_store::{Registry, StoreEntry};

use super::{Choice, Located, locate};
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
    /// Finds them. Of all registered stores those that aren't there cost the others nothing.
    ///
    /// # Errors
    /// As [`locate`]; when all registered stores are meant and there are none.
    pub fn choose(which: Which<'_>, registry: &Registry, folder: &Path) -> Result<Self, Error> {
        match which {
            Which::One(choice) => Ok(Self::of(vec![locate(choice, registry, folder)?])),
            Which::Several(words) => {
                let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
                let choices = words.map(Choice::word);
                let found = choices.map(|choice| locate(choice, registry, folder));
                match found.collect::<Result<Vec<_>, _>>()? {
                    none if none.is_empty() => Err(Error::NoStore),
                    found => Ok(Self::of(found)),
                }
            }
            Which::All => Self::all(registry.list()?, registry, folder),
        }
    }

    /// These, each of which must open.
    pub fn of(found: Vec<Located>) -> Self {
        Self { found, missing: Vec::new(), passes_over: false }
    }

    fn all(entries: Vec<StoreEntry>, registry: &Registry, folder: &Path) -> Result<Self, Error> {
        let mut stores = Self { passes_over: true, ..Self::of(Vec::new()) };
        for entry in entries {
            let choice = Choice { path: None, name: Some(&entry.name) };
            match locate(choice, registry, folder) {
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
