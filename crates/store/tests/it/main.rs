//! Stores and the registry on a real disk, in real processes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests are tests")]

mod append;
mod child;
mod damage;
#[cfg(unix)]
mod disk;
mod forms;
mod inserted;
mod kept;
mod ours;
mod processes;
mod promises_k2_rewritten;
mod purge;
mod registry;
mod registry_files;
mod registry_kills;
mod removed;
mod support;
mod upgrade;
