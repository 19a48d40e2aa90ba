//! Reranking speed, with random weights: 50 candidates of 256 tokens through a cross-encoder of the shapes of
//! ms-marco-MiniLM-L-6-v2, beside the embedder of the same shapes; and 8 through one of bge-reranker-v2-m3's layers.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use naragtive_model::{CrossEncoder, Embedder, Flow, ModelOptions, Precision, Progress};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;
use tempfile::TempDir;

const WORDS: usize = 30_522;
const TOKENS: usize = 256;

#[derive(Clone, Copy)]
struct Sizes {
    hidden: usize,
    wide: usize,
    layers: usize,
    heads: usize,
}

const SMALL: Sizes = Sizes { hidden: 384, wide: 1536, layers: 6, heads: 12 };
const LARGE: Sizes = Sizes { hidden: 1024, wide: 4096, layers: 24, heads: 16 };

/// The names and shapes of the tensors.
fn shapes(sizes: Sizes) -> Vec<(String, Vec<usize>)> {
    let Sizes { hidden, wide, layers, .. } = sizes;
    let mut shapes = Vec::new();
    let mut linear = |name: String, outputs: usize, inputs: usize| {
        shapes.push((format!("{name}.weight"), vec![outputs, inputs]));
        shapes.push((format!("{name}.bias"), vec![outputs]));
    };
    for layer in 0..layers {
        let own = format!("bert.encoder.layer.{layer}.");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            linear(format!("{own}attention.{part}"), hidden, hidden);
        }
        linear(format!("{own}intermediate.dense"), wide, hidden);
        linear(format!("{own}output.dense"), hidden, wide);
    }
    linear("bert.pooler.dense".into(), hidden, hidden);
    linear("classifier".into(), 1, hidden);
    let layers = (0..layers).map(|layer| format!("bert.encoder.layer.{layer}."));
    let norms = layers.flat_map(|own| [format!("{own}attention.output."), format!("{own}output.")]);
    for norm in norms.chain(["bert.embeddings.".to_owned()]) {
        shapes.push((format!("{norm}LayerNorm.weight"), vec![hidden]));
        shapes.push((format!("{norm}LayerNorm.bias"), vec![hidden]));
    }
    for (table, rows) in [("word", WORDS), ("position", 512), ("token_type", 2)] {
        shapes.push((format!("bert.embeddings.{table}_embeddings.weight"), vec![rows, hidden]));
    }
    shapes
}

/// Values from -0.05 to 0.05 in bf16, always the same ones.
fn values(shape: &[usize]) -> Vec<u8> {
    let mut state = 7_u64;
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        half::bf16::from_f32(((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 0.05)
    };
    (0..shape.iter().product()).flat_map(|_| value().to_le_bytes()).collect()
}

fn write(folder: &Path, sizes: Sizes) {
    let config = json!({
        "model_type": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"},
        "hidden_size": sizes.hidden, "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.wide, "max_position_embeddings": 512, "vocab_size": WORDS,
        "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    let words = (specials.len()..WORDS).map(|number| format!("w{number}"));
    let words: Vec<String> = specials.into_iter().chain(words).collect();
    fs::write(folder.join("vocab.txt"), words.join("\n")).unwrap();
    let tensors: BTreeMap<_, _> =
        shapes(sizes).into_iter().map(|(name, shape)| (name, (values(&shape), shape))).collect();
    let views = tensors
        .iter()
        .map(|(name, (bytes, shape))| (name, TensorView::new(Dtype::BF16, shape.clone(), bytes).unwrap()));
    safetensors::serialize_to_file(views, None, &folder.join("model.safetensors")).unwrap();
}

/// Words that are one token each; every text has others.
fn text(number: usize, words: usize) -> String {
    let word = |at: usize| format!("w{}", 5 + (number * 7919 + at * 31) % (WORDS - 5));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn options(precision: Precision) -> ModelOptions {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    ModelOptions { precision, ..ModelOptions::new(threads) }
}

/// Times `candidates` pairs.
fn measure(c: &mut Criterion, name: &str, sizes: Sizes, candidates: usize, precisions: &[Precision]) {
    let folder = TempDir::new().unwrap();
    write(folder.path(), sizes);
    let query = text(1000, 9);
    // A pair has three special tokens.
    let texts: Vec<String> = (0..candidates).map(|number| text(number, TOKENS - 9 - 3)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut group = c.benchmark_group(format!("{name}, {candidates} of {TOKENS} tokens"));
    group.sample_size(10).throughput(Throughput::Elements((candidates * TOKENS) as u64));
    for precision in precisions {
        let reranker = CrossEncoder::open(folder.path(), options(*precision)).unwrap();
        let mut counted = 0;
        let count = |done: Progress| {
            counted = done.tokens_total;
            Flow::Continue
        };
        reranker.score_with(&query, &texts, count).unwrap();
        assert_eq!(counted, candidates * TOKENS);
        group.bench_with_input(BenchmarkId::new("rerank", precision), &texts, |b, texts| {
            b.iter(|| reranker.score(&query, texts));
        });
        if sizes.layers == SMALL.layers {
            // As many tokens, of which two are special.
            let texts: Vec<String> = (0..candidates).map(|number| text(number, TOKENS - 2)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let embedder = Embedder::open(folder.path(), options(*precision)).unwrap();
            let id = BenchmarkId::new("embed", precision);
            group.bench_with_input(id, &texts, |b, texts| b.iter(|| embedder.embed(texts)));
        }
    }
    group.finish();
}

fn small(c: &mut Criterion) {
    measure(c, "small", SMALL, 50, &[Precision::F32, Precision::Auto, Precision::Int8]);
}

fn large(c: &mut Criterion) {
    measure(c, "large", LARGE, 8, &[Precision::Auto, Precision::Int8]);
}

criterion_group!(benches, small, large);
criterion_main!(benches);
