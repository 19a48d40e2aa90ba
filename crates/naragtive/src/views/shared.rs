use naragtive_shared::{About, Membership, Prepared, SharedStore};
use naragtive_store::StoreName;
use serde_json::{Value, json};

use crate::shared::{Host, Pulled, Pushed, SharedName, Synced};

/// A server that was named.
pub fn shared_host(host: &Host) -> Value {
    json!({"name": host.name.as_str(), "address": host.address.as_str()})
}

/// By which token a role is let in from now on, which is told this once; by none with none.
pub fn shared_token(host: &StoreName, role: &str, token: Option<&str>) -> Value {
    json!({"host": host.as_str(), "who": role, "token": token})
}

/// Servers, each as [`shared_listed`] or [`shared_status`] shows it.
pub fn shared_hosts(hosts: impl Iterator<Item = Value>) -> Value {
    json!({"hosts": hosts.collect::<Vec<Value>>()})
}

/// A server with the stores that may be read there, or why it could not be asked.
pub fn shared_listed(host: &Host, stores: Result<&[SharedStore], &str>) -> Value {
    let error = stores.err();
    let stores =
        stores.ok().map(|stores| stores.iter().map(|store| shared_store(host, store)).collect::<Vec<_>>());
    json!({"name": host.name.as_str(), "address": host.address.as_str(), "stores": stores, "error": error})
}

/// A server with what it is, or why it could not be asked.
pub fn shared_status(host: &Host, about: Result<&About, &str>) -> Value {
    let (server, error) = (about.ok().map(shared_server), about.err());
    json!({"name": host.name.as_str(), "address": host.address.as_str(), "server": server, "error": error})
}

fn shared_store(host: &Host, store: &SharedStore) -> Value {
    json!({
        "name": format!("{}/{}", host.name, store.name),
        "records": store.scenes,
        "revision": store.rev,
        "may": store.may.name(),
        "owner": store.owner,
        "model": {"name": store.model.name, "dimension": store.model.dimension},
        "source_type": store.source,
        "description": store.description,
        "changed": store.changed,
        "indexed": store.indexed,
    })
}

fn shared_server(about: &About) -> Value {
    json!({
        "user": about.user,
        "postgres": about.postgres,
        "vector": about.vector,
        "schema": about.schema,
        "encrypted": about.encrypted,
    })
}

/// A database that was prepared for stores.
pub fn prepared(prepared: &Prepared) -> Value {
    json!({"before": prepared.before, "schema": prepared.now})
}

/// What became of scenes that were sent.
pub fn pushed(to: &SharedName, pushed: &Pushed) -> Value {
    let appended = &pushed.appended;
    json!({
        "store": to.to_string(), "added": appended.added, "updated": appended.updated,
        "already_there": appended.already_there, "records": appended.total,
    })
}

/// What became of scenes that were fetched into a store of one's own.
pub fn pulled(pulled: &Pulled) -> Value {
    let Pulled { at, name, appended } = pulled;
    json!({"store": {"name": name, "path": at.to_string(), "records": appended.total}, "added": appended.added})
}

/// What became of a copy.
pub fn synced(store: &SharedName, synced: &Synced) -> Value {
    let Synced { store: found, at, fetched, removed, anew } = synced;
    json!({
        "store": store.to_string(), "path": at.to_string(), "records": found.scenes, "fetched": fetched,
        "removed": removed, "anew": anew,
    })
}

/// Whether a server keeps an index of a store's vectors from now on.
pub fn shared_indexed(store: &SharedName, indexed: bool) -> Value {
    json!({"store": store.to_string(), "indexed": indexed})
}

/// Who may do what with a store.
pub fn shared_members(store: &SharedName, members: &[Membership]) -> Value {
    let members = members.iter().map(|Membership { who, may }| json!({"who": who, "may": may.name()}));
    json!({"store": store.to_string(), "members": members.collect::<Vec<Value>>()})
}
