use std::sync::Arc;

use naragtive_disk::DiskError;
use naragtive_index::{Bits, Index, MEANING, MEANING_OF_STORIES, WordQuery};
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{ModelTag, Span, Store, StoreRef};

use super::Located;
use super::content::{Content, Views};
use super::view::View;
use crate::indexing::indexes::IndexProgress;
use crate::models::STORY_MODEL;
use crate::session::unmet::Keys;
use crate::{Error, Indexes, Model, PassedOver, Query, StoreInfo};

/// Hears of a store that can't be used, and why.
pub(super) type Broken<'a> = dyn FnMut(&Located, &Error) + 'a;
/// The model of stores with this tag, if it is at hand.
pub(super) type AtHand<'a> = dyn Fn(&ModelTag) -> Option<Arc<Model>> + 'a;

/// Opened stores, whose rows follow each other in the order of the stores.
pub(super) struct OpenStores {
    stores: Vec<OpenedStore>,
    /// Those that can't be used.
    passed_over: Vec<PassedOver>,
}

struct OpenedStore {
    content: Content,
    info: StoreInfo,
    /// How many rows come before those of this store.
    first: usize,
}

impl OpenedStore {
    /// The store's own number of a row, if it is one of its rows.
    fn own(&self, row: usize) -> Option<usize> {
        row.checked_sub(self.first).filter(|row| *row < self.content.len())
    }

    /// Its own rows of these.
    fn own_bits(&self, rows: &Bits) -> Bits {
        let mut own = Bits::none(self.content.len());
        rows.iter().filter_map(|row| self.own(row)).for_each(|row| own.insert(row));
        own
    }
}

impl OpenStores {
    /// Opens all of them or none; but with `lenient` the others where some can't be used, or are of another model than has
    /// their name: one must be left. It is told of those. A file that is meant twice is opened once.
    pub(super) fn open(
        located: &[Located],
        views: &Views<'_>,
        mut lenient: Option<(&AtHand<'_>, &mut Broken<'_>)>,
    ) -> Result<Self, Error> {
        let mut stores: Vec<OpenedStore> = Vec::new();
        let (mut seen, mut passed_over) = (Vec::new(), Vec::new());
        let (mut first, mut failed) = (0, None);
        for one in located {
            let file = one.at.real();
            if seen.contains(&file) {
                continue;
            }
            seen.push(file);
            let model = lenient.as_ref().map(|(model, _)| *model);
            let content = match (open(one, views, model), &mut lenient) {
                (Ok(content), _) => content,
                (Err(error), Some((_, broken))) => {
                    broken(one, &error);
                    let store = one.name.clone().unwrap_or_default();
                    passed_over.push(PassedOver { store, reason: error.to_string() });
                    failed = Some(of_store(one.name.as_deref(), located.len(), error));
                    continue;
                }
                (Err(error), None) => return Err(of_store(one.name.as_deref(), located.len(), error)),
            };
            let (info, rows) = (one.info(content.len()), content.len());
            stores.push(OpenedStore { content, info, first });
            first += rows;
        }
        match failed {
            Some(error) if stores.is_empty() => Err(error),
            _ => Ok(Self { stores, passed_over }),
        }
    }

    /// Whether another process has changed one of them since, or taken it away.
    pub(super) fn have_changed(&self) -> bool {
        self.stores.iter().any(|opened| opened.content.has_changed())
    }

    /// Those that were meant too and can't be used.
    pub(super) fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Whether any of them is searched where it is, without a copy.
    pub(super) fn are_distant(&self) -> bool {
        self.views().next().is_some()
    }

    fn views(&self) -> impl Iterator<Item = &View> {
        self.stores.iter().filter_map(|opened| opened.content.view())
    }

    /// Lets connections go that nobody needs until the next search.
    pub(super) fn release(&self) {
        self.views().for_each(View::release);
    }

    /// The same stores, those together whose models are called the same.
    pub(super) fn by_model(self) -> Vec<Self> {
        let mut parts: Vec<(ModelTag, Self)> = Vec::new();
        for opened in self.stores {
            let tag = opened.content.model();
            let known = parts.iter().position(|(other, _)| other.is_called_like(&tag));
            let at = known.unwrap_or(parts.len());
            if known.is_none() {
                parts.push((tag, Self { stores: Vec::new(), passed_over: Vec::new() }));
            }
            if let Some((_, part)) = parts.get_mut(at) {
                let first = part.stores.last().map_or(0, |last| last.first + last.content.len());
                part.stores.push(OpenedStore { first, ..opened });
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// The model of the first of them, which is that of all where they are of one.
    pub(super) fn model(&self) -> Option<ModelTag> {
        self.stores.first().map(|opened| opened.content.model())
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
            let checked = opened.content.require_model(&model.tag);
            checked.map_err(|error| of_store(name, self.stores.len(), error))
        })
    }

    /// One index over all rows; `unkept` hears why one can't be kept. Of stores without a copy it has what the query was typed
    /// with and is filtered by, nothing else, and without a query not even this.
    pub(super) fn index(
        &self,
        query: Option<&Query>,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
        unkept: &mut Vec<DiskError>,
    ) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| match (&opened.content, query) {
            (Content::File(file), _) => {
                let opened = indexes.open_kept(&file.store, progress)?;
                unkept.extend(opened.unkept);
                Ok(opened.index)
            }
            (Content::Server(view), None) => view.bare_index(indexes),
            (Content::Server(view), Some(query)) => view.index_of_words(query, indexes),
        }))
    }

    /// One index over all rows, of stores without a copy with what this search needs: the vectors of the rows in `read`, of all
    /// with none.
    pub(super) fn index_for(
        &self,
        words: &WordQuery,
        read: Option<&Bits>,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| match &opened.content {
            Content::File(file) => indexes.open(&file.store, progress),
            Content::Server(view) => {
                let read = read.map(|read| opened.own_bits(read));
                view.index_for(words, read.as_ref(), indexes)
            }
        }))
    }

    /// The rows of `keep` of stores without a copy that their servers take for the nearest to a vector, or the furthest.
    pub(super) fn candidates(&self, vector: &[f32], keep: Option<&Bits>) -> Result<Vec<usize>, Error> {
        let mut rows = Vec::new();
        for opened in &self.stores {
            let Some(view) = opened.content.view() else { continue };
            let own = keep.map(|keep| opened.own_bits(keep));
            rows.extend(view.candidates(vector, own.as_ref())?.into_iter().map(|row| row + opened.first));
        }
        Ok(rows)
    }

    /// The most scenes of a store without a copy that `keep` leaves, and the store.
    pub(super) fn most_distant(&self, keep: Option<&Bits>) -> Option<(&StoreInfo, usize)> {
        let distant = self.stores.iter().filter(|opened| opened.content.view().is_some());
        let left =
            |opened: &OpenedStore| keep.map_or(opened.content.len(), |keep| opened.own_bits(keep).count());
        distant.map(|opened| (&opened.info, left(opened))).max_by_key(|(_, left)| *left)
    }

    /// The same, built anew.
    pub(super) fn index_anew(
        &self,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Index, Error> {
        together(self.stores.iter().map(|opened| match &opened.content {
            Content::File(file) => indexes.build(&file.store, progress),
            Content::Server(view) => view.bare_index(indexes),
        }))
    }

    pub(super) fn infos(&self) -> impl Iterator<Item = &StoreInfo> {
        self.stores.iter().map(|opened| &opened.info)
    }

    /// Takes note of the keys that scenes have.
    pub(super) fn note_keys(&self, keys: &mut Keys) -> Result<(), Error> {
        self.stores.iter().try_for_each(|opened| opened.content.note_keys(keys))
    }

    /// The stores without a copy whose servers look at every vector for want of an index.
    pub(super) fn lacking_index(&self) -> impl Iterator<Item = &StoreInfo> {
        let lacks = |opened: &&OpenedStore| opened.content.view().is_some_and(View::lacks_index);
        self.stores.iter().filter(lacks).map(|opened| &opened.info)
    }

    /// Those that are files here.
    pub(super) fn files(&self) -> impl Iterator<Item = (&StoreInfo, &Store)> {
        self.stores.iter().filter_map(|opened| match &opened.content {
            Content::File(file) => Some((&opened.info, &file.store)),
            Content::Server(_) => None,
        })
    }

    /// The stores of these rows, in the order asked for.
    pub(super) fn infos_of(&self, rows: &[usize]) -> Result<Vec<StoreInfo>, Error> {
        self.gather(rows, |opened, own| Ok(vec![opened.info.clone(); own.len()]))
    }

    /// The scenes in these rows, in the order asked for.
    pub(super) fn scenes(&self, rows: &[usize]) -> Result<Vec<Scene>, Error> {
        self.gather(rows, |opened, own| opened.content.scenes(own))
    }

    /// The same, each with where its passages stand.
    pub(super) fn scenes_and_spans(&self, rows: &[usize]) -> Result<Vec<(Scene, Vec<Span>)>, Error> {
        self.gather(rows, |opened, own| opened.content.scenes_and_spans(own))
    }

    /// The row of the scene of this id, in the first store that has one.
    pub(super) fn row_of(&self, id: &SceneId) -> Result<usize, Error> {
        let mut known = Vec::new();
        for opened in &self.stores {
            match opened.content.row_of(id)? {
                Ok(row) => return Ok(opened.first + row),
                Err(ids) => known.extend(ids),
            }
        }
        let stores: Vec<StoreRef> = self.infos().map(|info| info.at.clone()).collect();
        Err(Error::UnknownScene { id: id.clone(), stores, nearest: nearest(id.as_str(), &known) })
    }

    fn gather<T>(
        &self,
        rows: &[usize],
        read: impl Fn(&OpenedStore, &[usize]) -> Result<Vec<T>, Error>,
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

fn open(located: &Located, views: &Views<'_>, model: Option<&AtHand<'_>>) -> Result<Content, Error> {
    let content = Content::open(located, views)?;
    if let Some(model) = model.and_then(|model| model(&content.model())) {
        content.require_model(&model.tag)?;
    }
    Ok(content)
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
