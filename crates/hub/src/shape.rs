//! Whether what is in a folder can be a model of the catalogue of which nothing is pinned.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::catalogue::{ModelKind, ModelSpec};
use crate::error::HubError;

/// What `config.json` calls a model that says how well a text answers.
const RERANKS: &str = "ForSequenceClassification";

/// Refuses a folder whose `config.json` says that it is another model: of another kind or of other sizes. One that says
/// nothing is refused by whoever opens it.
///
/// # Errors
/// [`HubError::OtherModel`].
pub(crate) fn check_shape(folder: &Path, config: &Path, spec: &ModelSpec) -> Result<(), HubError> {
    let read = fs::read(config).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    match read.as_ref().and_then(|config| difference(config, spec)) {
        None => Ok(()),
        Some(difference) => {
            Err(HubError::OtherModel { path: folder.to_owned(), model: spec.name.into(), difference })
        }
    }
}

/// What `config.json` has that the model hasn't; none where nothing is known of the model.
fn difference(config: &Value, spec: &ModelSpec) -> Option<String> {
    let shape = spec.shape?;
    let reranks = matches!(spec.kind, ModelKind::Reranker { .. });
    let names = config["architectures"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let other = names.into_iter().find(|name| name.contains(RERANKS) != reranks);
    if let Some(other) = other {
        let expected = if reranks { "a reranker" } else { "an embedding model" };
        return Some(format!("`config.json` says `{other}`, expected {expected}"));
    }
    let sizes = [
        ("num_hidden_layers", "layers", shape.layers),
        ("hidden_size", "numbers a token", shape.width),
        ("vocab_size", "known tokens", shape.vocabulary),
    ];
    sizes.into_iter().find_map(|(key, what, expected)| {
        let found = config[key].as_u64().filter(|found| *found != expected)?;
        Some(format!("`config.json` says {found} {what}, expected {expected}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::lookup;

    fn config(architecture: &str, [layers, width, vocabulary]: [u64; 3]) -> Value {
        json!({"architectures": [architecture], "num_hidden_layers": layers, "hidden_size": width,
            "vocab_size": vocabulary})
    }

    #[test]
    fn a_folder_of_another_kind_or_of_other_sizes_is_another_model() {
        let mini = config("BertModel", [6, 384, 30_522]);
        let reranker = "BertForSequenceClassification";
        for (model, config, said) in [
            ("multilingual-e5-small", &mini, "6 layers, expected 12"),
            ("bge-small-en-v1.5", &mini, "6 layers, expected 12"),
            ("ms-marco-MiniLM-L-6-v2", &mini, "`BertModel`, expected a reranker"),
            ("bge-reranker-v2-m3", &mini, "`BertModel`, expected a reranker"),
            ("bge-small-en-v1.5", &config(reranker, [12, 384, 30_522]), "expected an embedding model"),
            ("multilingual-e5-small", &config("BertModel", [12, 384, 30_522]), "30522 known tokens"),
            ("bge-small-en-v1.5", &config("BertModel", [12, 768, 30_522]), "768 numbers a token"),
            (
                "bge-reranker-base",
                &config("XLMRobertaForSequenceClassification", [24, 1024, 250_002]),
                "24 layers",
            ),
            ("multilingual-e5-small", &config("BertModel", [12, 384, 250_037]), ""),
            ("bge-small-en-v1.5", &config("BertModel", [12, 384, 30_522]), ""),
            ("ms-marco-TinyBERT-L-2-v2", &config(reranker, [2, 128, 30_522]), ""),
            // Its files are pinned: their sums tell.
            ("all-MiniLM-L6-v2", &config(reranker, [1, 2, 3]), ""),
            ("bge-small-en-v1.5", &json!({}), ""),
        ] {
            let found = difference(config, lookup(model).unwrap()).unwrap_or_default();
            assert!(found.contains(said) && found.is_empty() == said.is_empty(), "{model}: {found}");
        }
    }
}
