use std::path::{Path, PathBuf};
use std::str::FromStr;

use naragtive_store::{StoreEntry, StoreError, StoreName, StoreRef, check_replaceable, check_writable};

use crate::output::refuse_own_files;
use crate::progress::Watch;
use crate::shared::{Draft, SharedName, is_shared};
use crate::{Error, How, Library};

/// Where a user wants scenes to go.
#[derive(Debug, Clone)]
pub struct Target {
    /// The file that was named.
    pub path: Option<PathBuf>,
    /// The file where neither a file nor a name was.
    pub usual: PathBuf,
    /// The name to register the store under.
    pub name: Option<StoreName>,
    /// The shared store, instead of a file or a name.
    pub shared: Option<SharedName>,
    /// What happens to what the store holds.
    pub how: How,
}

/// Where scenes go: looked at, and fit to take them.
#[derive(Debug, Clone)]
pub struct Destination {
    pub(super) draft: Option<Draft>,
    pub(super) name: Option<StoreName>,
    pub(super) at: StoreRef,
    pub(super) how: How,
}

impl Target {
    /// The store of this name in the home folder, to which new scenes are added.
    pub fn named(name: StoreName) -> Self {
        Self { path: None, usual: PathBuf::new(), name: Some(name), shared: None, how: How::Merge }
    }

    /// Where scenes go by what a user typed: a file, and a name to register the store under, which may be that of a shared
    /// one. Neither need be there; then it is the file `usual`.
    ///
    /// # Errors
    /// When the name can't be one; [`Error::FileForShared`].
    pub fn typed(file: Option<&Path>, usual: &str, name: Option<&str>, how: How) -> Result<Self, Error> {
        let shared = name.filter(|name| is_shared(name)).map(SharedName::from_str).transpose()?;
        if let (Some(path), Some(name)) = (file, &shared) {
            return Err(Error::FileForShared { name: name.to_string(), path: path.to_owned() });
        }
        let name = name.filter(|_| shared.is_none()).map(StoreName::from_str).transpose()?;
        Ok(Self { path: file.map(Path::to_owned), usual: usual.into(), name, shared, how })
    }

    /// The file: the one named, the one the name to register has already, the one it gets in the home folder, or the
    /// usual one. All that could refuse it or its registration is looked at here, before anything is fetched or
    /// computed.
    ///
    /// # Errors
    /// When the file can't be written, or the name can't be registered for it; when whoever asks may not write to the shared
    /// store.
    pub fn resolve(self, library: &Library, watch: &mut Watch<'_>) -> Result<Destination, Error> {
        let Self { path, usual, name, shared, how } = self;
        if let Some(shared) = shared {
            let draft = Draft::begin(library, &shared, how.into(), watch)?;
            return Ok(Destination { name: None, at: draft.at(), draft: Some(draft), how });
        }
        let at = match (path, &name) {
            (Some(path), _) => path.into(),
            (None, Some(name)) => registered(name, library)?,
            (None, None) => usual.into(),
        };
        if let Some(name) = &name {
            library.settings().registry().check_can_register(name, &at)?;
        }
        refuse_own_files(at.file(), &library.settings().home.value)?;
        match how {
            How::Merge => check_writable(&at)?,
            How::Replace => check_replaceable(&at)?,
        }
        Ok(Destination { name, at, draft: None, how })
    }
}

fn registered(name: &StoreName, library: &Library) -> Result<StoreRef, Error> {
    let settings = library.settings();
    let mut known = settings.registry().list()?.into_iter();
    match known.find(|entry| entry.name.eq_ignore_ascii_case(name.as_str())) {
        None => Ok(settings.home.value.store(name.as_str()).into()),
        // The Python tool meant a file in another folder. A second one here would take its name.
        Some(StoreEntry { name, at, .. }) if at.is_relative() && !at.exists() => {
            Err(Error::StoreMoved { name, path: at.into(), relative: true })
        }
        // One's own story is no part of the samples.
        Some(entry) if entry.is_sample() => {
            Err(StoreError::NameTaken { name: entry.name, path: entry.at.into() }.into())
        }
        Some(entry) => Ok(entry.at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_file_a_name_or_a_shared_store_and_never_a_file_and_a_shared_one() {
        for (file, name, expected) in [
            (None, None, Ok((None, None, None))),
            (Some("s.parquet"), None, Ok((Some("s.parquet"), None, None))),
            (Some("s.parquet"), Some("tale"), Ok((Some("s.parquet"), Some("tale"), None))),
            (None, Some("studio/tale"), Ok((None, None, Some("studio/tale")))),
            (Some("s.parquet"), Some("studio/tale"), Err("studio/tale is a shared store")),
            (None, Some("no name"), Err("no name")),
            (None, Some("a/b/c"), Err("a/b/c")),
        ] {
            match (Target::typed(file.map(Path::new), "usual", name, How::Merge), expected) {
                (Ok(target), Ok(expected)) => {
                    let Target { path, name, shared, .. } = target;
                    let shared = shared.map(|shared| shared.to_string());
                    let found = (path.as_deref(), name.as_ref().map(StoreName::as_str), shared.as_deref());
                    assert_eq!(found, (expected.0.map(Path::new), expected.1, expected.2));
                }
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (found, expected) => panic!("{file:?} {name:?}: {found:?}, not {expected:?}"),
            }
        }
    }
}
