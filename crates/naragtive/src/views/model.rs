use std::path::Path;

use serde_json::{Value, json};

use crate::models::{FoundModel, ModelKind, ModelPlace, ModelStatus};

/// The models that are known by name.
pub fn models(known: &[ModelStatus<'_>]) -> Value {
    json!({"models": known.iter().map(model).collect::<Vec<_>>()})
}

/// A model that is known by name, and where it is.
pub fn model(status: &ModelStatus<'_>) -> Value {
    let spec = status.spec;
    let found = status.found.as_ref().ok();
    let (kind, dimension, languages) = match spec.kind {
        ModelKind::Embedder { dimension, languages } => {
            ("embedding", Some(dimension), Some(languages.name()))
        }
        ModelKind::Reranker { languages } => ("reranking", None, Some(languages)),
    };
    json!({
        "name": spec.name,
        "repository": spec.repo,
        "revision": spec.revision,
        "licence": spec.licence,
        "kind": kind,
        "dimension": dimension,
        "languages": languages,
        "bytes": spec.bytes(),
        "path": found.map(|found| found.folder.display().to_string()),
        "place": found.map(|found| model_place(found.place)),
    })
}

/// A model that was found, fetched or imported.
pub fn found_model(found: &FoundModel) -> Value {
    let place = model_place(found.place);
    json!({"model": found.model, "path": found.folder.display().to_string(), "place": place})
}

/// A model that was written into a folder.
pub fn exported_model(name: &str, folder: &Path) -> Value {
    json!({"model": name, "path": folder.display().to_string()})
}

/// Where a model is, in words.
pub fn model_place(place: ModelPlace) -> &'static str {
    match place {
        ModelPlace::Given => "as named",
        ModelPlace::Own => "fetched by naragtive",
        ModelPlace::Imported => "imported",
        ModelPlace::HubCache => "in the Hugging Face cache",
    }
}
