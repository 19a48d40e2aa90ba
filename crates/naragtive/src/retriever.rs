use naragtive_index::{self as index, Bits, Found, Index, IndexError, WordQuery};
use naragtive_scene::Filter;
use naragtive_store::{Span, Store};

use crate::indexes::IndexProgress;
use crate::matches::Matcher;
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
        let needs_vector = query.mode != Mode::Keyword || query.passages;
        let vector = needs_vector.then(|| model.embedder.embed_one(&self.meant(query)));
        let found = match self.find(query, vector.as_deref()) {
            Err(Error::Index(IndexError::Damaged { .. })) => {
                self.index = self.indexes.build(&self.store, &mut |_| std::ops::ControlFlow::Continue(()))?;
                self.find(query, vector.as_deref())?
            }
            found => found?,
        };
        let mut hits = self.hits(query, &found)?;
        if let Some(vector) = vector.filter(|_| query.passages) {
            self.rank_passages(&mut hits, &found, &vector)?;
        }
        Ok(Hits {
            query: query.text.clone(),
            store: self.info.clone(),
            mode: query.mode,
            reranked: None,
            hits,
        })
    }

    /// The text whose meaning is searched: without what must not be there, where words are searched too.
    fn meant(&self, query: &Query) -> String {
        let words = WordQuery::parse(&query.text, self.index.analyzer());
        let excludes = query.mode != Mode::Semantic && words.excludes() && !words.is_empty();
        if excludes { words.plain().to_owned() } else { query.text.clone() }
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

    fn hits(&self, query: &Query, found: &[Found]) -> Result<Vec<Hit>, Error> {
        let matcher = Matcher::new(query, self.index.analyzer());
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        let (scenes, spans) = (self.store.scenes(&rows)?, self.store.spans(&rows)?);
        let hits =
            scenes.into_iter().zip(spans).zip(found).zip(1..).map(|(((scene, spans), found), rank)| {
                let matches = matcher.matches(&scene.text);
                let passage = matcher.passage(found, &spans, &scene.text, &matches);
                Hit {
                    rank,
                    score: found.score,
                    scores: scores(found),
                    passage,
                    passages: Vec::new(),
                    matches,
                    scene,
                }
            });
        Ok(hits.collect())
    }

    /// Says of each hit where its passages stand, those nearest to `vector` first.
    fn rank_passages(&self, hits: &mut [Hit], found: &[Found], vector: &[f32]) -> Result<(), Error> {
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        for ((hit, row), spans) in hits.iter_mut().zip(&rows).zip(self.store.spans(&rows)?) {
            let vectors = self.index.vectors(*row)?.map(|vectors| vectors.passages).unwrap_or_default();
            let mut ranked: Vec<(f32, Span)> =
                vectors.iter().map(|passage| product(passage, vector)).zip(spans).collect();
            // Stable: equal ones stay in the order of the text.
            ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
            hit.passages = ranked.into_iter().map(|(_, span)| bytes(&hit.scene.text, span)).collect();
        }
        Ok(())
    }
}

/// The cosine of two unit vectors.
fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn scores(found: &Found) -> Scores {
    Scores { dense: found.dense.map(|score| score.max(0.0)), lexical: found.lexical, rerank: None }
}
