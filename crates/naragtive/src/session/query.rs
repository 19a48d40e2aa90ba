use std::num::NonZeroUsize;

use naragtive_scene::{Filter, SceneId};

use crate::Error;

pub use naragtive_index::Mode;

/// How many hits a search has where nobody says.
pub(crate) const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(10).unwrap();

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

    /// The query for what was typed: words, or the id of a scene that others are to be like. By which mode goes where one was
    /// named; scenes are like each other in meaning only.
    ///
    /// # Errors
    /// When there is nothing to search for, or a mode by words was named for scenes like another one.
    pub fn asked(text: Option<&str>, like: Option<&str>, mode: Option<Mode>) -> Result<Self, Error> {
        match (like, mode) {
            (Some(_), Some(mode @ (Mode::Hybrid | Mode::Keyword))) => {
                return Err(Error::LikeByWords { mode });
            }
            (None, _) if !text.is_some_and(has_words) => {
                let is_empty = text.is_none_or(|text| text.trim().is_empty());
                return Err(Error::NothingToSearch { is_empty });
            }
            _ => {}
        }
        let query = Self::new(text.unwrap_or_default(), DEFAULT_LIMIT.get());
        Ok(Self { like: like.map(SceneId::new), mode: mode.unwrap_or(Mode::Hybrid), ..query })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_one_question() {
        let (words, like) = (Some("the lamp"), Some("scene_1"));
        for (text, like, mode, expected) in [
            (words, None, None, Ok((None, Mode::Hybrid))),
            (words, None, Some(Mode::Keyword), Ok((None, Mode::Keyword))),
            (None, like, None, Ok((like, Mode::Hybrid))),
            (None, like, Some(Mode::Semantic), Ok((like, Mode::Semantic))),
            (None, like, Some(Mode::Keyword), Err("not by words: `--mode keyword`")),
            (None, like, Some(Mode::Hybrid), Err("not by words: `--mode hybrid`")),
            (None, None, None, Err("is empty")),
            (Some("  "), None, None, Err("is empty")),
            (Some(" \t"), None, None, Err("is empty")),
            (Some("?!"), None, None, Err("has no word in it")),
            (Some("\u{200b}"), None, None, Err("has no word in it")),
            (Some("\"\""), None, None, Err("has no word in it")),
            (Some("-"), None, None, Err("has no word in it")),
            (Some("***"), None, None, Err("has no word in it")),
        ] {
            match (Query::asked(text, like, mode), expected) {
                (Ok(query), Ok((like, mode))) => {
                    assert_eq!((query.like.as_ref().map(SceneId::as_str), query.mode), (like, mode));
                }
                (Err(error), Err(part)) => assert!(error.to_string().ends_with(part), "{error}"),
                (found, expected) => panic!("{text:?} {like:?} {mode:?}: {found:?}, not {expected:?}"),
            }
        }
    }
}
