//! What `bench/embed` measures of this crate: opening, one short query, many texts.
//!
//! `embed_bench MODEL TEXTS VECTORS ISA PRECISION CACHE`: embeds a query and prints `first`; then `query` and the
//! median milliseconds of the same query again; then `bulk`, tokens and seconds of all texts of the JSON list in
//! `TEXTS`, whose vectors are written to `VECTORS` as little-endian f32. Embeds nothing more where `TEXTS` is `-`.
//! `embed_bench isas` prints the instruction sets of this machine, fastest last, each with the precisions it is quick with.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use naragtive_model::{Embedder, Isa, ModelOptions, Precision};

const QUERY: &str = "who lied to the harbour master";
const QUERIES: usize = 201;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["isas"] {
        return Isa::available().into_iter().for_each(|isa| println!("{isa} {}", quick(isa)));
    }
    let [model, texts, vectors, isa, precision, cache] = arguments.as_slice() else {
        return println!("embed_bench MODEL TEXTS VECTORS ISA PRECISION CACHE");
    };
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = ModelOptions {
        isa: if isa == "best" { Isa::best() } else { Isa::named(isa).unwrap() },
        precision: precision.parse().unwrap(),
        cache: Some(cache.into()),
        ..ModelOptions::new(threads)
    };
    let embedder = Embedder::open(Path::new(model), options).unwrap();
    embedder.embed_one(QUERY);
    say(&format!("first {} {}", embedder.isa(), embedder.precision()));
    if texts == "-" {
        return;
    }
    say(&format!("query {}", query(&embedder)));
    bulk(&embedder, texts, vectors);
}

/// The precisions that are computed in with `isa` where they are asked for.
fn quick(isa: Isa) -> String {
    let quick = Precision::ALL.into_iter().filter(|precision| precision.on(isa) == *precision);
    quick.map(|precision| precision.to_string()).collect::<Vec<_>>().join(" ")
}

/// The one who started this waits for the line.
fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}

fn query(embedder: &Embedder) -> f64 {
    let mut times: Vec<f64> = (0..QUERIES).map(|_| seconds(|| drop(embedder.embed_one(QUERY)))).collect();
    times.sort_by(f64::total_cmp);
    times[QUERIES / 2] * 1000.0
}

fn bulk(embedder: &Embedder, texts: &str, vectors: &str) {
    let texts: Vec<String> = serde_json::from_slice(&fs::read(texts).unwrap()).unwrap();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let tokens: usize = texts.iter().map(|text| embedder.tokenizer().encode(text).len()).sum();
    let mut found = Vec::new();
    let seconds = seconds(|| found = embedder.embed(&texts));
    say(&format!("bulk {tokens} {seconds}"));
    fs::write(vectors, bytemuck::cast_slice(&found)).unwrap();
}

fn seconds(work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    began.elapsed().as_secs_f64()
}
