use naragtive_index::{Explanation, Features, Signal};
use naragtive_scene::SceneId;
use serde_json::{Value, json};

use crate::export::score;
use crate::session::matches::in_characters;
use crate::{Explained, Judgement};

/// Why a scene with this text was found: the `explain` of a result.
pub fn explained(why: &Explained, text: &str) -> Value {
    let Explanation { meaning, words, around, neighbour, rrf_rank, .. } = &why.signals;
    let share =
        |share: f32| Some(share).filter(|share| *share > 0.0).map(|share| json!({"share": score(share)}));
    let ids = |ids: &[SceneId]| ids.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
    json!({
        "blend": score(why.blend),
        "features": features(&why.features),
        "meaning": meaning.map(|meaning| signal("cosine", meaning)),
        "words": words.map(|words| of_words(&why.signals, words)),
        "around": around.map(|around| signal("bm25", around)),
        "neighbour": neighbour.map(|(_, share)| {
            json!({"id": why.neighbour.as_ref().map(SceneId::as_str), "share": score(share)})
        }),
        "session": share(why.signals.session),
        "cue": share(why.signals.cue),
        "date": share(why.signals.date),
        "phrases": share(why.signals.phrases),
        "rrf_rank": rrf_rank,
        "passage": why.passage.map(|[number, of]| json!({"number": number, "of": of})),
        "window": Some(&why.window).filter(|window| !window.is_empty()).map(|window| ids(window)),
        "reranker": why.judgement.as_ref().map(|said| judgement(said, text)),
    })
}

fn of_words(signals: &Explanation, words: Signal) -> Value {
    let terms = signals.terms.iter();
    let terms: Vec<Value> = terms.map(|(term, worth)| json!({"term": term, "bm25": score(*worth)})).collect();
    let mut value = signal("bm25", words);
    value["terms"] = terms.into();
    value["near"] = score(signals.near);
    value
}

fn judgement(said: &Judgement, text: &str) -> Value {
    // None where it read the whole text.
    let piece = Some(&said.piece).filter(|piece| **piece != (0..text.len()));
    let span = in_characters(text, piece.map(std::slice::from_ref).unwrap_or_default());
    json!({
        "score": score(said.score),
        "passage": piece.and_then(|piece| text.get(piece.clone())),
        "passage_span": span.first(),
        "passages": said.pieces,
        "before": {"rank": said.rank_before, "score": score(said.score_before)},
    })
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
