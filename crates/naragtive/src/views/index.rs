use serde_json::{Value, json};

use crate::{Cached, IndexState};

/// How it stands with the index of the store of this name.
pub fn index(name: Option<&str>, cached: &Cached) -> Value {
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
