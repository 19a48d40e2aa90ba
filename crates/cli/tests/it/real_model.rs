//! The journey with the default model, and the sample with any.

use std::fs;

use insta::assert_snapshot;
use naragtive_store::Store;
use naragtive_testkit::shared;
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
        let model = ["--model", "all-MiniLM-L6-v2"];
        sandbox.done(&[&command[..], &[export, "-o", "s.parquet", "--no-append"], &model].concat());
        let store = Store::open(sandbox.path("s.parquet")).unwrap();
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

/// The sample's three questions, and the scenes that answer them.
const ANSWERS: [(&str, &str); 3] = [
    ("an unjust verdict from a corrupt judge", "scene_0016_2025-02-14"),
    ("rich guests bid for eternal youth", "scene_0012_2025-02-07"),
    ("gambling for a secret", "scene_0011_2025-01-24"),
];

#[test]
fn quickstart_answers_its_questions_and_says_what_to_type_next() {
    let sandbox = Sandbox::with_real_model();
    let said = sandbox.done(&["quickstart"]);
    let frame: Vec<&str> = said.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_snapshot!("quickstart", frame.join("\n"));
    for (question, answer) in ANSWERS {
        let (_, after) = said.split_once(&format!("naragtive search \"{question}\"\n")).unwrap();
        assert!(after.trim_start().starts_with(answer), "{question}\n{after}");
        let found = sandbox.json(&["search", question, "-l", "1", "--json"]);
        assert_eq!(found["results"][0]["id"], answer);
        assert_eq!(found["nothing_close"], false, "no word of it is in the scene: {found:#}");
    }
}

#[test]
fn quickstart_can_be_typed_again() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.done(&["quickstart"]), sandbox.done(&["quickstart"]));
}

#[test]
fn the_sample_gives_way_to_a_store_of_ones_own_and_takes_nobodys_place() {
    let sandbox = Sandbox::new();
    sandbox.done(&["quickstart", "--quiet"]);
    let default = || sandbox.json(&["list-stores", "--json"])["default"].clone();
    assert_eq!(default(), "sample");
    sandbox.golden("neptune-chapter.txt");
    let own = ["ingest-neptune", "-e", "neptune-chapter.txt", "--register"];
    let said = sandbox.refused(&[&own[..], &["sample"]].concat());
    assert!(said.contains("sample"), "{said}");
    sandbox.done(&[&own[..], &["tavern"]].concat());
    assert_eq!(default(), "tavern", "though it comes behind `sample`");
    sandbox.done(&["quickstart", "--quiet"]);
    assert_eq!(default(), "tavern");
    sandbox.done(&["delete-store", "sample", "--purge", "--yes"]);
    let told = sandbox.done(&["quickstart"]);
    assert!(told.contains("--store ") && told.contains("cache/quickstart/sample.parquet"), "{told}");
    assert_eq!(sandbox.json(&["list-stores", "--json"])["stores"].as_array().unwrap().len(), 1);
}

/// How many characters there are of the episode that is meant, and of each other one, to be mistaken for it.
const MEANT: usize = 60_000;
const OTHERS: usize = 30_000;

/// A store of three episodes.
fn with_episodes() -> Sandbox {
    let sandbox = Sandbox::with_real_model();
    for episode in ["C1E001", "C1E009", "C1E020"] {
        let export = format!("{episode}.txt");
        let text = fs::read_to_string(shared("data/crd3/neptune").join(&export)).unwrap();
        let kept = if episode == "C1E001" { MEANT } else { OTHERS };
        sandbox.write(&export, text.chars().take(kept).collect::<String>());
        sandbox.done(&["ingest-neptune", "-e", &export, "--register", "campaign"]);
    }
    sandbox
}

/// The episodes that hold the first ten results for the question, best first.
fn answered_by(sandbox: &Sandbox, more: &[&str]) -> Vec<String> {
    let search = ["search", "the party meets the dwarf who leads the mine", "--json"];
    let found = sandbox.json(&[&search, more].concat());
    let hits = found["results"].as_array().unwrap().iter();
    hits.map(|hit| hit["metadata"]["source_file"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_question_is_answered_from_the_episode_it_is_about() {
    let sandbox = with_episodes();
    assert_eq!(answered_by(&sandbox, &["--mode", "semantic"])[0], "C1E001.txt");
    let found = answered_by(&sandbox, &[]);
    assert!(found.iter().filter(|episode| *episode == "C1E001.txt").count() >= 8, "{found:?}");
}
