//! What other programs ask a server of models for: vectors, and the order of texts. They are answered by the models that
//! searches use.

mod embeddings;
mod list;
mod numbers;
mod rerank;
mod texts;

use std::sync::Arc;

use naragtive::models::{ModelKind, ModelSpec, catalogue};
use naragtive::{Library, Model};
use serde_json::{Value, json};

use super::asked::Asked;
use super::reply::Reply;
use super::route::Place;
use crate::call::Stop;
use crate::{Error, Service};

/// What is answered at an address of this room.
pub(super) fn answer(service: &Service, asked: &Asked, stop: &Stop) -> Result<Reply, Error> {
    let library = service.sessions().library();
    match asked.place {
        Place::Models => list::list(library),
        Place::Embeddings => embeddings::embeddings(library, &asked.json()?, stop),
        Place::Rerank => rerank::rerank(library, &asked.json()?, stop),
        _ => Err(Error::NoSuchPage),
    }
}

/// The schema of a body.
pub(super) fn schema(place: Place) -> Option<Value> {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": text});
    Some(match place {
        Place::Embeddings => json!({
            "type": "object",
            "properties": {
                "input": {"anyOf": [text, texts]},
                "model": text,
                "encoding_format": {"type": "string", "enum": ["float", "base64"], "default": "float"},
                "dimensions": {"type": "integer"},
                "input_type": {"type": "string", "enum": ["passage", "document", "search_document", "query", "search_query"],
                    "default": "passage"},
            },
            "required": ["input"],
        }),
        Place::Rerank => json!({
            "type": "object",
            "properties": {
                "query": text,
                "documents": {"type": "array", "items": {"anyOf": [
                    text,
                    {"type": "object", "properties": {"text": text}, "required": ["text"]},
                ]}},
                "texts": {"description": "Instead of `documents`, as text-embeddings-inference has it", "type": "array", "items": text},
                "top_n": {"type": "integer"},
                "model": text,
                "return_documents": {"type": "boolean"},
                "raw_scores": {"type": "boolean"},
                "return_text": {"type": "boolean"},
            },
            "required": ["query"],
        }),
        _ => return None,
    })
}

/// The embedding models that are known by name.
fn embedders() -> impl Iterator<Item = &'static ModelSpec> {
    catalogue().iter().filter(|spec| matches!(spec.kind, ModelKind::Embedder { .. }))
}

/// The embedding model that was asked for: that of searches, which is also the one of whoever names none, or another known one
/// that is on this machine.
fn embedder(library: &Library, asked: Option<&str>) -> Result<Arc<Model>, Error> {
    let models = library.models();
    let settled = models.embedder_here();
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else { return Ok(settled?) };
    if let Ok(settled) = &settled
        && is_called(asked, &settled.tag.name)
    {
        return Ok(Arc::clone(settled));
    }
    let known = embedders().find(|spec| is_called(asked, spec.name));
    let other = known.map(|spec| models.embedder_called_here(spec.name)).transpose()?;
    match other.filter(|other| is_called(asked, &other.tag.name)) {
        Some(other) => Ok(other),
        // A server that can't be asked may have it.
        None => {
            let mut known = vec![settled?.tag.name.clone()];
            for found in embedders().filter_map(|spec| models.find_here(spec.name).ok()) {
                if !known.contains(&found.model) {
                    known.push(found.model);
                }
            }
            Err(Error::UnknownModel { name: asked.to_owned(), known })
        }
    }
}

/// Whether a model that was asked for is this one: programs write its name with its maker's before it, and with a tag or the
/// ending of a file behind it.
fn is_called(asked: &str, name: &str) -> bool {
    let bare = |name: &str| {
        let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let name = name.strip_suffix(".gguf").unwrap_or(&name).to_owned();
        name.split(':').next().unwrap_or_default().to_owned()
    };
    bare(asked) == bare(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_by_its_names() {
        for (asked, known) in [
            ("all-MiniLM-L6-v2", true),
            ("sentence-transformers/all-MiniLM-L6-v2", true),
            ("ALL-minilm-l6-v2:latest", true),
            ("all-MiniLM-L6-v2.gguf", true),
            ("all-MiniLM-L12-v2", false),
            ("text-embedding-3-small", false),
            ("", false),
        ] {
            assert_eq!(is_called(asked, "all-MiniLM-L6-v2"), known, "{asked}");
        }
    }
}
