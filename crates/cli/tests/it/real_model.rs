//! The journey with the default model.

use std::fs;

use insta::assert_snapshot;
use naragtive_store::Store;
use naragtive_testkit::shared;
use regex::Regex;
use serde_json::Value;

use crate::sandbox::{Sandbox, golden};

const LEAST_COSINE: f64 = 0.9999;

fn cosine(a: &[f32], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let a: Vec<f64> = a.iter().map(|&a| a.into()).collect();
    dot(&a, b) / (dot(&a, &a) * dot(b, b)).sqrt()
}

#[test]
fn golden_embeddings_come_out_of_the_store() {
    let sandbox = Sandbox::with_real_model();
    for (command, export, expected) in [
        (["ingest-neptune", "-e"], "neptune-chapter.txt", "neptune-chapter"),
        (["ingest-llama", "-e"], "llama-conversation.json", "llama-conversation"),
        (["ingest-chat", "-s"], "chat-messages.json", "chat-messages"),
    ] {
        sandbox.golden(export);
        sandbox.done(&[&command[..], &[export, "-o", "s.parquet", "--no-append"]].concat());
        let store = Store::open(&sandbox.path("s.parquet")).unwrap();
        let (ids, found) = (store.ids().unwrap(), store.embeddings().unwrap());
        assert_eq!(found.dimension, 384);
        let rows = String::from_utf8(golden(&format!("expected.{expected}.jsonl"))).unwrap();
        let rows = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
        let rows: Vec<Value> = rows.filter(|row| row["text"] != "").collect();
        assert_eq!(rows.len(), ids.len());
        for (row, (id, found)) in rows.iter().zip(ids.iter().zip(found.values.chunks(384))) {
            let numbers = row["embedding"].as_array().unwrap().iter();
            let golden: Vec<f64> = numbers.map(|number| number.as_f64().unwrap()).collect();
            assert_eq!(row["id"], id.as_str());
            assert!(cosine(found, &golden) >= LEAST_COSINE, "{id}: {}", cosine(found, &golden));
        }
    }
}

/// The sample's three questions and the scenes that answer them, as they are printed.
#[test]
fn quickstart_answers_its_questions() {
    let sandbox = Sandbox::with_real_model();
    let percent = Regex::new(r"\d+\.\d%").unwrap();
    let said = sandbox.done(&["quickstart"]);
    assert_snapshot!("quickstart", percent.replace_all(&said, "[PERCENT]"));
    // What it says to type next works as it is.
    let store = sandbox.home("cache/quickstart/sample.parquet");
    let answer =
        sandbox.json(&["search", "a rigged poker match", "--json", "--store", store.to_str().unwrap()]);
    assert!(said.contains(answer["results"][0]["id"].as_str().unwrap()), "{answer:#}");
}

#[test]
fn quickstart_can_be_typed_again() {
    let sandbox = Sandbox::with_real_model();
    assert_eq!(sandbox.done(&["quickstart"]), sandbox.done(&["quickstart"]));
}

#[test]
fn a_question_is_answered_by_a_scene_of_the_episode_it_is_about() {
    let sandbox = Sandbox::with_real_model();
    for episode in ["C1E001", "C1E009", "C1E020"] {
        let export = format!("{episode}.txt");
        sandbox.write(&export, fs::read(shared("data/crd3/neptune").join(&export)).unwrap());
        sandbox.done(&["ingest-neptune", "-e", &export, "--register", "campaign"]);
    }
    let found = sandbox.json(&["search", "the party meets the dwarf who leads the mine", "--json"]);
    assert_eq!(found["results"][0]["metadata"]["source_file"], "C1E001.txt", "{found:#}");
}
