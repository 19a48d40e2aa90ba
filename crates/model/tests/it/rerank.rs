//! Cross-encoders against the logits of `transformers`, made by tools/make-tiny-rerankers.py.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use naragtive_model::{Embedded, Flow, Isa, Options, Precision, Reranker};
use serde::Deserialize;

use crate::made::one_thread;

const MODELS: [&str; 3] = ["tiny-cross-bert", "tiny-cross-bert-shards", "tiny-cross-xlmr"];

#[derive(Deserialize)]
struct Row {
    query: String,
    text: String,
    ids: Vec<u32>,
    logit: f32,
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn golden(name: &str) -> Vec<Row> {
    let lines = std::fs::read_to_string(fixture(name).join("golden.jsonl")).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn reranker(name: &str, isa: Isa, precision: Precision, threads: usize) -> Reranker {
    let threads = NonZeroUsize::new(threads).unwrap();
    Reranker::open(&fixture(name), Options { isa, precision, ..Options::new(threads) }).unwrap()
}

/// The rows of each query in turn, and the scores of their texts, computed together.
fn scored<'a>(reranker: &Reranker, golden: &'a [Row]) -> Vec<(&'a Row, f32)> {
    let groups = golden.chunk_by(|one, next| one.query == next.query);
    let scored = groups.flat_map(|rows| {
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        rows.iter().zip(reranker.score(&rows[0].query, &texts))
    });
    scored.collect()
}

fn largest_difference(reranker: &Reranker, golden: &[Row]) -> f32 {
    let differences = scored(reranker, golden).into_iter().map(|(row, score)| (score - row.logit).abs());
    differences.fold(0.0, f32::max)
}

#[test]
fn every_logit_is_that_of_transformers_with_every_instruction_set() {
    for name in MODELS {
        let golden = golden(name);
        assert!(golden.len() > 40 && golden.iter().any(|row| row.ids.len() == 512));
        for isa in Isa::available() {
            let largest = largest_difference(&reranker(name, isa, Precision::F32, 2), &golden);
            assert!(largest < 1e-5, "{name}, {isa}: off by {largest}");
        }
    }
}

#[test]
fn every_pair_has_the_tokens_of_transformers() {
    for name in MODELS {
        let reranker = reranker(name, Isa::best(), Precision::F32, 1);
        for row in golden(name) {
            let mut tokens = 0;
            let count = |done: Embedded| {
                tokens = done.tokens;
                Flow::Continue
            };
            reranker.score_with(&row.query, &[&row.text], count).unwrap();
            assert_eq!(tokens, row.ids.len(), "{name}: {} {}", row.query, row.text);
        }
    }
}

#[test]
fn few_bits_change_logits_by_little_of_what_lies_between_them() {
    for name in MODELS {
        let golden = golden(name);
        let logits = || golden.iter().map(|row| row.logit);
        let range = logits().fold(f32::MIN, f32::max) - logits().fold(f32::MAX, f32::min);
        for isa in Isa::available() {
            for (precision, most) in [(Precision::Bf16, 0.01), (Precision::Int8, 0.08)] {
                let largest = largest_difference(&reranker(name, isa, precision, 2), &golden) / range;
                assert!(largest < most, "{name}, {isa}, {precision}: off by {largest} of {range}");
            }
        }
    }
}

#[test]
fn a_text_has_one_score_whatever_its_neighbours_and_the_threads() {
    let golden = golden("tiny-cross-bert");
    let query = "Who lied to the harbour master?";
    let texts: Vec<&str> = golden.iter().map(|row| row.text.as_str()).collect();
    let reversed: Vec<&str> = texts.iter().rev().copied().collect();
    for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
        let [one, three] = [1, 3].map(|threads| reranker("tiny-cross-bert", Isa::best(), precision, threads));
        let scores = one.score(query, &texts);
        assert_eq!(three.score(query, &texts), scores, "{precision}");
        let again: Vec<f32> = three.score(query, &reversed).into_iter().rev().collect();
        assert_eq!(again, scores, "{precision}");
        for (text, score) in texts.iter().zip(&scores) {
            assert_eq!(one.score(query, &[text]), [*score], "{precision}: {text}");
        }
    }
}

#[test]
fn progress_counts_every_text_and_can_stop_the_work() {
    let reranker = reranker("tiny-cross-xlmr", Isa::best(), Precision::Auto, 2);
    let texts = vec!["The ferry came in under fog so thick that the bell buoy was lost."; 60];
    let mut seen = Vec::new();
    let scores = reranker.score_with("Who lied?", &texts, |done| {
        seen.push(done);
        Flow::Continue
    });
    assert_eq!(scores.unwrap().len(), 60);
    let last = seen.last().unwrap();
    assert!(seen.len() > 1 && last.texts == 60 && last.tokens == last.tokens_total, "{seen:?}");
    assert!(reranker.score_with("Who lied?", &texts, |_| Flow::Stop).is_err());
    assert!(reranker.score("Who lied?", &[]).is_empty());
}

#[test]
fn a_reranker_says_what_it_is_and_how_it_computes() {
    let open = |name, isa, precision| {
        Reranker::open(&fixture(name), Options { isa, precision, ..one_thread() }).unwrap()
    };
    let plain = open("tiny-cross-bert", Isa::Scalar, Precision::Auto);
    assert_eq!((plain.isa(), plain.precision(), plain.max_tokens()), (Isa::Scalar, Precision::F32, 512));
    // As `num_parameters()` of transformers says.
    assert_eq!(plain.parameters(), 50_209);
    let [f32, int8] =
        [Precision::F32, Precision::Int8].map(|precision| open("tiny-cross-xlmr", Isa::Scalar, precision));
    assert_eq!((f32.parameters(), f32.max_tokens()), (42_593, 512));
    assert!(f32.memory_bytes() > int8.memory_bytes());
}
