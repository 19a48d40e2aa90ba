use std::path::PathBuf;

use naragtive_index::Index;
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{Span, Store, StoreError};

use crate::indexes::IndexProgress;
use crate::{Error, Indexes, Located, Model, StoreInfo};

/// Opened stores, whose rows follow each other in the order of the stores.
pub(crate) struct Shelf {
    stores: Vec<OpenedStore>,
}

struct OpenedStore {
    store: Store,
    info: StoreInfo,
    /// How many rows come before those of this store.
    first: usize,
}

impl OpenedStore {
    /// The store's own number of a row, if it is one of its rows.
    fn own(&self, row: usize) -> Option<usize> {
        row.checked_sub(self.first).filter(|row| *row < self.store.len())
    }
}

impl Shelf {
    /// Opens all of them or none. A file that is meant twice is opened once.
    pub(crate) fn open(located: &[Located], model: &Model) -> Result<Self, Error> {
        let mut stores: Vec<OpenedStore> = Vec::new();
        let mut seen = Vec::new();
        let mut first = 0;
        for one in located {
            let file = one.path.canonicalize().unwrap_or_else(|_| one.path.clone());
            if seen.contains(&file) {
                continue;
            }
            seen.push(file);
            let opened = open(one, model).map_err(|error| of_store(one, located.len(), error))?;
            let info = one.info(opened.len());
            let rows = opened.len();
            stores.push(OpenedStore { store: opened, info, first });
            first += rows;
        }
        Ok(Self { stores })
    }

    /// One index over all rows.
    pub(crate) fn index(&self, indexes: &Indexes, progress: &mut IndexProgress<'_>) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| indexes.open(&opened.store, progress)))
    }

    /// The same, built anew.
    pub(crate) fn index_anew(&self, indexes: &Indexes) -> Result<Index, Error> {
        let go_on = &mut |_| std::ops::ControlFlow::Continue(());
        together(self.stores.iter().map(|opened| indexes.build(&opened.store, go_on)))
    }

    pub(crate) fn infos(&self) -> impl Iterator<Item = &StoreInfo> {
        self.stores.iter().map(|opened| &opened.info)
    }

    /// How many scenes of each store have no passages.
    pub(crate) fn lacking_passages(&self) -> impl Iterator<Item = (&StoreInfo, usize)> {
        self.stores.iter().map(|opened| (&opened.info, opened.store.lacking_passages()))
    }

    /// The stores of these rows, in the order asked for.
    pub(crate) fn infos_of(&self, rows: &[usize]) -> Result<Vec<StoreInfo>, Error> {
        self.gather(rows, |opened, own| Ok(vec![opened.info.clone(); own.len()]))
    }

    /// The scenes in these rows, in the order asked for.
    pub(crate) fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, Error> {
        self.gather(rows, |opened, own| opened.store.scenes(own))
    }

    /// The same, each with where its passages stand.
    pub(crate) fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, Error> {
        self.gather(rows, |opened, own| opened.store.scenes_and_spans(own))
    }

    /// The row of the scene of this id, in the first store that has one.
    pub(crate) fn row_of(&self, id: &SceneId) -> Result<usize, Error> {
        let mut known = Vec::new();
        for opened in &self.stores {
            let ids = opened.store.ids()?;
            if let Some(row) = ids.iter().position(|known| known == id.as_str()) {
                return Ok(opened.first + row);
            }
            known.extend(ids);
        }
        let stores: Vec<PathBuf> = self.infos().map(|info| info.path.clone()).collect();
        Err(Error::UnknownScene { id: id.clone(), stores, nearest: nearest(id.as_str(), &known) })
    }

    fn gather<T>(
        &self,
        rows: &[usize],
        read: impl Fn(&OpenedStore, &[usize]) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::with_capacity(rows.len());
        for opened in &self.stores {
            let here = rows.iter().enumerate().filter_map(|(at, row)| Some((at, opened.own(*row)?)));
            let (places, own): (Vec<usize>, Vec<usize>) = here.unzip();
            if !own.is_empty() {
                found.extend(places.into_iter().zip(read(opened, &own)?));
            }
        }
        found.sort_by_key(|(at, _)| *at);
        Ok(found.into_iter().map(|(_, read)| read).collect())
    }
}

fn open(located: &Located, model: &Model) -> Result<Store, Error> {
    let store = Store::open(&located.path)?;
    store.require_model(&model.tag)?;
    Ok(store)
}

/// Says which of several stores an error is about.
fn of_store(located: &Located, stores: usize, error: Error) -> Error {
    match &located.name {
        Some(name) if stores > 1 => Error::OfStore { name: name.clone(), source: Box::new(error) },
        _ => error,
    }
}

fn together(indexes: impl Iterator<Item = Result<Index, Error>>) -> Result<Index, Error> {
    Ok(Index::together(indexes.collect::<Result<_, _>>()?)?)
}

/// The known ids most like `id`, the most like first.
fn nearest(id: &str, known: &[String]) -> Vec<String> {
    naragtive_text::nearest(id, known.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}
