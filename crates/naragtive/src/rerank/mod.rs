//! The second, closer look: a cross-encoder reads each scene that was found together with the query.
//!
//! A model of this kind reads about 500 tokens, so a long scene is read in pieces, those around the passages that
//! answer best, and counts as much as its best piece.

mod order;
mod pieces;
mod reranker;
mod scale;
mod status;

pub use order::Weight;
pub use reranker::{RerankProgress, Reranker};
pub use status::RerankerStatus;
