use std::ops::Range;

use naragtive_index::Respelt;
use naragtive_scene::{Scene, SceneId};
use naragtive_store::StoreRef;
use serde_json::{Value, json};

use crate::calibration::CLOSE;
use crate::export::score;
use crate::matches::in_characters;
use crate::query::mode_name;
use crate::{Explained, Mode};

/// What one search found, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// The query as typed, or words that say which scene others were to be like.
    pub query: String,
    /// The scene that others were to be like, if that was the query.
    pub like: Option<SceneId>,
    /// The stores that were searched.
    pub stores: Vec<StoreInfo>,
    /// How it was searched.
    pub mode: Mode,
    /// Words of the query that no scene has, and those that were searched in their place.
    pub also_searched: Vec<Respelt>,
    /// The reranker that had the last word, if one had.
    pub reranked: Option<Reranked>,
    /// The hits, best first.
    pub hits: Vec<Hit>,
}

/// Who put the hits in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reranked {
    /// The reranker's name.
    pub by: String,
    /// How many scenes it was given.
    pub candidates: usize,
}

/// Which store was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreInfo {
    /// Its registered name, if it was found by name.
    pub name: Option<String>,
    /// Where it is.
    pub at: StoreRef,
    /// How many scenes it holds.
    pub records: usize,
}

/// One scene that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its place, from 1.
    pub rank: usize,
    /// In hybrid mode the probability that it answers, or what the reranker says; by meaning alone the cosine; all in 0..=1.
    /// By words alone BM25.
    pub score: f32,
    /// The signals behind it.
    pub scores: Scores,
    /// Where the passage that says why stands in the text, in bytes: the one nearest to the query in meaning, or by
    /// words only, the one that holds most of them. None where the whole text says it.
    pub passage: Option<Range<usize>>,
    /// Where all its passages stand in the text, in bytes, nearest to the query first; none unless the query asked.
    pub passages: Vec<Range<usize>>,
    /// Where the words that were looked for stand in the text, in bytes, in order; none in semantic mode.
    pub matches: Vec<Range<usize>>,
    /// The store it is in.
    pub store: StoreInfo,
    /// The scene.
    pub scene: Scene,
    /// The scenes before it in its conversation, channel or file, as many as were asked for, in order.
    pub before: Vec<Scene>,
    /// Those after it.
    pub after: Vec<Scene>,
    /// Why it was found, if that was asked.
    pub explained: Option<Explained>,
}

/// The signals of one hit; none where a signal was not computed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// Cosine between query and scene, clipped to 0..=1.
    pub dense: Option<f32>,
    /// How well the words match: BM25, from 0 up.
    pub lexical: Option<f32>,
    /// What the reranker says, in 0..=1.
    pub rerank: Option<f32>,
}

impl Hits {
    /// The store that was searched, if it was but one.
    pub fn one_store(&self) -> Option<&StoreInfo> {
        self.stores.first().filter(|_| self.stores.len() == 1)
    }

    /// A hit's score as people read it: in percent, or by words alone BM25, which has no end.
    pub fn relevance(&self, hit: &Hit) -> String {
        match (self.mode, hit.scores.rerank) {
            (Mode::Keyword, None) => format!("{:.2} (BM25)", hit.score),
            _ => format!("{:.1}%", hit.score * 100.0),
        }
    }

    /// Whether scenes were found of which none is likely to be meant.
    pub fn nothing_close(&self) -> bool {
        let are_probabilities = self.mode == Mode::Hybrid && self.reranked.is_none();
        are_probabilities && !self.hits.is_empty() && self.hits.iter().all(|hit| hit.score < CLOSE)
    }

    /// Leaves the first `limit` hits that score at least `min_score`.
    pub fn keep(&mut self, limit: usize, min_score: f32) {
        self.hits.retain(|hit| hit.score >= min_score);
        self.hits.truncate(limit);
    }

    /// The words that were searched in the place of others, as JSON.
    pub fn also_searched_json(&self) -> Value {
        let words = self.also_searched.iter();
        words.map(|word| json!({"typed": word.typed, "meant": word.meant})).collect()
    }

    /// The object that `search --json` prints.
    pub fn to_json(&self) -> Value {
        json!({
            "query": Some(&self.query).filter(|_| self.like.is_none()),
            "similar_to": self.like.as_ref().map(SceneId::as_str),
            "store": self.one_store().map(StoreInfo::to_json),
            "stores": self.stores.iter().map(StoreInfo::to_json).collect::<Vec<_>>(),
            "mode": mode_name(self.mode),
            "nothing_close": self.nothing_close(),
            "also_searched": self.also_searched_json(),
            "reranked": self.reranked.is_some(),
            "reranker": self.reranked.as_ref().map(|reranked| &reranked.by),
            "candidates": self.reranked.as_ref().map(|reranked| reranked.candidates),
            "results": self.hits.iter().map(Hit::to_json).collect::<Vec<_>>(),
        })
    }
}

impl StoreInfo {
    /// What people call it: its name, or its path.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.at.to_string())
    }

    /// The object that stands for a store in JSON output.
    pub fn to_json(&self) -> Value {
        json!({"name": self.name, "path": self.at.to_string(), "records": self.records})
    }
}

impl Hit {
    /// One of the results in that object.
    pub fn to_json(&self) -> Value {
        let Scores { dense, lexical, rerank } = self.scores;
        let text = &self.scene.text;
        json!({
            "rank": self.rank,
            "id": self.scene.id.as_str(),
            "score": score(self.score),
            "scores": {"dense": dense.map(score), "lexical": lexical.map(score), "rerank": rerank.map(score)},
            "passage": self.passage.as_ref().and_then(|bytes| text.get(bytes.clone())),
            "passage_span": in_characters(text, self.passage.as_slice()).first(),
            "matches": in_characters(text, &self.matches),
            "text": text,
            "metadata": self.scene.metadata.to_value(),
            "store": self.store.to_json(),
            "before": self.before.iter().map(neighbour).collect::<Vec<_>>(),
            "after": self.after.iter().map(neighbour).collect::<Vec<_>>(),
            "explain": self.explained.as_ref().map(|explained| explained.to_json(text)),
        })
    }
}

/// A scene beside a hit in that object.
fn neighbour(scene: &Scene) -> Value {
    json!({"id": scene.id.as_str(), "text": scene.text, "metadata": scene.metadata.to_value()})
}
