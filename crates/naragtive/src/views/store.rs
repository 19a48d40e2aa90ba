use naragtive_store::{Condition, StoreEntry};
use serde_json::{Value, json};

use crate::{Stats, StoreInfo};

/// A registered store, and how many of its scenes lack passages where it can be read.
pub fn registered_store(entry: &StoreEntry, condition: &Condition, lacking_passages: Option<usize>) -> Value {
    let (condition, records) = match condition {
        Condition::Present => ("present", Some(entry.record_count)),
        Condition::Missing => ("missing", None),
        Condition::Changed { found, .. } => ("changed", Some(*found)),
        Condition::Unreadable(_) => ("unreadable", None),
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
pub fn registered_store_now(entry: &StoreEntry) -> Value {
    let lacking = entry.at.open().ok().map(|store| store.lacking_passages());
    registered_store(entry, &entry.condition(), lacking)
}

/// All registered stores as their files are now, and the name of the default one.
pub fn registered_stores(entries: &[StoreEntry], default: Option<&str>) -> Value {
    let stores: Vec<Value> = entries.iter().map(registered_store_now).collect();
    json!({"default": default, "stores": stores})
}

/// What is in a store.
pub fn stats(stats: &Stats, store: &StoreInfo) -> Value {
    let mut value = stats.to_json();
    value["store"] = store.to_json();
    value
}
