use std::ops::Range;

use crate::Language;

/// How text becomes terms.
#[derive(Debug, Clone)]
pub struct Analyzer {
    language: Language,
}

/// A term of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What is compared.
    pub text: String,
    /// The word's place in the text, from 0. A word with hyphens and its first part share a place.
    pub position: u32,
    /// The bytes of the text that it stands for.
    pub range: Range<usize>,
}

impl Analyzer {
    /// The terms of `language`.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language given.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The terms of `text` in order.
    pub fn terms(&self, text: &str) -> impl Iterator<Item = Term> {
        let _ = text;
        std::iter::empty()
    }
}
