//! The real model against the embeddings of the Python tool.

use std::num::NonZeroUsize;

use naragtive_model::{Embedder, Flow, Isa, ModelOptions, Precision, Progress};
use naragtive_testkit::{real_model, shared};
use serde_json::Value;

fn embedder(isa: Isa, precision: Precision, threads: usize) -> Embedder {
    let threads = NonZeroUsize::new(threads).unwrap();
    Embedder::open(real_model(), ModelOptions { isa, precision, ..ModelOptions::new(threads) }).unwrap()
}

fn best(precision: Precision, threads: usize) -> Embedder {
    embedder(Isa::best(), precision, threads)
}

/// Text and embedding of every golden row.
fn golden() -> Vec<(String, Vec<f32>)> {
    let files = ["chat-messages", "llama-conversation", "neptune-chapter"];
    let lines: Vec<String> = files
        .iter()
        .map(|file| std::fs::read_to_string(shared(&format!("golden/expected.{file}.jsonl"))).unwrap())
        .collect();
    let rows = lines.iter().flat_map(|text| text.lines()).map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        let embedding = row["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32);
        (row["text"].as_str().unwrap().to_owned(), embedding.collect())
    });
    rows.collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn every_golden_row_is_met_with_every_instruction_set() {
    let golden = golden();
    assert!(golden.len() > 15);
    let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
    for isa in Isa::available() {
        let vectors = embedder(isa, Precision::F32, 2).embed(&texts);
        for ((text, expected), vector) in golden.iter().zip(vectors.chunks_exact(384)) {
            let largest = vector.iter().zip(expected).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(cosine(vector, expected) >= 0.9999, "{isa}: {text}");
            assert!(largest < 2e-6, "{isa}: off by {largest}: {text}");
        }
    }
}

#[test]
fn few_bits_stay_near_the_golden_rows_with_every_instruction_set() {
    let golden = golden();
    for precision in [Precision::Bf16, Precision::Int16, Precision::Int8] {
        for isa in Isa::available() {
            // The plain loops are what the others are held against elsewhere, and take ten times as long.
            let step = if isa == Isa::Scalar { 4 } else { 1 };
            let golden: Vec<_> = golden.iter().step_by(step).collect();
            let texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
            let embedder = embedder(isa, precision, 2);
            let least = match (embedder.precision(), isa) {
                (Precision::Int8, Isa::Amx) => 0.995,
                // The empty text; without it, 0.996.
                (Precision::Int8, _) => 0.991,
                (Precision::Int16, _) => 0.999_99,
                _ => 0.9999,
            };
            let vectors = embedder.embed(&texts);
            for ((text, expected), vector) in golden.iter().zip(vectors.chunks_exact(384)) {
                let cosine = cosine(vector, expected);
                assert!(cosine >= least, "{isa}, {precision}: {cosine}: {text}");
            }
        }
    }
}

/// A hundred-and-twenty-eighth of the development data: the same texts every time, from all three sets.
fn development_texts() -> Vec<String> {
    let scenes = ["crd3", "fairytaleqa", "locomo"].into_iter().flat_map(|set| {
        let scenes = std::fs::read(shared(&format!("data/{set}/scenes.json"))).unwrap();
        serde_json::from_slice::<Vec<Value>>(&scenes).unwrap()
    });
    scenes.step_by(128).map(|scene| scene["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_auto_chooses_is_near_f32_on_the_development_texts() {
    let mut texts = development_texts();
    texts.extend(golden().into_iter().map(|(text, _)| text));
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let exact = best(Precision::F32, 2).embed(&texts);
    // One that computes in f32 is near itself.
    let sets = Isa::available().into_iter().map(|isa| embedder(isa, Precision::Auto, 2));
    for auto in sets.filter(|auto| auto.precision() != Precision::F32) {
        assert!(matches!(auto.precision(), Precision::Bf16 | Precision::Int16));
        let vectors = auto.embed(&texts);
        for ((text, auto), exact) in texts.iter().zip(vectors.chunks_exact(384)).zip(exact.chunks_exact(384))
        {
            assert!(cosine(auto, exact) >= 0.9999, "{}: {text}", cosine(auto, exact));
        }
    }
}

#[test]
fn a_text_has_one_vector_whatever_its_neighbours_and_the_threads() {
    let golden = golden();
    let texts: Vec<&str> = golden.iter().step_by(3).map(|(text, _)| text.as_str()).collect();
    assert!(texts.len() > 5);
    let reversed: Vec<&str> = texts.iter().rev().copied().collect();
    for precision in [Precision::F32, Precision::Bf16, Precision::Int16, Precision::Int8] {
        let (one, two) = (best(precision, 1), best(precision, 2));
        let first = one.embed(&texts);
        assert_eq!(two.embed(&texts), first, "{precision}");
        for (text, vector) in texts.iter().zip(first.chunks_exact(384)) {
            assert_eq!(one.embed_one(text), vector, "{precision}: {text}");
            assert_eq!(two.embed_one(text), vector, "{precision}: {text}");
        }
        let reversed: Vec<f32> = two.embed(&reversed).chunks_exact(384).rev().flatten().copied().collect();
        assert_eq!(reversed, first, "{precision}");
    }
}

#[test]
fn progress_counts_every_text_and_can_stop_the_work() {
    let texts = vec!["The ferry came in under fog so thick that the bell buoy was lost."; 100];
    let embedder = best(Precision::Auto, 2);
    let mut last = None;
    let done = embedder.embed_with(&texts, |done| {
        last = Some(done);
        Flow::Continue
    });
    assert_eq!(done.unwrap().len(), 100 * 384);
    let tokens = 100 * embedder.tokenizer().encode(texts[0]).len();
    assert_eq!(last, Some(Progress { texts: 100, tokens, tokens_total: tokens }));
    assert!(embedder.embed_with(&texts, |_| Flow::Stop).is_err());
}

#[test]
fn no_text_and_empty_text_are_embedded_too() {
    let embedder = best(Precision::Auto, 2);
    assert!(embedder.embed(&[]).is_empty());
    assert_eq!(embedder.embed(&["", " \n"]).len(), 2 * 384);
}
