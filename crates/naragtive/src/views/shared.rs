use naragtive_shared::{About, SharedStore};
use naragtive_store::StoreName;
use serde_json::{Value, json};

/// A store on a server.
pub fn shared_store(host: &StoreName, store: &SharedStore) -> Value {
    json!({
        "name": format!("{host}/{}", store.name),
        "records": store.scenes,
        "revision": store.rev,
        "may": store.may.name(),
        "owner": store.owner,
        "model": {"name": store.model.name, "dimension": store.model.dimension},
        "source_type": store.source,
        "description": store.description,
        "changed": store.changed,
    })
}

/// What a server is.
pub fn shared_server(about: &About) -> Value {
    json!({
        "user": about.user,
        "postgres": about.postgres,
        "vector": about.vector,
        "schema": about.schema,
        "encrypted": about.encrypted,
    })
}
