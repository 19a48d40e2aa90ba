use naragtive_scene::Scene;
use naragtive_store::{EntryCondition, StoreEntry, StoreRef};
use serde_json::{Value, json};

use super::{absent_reranker, reranker, scene};
use crate::jobs::{Deleted, Forgotten, Unwanted};
use crate::rerank::RerankerStatus;
use crate::{Count, Error, SourceFile, Stats, StoreInfo};

/// Which store it is; one on a server that has no copy here has no path.
pub fn store(info: &StoreInfo) -> Value {
    let path = match &info.at {
        StoreRef::File(path) => Some(path.display().to_string()),
        StoreRef::Server(_) => None,
    };
    json!({"name": info.name, "path": path, "records": info.records})
}

/// A registered store, and how many of its scenes lack passages where it can be read.
fn registered(entry: &StoreEntry, condition: &EntryCondition, lacking_passages: Option<usize>) -> Value {
    let (condition, records) = match condition {
        EntryCondition::Present => ("present", Some(entry.record_count)),
        EntryCondition::Missing => ("missing", None),
        EntryCondition::Changed { found, .. } => ("changed", Some(*found)),
        EntryCondition::Unreadable(_) => ("unreadable", None),
    };
    json!({
        "name": entry.name,
        "path": entry.at.to_string(),
        "created_at": entry.created_at,
        "source_type": entry.source.as_str(),
        "record_count": entry.record_count,
        "description": entry.description,
        "condition": condition,
        "records": records,
        "without_passages": lacking_passages,
    })
}

/// A registered store as its file is now.
pub fn registered_store(entry: &StoreEntry) -> Value {
    let lacking = entry.at.open().ok().map(|store| store.lacking_passages());
    registered(entry, &entry.condition(), lacking)
}

/// All registered stores as their files are now, and the name of the default one.
pub fn registered_stores(entries: &[StoreEntry], default: Option<&str>) -> Value {
    let stores: Vec<Value> = entries.iter().map(registered_store).collect();
    json!({"default": default, "stores": stores})
}

/// A store that was registered.
pub fn created_store(entry: &StoreEntry) -> Value {
    json!({"name": entry.name, "path": entry.at.to_string(), "records": entry.record_count})
}

/// A store that has another name than the one it had.
pub fn renamed_store(old: &str, entry: &StoreEntry) -> Value {
    json!({"old": old, "name": entry.name})
}

/// A store that is the default now.
pub fn default_store(entry: &StoreEntry) -> Value {
    json!({"default": entry.name})
}

/// A store that is no longer registered.
pub fn deleted_store(deleted: &Deleted) -> Value {
    let entry = &deleted.entry;
    json!({"name": entry.name, "path": entry.at.to_string(), "purged": deleted.purged})
}

/// What is in a store.
pub fn stats(stats: &Stats, info: &StoreInfo) -> Value {
    json!({
        "records": stats.records,
        "file_bytes": stats.file_bytes,
        "embedding_bytes": stats.embedding_bytes,
        "total_bytes": stats.file_bytes + stats.embedding_bytes,
        "model": stats.model.as_ref().map(|model| json!({"name": model.name, "dimension": model.dimension})),
        "without_passages": stats.lacking_passages,
        "dates": stats.dates.as_ref().map(|(first, last)| json!({"first": first, "last": last})),
        "sources": counts(&stats.sources),
        "speakers": counts(&stats.speakers),
        "characters": counts(&stats.characters),
        "locations": counts(&stats.locations),
        "store": store(info),
    })
}

/// What is in a store, and how it stands with the reranker called `name`.
pub fn stats_with_reranker(
    stats: &Stats,
    info: &StoreInfo,
    name: &str,
    status: Result<&RerankerStatus, &Error>,
) -> Value {
    let mut value = self::stats(stats, info);
    value["reranker"] = match status {
        Ok(status) => reranker(status),
        Err(error) => absent_reranker(name, &error.to_string()),
    };
    value
}

fn counts(counts: &[Count]) -> Value {
    counts.iter().map(|count| json!({"name": count.name, "scenes": count.scenes})).collect()
}

/// Scenes of a store, and how many there are.
pub fn listing(info: &StoreInfo, found: usize, scenes: &[Scene]) -> Value {
    json!({"store": store(info), "found": found, "scenes": scenes.iter().map(scene).collect::<Vec<_>>()})
}

/// What a store was made from.
pub fn sources(info: &StoreInfo, files: &[SourceFile]) -> Value {
    json!({"store": store(info), "sources": files.iter().map(source).collect::<Vec<_>>()})
}

fn source(file: &SourceFile) -> Value {
    json!({
        "file": file.file,
        "source": file.source,
        "conversations": file.conversations,
        "scenes": file.scenes,
        "first": file.days.as_ref().map(|(first, _)| first),
        "last": file.days.as_ref().map(|(_, last)| last),
        "added": file.added.map(|(first, _)| first.to_string()),
        "last_added": file.added.map(|(_, last)| last.to_string()),
    })
}

/// Scenes that were taken out of a store, and the files they were read from.
pub fn forgotten(info: &StoreInfo, done: &Forgotten, meant: &Unwanted) -> Value {
    json!({"store": store(info), "forgotten": done.scenes, "files": meant.files})
}
