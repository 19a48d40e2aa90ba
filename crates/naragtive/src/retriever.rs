use naragtive_index::{Ranked, nearest};
use naragtive_scene::Filter;
use naragtive_store::{Embeddings, Store};

use crate::{Error, Hit, Hits, Located, Mode, Model, Query, Scores, StoreInfo};

/// An opened store, ready to answer queries.
pub struct Retriever {
    store: Store,
    info: StoreInfo,
    embeddings: Embeddings,
}

impl Retriever {
    /// Opens the store and reads its embeddings.
    ///
    /// # Errors
    /// When it can't be read or holds another model's embeddings.
    pub fn open(located: &Located, model: &Model) -> Result<Self, Error> {
        let store = Store::open(&located.path)?;
        store.require_model(&model.tag)?;
        let embeddings = store.embeddings()?;
        Ok(Self { info: located.info(store.len()), store, embeddings })
    }

    /// The store that is searched.
    pub fn store(&self) -> &StoreInfo {
        &self.info
    }

    /// The scenes nearest to the query in meaning.
    ///
    /// # Errors
    /// When the store's texts or metadata can't be read.
    pub fn search(&self, query: &Query, model: &Model) -> Result<Hits, Error> {
        let mask = self.mask(&query.filter)?;
        let keep = |row: usize| mask.as_ref().is_none_or(|mask| mask.get(row).copied().unwrap_or(false));
        let vector = model.embedder.embed_one(&query.text);
        let ranked = nearest(&self.embeddings.values, &vector, query.limit, keep);
        Ok(Hits {
            query: query.text.clone(),
            store: self.info.clone(),
            mode: Mode::Semantic,
            reranked: false,
            hits: self.hits(&ranked)?,
        })
    }

    /// Which rows the filter keeps; none for the filter that keeps all.
    fn mask(&self, filter: &Filter) -> Result<Option<Vec<bool>>, Error> {
        if *filter == Filter::default() {
            return Ok(None);
        }
        let metadata = self.store.metadata()?;
        Ok(Some(metadata.iter().map(|metadata| filter.keeps(metadata)).collect()))
    }

    fn hits(&self, ranked: &[Ranked]) -> Result<Vec<Hit>, Error> {
        let rows: Vec<usize> = ranked.iter().map(|ranked| ranked.row).collect();
        let scenes = self.store.scenes(&rows)?;
        let hits = scenes.into_iter().zip(ranked).enumerate().map(|(at, (scene, ranked))| {
            let score = ranked.score.max(0.0);
            Hit { rank: at + 1, score, scores: Scores { dense: Some(score), ..Scores::default() }, scene }
        });
        Ok(hits.collect())
    }
}
