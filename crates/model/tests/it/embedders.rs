//! Sentence encoders against the vectors of sentence-transformers, made by tools/make-tiny-embedders.py.

use naragtive_model::{Embedder, Isa, ModelOptions, Precision};
use serde::Deserialize;

use crate::made::one_thread;
use crate::rerank::fixture;

/// The same with the first token's vector and WordPiece; with XLM-RoBERTa's tokenizer; and that model.
const MODELS: [&str; 3] = ["tiny-embed-bert", "tiny-embed-e5", "tiny-embed-xlmr"];

#[derive(Deserialize)]
struct Row {
    text: String,
    query: Read,
    passage: Read,
}

#[derive(Deserialize)]
struct Read {
    ids: Vec<u32>,
    embedding: Vec<f32>,
}

fn golden(name: &str) -> Vec<Row> {
    let lines = std::fs::read_to_string(fixture(name).join("golden.jsonl")).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn open(name: &str, isa: Isa, precision: Precision) -> Embedder {
    Embedder::open(&fixture(name), ModelOptions { isa, precision, ..one_thread() }).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn every_vector_is_that_of_sentence_transformers_with_every_instruction_set() {
    for name in MODELS {
        let golden = golden(name);
        assert!(golden.len() > 20 && golden.iter().any(|row| row.passage.ids.len() == 48));
        for isa in Isa::available() {
            let embedder = open(name, isa, Precision::F32);
            for Row { text, query, passage } in &golden {
                assert_eq!(embedder.tokens(text), passage.ids, "{name}: {text}");
                for (found, read) in
                    [(embedder.embed_query(text), query), (embedder.embed_one(text), passage)]
                {
                    let largest = found.iter().zip(&read.embedding).map(|(a, b)| (a - b).abs());
                    let largest = largest.fold(0.0, f32::max);
                    assert!(largest < 1e-5, "{name}, {isa}: off by {largest}: {text}");
                }
            }
        }
    }
}

#[test]
fn queries_and_passages_differ_where_the_model_was_trained_so() {
    for (name, differ) in MODELS.into_iter().zip([true, true, false]) {
        let embedder = open(name, Isa::best(), Precision::F32);
        let [query, passage] = [embedder.embed_query("a storm"), embedder.embed_one("a storm")];
        assert_eq!(query != passage, differ, "{name}");
        let ids = golden(name).into_iter().any(|row| row.query.ids != row.passage.ids);
        assert_eq!(ids, differ, "{name}");
    }
}

#[test]
fn what_auto_chooses_is_near_f32() {
    for name in MODELS {
        for isa in Isa::available() {
            let [exact, auto] = [Precision::F32, Precision::Auto].map(|precision| open(name, isa, precision));
            for Row { text, .. } in golden(name) {
                let cosine = cosine(&exact.embed_one(&text), &auto.embed_one(&text));
                assert!(cosine >= 0.999, "{name}, {isa}: {cosine}: {text}");
            }
        }
    }
}

/// Stores keep them: should this test fail, every store of such a model is refused as another model's.
#[test]
fn the_identity_of_a_model_is_the_same_for_ever() {
    let identities = MODELS.map(|name| open(name, Isa::best(), Precision::F32).identity().to_string());
    assert_eq!(identities, ["ab42bf446918", "a3cb69be2a0e", "bc53360c0342"]);
}
