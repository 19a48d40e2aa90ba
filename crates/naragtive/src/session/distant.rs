use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive_index::{Assembly, IndexError, RowVectors};
use naragtive_shared::{Server, SharedStore};

use super::Located;
use crate::shared::{SharedName, digest_recipe};
use crate::{Error, Library};

/// More scenes than this aren't fetched for one search: their vectors are some hundred megabytes.
pub const MOST_WITHOUT_COPY: usize = 50_000;

/// A shared store that is searched where it is, without a copy of it.
pub(super) struct Distant {
    pub(super) library: Library,
    pub(super) name: SharedName,
    /// Connections that nobody uses now.
    idle: Mutex<Vec<Server>>,
    /// What is known of every row of the last state that was looked at.
    known: Mutex<Option<Arc<KnownCopy>>>,
}

/// Vectors by the server's numbers of scenes.
pub(super) type DistantVectors = HashMap<i32, RowVectors>;

/// What is known of every row of a state.
pub(super) struct KnownCopy {
    pub(super) store: SharedStore,
    /// The server's number of each row, in the order of the rows.
    pub(super) numbers: Vec<i32>,
    /// For each block the rows that its scenes are.
    blocks: HashMap<i32, Vec<usize>>,
    /// All rows, of which neither words nor vectors are there.
    pub(super) rows: Assembly,
    /// Those that were fetched: a session's next question is often about the same scenes.
    pub(super) vectors: Mutex<DistantVectors>,
}

impl Distant {
    /// The shared store whose copy would be at this place.
    pub(super) fn new(library: &Library, located: &Located) -> Result<Self, Error> {
        let name = library.shared().of(&located.at).ok_or(Error::NoStore)?;
        let (idle, known) = Default::default();
        Ok(Self { library: library.clone(), name, idle, known })
    }

    fn connection(&self) -> Result<Server, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.library.shared().open(&self.name.host), Ok)
    }

    pub(super) fn give_back(&self, server: Server) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(server);
    }

    /// What `ask` asks of a connection; one that was cut off while nobody used it is made anew.
    pub(super) fn asked<T>(
        &self,
        ask: impl Fn(&mut Server) -> Result<T, Error>,
    ) -> Result<(T, Server), Error> {
        let mut server = self.connection()?;
        match ask(&mut server) {
            Err(Error::Shared(error)) if error.is_unreachable() => {
                server = self.library.shared().open(&self.name.host)?;
                let answer = ask(&mut server)?;
                Ok((answer, server))
            }
            answer => Ok((answer?, server)),
        }
    }

    /// How many batches were written to the store.
    pub(super) fn rev(&self) -> Result<i64, Error> {
        let (store, server) = self.asked(|server| Ok(server.store(self.name.store.as_str())?))?;
        self.give_back(server);
        Ok(store.rev)
    }

    pub(super) fn known(&self, server: &mut Server) -> Result<Arc<KnownCopy>, Error> {
        let store = server.store(self.name.store.as_str())?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|known| known.store == store) {
            return Ok(Arc::clone(known));
        }
        self.check(&store)?;
        let fresh = Arc::new(KnownCopy::read(server, store)?);
        *known = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    /// Whether what the store is searched by is there, and means what it would mean here.
    fn check(&self, store: &SharedStore) -> Result<(), Error> {
        let language = self.library.indexes().language.to_string();
        let is_made = store.searched_by.as_deref() == Some(digest_recipe().as_str());
        if store.scenes == 0 || is_made && store.language.as_deref() == Some(language.as_str()) {
            return Ok(());
        }
        let language = store.language.clone().filter(|own| is_made && *own != language);
        Err(Error::NotSearchable { name: self.name.to_string(), language })
    }
}

impl KnownCopy {
    fn read(server: &mut Server, store: SharedStore) -> Result<Self, Error> {
        let blocks = server.blocks(&store)?;
        let places = blocks.iter().flat_map(|block| block.places.iter().copied());
        let numbers = blocks.iter().flat_map(|block| block.rows.iter().copied());
        let mut order: Vec<(i64, i32)> = places.zip(numbers).collect();
        order.sort_unstable();
        let at: HashMap<i32, usize> = order.iter().map(|(_, number)| *number).zip(0..).collect();
        let mut rows = Assembly::new(order.len());
        let mut placed = HashMap::with_capacity(blocks.len());
        for block in blocks {
            let here: Vec<usize> =
                block.rows.iter().map(|number| at.get(number).copied().unwrap_or(usize::MAX)).collect();
            rows.add_facts(&here, &block.facts).map_err(damaged)?;
            placed.insert(block.block, here);
        }
        let numbers = order.into_iter().map(|(_, number)| number).collect();
        Ok(Self { store, numbers, blocks: placed, rows, vectors: Mutex::default() })
    }

    pub(super) fn at(&self, block: i32) -> &[usize] {
        self.blocks.get(&block).map(Vec::as_slice).unwrap_or_default()
    }
}

pub(super) fn damaged(damage: naragtive_index::Damaged) -> Error {
    IndexError::Damaged { folder: "".into(), damage }.into()
}
