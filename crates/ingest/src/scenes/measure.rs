//! What the words of an exchange tell: themes, tone, how engaged and how complex it is.
//!
//! The sums are written in the order in which the Python tool adds, so that the last digit agrees.

use std::collections::HashSet;

use naragtive_scene::Metadata;

use crate::annotate::count;
use crate::lexicon::Present;
use crate::{Lexicon, words};

/// Adds what `text` (question and answer) tells.
pub(super) fn measured(metadata: Metadata, text: &str, lexicon: &Lexicon) -> Metadata {
    let low = words::lowered(text);
    let present = lexicon.present(&low);
    metadata
        .with("themes", themes(&present))
        .with("tone", tone(&present))
        .with("engagement_level", engagement(text))
        .with("complexity", complexity(text, &low))
}

fn themes<'a>(present: &Present<'a>) -> Vec<&'a str> {
    let names: Vec<&str> = present.themes().collect();
    if names.is_empty() { vec!["conversational"] } else { names }
}

/// The tone with most words in the text; the first one on a tie.
fn tone<'a>(present: &Present<'a>) -> &'a str {
    let mut best = ("neutral", 0);
    for (name, words) in present.tones() {
        if words > best.1 {
            best = (name, words);
        }
    }
    best.0
}

/// In [0, 1]: length, questions and exclamations, and quotation marks.
fn engagement(text: &str) -> f64 {
    let length = (words::length(text) as f64 / 1000.0).min(1.0);
    let marks = (0.2 * count(text, '?') as f64 + 0.15 * count(text, '!') as f64).min(1.0);
    let quotes = ((count(text, '"') + count(text, '\'')) as f64 / 10.0).min(1.0);
    (0.3 * length + 0.4 * marks + 0.3 * quotes).min(1.0)
}

/// In [0, 1]: the mean length of words, the mean length of sentences, and how many words are distinct.
fn complexity(text: &str, low: &str) -> f64 {
    let all: Vec<&str> = words::words(text).collect();
    if all.is_empty() {
        return 0.0;
    }
    let number = all.len() as f64;
    let letters = all.iter().map(|word| words::length(word)).sum::<usize>() as f64 / number;
    let sentences: Vec<usize> =
        text.split('.').map(|sentence| words::words(sentence).count()).filter(|length| *length > 0).collect();
    let sentence = sentences.iter().sum::<usize>() as f64 / sentences.len().max(1) as f64;
    let distinct = words::words(low).collect::<HashSet<_>>().len() as f64;
    let variety = (distinct / (0.4 * number)).min(1.0);
    (0.35 * (letters / 5.5).min(1.0) + 0.35 * (sentence / 15.0).min(1.0) + 0.3 * variety).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_measures_nothing() {
        assert_eq!((engagement(""), complexity(" ", " ")), (0.0, 0.0));
    }

    #[test]
    fn the_first_tone_wins_a_tie_and_no_theme_is_conversational() {
        let lexicon = Lexicon::builtin();
        for (low, theme, tone_found) in [
            ("regarding lol", "conversational", "formal"),
            ("regarding lol haha", "conversational", "casual"),
            ("xyz", "conversational", "neutral"),
            ("a story in python", "creative technical", "neutral"),
        ] {
            let present = lexicon.present(low);
            assert_eq!((themes(&present).join(" ").as_str(), tone(&present)), (theme, tone_found));
        }
    }
}
