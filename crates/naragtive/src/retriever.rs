use naragtive_index::{self as index, Bits, Found, Index, IndexError, PassageRef};
use naragtive_scene::Filter;
use naragtive_store::{Span, Store};

use crate::indexes::IndexProgress;
use crate::passage::bytes;
use crate::{Error, Hit, Hits, Indexes, Located, Mode, Model, Query, Scores, StoreInfo};

/// An opened store with its index, ready to answer queries.
pub struct Retriever {
    store: Store,
    info: StoreInfo,
    indexes: Indexes,
    index: Index,
}

impl Retriever {
    /// Opens the store and its index, which is built first if there is none that fits; `progress` hears about that.
    ///
    /// # Errors
    /// When the store can't be read or holds another model's embeddings, or `progress` says stop.
    pub fn open(
        located: &Located,
        model: &Model,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Self, Error> {
        let store = Store::open(&located.path)?;
        store.require_model(&model.tag)?;
        let index = indexes.open(&store, progress)?;
        Ok(Self { info: located.info(store.len()), store, indexes: indexes.clone(), index })
    }

    /// The store that is searched.
    pub fn store(&self) -> &StoreInfo {
        &self.info
    }

    /// The scenes that answer the query best.
    ///
    /// An index that turns out to be damaged is built anew and asked again.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn search(&mut self, query: &Query, model: &Model) -> Result<Hits, Error> {
        let vector = (query.mode != Mode::Keyword).then(|| model.embedder.embed_one(&query.text));
        let found = match self.find(query, vector.as_deref()) {
            Err(Error::Index(IndexError::Damaged { .. })) => {
                self.index = self.indexes.build(&self.store, &mut |_| std::ops::ControlFlow::Continue(()))?;
                self.find(query, vector.as_deref())?
            }
            found => found?,
        };
        Ok(Hits {
            query: query.text.clone(),
            store: self.info.clone(),
            mode: query.mode,
            reranked: false,
            hits: self.hits(&found)?,
        })
    }

    fn find(&self, query: &Query, vector: Option<&[f32]>) -> Result<Vec<Found>, Error> {
        let keep = self.keep(&query.filter)?;
        Ok(self.index.search(&index::Query {
            vector,
            words: &query.text,
            mode: query.mode,
            limit: query.limit,
            keep: keep.as_ref(),
            exact: false,
            min_score: query.min_score,
        })?)
    }

    /// The rows that the filter keeps; none for the filter that keeps all.
    fn keep(&self, filter: &Filter) -> Result<Option<Bits>, Error> {
        if filter.is_empty() {
            return Ok(None);
        }
        let mut keep = Bits::all(self.index.rows());
        for condition in filter.conditions() {
            let mut met = Bits::none(self.index.rows());
            for key in &condition.keys {
                met.unite(&self.index.bits_where(key, &|value| condition.meets(value))?);
            }
            keep.intersect(&met);
        }
        Ok(Some(keep))
    }

    fn hits(&self, found: &[Found]) -> Result<Vec<Hit>, Error> {
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        let (scenes, spans) = (self.store.scenes(&rows)?, self.store.spans(&rows)?);
        let hits =
            scenes.into_iter().zip(spans).zip(found).enumerate().map(|(at, ((scene, spans), found))| Hit {
                rank: at + 1,
                score: found.score,
                scores: Scores {
                    dense: found.dense.map(|score| score.max(0.0)),
                    lexical: found.lexical,
                    rerank: None,
                },
                passage: best(found, &spans).map(|span| bytes(&scene.text, span)),
                scene,
            });
        Ok(hits.collect())
    }
}

/// Where the passage that won stands, if it is one of the scene's own.
fn best(found: &Found, spans: &[Span]) -> Option<Span> {
    match found.passage? {
        PassageRef::Own(number) => spans.get(number).copied(),
        PassageRef::Window(_) => None,
    }
}
