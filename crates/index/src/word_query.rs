use std::ops::Range;

use crate::Analyzer;

/// The words of a query.
#[derive(Debug, Clone)]
pub struct WordQuery {
    plain: String,
}

impl WordQuery {
    /// Understands any text.
    pub fn parse(text: &str, analyzer: &Analyzer) -> Self {
        let _ = analyzer;
        Self { plain: text.to_owned() }
    }

    /// Whether no row can match: no word is asked for.
    pub fn is_empty(&self) -> bool {
        true
    }

    /// Whether words are asked not to be there.
    pub fn excludes(&self) -> bool {
        false
    }

    /// The query without its syntax and without what it excludes: the text whose meaning is looked for.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The words of `text` that the query asks for, as ranges of bytes, in order and apart.
    pub fn marks(&self, text: &str, analyzer: &Analyzer) -> Vec<Range<usize>> {
        let _ = (text, analyzer);
        Vec::new()
    }
}
