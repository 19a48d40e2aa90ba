//! One ranking over several stores.

use std::fs;

use insta::assert_snapshot;
use naragtive_testkit::shared;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// The beginning of a real campaign, transcribed, and questions about it.
fn real_scenes(count: usize) -> Vec<Value> {
    let text = fs::read_to_string(shared("data/crd3/scenes.json")).unwrap();
    let scenes: Vec<Value> = serde_json::from_str(&text).unwrap();
    scenes.into_iter().take(count).collect()
}

fn real_questions(count: usize) -> String {
    let text = fs::read_to_string(shared("data/crd3/queries.jsonl")).unwrap();
    let questions = text.lines().take(count).map(|line| {
        let question: Value = serde_json::from_str(line).unwrap();
        format!("{}\n", question["query"].as_str().unwrap())
    });
    questions.collect()
}

fn ids(found: &Value) -> Vec<&str> {
    let results = found["results"].as_array().unwrap();
    results.iter().map(|result| result["metadata"]["msg_id"].as_str().unwrap()).collect()
}

#[test]
fn two_halves_of_a_store_answer_as_the_whole() {
    const SCENES: usize = 186;
    let sandbox = Sandbox::new();
    let scenes = real_scenes(SCENES);
    // The cut is between two evenings: what is of one session has a part in each other's score, and one that is cut in two is
    // another thing than a whole one.
    let cut = scenes.iter().position(|scene| scene["channel"] != scenes[0]["channel"]).unwrap();
    for (name, part) in [("whole", &scenes[..]), ("a", &scenes[..cut]), ("b", &scenes[cut..])] {
        sandbox.write(name, json!(part).to_string());
        sandbox.done(&["ingest-chat", "-s", name, "-o", &format!("{name}.parquet")]);
    }
    sandbox.write("questions", real_questions(20));
    let answers = |stores: &str| -> Vec<Value> {
        let lines = sandbox.done(&["search", "--queries", "questions", "--stores", stores]);
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (whole, halves) = (answers("whole.parquet"), answers("a.parquet,b.parquet"));
    assert_eq!((whole.len(), halves.len()), (20, 20));
    let (mut same, mut all) = (0, 0);
    for (whole, halves) in whole.iter().zip(&halves) {
        let (whole, halves) = (ids(whole), ids(halves));
        same += whole.iter().filter(|id| halves.contains(id)).count();
        all += whole.len();
    }
    assert!(all > 150 && same * 100 >= all * 98, "{same} of {all}");
}

#[test]
fn each_hit_says_which_store_it_is_from() {
    let sandbox = Sandbox::with_two_stores();
    let asked = ["search", "the lamp in the medbay", "--stores", "campaign,table", "-l", "4"];
    assert_snapshot!("several-stores", sandbox.done(&asked));
    let found = sandbox.json(&[&asked[..], &["--json"]].concat());
    assert_eq!(found["store"], Value::Null);
    assert_eq!(found["stores"].as_array().unwrap().len(), 2);
    for result in found["results"].as_array().unwrap() {
        let store = if result["id"].as_str().unwrap().starts_with("chat") { "table" } else { "campaign" };
        assert_eq!(result["store"]["name"], store);
    }
    let all = sandbox.json(&["search", "the lamp in the medbay", "--all-stores", "-l", "4", "--json"]);
    assert_eq!(all, found);
    let one = sandbox.json(&["search", "the lamp", "--stores", "table,table", "--json"]);
    assert_eq!((&one["store"]["name"], one["stores"].as_array().unwrap().len()), (&"table".into(), 1));
}

#[test]
fn what_comes_with_a_hit_is_of_its_store() {
    let sandbox = Sandbox::with_two_stores();
    let found = sandbox.json(&[
        "search",
        "oil up the stairs",
        "--all-stores",
        "-l",
        "1",
        "--context",
        "9",
        "--explain",
        "--json",
    ]);
    let hit = &found["results"][0];
    assert_eq!(hit["id"], "chat_000001_Bob");
    assert_eq!(hit["before"][0]["id"], "chat_000000_Alice");
    let like = sandbox.json(&["search", "--similar-to", "chat_000001_Bob", "--all-stores", "--json"]);
    assert_eq!(like["results"].as_array().unwrap().len(), 8);
    let export = sandbox.done(&["export", "oil up the stairs", "--all-stores", "-f", "rag", "-l", "1"]);
    assert!(export.contains("[1] chat_000001_Bob"), "{export}");
}

#[test]
fn one_store_that_cannot_be_searched_is_named_and_the_others_are() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.fixture("other-model.parquet", "other.parquet");
    sandbox.done(&["create-store", "other", "other.parquet", "chat"]);
    let all = |why: &str| {
        let output = sandbox.run(&["search", "the lamp", "--all-stores"]);
        assert_eq!(output.code, Some(0), "{output}");
        assert!(output.stdout.contains("Store:      table"), "{output}");
        assert!(output.stderr.starts_with("warning: passing over store `other`: "), "{output}");
        assert!(output.stderr.contains(why), "{output}");
    };
    all("holds embeddings of ");
    sandbox.write("other.parquet", "no parquet at all");
    all("parquet");
    assert_snapshot!(sandbox.refused(&["search", "the lamp", "--stores", "campaign,tabel"]), @r"
    error: no store is named `tabel`; known: `campaign`, `other`, `table`
    hint: did you mean `table`? all of them: naragtive list-stores
    ");
    std::fs::remove_file(sandbox.path("other.parquet")).unwrap();
    all("the file of store `other` is not there any more");
    for more in [&["--store-name", "table"][..], &["-s", "x.parquet"], &["--all-stores"]] {
        let output = sandbox.run(&[&["search", "the lamp", "--stores", "table"], more].concat());
        assert_eq!(output.code, Some(2), "{more:?}");
    }
}

#[test]
fn all_stores_of_none_is_an_error() {
    let refused = Sandbox::new().refused(&["search", "the lamp", "--all-stores"]);
    assert!(refused.starts_with("error: no store was named"), "{refused}");
}
