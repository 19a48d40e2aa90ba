//! The library as programs use it, with the tiny model.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

mod again;
mod asking;
#[cfg(not(no_shared))]
mod bad_exports;
#[cfg(not(no_shared))]
mod bad_registry;
#[cfg(not(no_shared))]
mod bad_stores;
mod bundles;
mod caches;
mod chats;
mod embed_server;
#[cfg(not(no_shared))]
mod exports;
mod followed;
#[cfg(not(no_shared))]
mod golden_rows;
mod home;
mod hostile;
#[cfg(not(no_shared))]
mod identity;
#[cfg(not(no_shared))]
mod index;
mod index_jobs;
mod jobs;
mod kept;
mod languages;
#[cfg(not(no_shared))]
mod large_exports;
mod many_queries;
mod migrate;
mod model_identity;
mod named_models;
mod names;
mod parts;
#[cfg(not(no_shared))]
mod plain;
#[cfg(not(no_shared))]
mod promises_k5_identity;
mod reranked;
mod resolution;
mod sessions;
mod stories;
mod support;
mod told;
#[cfg(not(no_shared))]
mod upgrade;
mod writers;
#[cfg(not(no_shared))]
mod wrong_exports;

#[cfg(no_shared)]
#[test]
#[ignore = "the shared data isn't beside the checkout: left out are identity, index, parts, upgrade"]
fn all_tests_are_here() {
    panic!("without the shared data they aren't");
}
