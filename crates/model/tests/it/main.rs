//! Models seen from outside: the real one, a tiny one, and damaged ones.

// The switches in clippy.toml reach tests, but not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cache;
mod damaged;
mod golden;
mod made;
mod rerank;
mod rerank_damaged;
mod sizes;
mod tiny;
mod tokenizer;
