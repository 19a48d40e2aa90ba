//! What a result shows of its scene, and why.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::Sandbox;

/// A store with one scene of many passages, which speaks of the lamp far from its beginning.
fn with_long_scene() -> Sandbox {
    let sandbox = Sandbox::new();
    let fill = "The crew sat in the galley and said little. ".repeat(20);
    let text = format!("{fill}Then Zoë lit the lamps — all of them, and the harbour saw it. {fill}");
    sandbox.write("log.txt", text);
    sandbox.done(&[
        "ingest-chat",
        "-s",
        "log.txt",
        "--type",
        "txt",
        "--chunk-size",
        "9999",
        "-o",
        "log.parquet",
    ]);
    sandbox
}

fn search(sandbox: &Sandbox, query: &str, more: &[&str]) -> String {
    sandbox.done(&[&["search", query, "-s", "log.parquet"], more].concat())
}

#[test]
fn a_result_shows_the_passage_with_the_words() {
    let sandbox = with_long_scene();
    assert_snapshot!(search(&sandbox, "lit a lamp", &["--mode", "keyword"]), @r"
    ================================================================================
    SCENE SEARCH: 'lit a lamp'
    ================================================================================

    [Result 1] Relevance: 63.3%
      Scene:      chunk_000000

    [...] in the galley and said little. Then Zoë lit the lamps — all of them, and the harbour saw it. The crew sat in the galley and said little. [...]
    --------------------------------------------------------------------------------
    ");
    let marked = search(&sandbox, "lit a lamp", &["--mode", "keyword", "--color", "always"]);
    assert!(marked.contains("Zoë \x1b[1mlit\x1b[0m the \x1b[1mlamps\x1b[0m — all"), "{marked}");
}

#[test]
fn json_says_where_words_and_passage_stand_in_characters() {
    let sandbox = with_long_scene();
    let found = sandbox.json(&["search", "lit a lamp", "-s", "log.parquet", "--mode", "keyword", "--json"]);
    let result = &found["results"][0];
    let text: Vec<char> = result["text"].as_str().unwrap().chars().collect();
    let cut = |span: &Value| -> String {
        let [start, end] = [0, 1].map(|at| span[at].as_u64().unwrap() as usize);
        text[start..end].iter().collect()
    };
    let words: Vec<String> = result["matches"].as_array().unwrap().iter().map(cut).collect();
    assert_eq!(words, ["lit", "lamps"]);
    assert_eq!(cut(&result["passage_span"]), result["passage"].as_str().unwrap());
    assert!(result["passage"].as_str().unwrap().contains("Zoë lit the lamps"));
}

#[test]
fn a_search_by_meaning_marks_no_words() {
    let sandbox = with_long_scene();
    let semantic = ["search", "lit a lamp", "-s", "log.parquet", "--mode", "semantic", "--json"];
    assert_eq!(sandbox.json(&semantic)["results"][0]["matches"], Value::Array(Vec::new()));
}
