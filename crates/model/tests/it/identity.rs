//! A model is what its vectors come from, not what its folder is called.

use std::fs;
use std::path::Path;

use naragtive_model::{Embedder, Isa, ModelOptions, Precision};
use naragtive_testkit::tiny_model;
use tempfile::TempDir;

use crate::made::{Made, one_thread};

fn identity(folder: &Path) -> String {
    Embedder::open(folder, one_thread()).unwrap().identity().as_str().to_owned()
}

/// The identity of the made model after `change` to its folder.
fn changed(change: impl FnOnce(&mut Made), then: impl FnOnce(&Path)) -> String {
    let (mut made, folder) = (Made::new(48, 4, 80), TempDir::new().unwrap());
    change(&mut made);
    made.write(folder.path());
    then(folder.path());
    identity(folder.path())
}

fn rewrite(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn whatever_changes_the_vectors_changes_the_identity() {
    let same = changed(|_| {}, |_| {});
    let settings = |file: &'static str, text: &'static str| {
        move |folder: &Path| {
            fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
            fs::write(folder.join(file), text).unwrap();
        }
    };
    let rows = [
        (
            "one bit of a bias",
            changed(
                |made| made.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap().bytes[0] ^= 1,
                |_| {},
            ),
        ),
        (
            "one bit of a word",
            changed(
                |made| made.tensors.get_mut("embeddings.word_embeddings.weight").unwrap().bytes[4000] ^= 1,
                |_| {},
            ),
        ),
        (
            "two tokens change places",
            changed(
                |made| {
                    let mut tokens: Vec<&str> = made.vocabulary.lines().collect();
                    let last = tokens.len() - 1;
                    tokens.swap(last - 1, last);
                    made.vocabulary = tokens.join("\n");
                },
                |_| {},
            ),
        ),
        ("the heads", changed(|made| made.config["num_attention_heads"] = 3.into(), |_| {})),
        ("epsilon", changed(|made| made.config["layer_norm_eps"] = 1e-5.into(), |_| {})),
        ("the layers", changed(|made| made.config["num_hidden_layers"] = 1.into(), |_| {})),
        ("the case", changed(|_| {}, settings("tokenizer_config.json", r#"{"do_lower_case": false}"#))),
        (
            "the longest text",
            changed(|_| {}, settings("sentence_bert_config.json", r#"{"max_seq_length": 32}"#)),
        ),
        ("accents", changed(|_| {}, settings("tokenizer_config.json", r#"{"strip_accents": false}"#))),
        (
            "Chinese",
            changed(|_| {}, settings("tokenizer_config.json", r#"{"tokenize_chinese_chars": false}"#)),
        ),
        ("small first", changed(|_| {}, settings("sentence_bert_config.json", r#"{"do_lower_case": true}"#))),
        (
            "a prompt",
            changed(|_| {}, settings("config_sentence_transformers.json", r#"{"prompts": {"query": "q"}}"#)),
        ),
        (
            "another prompt",
            changed(
                |_| {},
                settings("config_sentence_transformers.json", r#"{"prompts": {"passage": "q"}}"#),
            ),
        ),
        (
            "pooling",
            changed(|_| {}, settings("1_Pooling/config.json", r#"{"pooling_mode_cls_token": true}"#)),
        ),
    ];
    let mut seen = vec![same];
    for (what, identity) in rows {
        assert!(!seen.contains(&identity), "{what}");
        seen.push(identity);
    }
}

#[test]
fn what_leaves_the_vectors_as_they_are_leaves_the_identity() {
    let same = changed(|_| {}, |_| {});
    for (what, identity) in [
        ("another folder", changed(|_| {}, |_| {})),
        (
            "the folder's other files",
            changed(|_| {}, |folder| fs::write(folder.join("README.md"), "mine").unwrap()),
        ),
        ("spaces in the settings", changed(|_| {}, |folder| rewrite(folder, "config.json", "{", "{ \n"))),
        (
            "the end of the last line",
            changed(
                |_| {},
                |folder| {
                    let path = folder.join("vocab.txt");
                    let text = fs::read_to_string(&path).unwrap();
                    fs::write(path, format!("{}\n", text.trim_end())).unwrap();
                },
            ),
        ),
    ] {
        assert_eq!(identity, same, "{what}");
    }
}

#[test]
fn how_it_is_computed_is_no_part_of_the_identity() {
    let same = identity(&tiny_model());
    for isa in Isa::available() {
        for precision in [Precision::F32, Precision::Bf16, Precision::Int16, Precision::Int8] {
            let cache = TempDir::new().unwrap();
            for cache in [None, Some(cache.path().to_owned())] {
                let options = ModelOptions { isa, precision, cache, ..one_thread() };
                assert_eq!(Embedder::open(&tiny_model(), options).unwrap().identity().as_str(), same);
            }
        }
    }
}

/// Stores keep it: should this test fail, every store is refused as another model's.
#[test]
fn the_identity_of_a_model_is_the_same_for_ever() {
    assert_eq!(identity(&tiny_model()), "abffc1af86f02cf004bb4911d383cbeccbac89f871966856cea344007c8f5208");
}

#[test]
fn a_sum_that_the_caller_knows_is_taken() {
    let sums =
        [("model.safetensors".to_owned(), "0".repeat(64)), ("other.safetensors".to_owned(), String::new())];
    let options = ModelOptions { sums: sums.into(), ..one_thread() };
    let told = Embedder::open(&tiny_model(), options).unwrap().identity();
    assert_ne!(told.as_str(), identity(&tiny_model()));
    assert_eq!((told.short().len(), told.to_string()), (12, told.as_str()[..12].to_owned()));
}
