use naragtive_scene::SceneId;
use serde_json::{Value, json};

use super::{explained, scene, store};
use crate::export::score;
use crate::session::matches::in_characters;
use crate::{Hit, Hits, PassedOver, Scores, StoreInfo};

/// What a search found: the object of `search --json`.
pub fn hits(hits: &Hits) -> Value {
    json!({
        "query": Some(&hits.query).filter(|_| hits.like.is_none()),
        "similar_to": hits.like.as_ref().map(SceneId::as_str),
        "store": hits.one_store().map(store),
        "stores": hits.stores.iter().map(store).collect::<Vec<_>>(),
        "mode": hits.mode.name(),
        "nothing_close": hits.nothing_close(),
        "also_searched": also_searched(hits),
        "unknown_to": hits.unknown_to,
        "phrases_nowhere": hits.phrases_nowhere,
        "passed_over": passed_over(hits),
        "note": hits.note,
        "reranked": hits.reranked.is_some(),
        "reranker": hits.reranked.as_ref().map(|reranked| &reranked.by),
        "candidates": hits.reranked.as_ref().map(|reranked| reranked.candidates),
        "results": hits.hits.iter().map(hit).collect::<Vec<_>>(),
    })
}

/// The words that were searched in the place of others.
pub fn also_searched(hits: &Hits) -> Value {
    let words = hits.also_searched.iter();
    words.map(|word| json!({"typed": word.typed, "meant": word.meant})).collect()
}

/// The stores that could not be used.
fn passed_over(hits: &Hits) -> Value {
    let stores = hits.passed_over.iter();
    stores.map(|PassedOver { store, reason }| json!({"store": store, "reason": reason})).collect()
}

/// One of the results.
pub fn hit(hit: &Hit) -> Value {
    let Scores { dense, lexical, rerank } = hit.scores;
    let text = &hit.scene.text;
    json!({
        "rank": hit.rank,
        "id": hit.scene.id.as_str(),
        "score": score(hit.score),
        "scores": {"dense": dense.map(score), "lexical": lexical.map(score), "rerank": rerank.map(score)},
        "passage": hit.passage.as_ref().and_then(|bytes| text.get(bytes.clone())),
        "passage_span": in_characters(text, hit.passage.as_slice()).first(),
        "matches": in_characters(text, &hit.matches),
        "text": text,
        "metadata": hit.scene.metadata.to_value(),
        "store": store(&hit.store),
        "before": hit.before.iter().map(scene).collect::<Vec<_>>(),
        "after": hit.after.iter().map(scene).collect::<Vec<_>>(),
        "explain": hit.explained.as_ref().map(|why| explained(why, text)),
    })
}

/// The store of the samples, and what was asked of it.
pub fn sample(info: &StoreInfo, answers: &[Hits]) -> Value {
    json!({"store": store(info), "answers": answers.iter().map(hits).collect::<Vec<_>>()})
}
