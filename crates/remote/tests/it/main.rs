//! Servers that rerank, answer and embed, against a small server.

// The switches in clippy.toml reach tests, but not the helpers beside them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chat;
mod embed;
mod llama;
mod rerank;
mod silence;
