use naragtive::Library;
use naragtive::models::ChosenReranker;
use serde_json::{Value, json};

use crate::Error;
use crate::http::reply::Reply;

/// The models that answer here.
pub(super) fn list(library: &Library) -> Result<Reply, Error> {
    let embedder = library.models().embedder_here()?.tag.name.clone();
    let reranker = library.models().reranker(&ChosenReranker::of(library.settings(), None, None));
    let names = std::iter::once(embedder).chain(reranker.ok().map(|reranker| reranker.name()));
    let models: Vec<Value> =
        names.map(|id| json!({"id": id, "object": "model", "created": 0, "owned_by": "naragtive"})).collect();
    Ok(Reply::json(&json!({"object": "list", "data": models})))
}
