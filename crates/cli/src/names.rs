//! Names that a shell can complete. Whatever goes wrong, there is nothing to complete.

use clap_complete::CompletionCandidate;
use naragtive::models::{self, ModelKind, catalogue};
use naragtive::{Format, StoreEntry};

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

/// The servers of shared stores.
pub fn hosts() -> Vec<CompletionCandidate> {
    let Ok(home) = Environment::of_this_process().variables.home() else { return Vec::new() };
    let Ok(library) = naragtive::Library::at(home.value.root(), std::num::NonZeroUsize::MIN) else {
        return Vec::new();
    };
    let hosts = library.shared().hosts().list().unwrap_or_default();
    hosts.iter().map(|host| candidate(host.name.as_str(), host.address.as_str())).collect()
}

/// What stores are made from.
pub fn sources() -> Vec<CompletionCandidate> {
    let mut names: Vec<String> = Format::all().map(|format| format.source().as_str().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
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
    let Ok(home) = Environment::of_this_process().variables.home() else { return Vec::new() };
    home.value.registry().list().unwrap_or_default()
}

fn candidate(name: &str, about: &str) -> CompletionCandidate {
    CompletionCandidate::new(name).help(Some(about.to_owned().into()))
}

fn about(entry: &StoreEntry) -> String {
    format!("{}, {} records", entry.source, entry.record_count)
}
