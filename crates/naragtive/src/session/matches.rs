//! What of a scene's text answers a query: the words that were looked for, and the passage to show.

use std::collections::HashSet;
use std::ops::Range;

use naragtive_index::{Analyzer, PassageRef, RowHit, WordQuery};
use naragtive_store::Span;

use crate::Mode;
use crate::embedding::passage::{bytes, holds, split};

/// About how many bytes a token has, where a text is cut without a tokenizer.
const BYTES_A_TOKEN: usize = 4;

/// The words a query looks for.
pub(crate) struct Matcher<'a> {
    /// None where words don't count.
    words: Option<&'a WordQuery>,
    analyzer: &'a Analyzer,
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(mode: Mode, words: &'a WordQuery, analyzer: &'a Analyzer) -> Self {
        Self { words: (mode != Mode::Semantic).then_some(words), analyzer }
    }

    /// The words of `text` that are looked for, in bytes, in order.
    pub(crate) fn matches(&self, text: &str) -> Vec<Range<usize>> {
        self.words.map(|words| words.marks(text, self.analyzer)).unwrap_or_default()
    }

    /// The passage of `text` to show, in bytes: the one whose vector won, else the one that holds most of the matched
    /// words. None for a message that was found in the light of its neighbours, and where nothing tells passages apart.
    pub(crate) fn passage(
        &self,
        found: &RowHit,
        spans: &[Span],
        text: &str,
        matches: &[Range<usize>],
    ) -> Option<Range<usize>> {
        let own = |number: usize| spans.get(number).map(|span| bytes(text, *span));
        match found.passage {
            Some(PassageRef::Window(_)) => None,
            Some(PassageRef::Own(number)) => own(number).or_else(|| self.by_words(text, spans, matches)),
            None => self.by_words(text, spans, matches),
        }
    }

    /// The passage with most of the different words, the first of several. A text whose store has no passages is cut
    /// anew.
    fn by_words(&self, text: &str, spans: &[Span], matches: &[Range<usize>]) -> Option<Range<usize>> {
        if matches.is_empty() {
            return None;
        }
        let passages: Vec<_> = match spans {
            [] => split(text, |word| word.len().div_ceil(BYTES_A_TOKEN)),
            spans => spans.iter().map(|span| bytes(text, *span)).collect(),
        };
        let different = |passage: &Range<usize>| {
            let inside = matches.iter().filter(|word| holds(passage, word));
            let words = inside.filter_map(|word| text.get(word.clone()));
            words
                .flat_map(|word| self.analyzer.terms(word))
                .map(|term| term.text)
                .collect::<HashSet<_>>()
                .len()
        };
        // The last of the greatest, so the first of all.
        passages.into_iter().rev().max_by_key(different)
    }
}

/// Ranges of bytes that follow each other as ranges of characters (Unicode code points).
pub(crate) fn in_characters(text: &str, ranges: &[Range<usize>]) -> Vec<[usize; 2]> {
    let (mut at, mut characters) = (0, 0);
    let mut count_to = |byte: usize| {
        characters += text.get(at..byte).map_or(0, |between| between.chars().count());
        at = at.max(byte);
        characters
    };
    ranges.iter().map(|range| [count_to(range.start), count_to(range.end)]).collect()
}

#[cfg(test)]
mod tests {
    use naragtive_index::Language;

    use super::*;

    fn found(passage: Option<PassageRef>) -> RowHit {
        RowHit {
            row: 0,
            score: 1.0,
            dense: None,
            lexical: None,
            passage,
            neighbour: 0.0,
            features: Default::default(),
        }
    }

    fn matches(query: &str, mode: Mode, text: &str) -> Vec<Range<usize>> {
        let analyzer = Analyzer::new(Language::ENGLISH);
        Matcher::new(mode, &WordQuery::parse(query, &analyzer), &analyzer).matches(text)
    }

    fn shown<'t>(
        passage: Option<PassageRef>,
        spans: &[Span],
        text: &'t str,
        words: &[Range<usize>],
    ) -> Option<&'t str> {
        let analyzer = Analyzer::new(Language::ENGLISH);
        let none = WordQuery::parse("", &analyzer);
        let matcher = Matcher::new(Mode::Hybrid, &none, &analyzer);
        matcher.passage(&found(passage), spans, text, words).map(|bytes| &text[bytes])
    }

    #[test]
    fn words_are_marked_where_they_count() {
        for (mode, marked) in [(Mode::Hybrid, 1), (Mode::Keyword, 1), (Mode::Semantic, 0)] {
            assert_eq!(matches("lamps", mode, "a lamp").len(), marked, "{mode:?}");
        }
    }

    #[test]
    fn the_passage_that_won_is_shown_else_the_one_with_most_words() {
        let text = "One door. Two doors, a door. A door and a lamp.";
        let spans = [(0, 9), (10, 28), (29, 47)].map(|(start, end)| Span { start, end });
        let words = matches("door lamp", Mode::Hybrid, text);
        for (passage_ref, spans, words, expected) in [
            (Some(PassageRef::Own(1)), &spans[..], &words[..], Some("Two doors, a door.")),
            (Some(PassageRef::Window(0)), &spans, &words, None),
            (None, &spans, &words, Some("A door and a lamp.")),
            (None, &spans, &words[..1], Some("One door.")),
            (None, &spans, &[], None),
            (Some(PassageRef::Own(0)), &[], &words, Some(text)),
            (Some(PassageRef::Own(9)), &spans, &[], None),
        ] {
            assert_eq!(shown(passage_ref, spans, text, words), expected, "{passage_ref:?} {words:?}");
        }
    }

    #[test]
    fn a_long_text_without_passages_is_cut_at_sentences() {
        let text =
            format!("{}The lamp fell. {}", "Nothing happens. ".repeat(60), "Nothing happens. ".repeat(60));
        let words = matches("lamp", Mode::Keyword, &text);
        let shown = shown(None, &[], &text, &words).unwrap();
        assert!(shown.contains("The lamp fell.") && shown.len() < 400 && shown.ends_with('.'), "{shown}");
    }

    #[test]
    fn ranges_are_counted_in_characters() {
        let text = "é 🤔 lamp — lámp";
        let ranges = [0..2, 8..12, 17..22];
        assert_eq!(in_characters(text, &ranges), [[0, 1], [4, 8], [11, 15]]);
        assert_eq!(in_characters("ab", &[1..9, 9..9]), [[1, 1], [1, 1]]);
    }
}
