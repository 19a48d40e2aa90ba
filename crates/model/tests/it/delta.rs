//! The change of weights that comes with the program, as the catalogue pins it.

use std::num::NonZeroUsize;

use naragtive_model::{Delta, Embedder, ModelOptions, Precision, merged};
use naragtive_testkit::{real_model, tiny_model};

const CATALOGUE: &str = include_str!("../../../hub/src/catalogue.rs");

/// The value of a field behind `mark`.
fn pinned(mark: &str) -> &'static str {
    CATALOGUE.split_once(mark).unwrap().1.split('"').next().unwrap()
}

fn delta() -> Delta {
    Delta {
        bytes: include_bytes!("../../../hub/models/stories/delta.safetensors"),
        base: &CATALOGUE.split_once("bytes: 90_868_376,").unwrap().1.split('"').nth(1).unwrap()[..64],
        merged: pinned("merged: \""),
    }
}

#[test]
fn merged_it_is_the_file_that_is_pinned_and_computes_the_same() {
    let bytes = merged(real_model(), delta()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "sentence_bert_config.json", "vocab.txt"] {
        std::fs::copy(real_model().join(file), folder.path().join(file)).unwrap();
    }
    std::fs::write(folder.path().join("model.safetensors"), bytes).unwrap();
    let options = ModelOptions { precision: Precision::F32, ..ModelOptions::new(NonZeroUsize::MIN) };
    let whole = Embedder::open(folder.path(), options.clone()).unwrap();
    let changed = Embedder::open(real_model(), ModelOptions { delta: Some(delta()), ..options }).unwrap();
    assert_eq!(whole.identity(), changed.identity());
    let rows: serde_json::Value =
        serde_json::from_str(include_str!("../../../naragtive/tests/fixtures/story-vectors.json")).unwrap();
    for row in rows.as_array().unwrap() {
        let text = row["text"].as_str().unwrap();
        let vector = changed.embed_one(text);
        assert_eq!(vector, whole.embed_one(text), "{text}");
        let other = row["vector"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32);
        let cosine: f32 = vector.iter().zip(other).map(|(own, other)| own * other).sum();
        assert!(cosine > 0.9999, "{text}: {cosine}");
    }
}

#[test]
fn other_weights_than_its_own_are_refused() {
    let options = ModelOptions { delta: Some(delta()), ..ModelOptions::new(NonZeroUsize::MIN) };
    let error = Embedder::open(tiny_model().as_path(), options).err().unwrap().to_string();
    assert!(error.contains("unsupported weights for a change: expected the ones it was made for"), "{error}");
}
