//! Embedding speed: many passages, one short query, and opening the model.

#![allow(clippy::unwrap_used)]

use std::num::NonZeroUsize;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use naragtive_model::{Embedder, Isa, ModelOptions};
use naragtive_testkit::{real_model, shared};

fn options(isa: Isa) -> ModelOptions {
    ModelOptions {
        isa,
        ..ModelOptions::new(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

/// Role-play scenes, as many as the file holds up to `count`.
fn passages(count: usize) -> Vec<String> {
    let scenes = std::fs::read(shared("data/crd3/scenes.json")).unwrap();
    let scenes: Vec<serde_json::Value> = serde_json::from_slice(&scenes).unwrap();
    scenes.iter().take(count).map(|scene| scene["message"].as_str().unwrap().to_owned()).collect()
}

fn bulk(c: &mut Criterion) {
    let passages = passages(200);
    let texts: Vec<&str> = passages.iter().map(String::as_str).collect();
    let mut group = c.benchmark_group("bulk, tokens");
    group.sample_size(10);
    for isa in Isa::available().into_iter().filter(|isa| *isa != Isa::Scalar) {
        let embedder = Embedder::open(real_model(), options(isa)).unwrap();
        let tokens: usize = texts.iter().map(|text| embedder.tokenizer().encode(text).len()).sum();
        group.throughput(Throughput::Elements(tokens as u64));
        group.bench_with_input(BenchmarkId::from_parameter(isa), &texts, |b, texts| {
            b.iter(|| embedder.embed(texts));
        });
    }
    group.finish();
}

fn query(c: &mut Criterion) {
    let embedder = Embedder::open(real_model(), options(Isa::best())).unwrap();
    c.bench_function("one short query", |b| b.iter(|| embedder.embed_one("who lied to the harbour master")));
}

fn open(c: &mut Criterion) {
    let folder = real_model();
    c.bench_function("open the model", |b| {
        b.iter(|| Embedder::open(folder, options(Isa::best())).unwrap());
    });
}

criterion_group!(benches, bulk, query, open);
criterion_main!(benches);
