use std::num::NonZeroUsize;

use crate::Language;
use crate::words::analysis;

/// What an index is made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSettings {
    /// Values in each vector.
    pub dimension: usize,
    /// How words are reduced to terms.
    pub language: Language,
    /// By which rules the caller makes rows (passages, names, groups, facets) from what it keeps. Never read, only
    /// compared: an index that was made by another recipe is stale.
    pub recipe: String,
    /// How many threads a search uses. Not stored.
    pub threads: NonZeroUsize,
}

impl IndexSettings {
    /// The caller's recipe and what this library adds to it: all that decides what is stored, beside the rows.
    ///
    /// An index is derived from its store, so it has to be known as outdated whenever it would come out otherwise if it
    /// were built now. The file's version tells about its layout; this tells about its contents, which change with the
    /// stemmer and with the tables of Unicode although no line of ours does.
    pub(crate) fn whole_recipe(&self) -> String {
        format!("{}\n{}", self.recipe, analysis::recipe())
    }
}
