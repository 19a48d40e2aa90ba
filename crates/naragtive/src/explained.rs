use naragtive_index::{Explanation, Signal};
use naragtive_scene::SceneId;
use serde_json::{Value, json};

use crate::export::score;

/// Why a scene was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The signals, and what each has in the score.
    pub signals: Explanation,
    /// The neighbouring scene that lent to the score.
    pub neighbour: Option<SceneId>,
    /// Which of the scene's passages is nearest to the query, from 1, and how many there are. None where the whole
    /// text is one, or a window of messages is nearer.
    pub passage: Option<[usize; 2]>,
    /// The messages that are nearest to the query together, in order, this one among them; empty where none are.
    pub window: Vec<SceneId>,
}

impl Explained {
    /// The `explain` of a result in JSON.
    pub fn to_json(&self) -> Value {
        let Explanation { meaning, words, neighbour, rrf_rank, .. } = &self.signals;
        let ids = |ids: &[SceneId]| ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
        json!({
            "meaning": meaning.map(|meaning| signal("cosine", meaning)),
            "words": words.map(|words| self.words(words)),
            "neighbour": neighbour.map(|(_, share)| {
                json!({"id": self.neighbour.as_ref().map(SceneId::as_str), "share": score(share)})
            }),
            "rrf_rank": rrf_rank,
            "passage": self.passage.map(|[number, of]| json!({"number": number, "of": of})),
            "window": Some(&self.window).filter(|window| !window.is_empty()).map(|window| ids(window)),
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

fn signal(name: &str, signal: Signal) -> Value {
    let Signal { value, rank, place, share } = signal;
    json!({name: score(value), "rank": rank, "place": score(place), "share": score(share)})
}
