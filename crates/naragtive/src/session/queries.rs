use std::path::Path;

use crate::progress::Watch;
use crate::{Error, Hits, Query, Session, has_words, read_text};

/// The queries of a file, or of standard input: every line that isn't blank, in order.
///
/// # Errors
/// When it can't be read, is no text or holds no query.
pub fn read_queries(path: &Path) -> Result<Vec<String>, Error> {
    let queries = queries(&read_text(path)?);
    if queries.is_empty() { Err(Error::NoQueries { path: path.to_owned() }) } else { Ok(queries) }
}

/// Files that were put one behind the other may have the mark that is before the first line before any.
fn queries(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    lines.filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// What one query of many found.
#[derive(Debug)]
pub struct AnsweredQuery {
    /// What it found; nothing where it has no word.
    pub hits: Hits,
    /// Whether there is a word in it.
    pub has_words: bool,
    /// Whether the reranker failed at it, and isn't asked for those that follow.
    pub lost_reranker: bool,
}

impl Session {
    /// What the next of many queries finds. One without a word finds nothing, and ends none of the others; a reranker that
    /// fails isn't asked again, as nobody can start it meanwhile.
    ///
    /// # Errors
    /// As [`Session::search_watched`].
    pub fn search_next(&mut self, query: &Query, watch: &mut Watch<'_>) -> Result<AnsweredQuery, Error> {
        let mut hits = self.search_watched(query, watch)?;
        let has_words = has_words(&query.text);
        if !has_words {
            hits.hits.clear();
        }
        let lost_reranker = self.drop_failed_reranker(&hits);
        Ok(AnsweredQuery { hits, has_words, lost_reranker })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_not_blank_is_a_query() {
        for (text, expected) in [
            ("", &[][..]),
            ("\n \r\n\u{feff}\n", &[]),
            ("one\ntwo", &["one", "two"]),
            ("\u{feff}one\r\n\n  two \n\u{feff}three\n", &["one", "  two ", "three"]),
            ("?!\n", &["?!"]),
        ] {
            assert_eq!(queries(text), expected, "{text:?}");
        }
    }
}
