//! Opening an encoder with as many pieces as those of a hundred languages have, when its tokenizer and weights are kept.
//!
//! The encoder is a tiny one with made-up pieces, so what is measured is the tokenizer and little else.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use naragtive_model::{Embedder, ModelOptions};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde_json::{Value, json};

/// As many as multilingual-e5-small's tokenizer has.
const PIECES: usize = 250_002;
const WORDS: &str = "embeddings.word_embeddings.weight";

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tiny-embed-xlmr")
}

/// Letters that follow from the number, three to eight of them, the first ones most often the same.
fn piece(number: usize) -> String {
    let mut rest = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let letters = 3 + rest % 6;
    let word = (0..letters).map(|_| {
        rest = rest.rotate_right(5);
        char::from(b'a' + (rest % 26) as u8)
    });
    ["▁", "", ""][number % 3].chars().chain(word).chain(format!("{number:x}").chars()).collect()
}

fn json_of(name: &str) -> Value {
    serde_json::from_slice(&fs::read(tiny().join(name)).unwrap()).unwrap()
}

fn write_json(folder: &Path, name: &str, value: &Value) {
    fs::write(folder.join(name), value.to_string()).unwrap();
}

fn write_tokenizer(folder: &Path) {
    let mut tokenizer = json_of("tokenizer.json");
    let vocabulary = tokenizer["model"]["vocab"].as_array_mut().unwrap();
    for number in vocabulary.len()..PIECES {
        vocabulary.push(json!([piece(number), -8.0 - (number as f64).sqrt() / 100.0]));
    }
    write_json(folder, "tokenizer.json", &tokenizer);
}

fn write_weights(folder: &Path) {
    let bytes = fs::read(tiny().join("model.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let words = tensors.tensor(WORDS).unwrap();
    let width = words.shape()[1];
    let many: Vec<u8> = words.data().iter().copied().cycle().take(PIECES * width * 2).collect();
    assert_eq!(words.dtype(), Dtype::F16);
    let mut all: BTreeMap<String, TensorView<'_>> = tensors.tensors().into_iter().collect();
    all.insert(WORDS.into(), TensorView::new(Dtype::F16, vec![PIECES, width], &many).unwrap());
    safetensors::serialize_to_file(all, None, &folder.join("model.safetensors")).unwrap();
}

fn write_folder(folder: &Path) {
    let mut config = json_of("config.json");
    config["vocab_size"] = PIECES.into();
    write_json(folder, "config.json", &config);
    write_tokenizer(folder);
    write_weights(folder);
}

fn open(c: &mut Criterion) {
    let work = tempfile::tempdir().unwrap();
    write_folder(work.path());
    let sums = ["tokenizer.json", "model.safetensors"].map(|name| (name.to_owned(), "0".repeat(64)));
    let options = |cache: Option<PathBuf>| ModelOptions {
        cache,
        sums: sums.clone().into(),
        ..ModelOptions::new(NonZeroUsize::MIN)
    };
    let kept = work.path().join("kept");
    c.bench_function("open, kept", |b| {
        b.iter(|| Embedder::open(work.path(), options(Some(kept.clone()))).unwrap());
    });
    let mut slow = c.benchmark_group("from the folder's files");
    slow.sample_size(10);
    slow.bench_function("open", |b| b.iter(|| Embedder::open(work.path(), options(None)).unwrap()));
    slow.finish();
}

criterion_group!(benches, open);
criterion_main!(benches);
