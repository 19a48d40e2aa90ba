use crate::{Bits, Features, WordQuery};

/// What decides the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Meaning and words together, in the light of the neighbouring rows.
    Hybrid,
    /// Only the vectors.
    Semantic,
    /// Only the words.
    Keyword,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hybrid, Self::Semantic, Self::Keyword];

    /// The mode in one word, as in arguments and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Semantic => "semantic",
            Self::Keyword => "keyword",
        }
    }
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct IndexQuery<'a> {
    /// The vector of what is looked for.
    pub vector: Option<&'a [f32]>,
    /// The words, as [`crate::Index::ask`] understands them. Not read where `mode` is semantic.
    pub words: &'a WordQuery,
    /// Without a vector, hybrid is keyword; without words, hybrid is semantic.
    pub mode: Mode,
    /// Hybrid: what meaning counts for in a row's own worth, in 0..=1; words count for the rest.
    pub meaning: f32,
    /// How many rows at most.
    pub limit: usize,
    /// The rows that may be found; all of them if none.
    pub keep: Option<&'a Bits>,
    /// Computes every cosine from the exact vectors: slower, and the order is that of a full sort.
    pub exact: bool,
    /// Leaves out what the rest of a row's session is worth, for questions whose answers are spread over many sessions.
    pub spread: bool,
    /// The day that words like "yesterday" are counted from, itself counted from 1970-01-01; none for the last day of all
    /// rows.
    pub now: Option<i32>,
}

/// A passage whose vector is in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageRef {
    /// One of the row's own passages, counted from 0.
    Own(usize),
    /// One of the row's windows, counted from 0.
    Window(usize),
}

/// A row that was found, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowHit {
    /// The row, from 0.
    pub row: usize,
    /// Hybrid and semantic: 0..=1. Keyword: BM25, above 0.
    pub score: f32,
    /// The cosine to the row: its best passage's, averaged with its best window's if it has windows. None where the
    /// query or the row has no vector.
    pub dense: Option<f32>,
    /// BM25. None in semantic mode.
    pub lexical: Option<f32>,
    /// The passage or window nearest to the query's vector.
    pub passage: Option<PassageRef>,
    /// What neighbouring rows lent to `score`; 0 but in hybrid mode.
    pub neighbour: f32,
    /// What speaks for the row by itself; nothing where only words were asked for, or what is like another row.
    pub features: Features,
}
