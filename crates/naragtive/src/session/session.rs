use std::sync::{Arc, PoisonError, RwLock};

use naragtive_index::{IndexError, WordQuery, only_excludes};
use naragtive_model::Flow;
use naragtive_scene::{Filter, SceneId};

use super::opened::{AskedQuery, OpenPart};
use super::opening::{open, open_stores};
use super::parts::{Embed, Parts};
use super::view::Distants;
use super::{Listed, Located, Reranking, Stores, Surroundings};
use crate::home::Rerank;
use crate::models::language;
use crate::progress::{Step, Watch};
use crate::rerank::Reranker;
use crate::session::unmet::check_days;
use crate::{Error, Hits, Indexes, Library, Mode, Model, Models, PassedOver, Query, StoreInfo};

/// Stores that are searched again and again, by one thread or by several.
///
/// A session answers from the stores as they were when it was opened or refreshed. It opens the embedding model when a
/// query needs it: a search by words, and one for scenes like another, needs none.
pub struct Session {
    models: Arc<Models>,
    indexes: Indexes,
    located: Vec<Located>,
    /// Those that are searched where they are.
    distant: Distants,
    passes_over: bool,
    /// Those whose files aren't there.
    missing: Vec<PassedOver>,
    /// Readers take a copy of the pointer and let go, so that a refresh waits for no search.
    opened: RwLock<Arc<Parts>>,
    reranking: Reranking,
    reranker: Option<Arc<Reranker>>,
}

impl Session {
    /// Opens the stores and their indexes, which are built first where there are none that fit. Searches are not
    /// reranked until [`Session::rerank`] says so.
    ///
    /// # Errors
    /// When a store can't be read, or `watch` says stop. Where damaged stores are passed over, `watch` hears of them.
    pub fn open(library: &Library, stores: &Stores, watch: &mut Watch<'_>) -> Result<Self, Error> {
        for (name, error) in &stores.missing {
            watch(Step::PassedOver { store: name, error });
        }
        let (models, indexes) = (Arc::clone(library.models()), library.indexes());
        let (located, passes_over) = (stores.found.clone(), stores.passes_over);
        let distant = Distants::of(library, &located)?;
        let opened = open(&located, &distant, passes_over, &models, &indexes, watch)?;
        let reranking = Reranking { when: Rerank::Off, ..Reranking::of(library.settings()) };
        let opened = RwLock::new(Arc::new(opened));
        let missing = stores.missing.iter();
        let missing = missing
            .map(|(store, error)| PassedOver { store: store.clone(), reason: error.to_string() })
            .collect();
        Ok(Self {
            models,
            indexes,
            located,
            distant,
            passes_over,
            missing,
            opened,
            reranking,
            reranker: None,
        })
    }

    /// The stores that are searched.
    pub fn stores(&self) -> Vec<StoreInfo> {
        self.opened().infos().to_vec()
    }

    /// From now on searches are reranked in this way, or no longer. A reranker that can't be had is an error only where
    /// it is required; else `watch` hears why.
    ///
    /// # Errors
    /// When a reranker is required and can't be had.
    pub fn rerank(&mut self, reranking: Reranking, watch: &mut Watch<'_>) -> Result<(), Error> {
        self.reranking = reranking;
        self.reranker = None;
        if self.reranking.when != Rerank::Off {
            match self.models.reranker(&self.reranking.by) {
                Ok(reranker) => self.reranker = Some(reranker),
                Err(error) => self.do_without(error, watch)?,
            }
        }
        Ok(())
    }

    /// How searches are reranked.
    pub fn reranking(&self) -> &Reranking {
        &self.reranking
    }

    /// What to call the reranker, if searches are reranked.
    pub fn reranker(&self) -> Option<String> {
        self.reranker.as_deref().map(Reranker::name)
    }

    /// A reranker that failed at these hits isn't asked again, as nobody can start it meanwhile. Whether there was one.
    pub fn drop_failed_reranker(&mut self, hits: &Hits) -> bool {
        let failed = hits.reranked.is_none() && self.reranker.is_some();
        if failed {
            self.reranking.when = Rerank::Off;
            self.reranker = None;
        }
        failed
    }

    /// Opens what queries in this mode need now rather than at the first of them: the embedding models, unless words alone
    /// are searched.
    ///
    /// # Errors
    /// When the model can't be had, or a store is of another one.
    pub fn prepare(&self, mode: Mode, watch: &mut Watch<'_>) -> Result<(), Error> {
        if mode == Mode::Keyword {
            return Ok(());
        }
        self.opened().iter().try_for_each(|part| {
            let model = self.models.embedder_of(part.stores.model().as_ref(), watch)?;
            part.stores.require_model(&model)
        })
    }

    /// Opens what another process has changed since; whether anything had. Searches that are under way end as they
    /// began.
    ///
    /// # Errors
    /// As [`Session::open`]; then the session goes on with what it had.
    pub fn refresh(&self, watch: &mut Watch<'_>) -> Result<bool, Error> {
        if !self.opened().iter().any(|part| part.stores.have_changed()) {
            return Ok(false);
        }
        let fresh = open(&self.located, &self.distant, self.passes_over, &self.models, &self.indexes, watch)?;
        self.replace(fresh);
        Ok(true)
    }

    /// The scenes that answer the query best, reranked where that is wanted and works.
    ///
    /// # Errors
    /// When a store or the model can't be read, a store is of another model, the scene that others are to be like
    /// isn't there, or no scene can meet the filter.
    pub fn search(&self, query: &Query) -> Result<Hits, Error> {
        self.search_watched(query, &mut |_| Flow::Continue)
    }

    /// The same, where `watch` hears what it waits for and may answer stop.
    ///
    /// # Errors
    /// As [`Session::search`]; [`Error::Stopped`].
    pub fn search_watched(&self, query: &Query, watch: &mut Watch<'_>) -> Result<Hits, Error> {
        check_days(&query.filter)?;
        let mut hits = self.hits(query, watch)?;
        hits.passed_over.splice(0..0, self.missing.iter().cloned());
        if hits.hits.is_empty() {
            hits.note = self.why_nothing(query)?;
        }
        Ok(hits)
    }

    /// Why nothing was found, where that can be told.
    fn why_nothing(&self, query: &Query) -> Result<Option<String>, Error> {
        if !query.filter.is_empty() {
            self.opened().keys()?.check(&query.filter.having)?;
            return self.kept_by(&query.filter).map(Some);
        }
        let asks_nothing = query.like.is_none() && only_excludes(&query.text);
        Ok(asks_nothing
            .then(|| "the query only says what must not be there; add a word that is to be found".to_owned()))
    }

    /// How many scenes each condition of a filter keeps by itself and all of them together, and what may have been meant where
    /// one keeps none.
    ///
    /// # Errors
    /// When the index can't be read.
    pub fn kept_by(&self, filter: &Filter) -> Result<String, Error> {
        let opened = self.opened();
        if !opened.are_distant() {
            return opened.kept_by_each(filter);
        }
        // Of stores without a copy, what a filter looks at is fetched for it.
        let query = Query { filter: filter.clone(), ..Query::new("", 1) };
        let ignored = &mut |_: Step<'_>| Flow::Continue;
        let stores = open_stores(&self.located, &self.distant, self.passes_over, &self.models, ignored)?;
        let progress = &mut |_| Flow::Continue;
        Parts::open(stores, Some(&query), &self.indexes, progress, &mut Vec::new())?.kept_by_each(filter)
    }

    fn hits(&self, query: &Query, watch: &mut Watch<'_>) -> Result<Hits, Error> {
        let Some(reranker) = &self.reranker else { return self.found(query, watch).map(|(hits, _)| hits) };
        if query.like.is_some() {
            self.do_without(Error::LikeReranked, watch)?;
            return self.found(query, watch).map(|(hits, _)| hits);
        }
        // The threshold is for the score that ranks in the end.
        let limit = self.reranking.initial_k.get().max(query.limit);
        let wide = Query { limit, min_score: 0.0, passages: true, ..query.clone() };
        let (mut hits, question) = self.found(&wide, watch)?;
        let done = reranker
            .rerank(&mut hits, &question, self.reranking.weight, &mut |done| watch(Step::Reranking(done)));
        match done {
            Err(Error::Stopped) => return Err(Error::Stopped),
            done => done.or_else(|error| self.do_without(error, watch))?,
        }
        hits.keep(query.limit, query.min_score);
        Ok(hits)
    }

    /// The scene of this id, of the first store that has one, with up to so many scenes before and after it.
    ///
    /// # Errors
    /// When no store has one, or a store can't be read.
    pub fn surroundings(&self, id: &SceneId, sides: [usize; 2]) -> Result<Surroundings, Error> {
        self.opened().surroundings(id, sides)
    }

    /// The scenes that the filter keeps, in the order of the stores or newest first, without reading what they say.
    ///
    /// # Errors
    /// When the index can't be read, or no scene can meet the filter; [`Error::Stopped`].
    pub fn listed(&self, filter: &Filter, newest: bool, watch: &mut Watch<'_>) -> Result<Listed, Error> {
        let opened = self.opened();
        match Listed::of(Arc::clone(&opened), filter, newest) {
            // As a search does.
            Err(Error::Index(IndexError::Damaged { .. })) => {
                Listed::of(self.mended(opened, watch)?, filter, newest)
            }
            listed => listed,
        }
    }

    fn do_without(&self, error: Error, watch: &mut Watch<'_>) -> Result<(), Error> {
        if self.reranking.when == Rerank::Require {
            return Err(error);
        }
        match watch(Step::NotReranked(&error)) {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(Error::Stopped),
        }
    }

    /// What the search finds, and what a reranker would be asked.
    fn found(&self, query: &Query, watch: &mut Watch<'_>) -> Result<(Hits, String), Error> {
        let opened = self.opened();
        if opened.are_distant() {
            let stores = open_stores(&self.located, &self.distant, self.passes_over, &self.models, watch)?;
            let mut embed = |part: &OpenPart, words: &WordQuery| {
                let asked = AskedQuery { query, words, unknown_to: None };
                let model = self.model_for(&asked, part, &mut |_| Flow::Continue)?;
                let vector = model.map(|model| model.embedder.embed_query(asked.meant()));
                vector.transpose()
            };
            let vector: Option<&mut Embed<'_>> =
                if self.distant.are_approximate() { Some(&mut embed) } else { None };
            let progress = &mut |done| watch(Step::Indexing(done));
            let has_word = |part: &OpenPart, word: &str| self.has_word(part, word);
            let fetched = Parts::open_for(stores, query, &has_word, vector, &self.indexes, progress)?;
            return self.found_in(&fetched, query, watch);
        }
        match self.found_in(&opened, query, watch) {
            // An index that turns out to be damaged is built anew and asked again.
            Err(Error::Index(IndexError::Damaged { .. })) => {
                let mended = self.mended(opened, watch)?;
                self.found_in(&mended, query, watch)
            }
            found => found,
        }
    }

    fn found_in(&self, parts: &Parts, query: &Query, watch: &mut Watch<'_>) -> Result<(Hits, String), Error> {
        let (mut found, mut question) = (Vec::new(), String::new());
        let words = parts.words(query, &|part, word| self.has_word(part, word))?;
        for (part, like) in parts.asked(query.like.as_ref())? {
            let asked = AskedQuery { query, words: &words, unknown_to: None };
            let model = self.model_for(&asked, part, watch)?;
            let meaning_counts = model.as_deref().filter(|_| asked.needs_vector());
            let unknown_to = meaning_counts.filter(|model| language::is_strange(model, asked.meant()));
            let unknown_to = unknown_to.map(|model| model.tag.bare_name());
            let vector = model.as_ref().map(|model| model.embedder.embed_query(asked.meant())).transpose()?;
            let asked = AskedQuery { unknown_to, ..asked };
            found.push(part.search(&asked, like, vector.as_deref())?);
            asked.question().clone_into(&mut question);
        }
        Ok((parts.together(found, query.limit)?, question))
    }

    /// The model, where the query needs its vector. A search by words ranks passages by meaning where the model is at
    /// hand, and does without where it isn't.
    fn model_for(
        &self,
        asked: &AskedQuery<'_>,
        opened: &OpenPart,
        watch: &mut Watch<'_>,
    ) -> Result<Option<Arc<Model>>, Error> {
        if asked.needs_vector() {
            let model = self.models.embedder_of(opened.stores.model().as_ref(), watch)?;
            opened.stores.require_model(&model)?;
            return Ok(Some(model));
        }
        let ranks_passages = asked.query.like.is_none() && asked.query.passages;
        let own = || self.models.embedder_of_here(opened.stores.model().as_ref()).ok();
        let model = ranks_passages.then(own).flatten();
        Ok(model.filter(|model| opened.stores.require_model(model).is_ok()))
    }

    /// Whether a model that is at hand has the word among its tokens: one that people use, and no slip.
    fn has_word(&self, part: &OpenPart, word: &str) -> bool {
        let model = self.models.embedder_of_here(part.stores.model().as_ref()).ok();
        let embedder = model.as_ref().and_then(|model| model.embedder.local());
        embedder.is_some_and(|embedder| embedder.tokenizer().is_word(word))
    }

    pub(super) fn opened(&self) -> Arc<Parts> {
        Arc::clone(&self.opened.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, opened: Parts) -> Arc<Parts> {
        let opened = Arc::new(opened);
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&opened);
        opened
    }

    /// The same stores with their indexes built anew; those that another thread has built meanwhile.
    fn mended(&self, damaged: Arc<Parts>, watch: &mut Watch<'_>) -> Result<Arc<Parts>, Error> {
        let opened = self.opened();
        if !Arc::ptr_eq(&opened, &damaged) {
            return Ok(opened);
        }
        let stores = open_stores(&self.located, &self.distant, self.passes_over, &self.models, watch)?;
        let anew = Parts::open_anew(stores, &self.indexes, &mut |done| watch(Step::Indexing(done)))?;
        Ok(self.replace(anew))
    }
}
