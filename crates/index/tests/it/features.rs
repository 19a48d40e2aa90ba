//! What words say of a row by themselves.

use naragtive_index::*;

use crate::story::{DIMENSION, Scene, memory, query};

fn scene(text: &str) -> Scene {
    let (group, windows) = Default::default();
    Scene { text: text.to_owned(), name: "", group, day: None, passages: vec![vec![0.5; DIMENSION]], windows }
}

/// What words say of each row, for this query.
fn words(texts: &[&str], asked: &str) -> Vec<WordFeatures> {
    let scenes: Vec<Scene> = texts.iter().map(|text| scene(text)).collect();
    let mut found = memory(&scenes).search(&query(&[1.0; DIMENSION], asked, Mode::Hybrid)).unwrap();
    found.sort_by_key(|hit| hit.row);
    found.iter().map(|hit| hit.features.words.unwrap()).collect()
}

const TEXTS: [&str; 3] = [
    "The lantern swings at the harbour.",
    "A sword for the queen.",
    "Of the north and of the castle she sings.",
];

#[test]
fn a_row_that_holds_what_begins_as_asked_is_as_good_as_one_that_holds_the_word() {
    let (whole, begun) = (words(&TEXTS, "harbour"), words(&TEXTS, "harbo*"));
    assert_eq!(whole[0], begun[0]);
    assert!(begun[0].own > 0.5, "{begun:?}");
    assert_eq!(begun[1].own, 0.0);
    let both = words(&TEXTS, "lantern harbo*")[0];
    assert!((0.5..1.5).contains(&both.own), "{both:?}");
}

#[test]
fn words_that_only_join_others_speak_for_no_row_unless_they_are_quoted() {
    let nothing = WordFeatures { own: 0.0, around: 0.0 };
    for asked in ["the of and", "where was she", "the"] {
        assert!(words(&TEXTS, asked).iter().all(|words| *words == nothing), "{asked}");
    }
    let quoted = words(&TEXTS, "\"of the north and of the\"");
    assert!(quoted.iter().any(|words| words.own > 0.0), "{quoted:?}");
    assert!(words(&TEXTS, "the queen")[1].own > 0.5);
}
