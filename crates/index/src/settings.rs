use std::num::NonZeroUsize;

use crate::Language;

/// What an index is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Values in each vector.
    pub dimension: usize,
    /// How words are reduced to terms.
    pub language: Language,
    /// How many threads a search uses. Not stored.
    pub threads: NonZeroUsize,
}
