use std::collections::BTreeSet;

use naragtive_disk::DiskError;
use naragtive_index::{self as index, Bits, Index, WordQuery};
use naragtive_scene::{Filter, SceneId};

use super::Surroundings;
use super::opened::OpenPart;
use super::stores::OpenStores;
use crate::indexing::indexes::IndexProgress;
use crate::session::unmet::{ChosenFrom, Keys};
use crate::{Error, Hit, Hits, Indexes, PassedOver, Query, StoreInfo};

/// The vector of what is meant, for the stores of a part.
pub(super) type Embed<'a> = dyn FnMut(&OpenPart, &WordQuery) -> Result<Option<Vec<f32>>, Error> + 'a;

/// Whether the model of a part's stores knows a word.
pub(super) type HasWord<'a> = dyn Fn(&OpenPart, &str) -> bool + 'a;

/// Opened stores, those of one model together: their vectors can be compared. Mostly there is one part.
pub(super) struct Parts {
    parts: Vec<OpenPart>,
    /// All the stores, in the order in which they were named.
    infos: Vec<StoreInfo>,
    /// Those that were meant too and can't be used.
    passed_over: Vec<PassedOver>,
}

impl Parts {
    /// The stores with their indexes, which are built first where there are none that fit. `unkept` hears why one can't be
    /// kept.
    pub(super) fn open(
        stores: OpenStores,
        query: Option<&Query>,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
        unkept: &mut Vec<DiskError>,
    ) -> Result<Self, Error> {
        let (infos, passed_over) = (stores.infos().cloned().collect(), stores.passed_over().to_vec());
        let parts = stores.by_model().into_iter().map(|part| {
            let index = part.index(query, indexes, progress, unkept)?;
            Ok(OpenPart { stores: part, index })
        });
        Ok(Self { parts: parts.collect::<Result<_, Error>>()?, infos, passed_over })
    }

    /// The stores for one search, as those without a copy are fetched for each: what is meant is found out over all of them,
    /// then what that needs is fetched.
    pub(super) fn open_for(
        stores: OpenStores,
        query: &Query,
        has_word: &HasWord<'_>,
        vector: Option<&mut Embed<'_>>,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Self, Error> {
        let mut vector = vector;
        let mut all = Self::open(stores, Some(query), indexes, progress, &mut Vec::new())?;
        let words = all.words(query, has_word)?;
        let like = match &query.like {
            Some(id) => Some(all.holding(id)?).map(|(part, row)| (part.stores.model(), row)),
            None => None,
        };
        for part in all.parts.iter_mut().filter(|part| part.stores.are_distant()) {
            let keep = part.keep(&query.filter)?;
            let row = like.as_ref().filter(|(model, _)| part.stores.model() == *model);
            let read = match vector.as_mut().filter(|_| query.like.is_none()) {
                Some(vector) => {
                    Some(part.candidates_for(&words, keep.as_ref(), vector(part, &words)?.as_deref())?)
                }
                None => {
                    part.check_size(keep.as_ref())?;
                    part.read_for(query, keep, row.map(|(_, row)| *row))?
                }
            };
            part.index = part.stores.index_for(&words, read.as_ref(), indexes, progress)?;
        }
        Ok(all)
    }

    /// Whether any store is searched where it is, without a copy.
    pub(super) fn are_distant(&self) -> bool {
        self.parts.iter().any(|part| part.stores.are_distant())
    }

    /// Lets connections go that nobody needs until the next search.
    pub(super) fn release(&self) {
        self.parts.iter().for_each(|part| part.stores.release());
    }

    /// The same with indexes built anew.
    pub(super) fn open_anew(
        stores: OpenStores,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Self, Error> {
        let (infos, passed_over) = (stores.infos().cloned().collect(), stores.passed_over().to_vec());
        let parts = stores.by_model().into_iter().map(|part| {
            let index = part.index_anew(indexes, progress)?;
            Ok(OpenPart { stores: part, index })
        });
        Ok(Self { parts: parts.collect::<Result<_, Error>>()?, infos, passed_over })
    }

    pub(super) fn infos(&self) -> &[StoreInfo] {
        &self.infos
    }

    /// Every key that any scene has.
    pub(super) fn keys(&self) -> Result<Keys, Error> {
        let mut keys = Keys::default();
        self.parts.iter().try_for_each(|part| part.stores.note_keys(&mut keys))?;
        Ok(keys)
    }

    /// How many scenes each condition of a filter keeps by itself and all of them together, and what may have been meant where
    /// one keeps none.
    pub(super) fn kept_by_each(&self, filter: &Filter) -> Result<String, Error> {
        let kept = |filter: &Filter| -> Result<usize, Error> {
            let mut kept = 0;
            for part in &self.parts {
                kept += part.keep(filter)?.as_ref().map_or(part.index.rows(), Bits::count);
            }
            Ok(kept)
        };
        let values = |key: &str| -> Result<BTreeSet<String>, Error> {
            let mut values = BTreeSet::new();
            for part in &self.parts {
                values.extend(part.index.values(key)?.into_iter().map(|(value, _)| value));
            }
            Ok(values)
        };
        let scenes = self.infos.iter().map(|store| store.records).sum();
        ChosenFrom { scenes, kept: &kept, values: &values }.kept_by_each(filter)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &OpenPart> {
        self.parts.iter()
    }

    /// What a query asks for. A word that no scene of all the parts has stands for the nearest one that some scene of any
    /// part has, unless the model of some part has it, as `has_word` says.
    pub(super) fn words(&self, query: &Query, has_word: &HasWord<'_>) -> Result<WordQuery, Error> {
        let indexes: Vec<&Index> = self.parts.iter().map(|part| &part.index).collect();
        let is_word = |word: &str| self.parts.iter().any(|part| has_word(part, word));
        Ok(index::ask(&indexes, &query.text, query.as_typed || query.like.is_some(), &is_word)?)
    }

    /// Those that a search is about: all of them, or the one that has the scene which others are to be like, with its row.
    pub(super) fn asked(&self, like: Option<&SceneId>) -> Result<Vec<(&OpenPart, Option<usize>)>, Error> {
        match like {
            Some(id) => self.holding(id).map(|(part, row)| vec![(part, Some(row))]),
            None => Ok(self.parts.iter().map(|part| (part, None)).collect()),
        }
    }

    /// The scene of this id with up to so many scenes before and after it.
    pub(super) fn surroundings(&self, id: &SceneId, sides: [usize; 2]) -> Result<Surroundings, Error> {
        let (part, row) = self.holding(id)?;
        part.surroundings(row, sides)
    }

    /// The first part that has the scene of this id, and its row there.
    fn holding(&self, id: &SceneId) -> Result<(&OpenPart, usize), Error> {
        let mut near = Vec::new();
        for part in &self.parts {
            match part.stores.row_of(id) {
                Ok(row) => return Ok((part, row)),
                Err(Error::UnknownScene { nearest, .. }) => near.extend(nearest),
                Err(error) => return Err(error),
            }
        }
        let stores = self.infos.iter().map(|info| info.at.clone()).collect();
        Err(Error::UnknownScene { id: id.clone(), stores, nearest: near })
    }

    /// What the parts found as one list. Probabilities, cosines and BM25 stand beside each other as they are. Each part's hits stay
    /// in their order, which isn't always that of their scores: a hit comes when those before it in its part have; equal ones
    /// stay in the order of the stores.
    pub(super) fn together(&self, found: Vec<Hits>, limit: usize) -> Result<Hits, Error> {
        let unknown_to = found.iter().find_map(|part| part.unknown_to.clone());
        let mut found = found.into_iter();
        let mut all = found.next().ok_or(Error::NoStore)?;
        all.unknown_to = unknown_to;
        all.passed_over.clone_from(&self.passed_over);
        if all.like.is_none() {
            all.stores.clone_from(&self.infos);
        }
        let others: Vec<Vec<Hit>> = found.map(|part| part.hits).filter(|hits| !hits.is_empty()).collect();
        if !others.is_empty() {
            let own = std::mem::take(&mut all.hits);
            let mut hits: Vec<(f32, Hit)> = std::iter::once(own).chain(others).flat_map(in_order).collect();
            hits.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            all.hits = hits.into_iter().take(limit).map(|(_, hit)| hit).collect();
            all.hits.iter_mut().zip(1..).for_each(|(hit, rank)| hit.rank = rank);
        }
        Ok(all)
    }
}

/// Each hit with the least score of those up to it.
fn in_order(hits: Vec<Hit>) -> impl Iterator<Item = (f32, Hit)> {
    hits.into_iter().scan(f32::INFINITY, |least, hit| {
        *least = least.min(hit.score);
        Some((*least, hit))
    })
}
