//! The real model against the embeddings of the Python tool.

use std::num::NonZeroUsize;

use naragtive_model::{Embedded, Embedder, Flow, Isa, Options};
use naragtive_testkit::{real_model, shared};
use serde_json::Value;

fn embedder(isa: Isa, threads: usize) -> Embedder {
    let threads = NonZeroUsize::new(threads).unwrap();
    Embedder::open(real_model(), Options { isa, ..Options::new(threads) }).unwrap()
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
        let vectors = embedder(isa, 2).embed(&texts);
        for ((text, expected), vector) in golden.iter().zip(vectors.chunks_exact(384)) {
            let largest = vector.iter().zip(expected).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(cosine(vector, expected) >= 0.9999, "{isa}: {text}");
            assert!(largest < 2e-6, "{isa}: off by {largest}: {text}");
        }
    }
}

#[test]
fn a_text_has_one_vector_whatever_its_neighbours_and_the_threads() {
    let golden = golden();
    let mut texts: Vec<&str> = golden.iter().map(|(text, _)| text.as_str()).collect();
    let (one, two) = (embedder(Isa::best(), 1), embedder(Isa::best(), 2));
    let first = one.embed(&texts);
    assert_eq!(two.embed(&texts), first);
    for (text, vector) in texts.iter().zip(first.chunks_exact(384)) {
        assert_eq!(one.embed_one(text), vector);
    }
    texts.reverse();
    let reversed: Vec<f32> = two.embed(&texts).chunks_exact(384).rev().flatten().copied().collect();
    assert_eq!(reversed, first);
}

#[test]
fn progress_counts_every_text_and_can_stop_the_work() {
    let texts = vec!["The ferry came in under fog so thick that the bell buoy was lost."; 100];
    let embedder = embedder(Isa::best(), 2);
    let mut last = None;
    let done = embedder.embed_with(&texts, |done| {
        last = Some(done);
        Flow::Continue
    });
    assert_eq!(done.unwrap().len(), 100 * 384);
    let tokens = 100 * embedder.tokenizer().encode(texts[0]).len();
    assert_eq!(last, Some(Embedded { texts: 100, tokens, tokens_total: tokens }));
    assert!(embedder.embed_with(&texts, |_| Flow::Stop).is_err());
}

#[test]
fn no_text_and_empty_text_are_embedded_too() {
    let embedder = embedder(Isa::best(), 2);
    assert!(embedder.embed(&[]).is_empty());
    assert_eq!(embedder.embed(&["", " \n"]).len(), 2 * 384);
}
