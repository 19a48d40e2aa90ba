use naragtive::Library;
use naragtive::models::ChosenReranker;
use serde_json::{Value, json};

use super::embedders;
use crate::Error;
use crate::http::reply::Reply;

/// The models that answer here: first the embedding model that searches use, which is that of whoever names none. Where a server
/// makes its vectors and can't be asked, the others are there nevertheless.
pub(super) fn list(library: &Library) -> Result<Reply, Error> {
    let settled = library.models().embedder_here();
    let reranker = library.models().reranker(&ChosenReranker::of(library.settings(), None, None));
    let others = embedders().filter_map(|spec| library.models().find_here(spec.name).ok());
    let mut names: Vec<String> = settled.iter().map(|model| model.tag.name.clone()).collect();
    for name in others.map(|found| found.model).chain(reranker.ok().map(|reranker| reranker.name())) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        settled?;
    }
    let models: Vec<Value> = names
        .iter()
        .map(|id| json!({"id": id, "object": "model", "created": 0, "owned_by": "naragtive"}))
        .collect();
    Ok(Reply::json(&json!({"object": "list", "data": models})))
}
