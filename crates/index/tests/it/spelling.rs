//! The word that is meant by one that no row has is the one that a comparison with all words finds.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use naragtive_index::*;
use proptest::prelude::*;

use crate::story::{Scene, in_segments, memory};

fn scene(words: &[String]) -> Scene {
    let (group, passages, windows) = Default::default();
    Scene { text: words.join(" "), name: "", group, day: None, passages, windows }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What `typed` stands for among words that were met so often.
fn meant(typed: &str, met: &BTreeMap<String, usize>) -> String {
    let most = match typed.chars().count() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    let near = met.iter().filter_map(|(word, times)| {
        let edits = strsim::osa_distance(typed, word);
        let place = (edits, word.chars().next() != typed.chars().next(), Reverse(*times), word);
        (edits <= most).then_some(place)
    });
    if met.contains_key(typed) || most == 0 {
        return typed.to_owned();
    }
    near.min().map_or_else(|| typed.to_owned(), |(.., word)| word.clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    // Words of consonants have no endings that a stemmer would take off.
    #[test]
    fn a_word_that_no_row_has_stands_for_the_nearest_of_all(
        texts in prop::collection::vec(prop::collection::vec("[bkmжλ]{3,10}", 1..12), 1..12),
        typed in prop::collection::vec("[bkmжλ]{3,10}", 1..6),
        cut in 0usize..12,
    ) {
        let scenes: Vec<Scene> = texts.iter().map(|words| scene(words)).collect();
        let mut met = BTreeMap::new();
        texts.iter().flatten().for_each(|word| *met.entry(word.clone()).or_insert(0) += 1);
        let expected: Vec<String> = typed.iter().map(|typed| meant(typed, &met)).collect();
        let query = typed.join(" ");
        let whole = memory(&scenes);
        let asked = whole.ask(&query, false).unwrap();
        prop_assert_eq!(asked.text(), expected.join(" "));
        for respelt in asked.respelt() {
            prop_assert_eq!(&meant(&respelt.typed, &met), &respelt.meant);
        }
        // Halves answer as the whole: segments of one index, and indexes of several stores.
        let (first, second) = scenes.split_at(cut.min(scenes.len()));
        for halves in [in_segments(&scenes, cut), Index::together(vec![memory(first), memory(second)]).unwrap()] {
            prop_assert_eq!(&halves.ask(&query, false).unwrap(), &asked);
        }
        // So do stores whose vectors can't be compared.
        let apart = [memory(first), memory(second)];
        prop_assert_eq!(&ask(&[&apart[0], &apart[1]], &query, false, &|_| false).unwrap(), &asked);
    }
}

#[test]
fn what_is_meant_finds_what_the_right_word_finds() {
    let texts = [&["the", "keeper", "of", "the", "lighthouse"][..], &["a", "lantern"], &["keepers", "sleep"]];
    let scenes: Vec<Scene> = texts.iter().map(|words| scene(&owned(words))).collect();
    let index = memory(&scenes);
    let found = |words: &str, as_typed: bool| {
        let words = index.ask(words, as_typed).unwrap();
        let query = IndexQuery { words: &words, vector: None, ..crate::story::query(&[], "", Mode::Keyword) };
        index.search(&query).unwrap().into_iter().map(|hit| hit.row).collect::<Vec<_>>()
    };
    for (typed, meant) in [("lihgthouse", "lighthouse"), ("keepr", "keeper"), ("the latern", "the lantern")] {
        assert_eq!(found(typed, false), found(meant, true), "{typed}");
        assert!(!found(typed, false).is_empty() && found(typed, true).is_empty(), "{typed}");
    }
}
