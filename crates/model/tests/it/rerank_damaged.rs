//! A folder that is no cross-encoder, or a damaged one, is one clear error, with nothing left behind.

use std::fs;
use std::path::Path;

use naragtive_model::{CrossEncoder, ModelOptions};
use safetensors::Dtype;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::made::{Made, Tensor, one_thread};
use crate::rerank::fixture;

/// The error of a folder, without its name.
fn error_in(folder: &Path) -> String {
    let cache = TempDir::new().unwrap();
    let options = ModelOptions { cache: Some(cache.path().to_owned()), ..one_thread() };
    let Err(error) = CrossEncoder::open(folder, options) else { panic!("the folder was opened") };
    assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0, "nothing is kept");
    let name = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    error.to_string().replace(&name, "")
}

/// The error of a made-up BERT that was changed.
fn error(change: impl FnOnce(&mut Made)) -> String {
    let folder = TempDir::new().unwrap();
    let mut made = Made::classifier(48, 4, 80);
    change(&mut made);
    made.write(folder.path());
    error_in(folder.path())
}

/// The error of a fixture whose copy was changed.
fn error_of(name: &str, change: impl FnOnce(&Path)) -> String {
    let folder = TempDir::new().unwrap();
    for file in fs::read_dir(fixture(name)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    change(folder.path());
    error_in(folder.path())
}

/// Changes a JSON file.
fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut content = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut content);
    fs::write(path, content.to_string()).unwrap();
}

#[test]
fn a_model_that_is_no_classifier_of_one_logit_is_an_error() {
    let start = "config.json: unsupported";
    for (key, value, expected) in [
        ("architectures", json!(null), "architectures: expected `BertForSequenceClassification`, found none"),
        (
            "architectures",
            json!(["BertModel"]),
            "architectures: expected `BertForSequenceClassification`, found `BertModel`",
        ),
        (
            "id2label",
            json!({"0": "no", "1": "yes"}),
            "number of labels: expected 1, whose logit is the relevance, found 2",
        ),
        (
            "model_type",
            json!("deberta-v2"),
            "model_type: expected `bert` or `xlm-roberta`, found `deberta-v2`",
        ),
        ("hidden_act", json!("gelu_new"), "hidden_act: expected `gelu`, found `gelu_new`"),
        ("type_vocab_size", json!(1), "type_vocab_size: expected 2, found 1"),
    ] {
        let found = error(|made| made.config[key] = value);
        assert_eq!(found, format!("{start} {expected}"));
    }
    let number = error(|made| {
        made.config["id2label"] = Value::Null;
        made.config["num_labels"] = json!(3);
    });
    assert_eq!(
        number,
        format!("{start} number of labels: expected 1, whose logit is the relevance, found 3")
    );
    let roberta = error_of("tiny-cross-xlmr", |folder| {
        edit(&folder.join("config.json"), |config| {
            config["architectures"] = json!(["XLMRobertaForMaskedLM"]);
        });
    });
    let expected =
        "architectures: expected `XLMRobertaForSequenceClassification`, found `XLMRobertaForMaskedLM`";
    assert_eq!(roberta, format!("{start} {expected}"));
    let rows = error(|made| {
        made.config["id2label"] = Value::Null;
        made.tensors.insert("classifier.weight".into(), Tensor::f32(&[2, 48], &[0.1; 96]));
    });
    let expected = "tensor `classifier.weight`: expected floats of shape [1, 48], found F32 of shape [2, 48]";
    assert_eq!(rows, format!("model.safetensors: {expected}"));
}

#[test]
fn tensors_that_are_wrong_are_named_with_what_was_expected() {
    let start = "model.safetensors: tensor";
    let missing = error(|made| drop(made.tensors.remove("bert.pooler.dense.weight")));
    let expected = "expected floats of shape [48, 48], found no such tensor";
    assert_eq!(missing, format!("{start} `bert.pooler.dense.weight`: {expected}"));

    let alone = error(|made| drop(made.tensors.remove("classifier.bias")));
    assert_eq!(
        alone,
        format!("{start} `classifier.bias`: expected floats of shape [1], found no such tensor")
    );

    let shape = error(|made| {
        made.tensors.insert("bert.pooler.dense.bias".into(), Tensor::f32(&[24], &[0.0; 24]));
    });
    let expected = "expected floats of shape [48], found F32 of shape [24]";
    assert_eq!(shape, format!("{start} `bert.pooler.dense.bias`: {expected}"));

    let kind = error(|made| made.tensors.get_mut("classifier.weight").unwrap().dtype = Dtype::I32);
    let expected = "expected floats of shape [1, 48], found I32 of shape [1, 48]";
    assert_eq!(kind, format!("{start} `classifier.weight`: {expected}"));

    let nan = error(|made| {
        made.tensors.insert("classifier.weight".into(), Tensor::f32(&[1, 48], &[f32::NAN; 48]));
    });
    assert_eq!(nan, format!("{start} `classifier.weight`: expected finite numbers, found NaN"));
}

#[test]
fn sizes_that_no_tensor_has_are_an_error_and_not_a_lack_of_memory() {
    for (key, tensor) in [
        ("num_hidden_layers", "encoder.layer.8999999999999999.intermediate.dense.weight"),
        ("intermediate_size", "encoder.layer.1.intermediate.dense.weight"),
        ("max_position_embeddings", "embeddings.position_embeddings.weight"),
        ("vocab_size", "embeddings.word_embeddings.weight"),
    ] {
        let error = error(|made| made.config[key] = json!(9_000_000_000_000_000_u64));
        assert!(
            error.starts_with(&format!("model.safetensors: tensor `bert.{tensor}`: expected")),
            "{error}"
        );
    }
}

#[test]
fn weights_that_are_not_whole_are_an_error_that_names_the_file() {
    let cut = |folder: &Path, name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        fs::write(folder.join(name), &bytes[..bytes.len() - 1]).unwrap();
    };
    let whole = error_of("tiny-cross-xlmr", |folder| cut(folder, "model.safetensors"));
    assert!(whole.starts_with("model.safetensors isn't a whole safetensors file: "), "{whole}");

    let (sharded, second) = ("tiny-cross-bert-shards", "model-00002-of-00003.safetensors");
    let shard = error_of(sharded, |folder| cut(folder, second));
    assert!(shard.starts_with(&format!("{second} isn't a whole safetensors file: ")), "{shard}");
    let missing = error_of(sharded, |folder| fs::remove_file(folder.join(second)).unwrap());
    assert!(missing.starts_with(&format!("can't read {second}: ")), "{missing}");
    let none = error_of(sharded, |folder| {
        fs::remove_file(folder.join("model.safetensors.index.json")).unwrap();
    });
    assert!(none.starts_with("can't read model.safetensors: "), "{none}");

    let index = |change: fn(&mut Value)| {
        error_of(sharded, |folder| edit(&folder.join("model.safetensors.index.json"), change))
    };
    let lost = index(|index| {
        let map = index["weight_map"].as_object_mut().unwrap();
        map.retain(|_, file| file != "model-00003-of-00003.safetensors");
    });
    assert!(lost.starts_with("model.safetensors.index.json: tensor `"), "{lost}");
    assert!(lost.ends_with("found no such tensor"), "{lost}");
    let outside = index(|index| index["weight_map"]["x"] = json!("../model.safetensors"));
    let expected =
        "unsupported file of weights: expected the name of a file beside it, found `../model.safetensors`";
    assert_eq!(outside, format!("model.safetensors.index.json: {expected}"));
    let empty = index(|index| *index = json!({}));
    assert!(empty.starts_with("model.safetensors.index.json isn't a model's index of weights: "), "{empty}");
}

#[test]
fn a_word_piece_tokenizer_that_does_not_fit_is_an_error() {
    let more = error(|made| made.vocabulary.push_str("one\ntwo\n"));
    assert_eq!(more, "vocab.txt: expected at most 387 tokens as in config.json, found 389");
    let bert = |file: &str, change: fn(&mut Value)| {
        error_of("tiny-cross-bert", |folder| edit(&folder.join(file), change))
    };
    let (json, config) = ("tokenizer.json", "tokenizer_config.json");
    let cased = bert(config, |config| config["do_lower_case"] = json!(false));
    let found = "as in tokenizer_config.json, found small letters, without accents, Chinese ones apart";
    let start = "tokenizer.json: unsupported normalizer: expected";
    let expected = "letters as they are, with accents, Chinese ones apart";
    assert_eq!(cased, format!("{start} {expected}, {found}"));
    let accents = bert(config, |config| config["strip_accents"] = json!(false));
    assert_eq!(accents, format!("{start} small letters, with accents, Chinese ones apart, {found}"));
    let chinese = bert(config, |config| config["tokenize_chinese_chars"] = json!(false));
    assert_eq!(chinese, format!("{start} small letters, without accents, Chinese ones as others, {found}"));
    let short = bert(config, |config| config["model_max_length"] = json!(4));
    let expected = "unsupported model_max_length: expected at least 8 tokens for two texts, found 4";
    assert_eq!(short, format!("tokenizer_config.json: {expected}"));

    let normalizer = bert(json, |file| file["normalizer"]["clean_text"] = json!(false));
    assert!(
        normalizer.starts_with("tokenizer.json: unsupported normalizer: expected clean text"),
        "{normalizer}"
    );
    let other = bert(json, |file| file["pre_tokenizer"]["type"] = json!("Whitespace"));
    let expected = "unsupported pre_tokenizer: expected `BertPreTokenizer`, found `Whitespace`";
    assert_eq!(other, format!("tokenizer.json: {expected}"));
    let added = bert(json, |file| file["added_tokens"][0]["content"] = json!("[DRAGON]"));
    let expected = "unsupported added token: expected none but BERT's own, found `[DRAGON]`";
    assert_eq!(added, format!("tokenizer.json: {expected}"));
    let gap = bert(json, |file| file["model"]["vocab"]["dragon"] = json!(9000));
    assert!(gap.starts_with("tokenizer.json: expected a token of one line for the id "), "{gap}");

    let disagree = error_of("tiny-cross-bert", |folder| {
        let vocabulary = fs::read_to_string(folder.join("vocab.txt")).unwrap();
        fs::write(folder.join("vocab.txt"), vocabulary.replace("\ndragon\n", "\ndragoon\n")).unwrap();
    });
    let start = "vocab.txt: expected the tokens of tokenizer.json, found another one for the id ";
    assert!(disagree.starts_with(start), "{disagree}");
    let none = error_of("tiny-cross-bert-shards", |folder| fs::remove_file(folder.join(json)).unwrap());
    assert!(none.starts_with("can't read vocab.txt: "), "{none}");
    let unigram = error_of("tiny-cross-bert", |folder| {
        fs::copy(fixture("tiny-cross-xlmr").join(json), folder.join(json)).unwrap();
    });
    assert!(unigram.starts_with("tokenizer.json isn't a model's WordPiece tokenizer: "), "{unigram}");
}

#[test]
fn a_unigram_tokenizer_that_does_not_fit_is_an_error() {
    let roberta = |change: fn(&mut Value)| {
        error_of("tiny-cross-xlmr", |folder| edit(&folder.join("tokenizer.json"), change))
    };
    let more = roberta(|file| {
        let vocabulary = file["model"]["vocab"].as_array_mut().unwrap();
        vocabulary.push(json!(["▁dragons", -9.0]));
    });
    assert_eq!(more, "tokenizer.json: expected at most 247 tokens as in config.json, found 248");
    let unknown = roberta(|file| file["model"]["unk_id"] = Value::Null);
    assert!(
        unknown.starts_with("tokenizer.json: unsupported model: expected an unknown token, found "),
        "{unknown}"
    );
    let pair = roberta(|file| {
        file["post_processor"]["pair"].as_array_mut().unwrap().remove(2);
    });
    let start = "tokenizer.json: unsupported post_processor: expected `<s> A </s></s> B </s>`, found [0, ";
    assert!(pair.starts_with(start), "{pair}");
    let start = roberta(|file| {
        file["post_processor"] = Value::Null;
        file["added_tokens"][0]["content"] = json!("<S>");
        file["model"]["vocab"][0][0] = json!("<S>");
    });
    assert_eq!(start, "tokenizer.json: expected the token `<s>`, found none");
    let bert = error_of("tiny-cross-xlmr", |folder| {
        fs::copy(fixture("tiny-cross-bert").join("tokenizer.json"), folder.join("tokenizer.json")).unwrap();
    });
    assert_eq!(
        bert,
        "tokenizer.json isn't a model's tokenizer: expected a Unigram model, found another kind"
    );
    for text in ["", "{", "[1]"] {
        let broken =
            error_of("tiny-cross-xlmr", |folder| fs::write(folder.join("tokenizer.json"), text).unwrap());
        assert!(broken.starts_with("tokenizer.json isn't a model's tokenizer: "), "{text}: {broken}");
    }
    let none = error_of("tiny-cross-xlmr", |folder| fs::remove_file(folder.join("tokenizer.json")).unwrap());
    assert!(none.starts_with("can't read tokenizer.json: "), "{none}");
}
