//! Reranking speed: 50 candidates of 256 tokens through a cross-encoder of the shapes of ms-marco-MiniLM-L-6-v2, with
//! random weights. The embedder of the same shapes, without a classifier, is measured beside it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use naragtive_model::{Embedded, Embedder, Flow, Isa, Options, Precision, Reranker};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::json;
use tempfile::TempDir;

const HIDDEN: usize = 384;
const WIDE: usize = 1536;
const LAYERS: usize = 6;
const WORDS: usize = 30_522;
const CANDIDATES: usize = 50;
const TOKENS: usize = 256;

/// The names and shapes of the tensors.
fn shapes() -> Vec<(String, Vec<usize>)> {
    let mut shapes = Vec::new();
    let mut linear = |name: String, outputs: usize, inputs: usize| {
        shapes.push((format!("{name}.weight"), vec![outputs, inputs]));
        shapes.push((format!("{name}.bias"), vec![outputs]));
    };
    for layer in 0..LAYERS {
        let own = format!("bert.encoder.layer.{layer}.");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            linear(format!("{own}attention.{part}"), HIDDEN, HIDDEN);
        }
        linear(format!("{own}intermediate.dense"), WIDE, HIDDEN);
        linear(format!("{own}output.dense"), HIDDEN, WIDE);
    }
    linear("bert.pooler.dense".into(), HIDDEN, HIDDEN);
    linear("classifier".into(), 1, HIDDEN);
    let layers = (0..LAYERS).map(|layer| format!("bert.encoder.layer.{layer}."));
    let norms = layers.flat_map(|own| [format!("{own}attention.output."), format!("{own}output.")]);
    for norm in norms.chain(["bert.embeddings.".to_owned()]) {
        shapes.push((format!("{norm}LayerNorm.weight"), vec![HIDDEN]));
        shapes.push((format!("{norm}LayerNorm.bias"), vec![HIDDEN]));
    }
    for (table, rows) in [("word", WORDS), ("position", 512), ("token_type", 2)] {
        shapes.push((format!("bert.embeddings.{table}_embeddings.weight"), vec![rows, HIDDEN]));
    }
    shapes
}

/// Values from -0.05 to 0.05, always the same ones.
fn values(shape: &[usize]) -> Vec<u8> {
    let mut state = 7_u64;
    let mut value = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 0.05
    };
    (0..shape.iter().product()).flat_map(|_| value().to_le_bytes()).collect()
}

fn write(folder: &Path) {
    let config = json!({
        "model_type": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": "LABEL_0"},
        "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 12, "intermediate_size": WIDE,
        "max_position_embeddings": 512, "vocab_size": WORDS, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map(str::to_owned);
    let words = (specials.len()..WORDS).map(|number| format!("w{number}"));
    let words: Vec<String> = specials.into_iter().chain(words).collect();
    fs::write(folder.join("vocab.txt"), words.join("\n")).unwrap();
    let tensors: BTreeMap<_, _> =
        shapes().into_iter().map(|(name, shape)| (name, (values(&shape), shape))).collect();
    let views = tensors
        .iter()
        .map(|(name, (bytes, shape))| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    fs::write(folder.join("model.safetensors"), safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Words that are one token each; every text has others.
fn text(number: usize, words: usize) -> String {
    let word = |at: usize| format!("w{}", 5 + (number * 7919 + at * 31) % (WORDS - 5));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn rerank(c: &mut Criterion) {
    let folder = TempDir::new().unwrap();
    write(folder.path());
    let query = text(1000, 9);
    // With three special tokens, or for the embedder two.
    let pairs: Vec<String> = (0..CANDIDATES).map(|number| text(number, TOKENS - 9 - 3)).collect();
    let alone: Vec<String> = (0..CANDIDATES).map(|number| text(number, TOKENS - 2)).collect();
    let [pairs, alone] = [&pairs, &alone].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut group = c.benchmark_group("50 of 256 tokens");
    group.sample_size(10).throughput(Throughput::Elements((CANDIDATES * TOKENS) as u64));
    for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
        let options = || Options { precision, isa: Isa::best(), ..Options::new(threads) };
        let reranker = Reranker::open(folder.path(), options()).unwrap();
        let embedder = Embedder::open(folder.path(), options()).unwrap();
        let mut counted = 0;
        let count = |done: Embedded| {
            counted = done.tokens_total;
            Flow::Continue
        };
        reranker.score_with(&query, &pairs, count).unwrap();
        assert_eq!(counted, CANDIDATES * TOKENS);
        group.bench_with_input(BenchmarkId::new("rerank", precision), &pairs, |b, texts| {
            b.iter(|| reranker.score(&query, texts));
        });
        group.bench_with_input(BenchmarkId::new("embed", precision), &alone, |b, texts| {
            b.iter(|| embedder.embed(texts));
        });
    }
    group.finish();
}

criterion_group!(benches, rerank);
criterion_main!(benches);
