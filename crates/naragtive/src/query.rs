use naragtive_scene::{Filter, SceneId};

pub use naragtive_index::Mode;

/// What is searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The question or description, as typed.
    pub text: String,
    /// The scene that scenes like it are looked for, by meaning alone; then `text` isn't read.
    pub like: Option<SceneId>,
    /// How many hits at most.
    pub limit: usize,
    /// What makes a scene a hit.
    pub mode: Mode,
    /// What meaning counts for beside words in hybrid mode, in 0..=1; none for what is best with the store's model.
    pub meaning: Option<f32>,
    /// Which scenes may be hits at all.
    pub filter: Filter,
    /// Hits that score less are left out; 0 leaves out none.
    pub min_score: f32,
    /// Whether each hit says which of its passages answer best; a reranker reads those of a long scene.
    pub passages: bool,
    /// How many scenes before and after each hit come with it.
    pub context: usize,
    /// Whether every word is searched as it is typed; else one that no scene has stands for the nearest one that some has.
    pub as_typed: bool,
    /// Whether the answer is spread over many sessions: what the rest of its session says counts for nothing then.
    pub spread: bool,
    /// Whether each hit says why it was found, which costs about a second search.
    pub explain: bool,
}

impl Query {
    /// A query with nothing special about it.
    pub fn new(text: impl Into<String>, limit: usize) -> Self {
        Self {
            text: text.into(),
            like: None,
            limit,
            mode: Mode::Hybrid,
            meaning: None,
            filter: Filter::default(),
            min_score: 0.0,
            passages: false,
            context: 0,
            as_typed: false,
            spread: false,
            explain: false,
        }
    }

    /// What decides the order: of scenes like another one, their meaning.
    pub(crate) fn mode(&self) -> Mode {
        if self.like.is_some() { Mode::Semantic } else { self.mode }
    }
}

/// Whether there is anything in a text that can be searched for: a word, or a picture.
pub fn has_words(text: &str) -> bool {
    naragtive_text::tokens(text).next().is_some()
}

/// The name of a mode in arguments and output.
pub(crate) fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Hybrid => "hybrid",
        Mode::Semantic => "semantic",
        Mode::Keyword => "keyword",
    }
}
