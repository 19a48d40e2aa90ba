use naragtive_store::{Condition, StoreEntry};
use serde_json::{Value, json};

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
