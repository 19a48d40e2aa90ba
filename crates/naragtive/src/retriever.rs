use std::ops::Range;

use naragtive_index::{self as index, Bits, Index, IndexError, RowHit, WordQuery};
use naragtive_scene::{Filter, SceneId};
use naragtive_store::Span;

use crate::indexes::IndexProgress;
use crate::matches::Matcher;
use crate::passage::bytes;
use crate::shelf::Shelf;
use crate::{Error, Hit, Hits, Indexes, Located, Mode, Model, Query, Scores, StoreInfo};

/// Opened stores with their index, ready to answer queries.
pub struct Retriever {
    pub(crate) shelf: Shelf,
    indexes: Indexes,
    pub(crate) index: Index,
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
        Self::open_all(std::slice::from_ref(located), model, indexes, progress)
    }

    /// Opens several stores that are searched as if they were one: hits have one order, by scores that are scaled over
    /// the rows of all stores, and a word is as rare as it is in all of them.
    ///
    /// # Errors
    /// As [`Retriever::open`], naming the store; when `located` is empty.
    pub fn open_all(
        located: &[Located],
        model: &Model,
        indexes: &Indexes,
        progress: &mut IndexProgress<'_>,
    ) -> Result<Self, Error> {
        let shelf = Shelf::open(located, model)?;
        let index = shelf.index(indexes, progress)?;
        Ok(Self { shelf, indexes: indexes.clone(), index })
    }

    /// The stores that are searched.
    pub fn stores(&self) -> Vec<StoreInfo> {
        self.shelf.infos().cloned().collect()
    }

    /// The stores with scenes that have no passages, and how many these are, as far as the stores' footers tell.
    pub fn lacking_passages(&self) -> Vec<(&StoreInfo, usize)> {
        self.shelf.lacking_passages().filter(|(_, scenes)| *scenes > 0).collect()
    }

    /// The scenes that answer the query best.
    ///
    /// An index that turns out to be damaged is built anew and asked again.
    ///
    /// # Errors
    /// When a store can't be read, or the scene that others are to be like isn't there.
    pub fn search(&mut self, query: &Query, model: &Model) -> Result<Hits, Error> {
        WordQuery::check_length(&query.text)?;
        let like = query.like.as_ref().map(|id| self.shelf.row_of(id)).transpose()?;
        let needs_vector = like.is_none() && (query.mode != Mode::Keyword || query.passages);
        let vector = needs_vector.then(|| model.embedder.embed_one(&self.meant(query)));
        let hits = match self.answer(query, like, vector.as_deref()) {
            Err(Error::Index(IndexError::Damaged { .. })) => {
                self.index = self.shelf.index_anew(&self.indexes)?;
                self.answer(query, like, vector.as_deref())?
            }
            hits => hits?,
        };
        let asked = query.like.as_ref().map(|id: &SceneId| format!("scenes like {id}"));
        Ok(Hits {
            query: asked.unwrap_or_else(|| query.text.clone()),
            like: query.like.clone(),
            stores: self.stores(),
            mode: query.mode(),
            reranked: None,
            hits,
        })
    }

    /// The hits with all that was asked to come with them.
    fn answer(&self, query: &Query, like: Option<usize>, vector: Option<&[f32]>) -> Result<Vec<Hit>, Error> {
        let keep = self.keep(&query.filter)?;
        let asked = index::Query {
            vector,
            words: &query.text,
            mode: query.mode(),
            limit: query.limit,
            keep: keep.as_ref(),
            exact: false,
            min_score: query.min_score,
        };
        let found = match like {
            Some(row) => self.index.similar(row, &asked)?,
            None => self.index.search(&asked)?,
        };
        let mut hits = self.hits(query, &found, vector.filter(|_| query.passages))?;
        if query.context > 0 {
            self.add_neighbours(&mut hits, &found, query.context)?;
        }
        if query.explain {
            self.explain(&mut hits, &found, &asked)?;
        }
        Ok(hits)
    }

    /// The text whose meaning is searched: without what must not be there, where words are searched too.
    fn meant(&self, query: &Query) -> String {
        let words = WordQuery::parse(&query.text, self.index.analyzer());
        let excludes = query.mode != Mode::Semantic && words.excludes() && !words.is_empty();
        if excludes { words.plain().to_owned() } else { query.text.clone() }
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

    /// What was found with its text; with the places of all its passages where there is a vector to rank them by.
    fn hits(&self, query: &Query, found: &[RowHit], nearest_to: Option<&[f32]>) -> Result<Vec<Hit>, Error> {
        let matcher = Matcher::new(query, self.index.analyzer());
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        let read = self.shelf.scenes_and_spans(&rows)?.into_iter().zip(self.shelf.infos_of(&rows)?);
        let hits = read.zip(found).zip(1..).map(|((((scene, spans), store), found), rank)| {
            let matches = matcher.matches(&scene.text);
            let passages =
                nearest_to.map(|vector| self.ranked_passages(found.row, &spans, &scene.text, vector));
            Ok(Hit {
                rank,
                score: found.score,
                scores: scores(found),
                passage: matcher.passage(found, &spans, &scene.text, &matches),
                passages: passages.transpose()?.unwrap_or_default(),
                matches,
                store,
                scene,
                before: Vec::new(),
                after: Vec::new(),
                explained: None,
            })
        });
        hits.collect()
    }

    /// Where the passages of a row stand in its text, those nearest to `vector` first.
    fn ranked_passages(
        &self,
        row: usize,
        spans: &[Span],
        text: &str,
        vector: &[f32],
    ) -> Result<Vec<Range<usize>>, Error> {
        let vectors = self.index.vectors(row)?.map(|vectors| vectors.passages).unwrap_or_default();
        let mut ranked: Vec<(f32, Span)> =
            vectors.iter().map(|passage| product(passage, vector)).zip(spans.iter().copied()).collect();
        // Stable: equal ones stay in the order of the text.
        ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Ok(ranked.into_iter().map(|(_, span)| bytes(text, span)).collect())
    }
}

/// The cosine of two unit vectors.
fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn scores(found: &RowHit) -> Scores {
    Scores { dense: found.dense.map(|score| score.max(0.0)), lexical: found.lexical, rerank: None }
}
