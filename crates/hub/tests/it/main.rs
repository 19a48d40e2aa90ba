//! Models found, fetched, checked and imported, against a small server and a made-up pip.

// The switches in clippy.toml reach tests, but not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod check;
mod declared;
mod fetch;
mod find;
mod import;
#[cfg(unix)]
mod pip;
mod real;
mod sandbox;
mod secrets;
mod shards;
mod together;
