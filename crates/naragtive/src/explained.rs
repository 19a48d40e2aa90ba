use std::ops::Range;

use naragtive_index::{Explanation, Features, Signal};
use naragtive_scene::SceneId;
use serde_json::{Value, json};

use crate::export::score;
use crate::matches::in_characters;

/// Why a scene was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// What puts scenes in order: the sum of the shares of all signals.
    pub blend: f32,
    /// What speaks for the scene by itself, which its probability is made of.
    pub features: Features,
    /// The signals, and what each has in the blend.
    pub signals: Explanation,
    /// The neighbouring scene that lent to the score.
    pub neighbour: Option<SceneId>,
    /// Which of the scene's passages is nearest to the query, from 1, and how many there are. None where the whole
    /// text is one, or a window of messages is nearer.
    pub passage: Option<[usize; 2]>,
    /// The messages that are nearest to the query together, in order, this one among them; empty where none are.
    pub window: Vec<SceneId>,
    /// What a reranker thought of it, if one read it. All the rest is about the search before that.
    pub judgement: Option<Judgement>,
}

/// What a reranker thought of a scene, and of which part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its score, in 0..=1.
    pub score: f32,
    /// Where the piece with this score stands in the text, in bytes.
    pub piece: Range<usize>,
    /// How many pieces it read, of which this one is the best.
    pub pieces: usize,
    /// The scene's place by the search before, from 1.
    pub rank_before: usize,
    /// The scene's score by the search before.
    pub score_before: f32,
}

impl Explained {
    /// The `explain` of a result in JSON, of a scene with this text.
    pub fn to_json(&self, text: &str) -> Value {
        let Explanation { meaning, words, around, neighbour, rrf_rank, .. } = &self.signals;
        let share =
            |share: f32| Some(share).filter(|share| *share > 0.0).map(|share| json!({"share": score(share)}));
        let ids = |ids: &[SceneId]| ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
        json!({
            "blend": score(self.blend),
            "features": features(&self.features),
            "meaning": meaning.map(|meaning| signal("cosine", meaning)),
            "words": words.map(|words| self.words(words)),
            "around": around.map(|around| signal("bm25", around)),
            "neighbour": neighbour.map(|(_, share)| {
                json!({"id": self.neighbour.as_ref().map(SceneId::as_str), "share": score(share)})
            }),
            "session": share(self.signals.session),
            "cue": share(self.signals.cue),
            "date": share(self.signals.date),
            "phrases": share(self.signals.phrases),
            "rrf_rank": rrf_rank,
            "passage": self.passage.map(|[number, of]| json!({"number": number, "of": of})),
            "window": Some(&self.window).filter(|window| !window.is_empty()).map(|window| ids(window)),
            "reranker": self.judgement.as_ref().map(|judgement| judgement.to_json(text)),
        })
    }

    fn words(&self, words: Signal) -> Value {
        let terms = self.signals.terms.iter();
        let terms: Vec<Value> =
            terms.map(|(term, worth)| json!({"term": term, "bm25": score(*worth)})).collect();
        let mut words = signal("bm25", words);
        if let Value::Object(words) = &mut words {
            words.insert("terms".into(), terms.into());
            words.insert("near".into(), score(self.signals.near));
        }
        words
    }
}

impl Judgement {
    fn to_json(&self, text: &str) -> Value {
        // None where it read the whole text.
        let piece = Some(&self.piece).filter(|piece| **piece != (0..text.len()));
        let span = in_characters(text, piece.map(std::slice::from_ref).unwrap_or_default());
        json!({
            "score": score(self.score),
            "passage": piece.and_then(|piece| text.get(piece.clone())),
            "passage_span": span.first(),
            "passages": self.pieces,
            "before": {"rank": self.rank_before, "score": score(self.score_before)},
        })
    }
}

/// Null where the score is no probability.
fn features(features: &Features) -> Value {
    let Features { meaning, words } = features;
    if meaning.is_none() && words.is_none() {
        return Value::Null;
    }
    json!({
        "meaning": meaning.map(score),
        "words": words.map(|words| score(words.own)),
        "around": words.map(|words| score(words.around)),
    })
}

fn signal(name: &str, signal: Signal) -> Value {
    let Signal { value, rank, place, share } = signal;
    json!({name: score(value), "rank": rank, "place": score(place), "share": score(share)})
}
