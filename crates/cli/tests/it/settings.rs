//! `config show`, and what a shell and `man` are given.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn with_config(text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.home("")).unwrap();
    fs::write(sandbox.home("config.toml"), text).unwrap();
    sandbox
}

#[test]
fn every_value_says_where_it_came_from() {
    let sandbox = with_config("limit = 3\nrerank = true\nlexicon = 'campaign.toml'\nthreads = 4\n");
    let mut command = sandbox.command(&["config", "show", "--json", "--threads", "2"]);
    command.env("NARAGTIVE_THREADS", "3").env("NARAGTIVE_LEXICON", "/other.toml");
    let output = sandbox.finish(&mut command);
    let shown: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(shown["file"], json!({"path": "[ROOT]/home/.naragtive/config.toml", "exists": true}));
    let settings = shown["settings"].as_array().unwrap();
    for (key, value, from, by) in [
        ("home", json!("[ROOT]/home/.naragtive"), "default", json!(null)),
        ("limit", json!(3), "file", json!(null)),
        ("rerank", json!(true), "file", json!(null)),
        ("initial_k", json!(50), "default", json!(null)),
        ("threads", json!(2), "flag", json!("--threads")),
        ("lexicon", json!("/other.toml"), "variable", json!("NARAGTIVE_LEXICON")),
        ("precision", json!("f32"), "variable", json!("NARAGTIVE_PRECISION")),
    ] {
        let found = settings.iter().find(|setting| setting["key"] == key).unwrap();
        assert_eq!(*found, json!({"key": key, "value": value, "from": from, "by": by}));
    }
}

#[test]
fn the_config_file_is_obeyed() {
    let sandbox = with_config("limit = 2\ncolor = 'always'\n");
    sandbox.ingest_chapter(&[]);
    assert_eq!(sandbox.json(&["search", "orders", "--json"])["results"].as_array().unwrap().len(), 2);
    assert!(sandbox.done(&["search", "orders"]).contains('\x1b'));
    assert!(!sandbox.done(&["search", "orders", "--color", "never"]).contains('\x1b'));
}

#[test]
fn a_config_file_that_cannot_be_used_is_refused() {
    for (name, text) in
        [("wrong-type", "limit = 'ten'\n"), ("bad-precision", "precision = 'f16'\n"), ("syntax", "limit =\n")]
    {
        assert_snapshot!(format!("config-{name}"), with_config(text).refused(&["stats"]));
    }
}

#[test]
fn a_key_that_means_nothing_is_told_and_stops_no_command() {
    let sandbox = with_config("limt = 3\nlimit = 1\n");
    sandbox.ingest_chapter(&[]);
    let output = sandbox.run(&["search", "orders", "--json"]);
    let hits: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((output.code, hits["results"].as_array().unwrap().len()), (Some(0), 1));
    assert_snapshot!(output.stderr, @r"
    warning: passing over a line of the config file: `[ROOT]/home/.naragtive/config.toml` has an unknown key `limt`; known: `color`, `limit`, `initial_k`, `rerank`, `rerank_model`, `rerank_url`, `rerank_weight`, `chat_url`, `chat_model`, `embed_url`, `model`, `model_dir`, `lexicon`, `day_first`, `threads`, `precision`, `language`
    hint: did you mean `limit`?
    ");
    let checks = sandbox.run(&["doctor"]);
    assert_eq!(checks.code, Some(2));
    assert!(
        checks.stdout.contains("`limt`") && checks.stdout.contains("hint: did you mean `limit`?"),
        "{checks}"
    );
}

#[test]
fn a_byte_order_mark_and_a_tilde_are_understood() {
    let sandbox = with_config("\u{feff}limit = 3\n");
    assert!(sandbox.done(&["config", "show"]).contains("from config.toml"));
    let user = sandbox.home("").parent().unwrap().to_owned();
    let mut command = sandbox.command(&["config", "show", "--json"]);
    command.env("NARAGTIVE_HOME", "~/mine").env("NARAGTIVE_LEXICON", "~/words.toml");
    let shown: Value = serde_json::from_str(&sandbox.finish(&mut command).stdout).unwrap();
    let values: Vec<_> = shown["settings"].as_array().unwrap().iter().map(|row| &row["value"]).collect();
    assert!(values.contains(&&json!("[ROOT]/home/mine")), "{values:?}");
    assert!(values.contains(&&json!("[ROOT]/home/words.toml")), "{values:?}");
    assert!(user.is_dir() && !sandbox.path("~").exists());
}

#[test]
fn a_shell_completes_commands_flags_and_store_names() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign-1"]);
    let complete = |words: &[&str]| {
        let mut command = sandbox.command(&[&["--", "naragtive"], words].concat());
        command.env("NARAGTIVE_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        command.env("_CLAP_IFS", "\n");
        sandbox.finish(&mut command).stdout
    };
    for (words, expected) in [
        (&["sta"][..], "stats"),
        (&["stats", "--store-n"], "--store-name"),
        (&["stats", "--store-name", ""], "campaign-1\ndefault"),
        (&["set-default", "c"], "campaign-1"),
        (&["delete-store", "d"], ""),
        (&["create-store", "x", "y", "nep"], "neptune"),
        (&["export", "q", "--format", "rag-m"], "rag-minimal"),
        (&["search", "q", "--rerank-model", "bge"], "bge-reranker-v2-m3\nbge-reranker-base"),
        (&["model", "pull", "ms-marco-T"], "ms-marco-TinyBERT-L-2-v2"),
    ] {
        assert_eq!(complete(words).trim_end(), expected, "{words:?}");
    }
}

#[test]
fn there_is_a_script_for_every_shell() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = sandbox.done(&["completions", shell]);
        assert!(script.contains("NARAGTIVE_COMPLETE") && script.contains("naragtive"), "{script}");
    }
}

#[test]
fn there_is_a_man_page_for_every_command() {
    let sandbox = Sandbox::new();
    let page = sandbox.done(&["man"]);
    assert!(page.contains(".TH naragtive 1") && page.contains("naragtive\\-search(1)"), "{page}");
    sandbox.done(&["man", "--output", "man1"]);
    let search = String::from_utf8(sandbox.read("man1/naragtive-search.1")).unwrap();
    assert!(search.contains("\\-\\-store\\-name"), "{search}");
    assert!(sandbox.path("man1/naragtive-model-pull.1").is_file());
}

#[test]
fn a_number_of_nothing_is_refused_in_plain_words() {
    let sandbox = Sandbox::new();
    for flag in ["--limit", "--initial-k", "--threads"] {
        for number in ["0", "-1", "ten"] {
            let output = sandbox.run(&["search", "a door", &format!("{flag}={number}")]);
            assert!(output.stderr.contains("expected a whole number from 1 up"), "{output}");
        }
    }
}

#[test]
fn instructions_that_this_machine_lacks_are_refused_with_those_it_has() {
    let sandbox = Sandbox::new();
    let said = sandbox.refusal(sandbox.finish(sandbox.command(&["list-stores"]).env("NARAGTIVE_ISA", "mmx")));
    assert!(said.contains("`mmx`") && said.contains("hint: this machine has scalar"), "{said}");
}
