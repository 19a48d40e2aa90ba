//! Names that a shell can complete. Whatever goes wrong, there is nothing to complete.

use clap_complete::CompletionCandidate;
use naragtive::StoreEntry;
use naragtive::models::{self, ModelKind, catalogue};

use crate::settings::Environment;

/// The registered stores.
pub fn registered() -> Vec<CompletionCandidate> {
    entries().into_iter().map(|entry| candidate(&entry.name, &about(&entry))).collect()
}

/// The registered stores, and the word for the default one.
pub fn to_choose() -> Vec<CompletionCandidate> {
    let mut found = registered();
    found.push(candidate("default", "whichever store is the default"));
    found
}

/// The types of store there are so far.
pub fn sources() -> Vec<CompletionCandidate> {
    let names = ["neptune", "llama-server", "json", "txt", "chat", "perplexity-chat"];
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The models that can be fetched by name.
pub fn models() -> Vec<CompletionCandidate> {
    catalogue().iter().map(|spec| candidate(spec.name, spec.summary)).collect()
}

/// Those of them that embed.
pub fn embedders() -> Vec<CompletionCandidate> {
    let embedders = catalogue().iter().filter(|spec| matches!(spec.kind, ModelKind::Embedder { .. }));
    embedders.map(|spec| candidate(spec.name, spec.summary)).collect()
}

/// Those of them that rerank.
pub fn rerankers() -> Vec<CompletionCandidate> {
    models::rerankers().map(|spec| candidate(spec.name, spec.summary)).collect()
}

fn entries() -> Vec<StoreEntry> {
    let Ok(home) = Environment::of_this_process().home() else { return Vec::new() };
    home.value.registry().list().unwrap_or_default()
}

fn candidate(name: &str, about: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help(Some(about.to_owned().into()))
}

fn about(entry: &StoreEntry) -> String {
    format!("{}, {} records", entry.source, entry.record_count)
}
