//! What it costs to find the words that are meant by words that no row has, for bench/respell.
//!
//! `respell WORDS` makes an index of so many different words in memory, in rows of forty, and prints as JSON the milliseconds
//! that a query of one misspelt word took: the first one, which checks what it reads, and a hundred others.

#![allow(clippy::print_stdout, reason = "an example is a program")]

use std::num::NonZeroUsize;
use std::time::Instant;

use naragtive_index::{Builder, Fingerprint, IndexSettings, Language, Row};

const WORDS_A_ROW: usize = 40;
const ASKED: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args().nth(1).ok_or("expected a number of words")?.parse()?;
    let settings = IndexSettings {
        dimension: 1,
        language: Language::ENGLISH,
        recipe: String::new(),
        threads: NonZeroUsize::MIN,
    };
    let mut builder = Builder::in_memory(&settings);
    let words: Vec<String> = (0..count).map(word).collect();
    for row in words.chunks(WORDS_A_ROW) {
        builder.add(&Row { text: &row.join(" "), ..Row::default() })?;
    }
    let index = builder.finish(&Fingerprint([0; 32]))?;
    let (mut times, mut respelt) = (Vec::new(), 0);
    for asked in words.iter().step_by((count / ASKED).max(1)).map(|word| misspelt(word)) {
        let began = Instant::now();
        let query = index.ask(&asked, false)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        respelt += query.respelt().len();
    }
    let (first, others) = times.split_first().ok_or("expected at least one word")?;
    let segments = index.status().segments;
    println!(
        "{{\"words\": {count}, \"segments\": {segments}, \"respelt\": {respelt}, \"first\": {first:.3}, \"others\": {others:.3?}}}"
    );
    Ok(())
}

/// One of many words of three to five syllables, as long as those of most languages.
fn word(number: usize) -> String {
    let mut state = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let letter = |letters: &str, place: u64| letters.chars().nth(place as usize).unwrap_or('x');
    let syllables = 3 + next(3);
    (0..syllables).flat_map(|_| [letter("bcdfghjklmnprstvwz", next(18)), letter("aeiouy", next(6))]).collect()
}

/// The word with two letters in each other's place.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(2, 3);
    letters.into_iter().collect()
}
