use serde_json::{Value, json};

use crate::rerank::RerankerStatus;

/// A reranker that can be used.
pub fn reranker(status: &RerankerStatus) -> Value {
    json!({
        "status": "available",
        "reason": null,
        "model": status.name,
        "device": status.device,
        "precision": status.precision,
        "parameters": status.parameters,
        "memory_bytes": status.memory_bytes,
    })
}

/// A reranker called `name` that can't be used because of `reason`.
pub fn absent_reranker(name: &str, reason: &str) -> Value {
    json!({
        "status": "not available",
        "reason": reason,
        "model": name,
        "device": null,
        "precision": null,
        "parameters": null,
        "memory_bytes": null,
    })
}
