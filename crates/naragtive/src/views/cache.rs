use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::caches::CacheEntry;

/// Something that is kept and can be made again, as it stands now.
pub fn cache(entry: &CacheEntry, now: SystemTime) -> Value {
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
