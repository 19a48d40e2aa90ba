//! ChromaDB folders, written by ChromaDB's own releases, as this crate reads them.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod contents;
mod errors;
mod folder;
mod untouched;
