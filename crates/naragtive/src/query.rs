use naragtive_scene::Filter;

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The question or description, as typed.
    pub text: String,
    /// How many hits at most.
    pub limit: usize,
    /// Which scenes may be hits at all.
    pub filter: Filter,
}

/// What makes a scene a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nearness in meaning: the cosine of the embeddings.
    Semantic,
}

impl Mode {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Semantic => "semantic",
        }
    }
}
