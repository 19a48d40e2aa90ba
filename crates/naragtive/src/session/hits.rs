use std::ops::Range;

use naragtive_index::Respelt;
use naragtive_scene::{Scene, SceneId};
use naragtive_store::StoreRef;

use crate::calibration::CLOSE;
use crate::shared::is_shared;
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
    /// The model that most of the query says nothing to, if there is one: then words alone decide, where they are searched.
    pub unknown_to: Option<String>,
    /// The phrases of the query that no scene holds.
    pub phrases_nowhere: Vec<String>,
    /// Stores that were meant and could not be used.
    pub passed_over: Vec<PassedOver>,
    /// Why nothing was found, where that can be told.
    pub note: Option<String>,
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

/// A store that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its name.
    pub store: String,
    /// Why not.
    pub reason: String,
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
    /// What the search itself orders by: in hybrid mode all signals together, in 0..=1, else as `score`.
    pub blend: f32,
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

    /// What to say where most of the query says nothing to the model.
    pub fn about_unknown(&self) -> Option<String> {
        let model = self.unknown_to.as_ref()?;
        Some(match self.mode {
            Mode::Semantic => {
                format!("{model} knows few of these words, so what it finds by meaning says little")
            }
            Mode::Hybrid | Mode::Keyword => {
                format!("{model} knows few of these words, so that words alone decide")
            }
        })
    }

    /// The hit of this rank.
    pub fn at_rank(&self, rank: usize) -> Option<&Hit> {
        self.hits.iter().find(|hit| hit.rank == rank)
    }

    /// The scene that somebody means who has these hits before them: a hit by its rank, else a scene by its id.
    pub fn meant(&self, typed: &str) -> SceneId {
        let hit = self.hits.iter().find(|hit| hit.rank.to_string() == typed);
        hit.map_or_else(|| SceneId::new(typed), |hit| hit.scene.id.clone())
    }

    /// What to say of phrases that no scene holds.
    pub fn about_phrases(&self) -> Option<String> {
        let quoted: Vec<String> = self.phrases_nowhere.iter().map(|phrase| format!("\"{phrase}\"")).collect();
        let quoted = (!quoted.is_empty()).then(|| quoted.join(", "))?;
        Some(match self.hits.is_empty() {
            true => {
                format!("no scene holds {quoted}; without the quotes, scenes that have its words are found")
            }
            false => format!("no scene holds {quoted}, so its words are searched one by one"),
        })
    }

    /// What a reader should know who takes the hits for what was asked: other words that were searched, phrases that are
    /// nowhere, words that say nothing to the model, and why there is no hit.
    pub fn remarks(&self) -> Vec<String> {
        let words: Vec<&str> = self.also_searched.iter().map(|word| word.meant.as_str()).collect();
        let also = (!words.is_empty()).then(|| format!("also searched: {}", words.join(", ")));
        let all = [also, self.about_unknown(), self.about_phrases(), self.note.clone()];
        all.into_iter().flatten().collect()
    }

    /// Leaves the first `limit` hits that score at least `min_score`.
    pub fn keep(&mut self, limit: usize, min_score: f32) {
        self.hits.retain(|hit| hit.score >= min_score);
        self.hits.truncate(limit);
    }
}

impl StoreInfo {
    /// How it is searched, if it is a shared one.
    pub fn way(&self) -> Option<&'static str> {
        match (&self.at, self.name.as_deref()) {
            (StoreRef::Server(_), _) => Some("on its server, without a copy"),
            (StoreRef::File(_), Some(name)) if is_shared(name) => Some("in the copy on this machine"),
            (StoreRef::File(_), _) => None,
        }
    }

    /// What people call it: its name, or its path.
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.at.to_string())
    }
}
