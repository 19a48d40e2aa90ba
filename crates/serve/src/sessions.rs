use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive::overview::Lengths;
use naragtive::session::Which;
use naragtive::{
    Choice, Library, Located, Overview, Reranking, Session, Store, StoreEntry, StoreError, StoreRef, Stores,
    Version,
};

use crate::Error;
use crate::by_version::ByVersion;
use crate::call::{Stop, Today, flow};

/// Every store.
pub(crate) const ALL: &str = "*";
/// How many selections of stores are kept open at a time; each is a mapped file or two.
const OPEN: usize = 16;

/// Where a session will be once somebody has opened it; who needs it meanwhile waits.
type Slot = Arc<Mutex<Option<Arc<Session>>>>;

/// The stores of one home, kept open from call to call.
pub(crate) struct Sessions {
    library: Library,
    today: Box<Today>,
    overviews: ByVersion<Overview>,
    lengths: ByVersion<Lengths>,
    open: Mutex<HashMap<Vec<StoreRef>, Slot>>,
}

/// The stores that a call means, by registered name only: a path is never taken from a call.
pub(crate) struct Chosen {
    pub(crate) stores: Stores,
    /// What to call them.
    pub(crate) title: String,
}

impl Sessions {
    pub(crate) fn new(library: Library, today: Box<Today>) -> Self {
        let (overviews, lengths) = (ByVersion::default(), ByVersion::default());
        Self { library, today, overviews, lengths, open: Mutex::default() }
    }

    /// Which day it is.
    pub(crate) fn today(&self) -> &Today {
        &*self.today
    }

    /// What the store holds.
    pub(crate) fn overview(&self, store: &Store) -> Result<Arc<Overview>, Error> {
        self.overviews.of(store, Overview::of)
    }

    /// How much is told in it.
    pub(crate) fn lengths(&self, store: &Store) -> Result<Arc<Lengths>, Error> {
        let overview = self.overview(store)?;
        self.lengths.of(store, |store| Lengths::of(store, &overview.days))
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    /// The stores that can be named, and the name of the default one.
    pub(crate) fn registered(&self) -> Result<(Vec<StoreEntry>, Option<String>), Error> {
        Ok(self.library.entries()?)
    }

    /// The stores of this name; the default one where none is given.
    pub(crate) fn choose(&self, name: Option<&str>) -> Result<Chosen, Error> {
        let name = name.map(str::trim);
        let which = match name {
            Some(ALL) => Which::All,
            name => Which::One(Choice { path: None, name: Some(name.unwrap_or("default")) }),
        };
        // The folder is looked at for files only, and no file is named here.
        let stores = self.library.choose(which, "".as_ref()).map_err(|error| self.unknown(name, error))?;
        let title = match (name, stores.found.first()) {
            (Some(ALL), _) => "any store".to_owned(),
            (_, Some(Located { name: Some(name), .. })) => format!("store `{name}`"),
            _ => "the store".to_owned(),
        };
        Ok(Chosen { stores, title })
    }

    /// The one store of this name.
    pub(crate) fn one(&self, name: &str) -> Result<Chosen, Error> {
        match self.choose(Some(name)) {
            Ok(chosen) if chosen.stores.passes_over => {
                let known = self.registered()?.0.into_iter().map(|entry| entry.name).collect();
                Err(Error::UnknownStore { name: name.to_owned(), known, nearest: None })
            }
            chosen => chosen,
        }
    }

    /// A session on these stores as their files are now.
    pub(crate) fn session(&self, chosen: &Chosen, stop: &Stop) -> Result<Arc<Session>, Error> {
        let key: Vec<StoreRef> = chosen.stores.found.iter().map(|located| located.at.clone()).collect();
        let slot = self.slot(&key);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let watch = &mut |_: naragtive::Step<'_>| flow(stop);
        if let Some(session) = &*slot {
            session.refresh(watch)?;
            return Ok(Arc::clone(session));
        }
        let reranking = Reranking::of(self.library.settings());
        let session = Arc::new(self.library.session_for(&chosen.stores, None, reranking, watch)?);
        *slot = Some(Arc::clone(&session));
        Ok(session)
    }

    fn slot(&self, key: &[StoreRef]) -> Slot {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Who has a session goes on with it; it is only not kept any longer.
        if open.len() >= OPEN && !open.contains_key(key) {
            open.clear();
        }
        Arc::clone(open.entry(key.to_vec()).or_default())
    }

    fn unknown(&self, name: Option<&str>, error: naragtive::Error) -> Error {
        match (name, error) {
            (Some(name), error) if is_no_store(&error) => {
                let known = self.registered().map(|(entries, _)| entries).unwrap_or_default();
                let known = known.into_iter().map(|entry| entry.name).collect();
                Error::UnknownStore { name: name.to_owned(), known, nearest: None }
            }
            (Some(name), naragtive::Error::Store(StoreError::UnknownStore { nearest, .. })) => {
                let known = self.registered().map(|(entries, _)| entries).unwrap_or_default();
                Error::UnknownStore {
                    name: name.to_owned(),
                    known: known.into_iter().map(|entry| entry.name).collect(),
                    nearest: nearest.into_iter().next(),
                }
            }
            (_, error) => error.into(),
        }
    }
}

/// Whether there is nothing of the name for whoever asks.
fn is_no_store(error: &naragtive::Error) -> bool {
    match error {
        naragtive::Error::UnknownHost { .. } => true,
        naragtive::Error::Shared(error) => error.is_lost(),
        _ => false,
    }
}

impl Chosen {
    /// The error of a scene that isn't in them, without the paths of this machine.
    pub(crate) fn unknown_scene(&self, error: naragtive::Error) -> Error {
        match error {
            naragtive::Error::UnknownScene { id, nearest, .. } => {
                Error::UnknownScene { id: id.to_string(), store: self.title.clone(), nearest }
            }
            error => error.into(),
        }
    }

    /// The one file that is meant, where it is one.
    pub(crate) fn file(&self) -> Result<(&Located, Store), Error> {
        let located = self.stores.found.first().ok_or(naragtive::Error::NoStore)?;
        Ok((located, located.at.open()?))
    }

    /// What tells the state of their files from any other; of all stores of those that can be read.
    pub(crate) fn versions(&self) -> Result<Vec<Version>, Error> {
        let mut versions = Vec::new();
        for located in &self.stores.found {
            match located.at.version() {
                Ok(version) => versions.push(version),
                Err(_) if self.stores.passes_over => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(versions)
    }
}
