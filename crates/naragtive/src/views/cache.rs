use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::caches::{CacheEntry, Cleaned};

/// All that is kept in this folder and can be made again, as it stands now.
pub fn caches(folder: &Path, entries: &[CacheEntry], now: SystemTime) -> Value {
    json!({
        "folder": folder.display().to_string(),
        "bytes": entries.iter().map(|entry| entry.bytes).sum::<u64>(),
        "entries": entries.iter().map(|entry| cache(entry, now)).collect::<Vec<_>>(),
    })
}

fn cache(entry: &CacheEntry, now: SystemTime) -> Value {
    let used = entry.used.and_then(|used| Timestamp::try_from(used).ok());
    json!({
        "kind": entry.kind.as_str(),
        "path": entry.path.display().to_string(),
        "store": entry.store.as_ref().map(ToString::to_string),
        "bytes": entry.bytes,
        "used": used.map(|used| used.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        "unused_days": used.map(|_| entry.unused_days(now)),
    })
}

/// What was removed of it.
pub fn cleaned(folder: &Path, cleaned: &Cleaned) -> Value {
    let failed = cleaned
        .failed
        .iter()
        .map(|(entry, error)| json!({"path": entry.path.display().to_string(), "error": error.to_string()}));
    json!({
        "folder": folder.display().to_string(),
        "removed": cleaned.removed.len(),
        "bytes": cleaned.bytes(),
        "failed": failed.collect::<Vec<_>>(),
    })
}
