//! The tiny model against vectors computed in 64-bit floats by tools/make-tiny-bert.py.

use std::num::NonZeroUsize;

use naragtive_model::{Embedder, Isa, ModelOptions, Precision};
use naragtive_testkit::tiny_model;
use serde_json::Value;

/// Texts, ids and vectors.
fn golden() -> Vec<(String, Vec<u32>, Vec<f32>)> {
    let lines = std::fs::read_to_string(tiny_model().join("golden.jsonl")).unwrap();
    let rows = lines.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap();
        let ids = row["ids"].as_array().unwrap().iter().map(|x| x.as_u64().unwrap() as u32);
        let vector = row["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32);
        (row["text"].as_str().unwrap().to_owned(), ids.collect(), vector.collect())
    });
    rows.collect()
}

#[test]
fn the_tiny_model_meets_its_golden_rows_with_every_instruction_set() {
    let golden = golden();
    assert_eq!(golden.len(), 6);
    for isa in Isa::available() {
        let options = ModelOptions { isa, precision: Precision::F32, ..ModelOptions::new(NonZeroUsize::MIN) };
        let embedder = Embedder::open(&tiny_model(), options).unwrap();
        for (text, ids, expected) in &golden {
            assert_eq!(&embedder.tokenizer().encode(text), ids, "{text}");
            let vector = embedder.embed_one(text);
            let largest = vector.iter().zip(expected).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max);
            assert!(largest < 1e-6, "{isa}: off by {largest}: {text}");
        }
    }
}
