//! Searches that need no model, what a query may be, and readers that go away.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::{Output, Sandbox};

/// Runs a command on a machine without a model, which may not be fetched.
fn without_model(sandbox: &Sandbox, args: &[&str]) -> Output {
    sandbox.finish(sandbox.command(args).env_remove("NARAGTIVE_MODEL_DIR"))
}

#[test]
fn what_needs_no_model_works_without_one() {
    let sandbox = Sandbox::with_two_stores();
    for args in [
        &["search", "lamp", "--mode", "keyword", "--all-stores", "--context", "1", "--explain"][..],
        &["search", "--similar-to", "chat_000000_Alice", "--store-name", "table"],
        &["list"],
        &["stats"],
        &["index", "build"],
    ] {
        let output = without_model(&sandbox, args);
        assert_eq!(output.code, Some(0), "{args:?} {output}");
    }
    let output = without_model(&sandbox, &["search", "lamp"]);
    assert!(output.code == Some(2) && output.stderr.contains("naragtive model"), "{output}");
}

#[test]
fn an_empty_query_is_an_error_that_says_what_to_type() {
    let sandbox = Sandbox::with_two_stores();
    for args in [["search", ""], ["search", " \t"], ["export", ""]] {
        let said = sandbox.refused(&args);
        assert!(said.starts_with("error: there is nothing to search for: the query is empty\n"), "{said}");
        assert!(said.contains("hint: type what you remember: naragtive search "), "{said}");
    }
}

#[test]
fn a_score_may_be_in_percent() {
    let sandbox = Sandbox::with_two_stores();
    let found = |score: &str| {
        let hits = sandbox.json(&["search", "the lamp", "--all-stores", "--json", "--min-score", score]);
        hits["results"].as_array().unwrap().len()
    };
    let kept = found("0.5");
    assert!(kept > 0 && kept < found("0"));
    for score in ["50%", "50 %", " 50% "] {
        assert_eq!(found(score), kept, "{score}");
    }
    let output = sandbox.run(&["search", "the lamp", "--min-score", "much"]);
    assert!(output.stderr.contains("expected a score like 0.4 or 40%, found `much`"), "{output}");
}

#[test]
fn queries_come_from_a_file_or_standard_input_with_or_without_a_mark_at_their_start() {
    let sandbox = Sandbox::with_two_stores();
    sandbox.write("queries.txt", "\u{feff}the lamp\n\norders\n");
    let from_file = sandbox.done(&["search", "--queries", "queries.txt", "--all-stores"]);
    assert!(from_file.starts_with("{\"query\":\"the lamp\""), "{from_file}");
    let mut command = sandbox.command(&["search", "--queries", "-", "--all-stores"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(b"the lamp\norders\n").unwrap();
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!(output.stdout, from_file);
}

#[test]
fn queries_whose_reader_has_gone_are_not_asked() {
    let sandbox = Sandbox::with_two_stores();
    // The last one is too long, which ends a search that comes as far as that with an error.
    let queries = "the lamp\n".repeat(3000) + &"lamp ".repeat(9000);
    sandbox.write("queries.txt", queries);
    let mut process = sandbox.command(&["search", "--queries", "queries.txt"]).spawn().unwrap();
    let mut first = String::new();
    let mut reader = BufReader::new(process.stdout.take().unwrap());
    reader.read_line(&mut first).unwrap();
    drop(reader);
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{output}");
    assert!(first.starts_with("{\"query\":\"the lamp\""), "{first}");
}

#[test]
fn a_prompt_sees_what_another_process_adds() {
    let sandbox = Sandbox::with_two_stores();
    let mut command = sandbox.command(&["interactive", "--store-name", "table", "--json"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut answers = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut records = |question: &str| {
        input.write_all(question.as_bytes()).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        answer["store"]["records"].as_u64().unwrap()
    };
    let before = records("lamp\n");
    sandbox.write("more.json", r#"[{"user": "Zoe", "message": "Another lamp went out."}]"#);
    sandbox.done(&["ingest-chat", "-s", "more.json", "--register", "table"]);
    assert_eq!(records("lamp\n"), before + 1);
    drop(input);
    assert!(process.wait().unwrap().success());
}

#[test]
fn a_word_that_stands_for_the_one_that_was_typed_is_told() {
    let sandbox = Sandbox::with_two_stores();
    let asked = ["search", "who lit the lapm", "--all-stores", "--json"];
    let output = sandbox.run(&asked);
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(found["also_searched"], json!([{"typed": "lapm", "meant": "lamp"}]));
    assert!(output.stderr.contains("also searched: lamp\n"), "{output}");
    let exact = sandbox.run(&[&asked[..], &["--exact"]].concat());
    assert!(!exact.stderr.contains("also searched"), "{exact}");
    let explained = sandbox.done(&["search", "who lit the lapm", "--store-name", "table", "--explain"]);
    assert!(explained.contains("lamp (for lapm) "), "{explained}");
    let prompted = sandbox.enter(&["--store-name", "table", "--mode", "keyword"], "lapm\n");
    assert!(prompted.stderr.contains("also searched: lamp\n"), "{prompted}");
}

#[test]
fn what_is_close_to_nothing_is_told_apart_from_what_answers() {
    let sandbox = Sandbox::with_two_stores();
    for (query, close) in [("who lit the lamp", true), ("xyzzy plugh quux frobnicate", false)] {
        let search = ["search", query, "--all-stores"];
        let found = sandbox.json(&[&search[..], &["--json"]].concat());
        assert_eq!(found["nothing_close"], json!(!close), "{found:#}");
        let said = sandbox.done(&search);
        assert_eq!(said.contains("\nNothing close was found. What comes nearest:\n"), !close, "{said}");
        let scores =
            found["results"].as_array().unwrap().iter().map(|result| result["score"].as_f64().unwrap());
        assert!(scores.into_iter().all(|score| (0.0..=1.0).contains(&score)), "{found:#}");
    }
    let by_words = sandbox.json(&["search", "lamp", "--all-stores", "--mode", "keyword", "--json"]);
    let first = &by_words["results"][0];
    let bm25 = [&first["score"], &first["scores"]["lexical"]].map(|score| score.as_f64().unwrap());
    assert!(by_words["nothing_close"] == json!(false) && (bm25[0] - bm25[1]).abs() < 1e-3, "{by_words:#}");
}
