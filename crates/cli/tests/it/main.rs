//! The program as a user meets it: every test starts the binary, in a home and a folder of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_exports;
mod bad_stores;
#[cfg(unix)]
mod disk;
mod doctor;
mod help;
mod indexes;
mod interactive;
mod journey;
#[cfg(unix)]
mod kept;
mod large_exports;
mod migrate;
mod mission;
#[cfg(unix)]
#[cfg(unix)]
mod planted;
mod processes;
mod real_model;
mod registry_faults;
mod rerank;
mod rerank_server;
mod resolution;
mod sandbox;
mod settings;
mod several_stores;
mod shown;
mod stores;
mod terminal;
mod upgrade;
#[cfg(unix)]
mod waiting;
mod words;
mod wrong_exports;
