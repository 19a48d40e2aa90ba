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

    [Result 1] Relevance: 0.69 (BM25)
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

fn with_chat() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.golden("chat-messages.json");
    sandbox.done(&["ingest-chat", "-s", "chat-messages.json", "--register", "table"]);
    sandbox
}

#[test]
fn explain_says_what_made_the_score() {
    let sandbox = with_chat();
    let asked = ["search", "who lit the lamp", "-l", "2", "--explain"];
    assert_snapshot!("explain", sandbox.done(&asked));
    let found = sandbox.json(&[&asked[..], &["--json"]].concat());
    assert_snapshot!("explain-json", format!("{:#}", found["results"][0]["explain"]));
    for result in found["results"].as_array().unwrap() {
        let share = |signal: &str| result["explain"][signal]["share"].as_f64().unwrap_or(0.0);
        let signals = ["meaning", "words", "around", "neighbour", "session", "cue", "date", "phrases"];
        let sum: f64 = signals.into_iter().map(share).sum();
        // Each is cut after three digits.
        assert!((sum - result["explain"]["blend"].as_f64().unwrap()).abs() < 5e-3, "{result:#}");
    }
    let plain = sandbox.json(&["search", "who lit the lamp", "--json"]);
    assert_eq!(plain["results"][0]["explain"], Value::Null);
}

#[test]
fn explain_knows_every_mode() {
    let sandbox = with_chat();
    for mode in ["semantic", "keyword"] {
        let shown = sandbox.done(&["search", "who lit the lamp", "-l", "1", "--explain", "--mode", mode]);
        let why: Vec<&str> = shown.lines().filter(|line| line.starts_with("  Why:")).collect();
        let signal = if mode == "semantic" { "meaning (cosine" } else { "words (BM25" };
        assert!(why.len() == 1 && why[0].contains(signal) && !why[0].contains('+'), "{shown}");
        assert!(!shown.contains("By ranks"), "{shown}");
    }
}

#[test]
fn neighbours_come_with_a_hit() {
    let sandbox = with_chat();
    let asked = ["search", "oil up the stairs", "-l", "1", "--context", "1"];
    assert_snapshot!("context", sandbox.done(&asked));
    let coloured = sandbox.done(&[&asked[..], &["--color", "always"]].concat());
    assert!(coloured.contains("\x1b[2m[before: chat_000000_Alice]"), "{coloured}");
    let found = sandbox.json(&[&asked[..], &["--json"]].concat());
    let ids = |side: &str| -> Vec<String> {
        let scenes = found["results"][0][side].as_array().unwrap().iter();
        scenes.map(|scene| scene["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("before"), ["chat_000000_Alice"]);
    assert_eq!(ids("after"), ["chat_000002_Chloé"]);
}

#[test]
fn exported_neighbours_are_part_of_the_text_and_nothing_is_there_twice() {
    let sandbox = with_chat();
    let all = ["export", "lamp oil stairs", "-l", "2", "--context", "3", "-f"];
    let document = |format: &str| sandbox.done(&[&all[..], &[format]].concat());
    for format in ["llm-context", "rag", "rag-minimal", "rag-structured", "llamafile"] {
        let document = document(format);
        for text in ["the lamp lit itself", "carried the oil up the stairs"] {
            assert_eq!(document.matches(text).count(), 1, "{format}: {document}");
        }
    }
    let one = ["export", "oil up the stairs", "-l", "1", "--context", "1", "-f", "rag"];
    assert_snapshot!("export-context", sandbox.done(&one));
    let line: Value = serde_json::from_str(document("jsonl").lines().next().unwrap()).unwrap();
    assert!(line["before"].is_array() || line["after"].is_array(), "{line:#}");
}

#[test]
fn scenes_like_one_are_found_without_it() {
    let sandbox = with_chat();
    let like = ["search", "--similar-to", "chat_000000_Alice"];
    let found = sandbox.json(&[&like[..], &["--json"]].concat());
    assert_eq!((&found["query"], &found["similar_to"]), (&Value::Null, &"chat_000000_Alice".into()));
    assert_eq!(found["mode"], "semantic");
    let ids: Vec<&str> =
        found["results"].as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 4 && !ids.contains(&"chat_000000_Alice"), "{ids:?}");
    let shown = sandbox.done(&[&like[..], &["-l", "1", "--explain"]].concat());
    assert!(shown.contains("SCENES LIKE: chat_000000_Alice") && shown.contains("meaning (cosine"), "{shown}");
    let export = sandbox.done(&["export", "--similar-to", "chat_000000_Alice", "-l", "1"]);
    assert!(export.starts_with("# Context for: scenes like chat_000000_Alice\n"), "{export}");
}

#[test]
fn scenes_like_one_that_is_not_there_are_an_error() {
    let sandbox = with_chat();
    assert_snapshot!(sandbox.refused(&["search", "--similar-to", "chat_00000_Alice"]), @r"
    error: there is no scene `chat_00000_Alice` in `[ROOT]/home/.naragtive/stores/table.parquet`
    hint: did you mean `chat_000000_Alice`? the ids are in: naragtive list --json
    ");
    assert_snapshot!(
        sandbox.refused(&["search", "--similar-to", "chat_000000_Alice", "--mode", "keyword"]),
        @r"
    error: scenes are like each other in meaning, not by words: `--mode keyword`
    hint: leave --mode out with --similar-to
    "
    );
    for more in [&["a lamp"][..], &["--queries", "q.txt"], &["--rerank"]] {
        let output = sandbox.run(&[&["search", "--similar-to", "chat_000000_Alice"], more].concat());
        assert_eq!(output.code, Some(2), "{more:?}");
    }
}
