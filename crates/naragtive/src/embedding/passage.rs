//! Where a scene's text is cut into passages, and what a short scene is read together with.
//!
//! A sentence encoder says one thing about a text, so a long scene is embedded in pieces. A passage ends at the
//! last sentence end that fits; the next one begins at a sentence start so that about [`OVERLAP`] tokens stand in
//! both, for what lies across the cut. The sizes were chosen on the judged queries of three development sets.

use std::ops::Range;

use naragtive_store::Span;
use naragtive_text::{clauses_within, ends_sentence};

/// How many tokens a passage has at most.
const SIZE: usize = 64;
/// How many passages a text has at most, about the first 800 kB of it. A scene that is longer is an accident of its
/// export; it is stored and found by its words whole, but nobody waits for hours until each page of it is embedded.
pub(crate) const MOST: usize = 4096;
/// About how many tokens neighbouring passages share.
const OVERLAP: usize = 16;

/// A word of the text: bytes, and what matters for cutting.
struct Word {
    start: usize,
    end: usize,
    tokens: usize,
    ends_sentence: bool,
}

/// The passages of `text`, in bytes, in order; together they hold every word, of a text with more than [`MOST`] every word
/// up to there. A text without words has none.
///
/// `tokens` counts the tokens of a word.
pub(crate) fn split(text: &str, tokens: impl Fn(&str) -> usize) -> Vec<Range<usize>> {
    let words = words(text, tokens);
    let mut passages = Vec::new();
    let mut first = 0;
    while first < words.len() && passages.len() < MOST {
        let end = passage_end(&words, first);
        passages.push(words[first].start..words[end - 1].end);
        if end == words.len() {
            break;
        }
        first = next_start(&words, first, end);
    }
    passages
}

/// Behind the last word of the passage that begins with `first`: the last sentence end that leaves it at least half
/// full, else as many words as fit, at least one.
fn passage_end(words: &[Word], first: usize) -> usize {
    let (mut end, mut size, mut sentence) = (first, 0, None);
    while end < words.len() && (end == first || size + words[end].tokens <= SIZE) {
        size += words[end].tokens;
        end += 1;
        if words[end - 1].ends_sentence && size * 2 >= SIZE {
            sentence = Some(end);
        }
    }
    if end == words.len() { end } else { sentence.unwrap_or(end) }
}

/// The first word of the passage after `first..end`: the earliest sentence start within the overlap, else the
/// earliest word within it.
fn next_start(words: &[Word], first: usize, end: usize) -> usize {
    let (mut start, mut shared, mut sentence) = (end, 0, None);
    while start > first + 1 && shared + words[start - 1].tokens <= OVERLAP {
        start -= 1;
        shared += words[start].tokens;
        if words[start - 1].ends_sentence {
            sentence = Some(start);
        }
    }
    sentence.unwrap_or(start)
}

fn words(text: &str, tokens: impl Fn(&str) -> usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    // No passage has more words than tokens, but for one whose words have none.
    for word in text.split_whitespace().flat_map(clauses_within).take(MOST * SIZE) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let line_break = |last: &Word| text[last.end..start].contains('\n');
        if let Some(last) = words.last_mut() {
            last.ends_sentence |= line_break(last);
        }
        let ends_sentence = ends_sentence(word);
        words.push(Word { start, end: start + word.len(), tokens: tokens(word), ends_sentence });
    }
    words
}

/// Whether all of `inner` is in `outer`.
pub(crate) fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether `passages` end before the text does.
pub(crate) fn is_cut(text: &str, passages: &[Range<usize>]) -> bool {
    passages.last().is_some_and(|last| last.end < text.trim_end().len())
}

/// Bytes to characters; no passage begins before the one before it.
pub(crate) fn spans(text: &str, passages: &[Range<usize>]) -> Vec<Span> {
    let (mut byte, mut start) = (0, 0);
    let spans = passages.iter().map(|bytes| {
        start += text[byte..bytes.start].chars().count();
        byte = bytes.start;
        Span { start, end: start + text[bytes.clone()].chars().count() }
    });
    spans.collect()
}

/// Characters to bytes; a span of another text is cut to this one.
pub(crate) fn bytes(text: &str, span: Span) -> Range<usize> {
    let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = places.nth(span.start).unwrap_or(text.len());
    let length = span.end.saturating_sub(span.start);
    let end = if length == 0 { start } else { places.nth(length - 1).unwrap_or(text.len()) };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text, |_| 8).into_iter().map(|bytes| &text[bytes]).collect()
    }

    #[test]
    fn passages_end_at_sentences_and_overlap_by_whole_sentences() {
        for (text, expected) in [
            ("", vec![]),
            (" \n ", vec![]),
            ("One two.", vec!["One two."]),
            ("a b c d e f g h", vec!["a b c d e f g h"]),
            ("a b c d. e f. g h i j", vec!["a b c d. e f.", "e f. g h i j"]),
            ("a b c d e f g h i j", vec!["a b c d e f g h", "g h i j"]),
            ("a. b c d e f g h i j", vec!["a. b c d e f g h", "g h i j"]),
            ("a b c d\n\ne f g h i", vec!["a b c d", "c d\n\ne f g h i"]),
            ("甲。乙、丙丁。戊。己、庚。辛。壬癸。", vec!["甲。乙、丙丁。戊。己、庚。辛。壬癸。"]),
            (
                "甲。乙、丙丁。戊。己、庚。辛。壬癸。子。",
                vec!["甲。乙、丙丁。戊。己、庚。辛。壬癸。", "辛。壬癸。子。"],
            ),
            ("a b c d e \"f!\" g h i", vec!["a b c d e \"f!\"", "e \"f!\" g h i"]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn a_word_longer_than_a_passage_is_one() {
        let long = split("a bb c", |word| if word == "bb" { 1000 } else { 8 });
        assert_eq!(long, [0..1, 2..4, 5..6]);
    }

    #[test]
    fn a_text_of_any_length_has_so_many_passages_and_says_that_there_is_more() {
        for (words, passages, cut) in
            [(8, 1, false), (8 + 6 * (MOST - 1), MOST, false), (9 + 6 * (MOST - 1), MOST, true)]
        {
            let text = format!("{}\n", "word ".repeat(words));
            let found = split(&text, |_| 8);
            assert_eq!((found.len(), is_cut(&text, &found)), (passages, cut), "{words}");
        }
        assert_eq!(split(&"word ".repeat(MOST * SIZE * 2), |_| 0).len(), 1);
        assert!(!is_cut(" \n", &[]));
    }

    #[test]
    fn spans_count_characters_and_come_back_as_bytes() {
        let text = "é — so 🤔 x";
        let passages = [0..0, 0..2, 0..text.len(), 3..6, 7..14];
        let found = spans(text, &passages);
        assert_eq!((found[1].end, found[2].end), (1, 10));
        let back: Vec<_> = found.into_iter().map(|span| bytes(text, span)).collect();
        assert_eq!(back, passages);
    }
}
