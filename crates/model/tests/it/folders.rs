//! What the small files of a folder say of a sentence encoder's use, and what they leave open.

use std::fs;
use std::path::Path;

use naragtive_model::{Embedder, ModelOptions, Pooling, Usage};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::made::{Made, one_thread};
use crate::rerank::fixture;

const TEXT: &str = "the old ferry came in under fog";

/// A made-up model with some more files, and nothing said about pooling but in these.
fn folder(files: &[(&str, Value)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    Made::new(48, 4, 80).write(folder.path());
    fs::remove_dir_all(folder.path().join("1_Pooling")).unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
    }
    folder
}

fn open(folder: &Path, usage: Usage) -> Embedder {
    Embedder::open(folder, ModelOptions { usage, ..one_thread() }).unwrap()
}

/// The error of that folder, without its name.
fn error(files: &[(&str, Value)]) -> String {
    let folder = folder(files);
    let Err(error) = Embedder::open(folder.path(), one_thread()) else { panic!("the folder was opened") };
    error.to_string().replace(&format!("{}{}", folder.path().display(), std::path::MAIN_SEPARATOR), "")
}

const E5: Usage = Usage { pooling: None, query: "query: ", passage: "passage: ", max_tokens: None };

#[test]
fn prompts_stand_before_texts_as_the_folder_says_else_as_the_model_is_known() {
    let plain = open(folder(&[]).path(), Usage::default());
    let nothing = Usage::default();
    for (file, usage, query, passage) in [
        (json!({}), nothing, "", ""),
        (json!({}), E5, "query: ", "passage: "),
        (json!({"prompts": {}, "default_prompt_name": null}), E5, "query: ", "passage: "),
        (json!({"prompts": {"query": "", "document": ""}}), E5, "query: ", "passage: "),
        (json!({"prompts": {"query": "find: ", "document": ""}}), E5, "find: ", ""),
        (json!({"prompts": {"query": "find: ", "passage": "story: "}}), nothing, "find: ", "story: "),
        (json!({"prompts": {"corpus": "story: "}}), nothing, "", "story: "),
        (json!({"prompts": {"all": "text: "}, "default_prompt_name": "all"}), E5, "text: ", "text: "),
        (json!({"prompts": {"all": "text: "}}), nothing, "", ""),
    ] {
        let made = folder(&[("config_sentence_transformers.json", file.clone())]);
        let embedder = open(made.path(), usage);
        assert_eq!(embedder.embed_query(TEXT), plain.embed_one(&format!("{query}{TEXT}")), "{file}");
        assert_eq!(embedder.embed_one(TEXT), plain.embed_one(&format!("{passage}{TEXT}")), "{file}");
        assert_eq!(embedder.embed(&[TEXT]), embedder.embed_one(TEXT), "{file}");
        assert_eq!(embedder.tokens(TEXT), plain.tokenizer().encode(&format!("{passage}{TEXT}")), "{file}");
    }
}

#[test]
fn pooling_is_where_the_list_of_steps_says_else_as_the_model_is_known() {
    let step = |kind: &str, path: &str| json!({"path": path, "type": format!("sentence_transformers.models.{kind}")});
    let steps =
        |path| json!([step("Transformer", ""), step("Pooling", path), step("Normalize", "2_Normalize")]);
    let cls = || json!({"pooling_mode_cls_token": true, "word_embedding_dimension": 48});
    let mean = open(folder(&[]).path(), Usage::default()).embed_one(TEXT);
    let first = open(folder(&[("1_Pooling/config.json", cls())]).path(), Usage::default()).embed_one(TEXT);
    assert_ne!(mean, first);
    let usage = Usage { pooling: Some(Pooling::Cls), ..Usage::default() };
    let named = |mode: &str| json!({"pooling_mode": mode, "include_prompt": true});
    for (files, usage, expected) in [
        (vec![], usage, &first),
        (vec![("1_Pooling/config.json", json!({"pooling_mode_mean_tokens": true}))], usage, &mean),
        (vec![("modules.json", steps("own")), ("own/config.json", cls())], Usage::default(), &first),
        (vec![("modules.json", steps("own")), ("1_Pooling/config.json", cls())], Usage::default(), &mean),
        (vec![("1_Pooling/config.json", named("cls"))], Usage::default(), &first),
        (vec![("1_Pooling/config.json", named("mean"))], usage, &mean),
        (vec![("1_Pooling/config.json", json!({"pooling_mode_mean_sqrt_len_tokens": true}))], usage, &mean),
    ] {
        assert_eq!(&open(folder(&files).path(), usage).embed_one(TEXT), expected, "{files:?}");
    }
}

#[test]
fn steps_and_comparisons_that_are_not_computed_are_an_error() {
    let step = |kind: &str, path: &str| json!({"path": path, "type": format!("sentence_transformers.models.{kind}")});
    let (encoder, pooling) = (step("Transformer", ""), step("Pooling", "1_Pooling"));
    let two = json!([encoder, pooling]);
    let modules = |list: Value| ("modules.json", list);
    let others = |file: Value| ("config_sentence_transformers.json", file);
    for (files, expected) in [
        (
            vec![modules(json!([encoder, pooling, step("Dense", "2_Dense")]))],
            "modules.json: unsupported steps: expected `Transformer`, `Pooling` and perhaps `Normalize`, found \
             `Transformer`, `Pooling`, `Dense`",
        ),
        (
            vec![modules(json!([step("Transformer", "0_BERT"), pooling]))],
            "modules.json: unsupported path of the encoder: expected the folder itself, found `0_BERT`",
        ),
        (
            vec![modules(json!([encoder, step("Pooling", "../1_Pooling")]))],
            "modules.json: unsupported path: expected one in the folder, found `../1_Pooling`",
        ),
        (
            vec![(
                "1_Pooling/config.json",
                json!({"pooling_mode_max_tokens": true, "pooling_mode_cls_token": true}),
            )],
            "1_Pooling/config.json: unsupported pooling mode: expected mean tokens or the first token, found `cls`, \
             `max_tokens`",
        ),
        (
            vec![("1_Pooling/config.json", json!({}))],
            "1_Pooling/config.json: unsupported pooling mode: expected mean tokens or the first token, found none",
        ),
        (
            vec![modules(two.clone()), others(json!({"similarity_fn_name": "dot"}))],
            "config_sentence_transformers.json: unsupported similarity_fn_name: expected `cosine`, or vectors of length \
             1, found `dot`",
        ),
        (
            vec![
                ("1_Pooling/config.json", json!({"pooling_mode_mean_tokens": true, "include_prompt": false})),
                others(json!({"prompts": {"query": "find: "}})),
            ],
            "1_Pooling/config.json: unsupported include_prompt: expected true, found false",
        ),
    ] {
        assert_eq!(error(&files), expected);
    }
    for file in ["modules.json", "config_sentence_transformers.json", "1_Pooling/config.json"] {
        let found = error(&[(file, json!("x"))]);
        assert!(found.starts_with(&format!("{file} isn't a model's ")), "{found}");
    }
    let normalized = json!([encoder, pooling, step("Normalize", "2_Normalize")]);
    for files in [
        vec![modules(normalized), others(json!({"similarity_fn_name": "dot"}))],
        vec![modules(two), others(json!({"similarity_fn_name": "cosine", "prompts": null}))],
    ] {
        open(folder(&files).path(), Usage::default());
    }
}

#[test]
fn a_text_is_cut_where_the_folder_says() {
    let long = "the old ferry came in under fog ".repeat(20);
    let most = |length| Usage { max_tokens: Some(length), ..Usage::default() };
    for (files, usage, tokens) in [
        (vec![], Usage::default(), 64),
        (vec![], most(20), 20),
        (vec![("sentence_bert_config.json", json!({"max_seq_length": 32}))], most(20), 32),
        (vec![("sentence_xlm-roberta_config.json", json!({"max_seq_length": 24}))], most(20), 24),
        (vec![("sentence_bert_config.json", json!({"max_seq_length": null}))], most(20), 20),
        (vec![("sentence_bert_config.json", json!({"max_seq_length": 9000}))], most(20), 64),
        (vec![("tokenizer_config.json", json!({"model_max_length": 40}))], Usage::default(), 40),
        (vec![("tokenizer_config.json", json!({"model_max_length": 1e30}))], Usage::default(), 64),
    ] {
        let embedder = open(folder(&files).path(), usage);
        assert_eq!(embedder.tokens(&long).len(), tokens, "{files:?}");
        assert_eq!(embedder.tokenizer().count(&long), tokens - 2, "{files:?}");
    }
}

#[test]
fn letters_are_made_small_first_where_the_folder_says() {
    let plain =
        open(folder(&[("tokenizer_config.json", json!({"do_lower_case": false}))]).path(), Usage::default());
    let small = open(
        folder(&[
            ("tokenizer_config.json", json!({"do_lower_case": false})),
            ("sentence_bert_config.json", json!({"do_lower_case": true})),
        ])
        .path(),
        Usage::default(),
    );
    assert_ne!(plain.tokens("The FERRY"), plain.tokens("the ferry"));
    assert_eq!(small.tokens("The FERRY"), plain.tokens("the ferry"));
}

#[test]
fn word_pieces_are_those_of_tokenizer_json_where_there_is_no_other_file() {
    let files = folder(&[]);
    let expected = open(files.path(), Usage::default());
    let tokens = fs::read_to_string(files.path().join("vocab.txt")).unwrap();
    let ids: serde_json::Map<String, Value> =
        tokens.lines().enumerate().map(|(id, token)| (token.to_owned(), id.into())).collect();
    let tokenizer = |kind: Value| {
        json!({
            "normalizer": {"type": "BertNormalizer", "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"type": kind, "vocab": ids, "continuing_subword_prefix": "##"},
        })
    };
    fs::remove_file(files.path().join("vocab.txt")).unwrap();
    for kind in [json!("WordPiece"), Value::Null] {
        fs::write(files.path().join("tokenizer.json"), tokenizer(kind).to_string()).unwrap();
        let found = open(files.path(), Usage::default());
        assert_eq!(found.tokens(TEXT), expected.tokens(TEXT));
        assert_eq!(found.identity(), expected.identity(), "a vocabulary is the same in either file");
    }
    fs::write(files.path().join("tokenizer.json"), tokenizer(json!("BPE")).to_string()).unwrap();
    let Err(error) = Embedder::open(files.path(), one_thread()) else { panic!("the folder was opened") };
    assert!(error.to_string().ends_with("expected a Unigram model, found another kind"), "{error}");
}

#[test]
fn what_a_model_knows_of_a_text_is_known() {
    let words = open(folder(&[]).path(), Usage::default());
    for (text, share) in
        [("", 0.0), ("the ferry, a bell", 0.0), ("鬼 山 火 木 the", 0.8), ("ξένος", 1.0), ("zqxj the", 0.0)]
    {
        let found = words.tokenizer().strange_share(text);
        assert!((found - share).abs() < 0.01, "{text}: {found}");
    }
    // Its letters are known, but no word of them.
    let letters = Embedder::open(&fixture("tiny-embed-bert"), one_thread()).unwrap();
    for (text, share) in [("море", 1.0), ("the море", 0.8), ("鬼", 0.0)] {
        let found = letters.tokenizer().strange_share(text);
        assert!((found - share).abs() < 0.01, "{text}: {found}");
    }
    for (word, is_word) in
        [("ferry", true), ("Bell", true), ("ferrry", false), ("the bell", false), ("鬼", false), ("", false)]
    {
        assert_eq!(words.tokenizer().is_word(word), is_word, "{word}");
    }
    let files = folder(&[]);
    fs::remove_file(files.path().join("vocab.txt")).unwrap();
    fs::copy(fixture("tiny-cross-xlmr").join("tokenizer.json"), files.path().join("tokenizer.json")).unwrap();
    let pieces = open(files.path(), Usage::default());
    assert_eq!(pieces.tokenizer().strange_share("鬼は山"), 0.0);
    assert!(pieces.tokenizer().strange_share("ξένος") > 0.4, "a mark, and what is no piece");
}
