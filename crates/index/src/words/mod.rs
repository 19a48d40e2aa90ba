//! Words: cut and reduced to terms, stored in lists of rows, asked for and scored.

pub(crate) mod analysis;
pub(crate) mod bm25;
pub(crate) mod cues;
pub(crate) mod forms;
pub(crate) mod inverted;
pub(crate) mod language;
pub(crate) mod lexical;
pub(crate) mod postings;
pub(crate) mod query;
pub(crate) mod query_syntax;
