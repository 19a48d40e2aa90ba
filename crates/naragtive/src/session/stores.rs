use std::sync::Arc;

use naragtive_disk::DiskError;
use naragtive_index::{Index, MEANING, MEANING_OF_STORIES};
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{ModelTag, Span, Store, StoreError, StoreRef, Version};

use super::Located;
use crate::indexes::IndexProgress;
use crate::models::STORY_MODEL;
use crate::unmet::Keys;
use crate::upgrade::is_made_by_other_recipe;
use crate::{Error, Indexes, Model, StoreInfo};

/// Hears of a store that can't be used, and why.
pub(super) type Broken<'a> = dyn FnMut(&Located, &Error) + 'a;
/// The model of stores with this tag, if it is at hand.
pub(super) type AtHand<'a> = dyn Fn(&ModelTag) -> Option<Arc<Model>> + 'a;

/// Opened stores, whose rows follow each other in the order of the stores.
pub(super) struct OpenStores {
    stores: Vec<OpenedStore>,
}

struct OpenedStore {
    store: Store,
    /// The state it was opened in.
    version: Version,
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

impl OpenStores {
    /// Opens all of them or none; but with `lenient` the others where some can't be used, or are of another model than has
    /// their name: one must be left. It is told of those. A file that is meant twice is opened once.
    pub(super) fn open(
        located: &[Located],
        mut lenient: Option<(&AtHand<'_>, &mut Broken<'_>)>,
    ) -> Result<Self, Error> {
        let mut stores: Vec<OpenedStore> = Vec::new();
        let mut seen = Vec::new();
        let (mut first, mut failed) = (0, None);
        for one in located {
            let file = one.at.real();
            if seen.contains(&file) {
                continue;
            }
            seen.push(file);
            let model = lenient.as_ref().map(|(model, _)| *model);
            let store = match (open(one, model), &mut lenient) {
                (Ok(store), _) => store,
                (Err(error), Some((_, broken))) => {
                    broken(one, &error);
                    failed = Some(of_store(one.name.as_deref(), located.len(), error));
                    continue;
                }
                (Err(error), None) => return Err(of_store(one.name.as_deref(), located.len(), error)),
            };
            let (info, rows) = (one.info(store.len()), store.len());
            let version = store.version()?;
            stores.push(OpenedStore { store, version, info, first });
            first += rows;
        }
        match failed {
            Some(error) if stores.is_empty() => Err(error),
            _ => Ok(Self { stores }),
        }
    }

    /// Whether another process has changed one of them since, or taken it away.
    pub(super) fn have_changed(&self) -> bool {
        let is_same =
            |opened: &OpenedStore| opened.store.at().version().is_ok_and(|version| version == opened.version);
        !self.stores.iter().all(is_same)
    }

    /// The same stores, those together whose models are called the same.
    pub(super) fn by_model(self) -> Vec<Self> {
        let mut parts: Vec<(ModelTag, Self)> = Vec::new();
        for opened in self.stores {
            let tag = opened.store.model_or_legacy();
            let known = parts.iter().position(|(other, _)| other.is_called_like(&tag));
            let at = known.unwrap_or(parts.len());
            if known.is_none() {
                parts.push((tag, Self { stores: Vec::new() }));
            }
            if let Some((_, part)) = parts.get_mut(at) {
                let first = part.stores.last().map_or(0, |last| last.first + last.store.len());
                part.stores.push(OpenedStore { first, ..opened });
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// The model of the first of them, which is that of all where they are of one.
    pub(super) fn model(&self) -> Option<ModelTag> {
        self.stores.first().map(|opened| opened.store.model_or_legacy())
    }

    /// What the meaning of their vectors counts for beside words.
    pub(super) fn share_of_meaning(&self) -> f32 {
        match self.model() {
            Some(tag) if tag.bare_name() == STORY_MODEL => MEANING_OF_STORIES,
            _ => MEANING,
        }
    }

    /// Checks that the embeddings of all of them are of this model.
    pub(super) fn require_model(&self, model: &Model) -> Result<(), Error> {
        self.stores.iter().try_for_each(|opened| {
            let name = opened.info.name.as_deref();
            let checked = opened.store.require_model(&model.tag).map_err(Error::from);
            checked.map_err(|error| of_store(name, self.stores.len(), error))
        })
    }

    /// One index over all rows; `unkept` hears why one can't be kept.
    pub(super) fn index(
        &self,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
        unkept: &mut Vec<DiskError>,
    ) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| {
            let opened = indexes.open_kept(&opened.store, progress)?;
            unkept.extend(opened.unkept);
            Ok(opened.index)
        }))
    }

    /// The same, built anew.
    pub(super) fn index_anew(
        &self,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| indexes.build(&opened.store, progress)))
    }

    pub(super) fn infos(&self) -> impl Iterator<Item = &StoreInfo> {
        self.stores.iter().map(|opened| &opened.info)
    }

    /// Takes note of the keys that scenes have.
    pub(super) fn note_keys(&self, keys: &mut Keys) -> Result<(), Error> {
        for opened in &self.stores {
            opened.store.metadata()?.iter().for_each(|metadata| keys.add(metadata));
        }
        Ok(())
    }

    /// The rows of each store that have no text or no metadata, as far as its footer tells of any.
    pub(super) fn saying_nothing(&self) -> impl Iterator<Item = (&StoreInfo, Vec<usize>)> {
        let told = self.stores.iter().filter(|opened| opened.store.tells_of_nothing_said());
        told.filter_map(|opened| Some((&opened.info, opened.store.rows_with_nothing_said().ok()?)))
    }

    /// How many scenes of each store have no passages.
    pub(super) fn lacking_passages(&self) -> impl Iterator<Item = (&StoreInfo, usize)> {
        self.stores.iter().map(|opened| (&opened.info, opened.store.lacking_passages()))
    }

    /// The stores whose passages were all made, by another recipe than today's.
    pub(super) fn made_by_other_recipe(&self) -> impl Iterator<Item = &StoreInfo> {
        let of_other = self.stores.iter().filter(|opened| is_made_by_other_recipe(&opened.store));
        of_other.map(|opened| &opened.info)
    }

    /// The stores of these rows, in the order asked for.
    pub(super) fn infos_of(&self, rows: &[usize]) -> Result<Vec<StoreInfo>, Error> {
        self.gather(rows, |opened, own| Ok(vec![opened.info.clone(); own.len()]))
    }

    /// The scenes in these rows, in the order asked for.
    pub(super) fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, Error> {
        self.gather(rows, |opened, own| opened.store.scenes(own))
    }

    /// The same, each with where its passages stand.
    pub(super) fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, Error> {
        self.gather(rows, |opened, own| opened.store.scenes_and_spans(own))
    }

    /// The row of the scene of this id, in the first store that has one.
    pub(super) fn row_of(&self, id: &SceneId) -> Result<usize, Error> {
        let mut known = Vec::new();
        for opened in &self.stores {
            let ids = opened.store.ids()?;
            if let Some(row) = ids.iter().position(|known| known == id.as_str()) {
                return Ok(opened.first + row);
            }
            known.extend(ids);
        }
        let stores: Vec<StoreRef> = self.infos().map(|info| info.at.clone()).collect();
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

fn open(located: &Located, model: Option<&AtHand<'_>>) -> Result<Store, Error> {
    let store = located.at.open()?;
    if let Some(model) = model.and_then(|model| model(&store.model_or_legacy())) {
        store.require_model(&model.tag)?;
    }
    Ok(store)
}

/// Says which of several stores an error is about.
fn of_store(name: Option<&str>, stores: usize, error: Error) -> Error {
    match name {
        Some(name) if stores > 1 => Error::OfStore { name: name.to_owned(), source: Box::new(error) },
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
