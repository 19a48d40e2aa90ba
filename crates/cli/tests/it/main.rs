//! The program as a user meets it: every test starts the binary, in a home and a folder of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(not(no_shared))]
mod any_exports;
mod ask;
#[cfg(not(no_shared))]
mod bad_exports;
#[cfg(not(no_shared))]
mod bad_stores;
#[cfg(not(no_shared))]
mod caches;
#[cfg(unix)]
#[cfg(not(no_shared))]
mod disk;
mod doctor;
mod filters;
#[cfg(not(no_shared))]
mod followed;
mod help;
mod indexes;
mod interactive;
#[cfg(not(no_shared))]
mod journey;
#[cfg(unix)]
mod kept;
mod mcp;
mod migrate;
#[cfg(not(no_shared))]
mod mission;
#[cfg(not(no_shared))]
mod namesake;
#[cfg(unix)]
#[cfg(not(no_shared))]
mod planted;
mod processes;
#[cfg(unix)]
mod promises_k1_outputs;
mod promises_k4_dates;
#[cfg(not(no_shared))]
mod promises_k7_small_files;
mod promises_k8_terminal;
#[cfg(unix)]
mod promises_k9_smaller;
#[cfg(not(no_shared))]
mod real_model;
#[cfg(not(no_shared))]
mod registry_faults;
#[cfg(not(no_shared))]
mod rerank;
mod rerank_server;
mod resolution;
mod sandbox;
#[cfg(not(no_shared))]
mod searching;
mod serve;
mod settings;
#[cfg(not(no_shared))]
mod several_stores;
#[cfg(not(no_shared))]
mod shared;
#[cfg(not(no_shared))]
mod shared_distant;
#[cfg(not(no_shared))]
mod shared_docs;
#[cfg(not(no_shared))]
mod shared_faults;
#[cfg(not(no_shared))]
mod shared_served;
mod shown;
#[cfg(unix)]
mod stops;
#[cfg(not(no_shared))]
mod stores;
#[cfg(not(no_shared))]
mod terminal;
#[cfg(not(no_shared))]
mod upgrade;
#[cfg(unix)]
mod waiting;

#[cfg(no_shared)]
#[test]
#[ignore = "the shared data isn't beside the checkout: left out are any_exports, bad_exports, bad_stores, caches, disk, followed, journey, mission, namesake, planted, promises_k7_small_files, real_model, registry_faults, rerank, searching, several_stores, shared, shared_distant, shared_docs, shared_faults, shared_served, stores, terminal, upgrade"]
fn all_tests_are_here() {
    panic!("without the shared data they aren't");
}
