//! What `bench/rerank` measures of this crate: one query with many texts.
//!
//! `rerank_bench MODEL PAIRS PRECISION CACHE`: scores the texts of the JSON object `{"query": …, "texts": […]}` in
//! `PAIRS`, again and again for a second, and prints `pairs`, the tokens of all pairs and the seconds of one pass.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use naragtive_model::{CrossEncoder, Flow, ModelOptions, Progress};
use serde_json::Value;

const ENOUGH: Duration = Duration::from_secs(1);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, pairs, precision, cache] = arguments.as_slice() else {
        return println!("rerank_bench MODEL PAIRS PRECISION CACHE");
    };
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = ModelOptions {
        precision: precision.parse().unwrap(),
        cache: Some(cache.into()),
        ..ModelOptions::new(threads)
    };
    let reranker = CrossEncoder::open(Path::new(model), options).unwrap();
    let pairs: Value = serde_json::from_slice(&fs::read(pairs).unwrap()).unwrap();
    let texts: Vec<&str> =
        pairs["texts"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    measure(&reranker, pairs["query"].as_str().unwrap(), &texts);
}

fn measure(reranker: &CrossEncoder, query: &str, texts: &[&str]) {
    // A few that aren't timed bring the weights into memory.
    reranker.score(query, &texts[..texts.len().min(4)]);
    let (mut tokens, mut passes, began) = (0, 0, Instant::now());
    while passes == 0 || began.elapsed() < ENOUGH {
        let count = |done: Progress| {
            tokens = done.tokens_total;
            Flow::Continue
        };
        reranker.score_with(query, texts, count).unwrap();
        passes += 1;
    }
    println!("pairs {tokens} {}", began.elapsed().as_secs_f64() / f64::from(passes));
}
