//! The index from outside: what it finds, and what becomes of it when things go wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests are tests")]

mod blocks;
mod explain;
mod extend;
mod faults;
mod features;
mod formula;
mod fusion;
mod promises_k3_scripts;
mod spelling;
mod story;
