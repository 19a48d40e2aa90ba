//! Cross-encoders against the logits of `transformers`, made by tools/make-tiny-rerankers.py.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive_model::{CrossEncoder, Embedder, Flow, Isa, ModelOptions, Precision, Progress};
use serde::Deserialize;

use crate::made::{Made, one_thread};

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

fn reranker(name: &str, isa: Isa, precision: Precision, threads: usize) -> CrossEncoder {
    let threads = NonZeroUsize::new(threads).unwrap();
    CrossEncoder::open(&fixture(name), ModelOptions { isa, precision, ..ModelOptions::new(threads) }).unwrap()
}

/// The rows of each query in turn, and the scores of their texts, computed together.
fn scored<'a>(reranker: &CrossEncoder, golden: &'a [Row]) -> Vec<(&'a Row, f32)> {
    let groups = golden.chunk_by(|one, next| one.query == next.query);
    let scored = groups.flat_map(|rows| {
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        rows.iter().zip(reranker.score(&rows[0].query, &texts))
    });
    scored.collect()
}

fn largest_difference(reranker: &CrossEncoder, golden: &[Row]) -> f32 {
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
            let count = |done: Progress| {
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
            for precision in [Precision::Bf16, Precision::Int16, Precision::Int8] {
                let reranker = reranker(name, isa, precision, 2);
                let precision = reranker.precision();
                let most = match precision {
                    Precision::Int8 => 0.08,
                    Precision::Bf16 => 0.025,
                    _ => 0.005,
                };
                let largest = largest_difference(&reranker, &golden) / range;
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
    for precision in [Precision::F32, Precision::Bf16, Precision::Int16, Precision::Int8] {
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
        CrossEncoder::open(&fixture(name), ModelOptions { isa, precision, ..one_thread() }).unwrap()
    };
    let plain = open("tiny-cross-bert", Isa::Scalar, Precision::Auto);
    assert_eq!((plain.isa(), plain.precision(), plain.max_tokens()), (Isa::Scalar, Precision::F32, 512));
    // As `num_parameters()` of transformers says.
    assert_eq!(plain.parameters(), 50_209);
    let [f32, few] =
        [Precision::F32, Precision::Int8].map(|precision| open("tiny-cross-xlmr", Isa::best(), precision));
    assert_eq!((f32.parameters(), f32.max_tokens()), (42_625, 512));
    assert!(few.precision() == Precision::F32 || f32.memory_bytes() > few.memory_bytes());
}

#[test]
fn one_of_the_two_files_of_tokens_is_enough() {
    let golden = golden("tiny-cross-bert");
    let expected = reranker("tiny-cross-bert", Isa::best(), Precision::F32, 2);
    let expected: Vec<f32> = scored(&expected, &golden).into_iter().map(|(_, score)| score).collect();
    for left_out in ["vocab.txt", "tokenizer.json", "tokenizer_config.json"] {
        let folder = tempfile::TempDir::new().unwrap();
        for file in std::fs::read_dir(fixture("tiny-cross-bert")).unwrap() {
            let file = file.unwrap();
            if file.file_name() != left_out {
                std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
            }
        }
        let options = ModelOptions { precision: Precision::F32, ..one_thread() };
        let reranker = CrossEncoder::open(folder.path(), options).unwrap();
        let found: Vec<f32> = scored(&reranker, &golden).into_iter().map(|(_, score)| score).collect();
        assert_eq!(found, expected, "without {left_out}");
    }
}

#[test]
fn a_second_opening_takes_what_the_first_one_kept_and_nothing_of_another_model() {
    let cache = tempfile::TempDir::new().unwrap();
    for (number, name) in MODELS.into_iter().enumerate() {
        let golden = golden(name);
        for _ in 0..2 {
            let cache = Some(cache.path().to_owned());
            let options = ModelOptions { precision: Precision::F32, cache, ..one_thread() };
            let reranker = CrossEncoder::open(&fixture(name), options).unwrap();
            assert!(largest_difference(&reranker, &golden) < 1e-5, "{name}");
        }
        assert_eq!(kept(cache.path()), number + 1);
    }
}

/// How many forms are kept; beside each lies a note of when it was used.
fn kept(cache: &Path) -> usize {
    let files = std::fs::read_dir(cache).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "bin")).count()
}

#[test]
fn a_folder_opened_both_ways_has_a_kept_form_for_each() {
    let (folder, cache) = (tempfile::TempDir::new().unwrap(), tempfile::TempDir::new().unwrap());
    Made::classifier(48, 4, 80).write(folder.path());
    let options = || ModelOptions { cache: Some(cache.path().to_owned()), ..one_thread() };
    for _ in 0..2 {
        let vector = Embedder::open(folder.path(), options()).unwrap().embed_one("the old ferry");
        assert_eq!(vector.len(), 48);
        let scores =
            CrossEncoder::open(folder.path(), options()).unwrap().score("who?", &["the old ferry", "a king"]);
        assert_ne!(scores[0], scores[1]);
    }
    assert_eq!(kept(cache.path()), 2);
}
