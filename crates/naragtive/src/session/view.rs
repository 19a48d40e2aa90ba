use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use naragtive_index::{Analyzer, Assembly, Bits, Index, IndexSettings, Lookups, RowVectors, WordQuery};
use naragtive_scene::{Scene, SceneId};
use naragtive_shared::{SceneVectors, Server, SharedError, SharedStore};
use naragtive_store::{ModelTag, Span, StoreError, StoreRef};

use super::Located;
use super::distant::{Distant, DistantVectors, KnownCopy, MOST_WITHOUT_COPY, damaged};
use crate::shared::Copies;
use crate::{Error, Indexes, Library, Query};

/// So many scenes with passages are looked at, and as many with windows, that the server takes for the nearest.
const NEAREST: usize = 200;
/// So many that it takes for the furthest.
const FURTHEST: usize = 8;

/// One state of a distant store, as one search sees it.
pub(super) struct View {
    distant: Arc<Distant>,
    known: Arc<KnownCopy>,
    /// The connection that reads this state and no other one; none where nobody searches.
    reader: Mutex<Option<Server>>,
    gathered: Mutex<Gathered>,
}

/// What was fetched for a query.
#[derive(Default)]
struct Gathered {
    rows: Assembly,
    typed: Lookups,
}

/// The stores of a session that are searched where they are.
#[derive(Default)]
pub(super) struct Distants(HashMap<StoreRef, Arc<Distant>>);

impl Distants {
    pub(super) fn of(library: &Library, located: &[Located]) -> Result<Self, Error> {
        let all = located.iter().filter(|located| matches!(located.at, StoreRef::Server(_)));
        let all = all.map(|located| Ok((located.at.clone(), Arc::new(Distant::new(library, located)?))));
        Ok(Self(all.collect::<Result<_, Error>>()?))
    }

    /// Whether only scenes are looked at that the servers take for near.
    pub(super) fn are_approximate(&self) -> bool {
        self.0.values().any(|distant| distant.library.copies() == Copies::Candidates)
    }

    /// This store as it is now.
    pub(super) fn view(&self, located: &Located) -> Result<View, Error> {
        View::of(self.0.get(&located.at).ok_or(Error::NoStore)?)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.release();
    }
}

impl View {
    /// The store as it is now, to be searched.
    fn of(distant: &Arc<Distant>) -> Result<Self, Error> {
        let (known, reader) = distant.asked(|server| {
            server.begin_reading()?;
            distant.known(server)
        })?;
        let gathered = Mutex::new(Gathered { rows: known.rows.clone(), typed: Lookups::default() });
        Ok(Self { distant: Arc::clone(distant), known, reader: Mutex::new(Some(reader)), gathered })
    }

    /// Lets the connection go; whoever asks for something afterwards is given what is there then.
    pub(super) fn release(&self) {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        // One whose state can't be let go is not used again.
        if let Some(mut server) = reader
            && server.end_reading().is_ok()
        {
            self.distant.give_back(server);
        }
    }

    fn ask<T>(&self, ask: impl Fn(&mut Server, &SharedStore) -> Result<T, SharedError>) -> Result<T, Error> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = reader.as_mut() {
            return Ok(ask(server, &self.known.store)?);
        }
        let (answer, server) = self.distant.asked(|server| Ok(ask(server, &self.known.store)?))?;
        self.distant.give_back(server);
        Ok(answer)
    }

    pub(super) fn store(&self) -> &SharedStore {
        &self.known.store
    }

    /// Whether its server is asked for candidates among more scenes than are fetched without, and has no index to find them by.
    pub(super) fn lacks_index(&self) -> bool {
        let is_asked = self.distant.library.copies() == Copies::Candidates;
        is_asked && !self.known.store.indexed && self.len() > MOST_WITHOUT_COPY
    }

    pub(super) fn len(&self) -> usize {
        self.known.numbers.len()
    }

    pub(super) fn require_model(&self, wanted: &ModelTag) -> Result<(), Error> {
        let found = &self.known.store.model;
        if found.agrees_with(wanted) {
            return Ok(());
        }
        let path = self.distant.library.shared().copy_of(&self.distant.name).at().file().to_owned();
        let (expected, found) = (Box::new(wanted.clone()), Box::new(found.clone()));
        Err(StoreError::OtherModel { path, expected, found }.into())
    }

    /// Whether somebody wrote to the store since.
    pub(super) fn has_changed(&self) -> bool {
        self.distant.rev().is_ok_and(|rev| rev != self.known.store.rev)
    }

    fn numbers(&self, rows: &[usize]) -> Result<Vec<i32>, Error> {
        let number = |row: &usize| self.known.numbers.get(*row).copied().ok_or(Error::NoStore);
        rows.iter().map(number).collect()
    }

    /// The scenes in these rows, in the order asked for, each with where its passages stand.
    pub(super) fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, Error> {
        let numbers = self.numbers(rows)?;
        let found = self.ask(|server, store| server.scenes(store, &numbers))?;
        let gone = || SharedError::Outdated { store: self.known.store.name.clone() }.into();
        numbers.iter().map(|number| found.get(number).cloned().ok_or_else(gone)).collect()
    }

    /// The row of the scene with this id.
    pub(super) fn row_of(&self, id: &SceneId) -> Result<Option<usize>, Error> {
        let number = self.ask(|server, store| server.number_of(store, id))?;
        Ok(number.and_then(|number| self.known.numbers.iter().position(|own| *own == number)))
    }

    pub(super) fn ids(&self) -> Result<Vec<String>, Error> {
        self.ask(Server::scene_ids)
    }

    pub(super) fn keys(&self) -> Result<Vec<String>, Error> {
        self.ask(Server::facet_keys)
    }

    fn settings(&self, indexes: &Indexes) -> IndexSettings {
        indexes.settings_for(self.known.store.model.dimension)
    }

    /// An index that knows every row and nothing else.
    pub(super) fn bare_index(&self, indexes: &Indexes) -> Result<Index, Error> {
        Ok(self.known.rows.index(&self.settings(indexes), |_| None)?)
    }

    /// An index with what was typed and what is filtered by, in which what is meant can be found out.
    pub(super) fn index_of_words(&self, query: &Query, indexes: &Indexes) -> Result<Index, Error> {
        let analyzer = Analyzer::new(indexes.language);
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let typed =
            if query.like.is_some() { Lookups::default() } else { Lookups::of(&query.text, &analyzer) };
        self.add_words(&mut gathered.rows, &typed, &Lookups::default())?;
        gathered.typed = typed;
        self.add_facets(&mut gathered.rows, query)?;
        let may_be_wrong = !query.as_typed && query.like.is_none();
        if may_be_wrong && gathered.rows.needs_forms(&query.text, &analyzer) {
            for forms in self.ask(Server::block_forms)? {
                gathered.rows.add_forms(&forms).map_err(damaged)?;
            }
        }
        Ok(gathered.rows.index(&self.settings(indexes), |_| None)?)
    }

    fn add_words(&self, rows: &mut Assembly, asked: &Lookups, before: &Lookups) -> Result<(), Error> {
        let [whole, short] = asked.beginnings();
        if whole.is_empty() && short.is_empty() {
            return Ok(());
        }
        for (block, words) in self.ask(|server, store| server.block_words(store, [&whole, &short]))? {
            let wanted = |term: &str| asked.wants(term) && !before.wants(term);
            rows.add_words(self.known.at(block), &words, wanted).map_err(damaged)?;
        }
        Ok(())
    }

    fn add_facets(&self, rows: &mut Assembly, query: &Query) -> Result<(), Error> {
        let conditions = query.filter.conditions();
        let mut keys: Vec<&str> = conditions.iter().flat_map(|condition| condition.keys.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            return Ok(());
        }
        for (block, key, values) in self.ask(|server, store| server.block_facets(store, &keys))? {
            rows.add_facets(self.known.at(block), &key, &values).map_err(damaged)?;
        }
        Ok(())
    }

    /// The index for a search of what is meant: with the vectors of `read`, of all rows with none.
    pub(super) fn index_for(
        &self,
        words: &WordQuery,
        read: Option<&Bits>,
        indexes: &Indexes,
    ) -> Result<Index, Error> {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let analyzer = Analyzer::new(indexes.language);
        let meant = Lookups::of(words.text(), &analyzer);
        let Gathered { rows, typed } = &mut *gathered;
        if !words.respelt().is_empty() {
            self.add_words(rows, &meant, typed)?;
        }
        let mut vectors = self.known.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        self.fetch(read, &mut vectors)?;
        let of = |row: usize| {
            let number = self.known.numbers.get(row).filter(|_| read.is_none_or(|read| read.contains(row)));
            number.and_then(|number| vectors.get(number))
        };
        let index = rows.index(&self.settings(indexes), of)?;
        if let Some(read) = read.filter(|_| vectors.len() > MOST_WITHOUT_COPY) {
            // What this search needed was there at once anyway, and the next one is mostly about the same scenes.
            let own: HashSet<i32> = self.numbers(&read.iter().collect::<Vec<_>>())?.into_iter().collect();
            vectors.retain(|number, _| own.contains(number));
        }
        Ok(index)
    }

    /// The rows of these that the server takes for the nearest to a vector, and for the furthest from it, which say how strong
    /// a cosine is among all.
    pub(super) fn candidates(&self, vector: &[f32], keep: Option<&Bits>) -> Result<Vec<usize>, Error> {
        let among = keep.map(|keep| self.numbers(&keep.iter().collect::<Vec<_>>())).transpose()?;
        let opposite: Vec<f32> = vector.iter().map(|value| -value).collect();
        let mut found = HashSet::new();
        for (vector, count) in [(vector, NEAREST), (&opposite[..], FURTHEST)] {
            let nearest = self.ask(|server, store| server.nearest(store, vector, among.as_deref(), count))?;
            found.extend(nearest);
        }
        let rows = self.known.numbers.iter().enumerate().filter(|(_, number)| found.contains(*number));
        Ok(rows.map(|(row, _)| row).collect())
    }

    /// Fetches the vectors of these rows that aren't known, of all of them with none.
    fn fetch(&self, read: Option<&Bits>, known: &mut DistantVectors) -> Result<(), Error> {
        let wanted = (0..self.len()).filter(|row| read.is_none_or(|read| read.contains(*row)));
        let mut numbers = self.numbers(&wanted.collect::<Vec<_>>())?;
        numbers.retain(|number| !known.contains_key(number));
        if numbers.is_empty() {
            return Ok(());
        }
        let some = Some(numbers.as_slice()).filter(|numbers| numbers.len() < self.len());
        let fetched = self.ask(|server, store| server.scene_vectors(store, some))?.into_iter();
        let row = |SceneVectors { passages, windows }| RowVectors { passages, windows };
        known.extend(fetched.map(|(number, vectors)| (number, row(vectors))));
        Ok(())
    }
}
