//! A model folder that can't be used is one clear error, before any work and with nothing left behind.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use naragtive_model::{Embedder, ModelOptions};
use safetensors::Dtype;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::made::{Made, Tensor, one_thread};

const QUERY: &str = "encoder.layer.1.attention.self.query.weight";
const WORDS: &str = "embeddings.word_embeddings.weight";

/// The error of a model that was changed, without its folder's name.
fn error(change: impl FnOnce(&mut Made)) -> String {
    let mut made = Made::new(48, 4, 80);
    change(&mut made);
    error_after(&made, |_| {})
}

/// The error of a model whose folder was changed, without its name: the same whether or not a cache folder knows the
/// model as it was before it was damaged.
fn error_after(made: &Made, change: impl Fn(&Path)) -> String {
    let [cold, warm] = [false, true].map(|warm| {
        let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let options = ModelOptions { cache: Some(cache.path().to_owned()), ..one_thread() };
        if warm {
            warm_up(folder.path(), options.clone());
        }
        made.write(folder.path());
        change(folder.path());
        let Err(error) = Embedder::open(folder.path(), options) else { panic!("the folder was opened") };
        let kept = fs::read_dir(cache.path()).unwrap().count();
        assert_eq!(kept, usize::from(warm), "nothing more is kept");
        let name = format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR);
        error.to_string().replace(&name, "")
    });
    assert_eq!(cold, warm);
    cold
}

/// Opens a whole model that was written long ago.
fn warm_up(folder: &Path, options: ModelOptions) {
    Made::new(48, 4, 80).write(folder);
    let weights = fs::File::options().write(true).open(folder.join("model.safetensors")).unwrap();
    weights.set_modified(UNIX_EPOCH).unwrap();
    Embedder::open(folder, options).unwrap();
}

fn set(made: &mut Made, key: &str, value: Value) {
    made.config[key] = value;
}

fn spoil(made: &mut Made, name: &str, at: usize, value: f32) {
    made.tensors.get_mut(name).unwrap().bytes[4 * at..4 * at + 4].copy_from_slice(&value.to_le_bytes());
}

#[test]
fn tensors_that_are_wrong_are_named_with_what_was_expected() {
    let missing = error(|made| drop(made.tensors.remove(QUERY)));
    let start = "model.safetensors: tensor `encoder.layer.1.attention.self.query.weight`: expected";
    assert_eq!(missing, format!("{start} floats of shape [48, 48], found no such tensor"));

    let shape = error(|made| {
        made.tensors.insert(QUERY.into(), Tensor::f32(&[24, 96], &[0.0; 24 * 96]));
    });
    assert_eq!(shape, format!("{start} floats of shape [48, 48], found F32 of shape [24, 96]"));

    let kind = error(|made| made.tensors.get_mut(QUERY).unwrap().dtype = Dtype::I32);
    assert_eq!(kind, format!("{start} floats of shape [48, 48], found I32 of shape [48, 48]"));

    let nan = error(|made| spoil(made, QUERY, 2000, f32::NAN));
    assert_eq!(nan, format!("{start} finite numbers, found NaN"));

    let infinite = error(|made| spoil(made, WORDS, 5000, f32::NEG_INFINITY));
    assert_eq!(infinite, format!("model.safetensors: tensor `{WORDS}`: expected finite numbers, found -inf"));
}

#[test]
fn a_weights_file_that_is_not_whole_is_an_error() {
    let made = Made::new(48, 4, 80);
    let whole = made.weights();
    for length in [1, 7, 100, whole.len() / 2, whole.len() - 1] {
        let error = error_after(&made, |folder| {
            fs::write(folder.join("model.safetensors"), &whole[..length]).unwrap()
        });
        assert!(error.starts_with("model.safetensors isn't a whole safetensors file: "), "{length}: {error}");
    }
    let text = error_after(&made, |folder| {
        fs::write(folder.join("model.safetensors"), "<!doctype html> not found").unwrap()
    });
    assert!(text.starts_with("model.safetensors isn't a whole safetensors file: "), "{text}");
    let empty = error_after(&made, |folder| fs::write(folder.join("model.safetensors"), "").unwrap());
    assert_eq!(empty, "can't read model.safetensors: the file is empty");
    for name in ["model.safetensors", "config.json", "vocab.txt"] {
        let error = error_after(&made, |folder| fs::remove_file(folder.join(name)).unwrap());
        assert!(error.starts_with(&format!("can't read {name}: ")), "{error}");
    }
}

#[test]
fn a_model_of_another_kind_is_an_error() {
    for (key, value, expected) in [
        (
            "model_type",
            json!("roberta"),
            "unsupported model_type: expected `bert` or `xlm-roberta`, found `roberta`",
        ),
        ("hidden_act", json!("relu"), "unsupported hidden_act: expected `gelu`, found `relu`"),
        (
            "position_embedding_type",
            json!("relative_key"),
            "unsupported position_embedding_type: expected `absolute`, found `relative_key`",
        ),
        (
            "num_attention_heads",
            json!(7),
            "unsupported hidden_size: expected a multiple of 16 and of the number of heads, found 48 columns for 7 heads",
        ),
        ("hidden_size", json!("many"), "isn't a model's configuration"),
        ("intermediate_size", json!(0), "unsupported sizes"),
    ] {
        let error = error(|made| set(made, key, value));
        assert!(error.starts_with("config.json") && error.contains(expected), "{error}");
    }
    let broken =
        error_after(&Made::new(48, 4, 80), |folder| fs::write(folder.join("config.json"), "{").unwrap());
    assert!(broken.starts_with("config.json isn't a model's configuration: "), "{broken}");
}

#[test]
fn a_vocabulary_that_does_not_fit_is_an_error() {
    let more = error(|made| made.vocabulary.push_str("one\ntwo\n"));
    assert_eq!(more, "vocab.txt: expected at most 387 tokens as in config.json, found 389");
    let lacking = error(|made| made.vocabulary = made.vocabulary.replace("[CLS]", "[cls]"));
    assert_eq!(lacking, "vocab.txt: expected the token `[CLS]`, found none");
    let size = error(|made| set(made, "vocab_size", json!(1000)));
    assert!(size.ends_with("expected floats of shape [1000, 48], found F32 of shape [387, 48]"), "{size}");
}
