use std::fs;
use std::path::Path;

use naragtive_hub::{self as hub, FoundModel};
use naragtive_model::merged;
use serde_json::{Map, Value};

use super::model::delta;
use crate::Error;

/// The file of weights.
const WEIGHTS: &str = "model.safetensors";
/// What says how it computes.
const CONFIG: &str = "config.json";
/// The other files of a folder that sentence-transformers opens, where its maker has written them.
const SMALL: [&str; 8] = [
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "modules.json",
    "1_Pooling/config.json",
    "special_tokens_map.json",
    "tokenizer_config.json",
    "vocab.txt",
    "tokenizer.json",
];

/// Writes the model that was found into `to` as an ordinary folder of sentence-transformers: its small files, and its weights
/// with what changes them in them. The weights come last, so a folder that has them is whole.
///
/// # Errors
/// When there is something in `to` already, it can't be written, or the model can't be read.
pub(super) fn export(found: &FoundModel, to: &Path) -> Result<(), Error> {
    let write = |source| Error::Write { path: to.to_owned(), source };
    fs::create_dir_all(to).map_err(write)?;
    if fs::read_dir(to).map_err(write)?.next().is_some() {
        return Err(Error::FolderInUse { path: to.to_owned() });
    }
    for file in SMALL.iter().filter(|file| found.folder.join(file).is_file()) {
        let path = to.join(file);
        fs::create_dir_all(path.parent().unwrap_or(to)).map_err(write)?;
        fs::copy(found.folder.join(file), &path).map_err(|source| Error::Write { path, source })?;
    }
    write_config(found, to)?;
    let weights = to.join(WEIGHTS);
    let done = match delta(found) {
        Some(delta) => fs::write(&weights, merged(&found.folder, delta)?),
        None => fs::copy(found.folder.join(WEIGHTS), &weights).map(drop),
    };
    done.map_err(|source| Error::Write { path: weights, source })
}

/// Other weights with the very config of a known model would be taken for damaged files of that model; so the config of a
/// changed one says which it is.
fn write_config(found: &FoundModel, to: &Path) -> Result<(), Error> {
    let (from, to) = (found.folder.join(CONFIG), to.join(CONFIG));
    let read = fs::read_to_string(&from).map_err(|source| Error::Read { path: from, source })?;
    let named = found.derived.and_then(|_| {
        let mut config: Map<String, Value> = serde_json::from_str(&read).ok()?;
        config.insert("_name_or_path".to_owned(), found.model.as_str().into());
        serde_json::to_string_pretty(&config).ok()
    });
    fs::write(&to, named.unwrap_or(read)).map_err(|source| Error::Write { path: to, source })
}

/// Whether the name is an embedding model's.
pub(super) fn check(name: &str) -> Result<(), Error> {
    match hub::lookup(name)?.kind {
        hub::ModelKind::Embedder { .. } => Ok(()),
        hub::ModelKind::Reranker { .. } => Err(Error::NotAnEmbedder { name: name.to_owned() }),
    }
}
