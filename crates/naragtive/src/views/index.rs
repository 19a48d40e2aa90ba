use std::path::Path;

use serde_json::{Value, json};

use crate::jobs::{Dropped, IndexReport};
use crate::{Cached, IndexState};

/// How it stands with indexes in this folder.
pub fn indexes(folder: &Path, report: &IndexReport) -> Value {
    let indexes = report.rows.iter().map(|row| index(row.name.as_deref(), &row.cached));
    let failed = report.failed.iter();
    let failed = failed.map(|(name, error)| json!({"name": name, "error": error.to_string()}));
    json!({
        "folder": folder.display().to_string(),
        "bytes": report.bytes(),
        "indexes": indexes.collect::<Vec<_>>(),
        "failed": failed.collect::<Vec<_>>(),
    })
}

/// Indexes that were removed from this folder.
pub fn dropped(folder: &Path, dropped: &Dropped) -> Value {
    let folder = folder.display().to_string();
    json!({"folder": folder, "dropped": dropped.indexes, "bytes": dropped.bytes})
}

/// How it stands with the index of the store of this name.
fn index(name: Option<&str>, cached: &Cached) -> Value {
    let Cached { folder, store, bytes, state } = cached;
    let made = if let IndexState::Ready(status) = state { Some(status) } else { None };
    let damage = if let IndexState::Damaged(damage) = state { Some(damage.to_string()) } else { None };
    json!({
        "store": {"name": name, "path": store.as_ref().map(ToString::to_string)},
        "state": state.as_str(),
        "scenes": made.map(|made| made.rows),
        "vectors": made.map(|made| made.vectors),
        "segments": made.map(|made| made.segments),
        "language": made.map(|made| made.language.name()),
        "damage": damage,
        "bytes": bytes,
        "folder": folder.display().to_string(),
    })
}
