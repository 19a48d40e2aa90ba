//! The program as a user meets it: every test starts the binary, in a home and a folder of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(no_shared, allow(dead_code, reason = "helpers of the tests that are left out"))]

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
mod ctrl_c;
#[cfg(unix)]
#[cfg(not(no_shared))]
mod disk;
#[cfg(not(no_shared))]
mod doctor;
mod filters;
#[cfg(not(no_shared))]
mod followed;
mod help;
#[cfg(not(no_shared))]
mod indexes;
#[cfg(not(no_shared))]
mod interactive;
#[cfg(unix)]
mod interrupt;
#[cfg(not(no_shared))]
mod journey;
#[cfg(unix)]
#[cfg(not(no_shared))]
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
#[cfg(not(no_shared))]
mod processes;
#[cfg(unix)]
mod promises_k1_outputs;
mod promises_k4_dates;
#[cfg(not(no_shared))]
mod promises_k7_small_files;
#[cfg(not(no_shared))]
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
#[cfg(not(no_shared))]
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
#[cfg(not(no_shared))]
mod shown;
#[cfg(unix)]
mod stops;
#[cfg(not(no_shared))]
mod stores;
#[cfg(not(no_shared))]
mod terminal;
#[cfg(not(no_shared))]
mod told;
#[cfg(not(no_shared))]
mod upgrade;
#[cfg(unix)]
#[cfg(not(no_shared))]
mod waiting;

#[cfg(no_shared)]
#[test]
#[ignore = "the shared data isn't beside the checkout: left out are any_exports, bad_exports, bad_stores, caches, ctrl_c, disk, doctor, followed, indexes, interactive, journey, kept, mission, namesake, planted, processes, promises_k7_small_files, promises_k8_terminal, real_model, registry_faults, rerank, searching, settings, several_stores, shared, shared_distant, shared_docs, shared_faults, shared_served, shown, stores, terminal, told, upgrade, waiting"]
fn all_tests_are_here() {
    panic!("without the shared data they aren't");
}
