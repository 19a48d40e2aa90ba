//! The second look: by a model in a folder, by a server, and what happens where neither can be had.

use std::fs;
use std::net::TcpListener;

use insta::assert_snapshot;
use naragtive_testkit::root;
use serde_json::{Value, json};

use crate::rerank_server::{Server, scored};
use crate::sandbox::Sandbox;

const QUERY: &str = "who gives the orders";

fn with_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign"]);
    sandbox
}

/// Puts a cross-encoder with random weights into a folder.
fn put_model(sandbox: &Sandbox, name: &str) -> String {
    let folder = sandbox.path(name);
    fs::create_dir_all(&folder).unwrap();
    for file in ["config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] {
        let from = root().join("crates/model/tests/fixtures/tiny-cross-bert").join(file);
        fs::copy(from, folder.join(file)).unwrap();
    }
    folder.display().to_string()
}

fn ids(found: &Value) -> Vec<&str> {
    found["results"].as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect()
}

#[test]
fn what_was_found_is_put_in_order_by_a_model_in_a_folder() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    assert_snapshot!(
        "rerank-search",
        sandbox.done(&["search", QUERY, "--rerank-model", "tiny-cross", "-l", "2"])
    );
    let found = sandbox.json(&["search", QUERY, "--rerank-model", "./tiny-cross", "--json"]);
    assert_eq!(
        (&found["reranked"], &found["reranker"], &found["candidates"]),
        (&json!(true), &json!("tiny-cross"), &json!(4))
    );
    let scores: Vec<f64> =
        found["results"].as_array().unwrap().iter().map(|result| result["score"].as_f64().unwrap()).collect();
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)), "{scores:?}");
    let best_score = scores.iter().copied().fold(0.0, f64::max);
    assert!(scores.iter().any(|score| *score < best_score), "{scores:?}");
    for (result, rank) in found["results"].as_array().unwrap().iter().zip(1..) {
        assert_eq!((&result["scores"]["rerank"], &result["rank"]), (&result["score"], &json!(rank)));
    }
    let best = sandbox.json(&["search", QUERY, "--rerank-model", "tiny-cross", "--json", "-l", "1"]);
    assert_eq!((ids(&best), &best["candidates"]), (ids(&found)[..1].to_vec(), &json!(4)));
    let one = sandbox.json(&[
        "search",
        QUERY,
        "--rerank-model",
        "tiny-cross",
        "--json",
        "-l",
        "1",
        "--initial-k",
        "1",
    ]);
    assert_eq!((&one["candidates"], ids(&one).len()), (&json!(1), 1));
    let threshold = best_score.to_string();
    let good =
        sandbox.json(&["search", QUERY, "--rerank-model", "tiny-cross", "--json", "--min-score", &threshold]);
    let reached: Vec<&str> = ids(&found)
        .into_iter()
        .zip(&scores)
        .filter(|(_, score)| **score >= best_score)
        .map(|(id, _)| id)
        .collect();
    assert_eq!(ids(&good), reached);
    // A weight so large that the reranker decides alone.
    fs::write(sandbox.home("config.toml"), "rerank_weight = 1000").unwrap();
    let alone = sandbox.json(&["search", QUERY, "--rerank-model", "tiny-cross", "--json"]);
    assert_eq!(alone["results"][0]["score"].as_f64(), Some(best_score));
}

#[test]
fn a_query_after_the_flag_is_a_query() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    let with = |args: &[&str]| {
        let mut command = sandbox.command(&[&["search", "--json"], args].concat());
        let output = sandbox.finish(command.env("NARAGTIVE_RERANK_MODEL", "tiny-cross"));
        let found: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output}"));
        (found["query"].clone(), found["reranked"] == true)
    };
    for (args, reranked) in [
        (&["--rerank", QUERY][..], true),
        (&["--rerank=prefer", QUERY], true),
        (&["--rerank=require", QUERY], true),
        (&["--rerank=off", QUERY], false),
        (&[QUERY], false),
        (&["--rerank-model", "tiny-cross", QUERY], true),
        (&["--rerank-model", "tiny-cross", "--rerank=off", QUERY], false),
    ] {
        assert_eq!(with(args), (json!(QUERY), reranked), "{args:?}");
    }
}

#[test]
fn a_model_that_is_not_here_is_said_and_the_search_answers_without_it() {
    let sandbox = with_store();
    let plain = sandbox.run(&["search", QUERY, "--json"]);
    let without = sandbox.run(&["search", "--rerank", QUERY, "--json"]);
    assert_eq!((without.code, &without.stdout), (Some(0), &plain.stdout));
    assert_snapshot!(without.stderr, @r"
    warning: not reranked: the model `bge-reranker-v2-m3` is not on this machine
      no folder `[ROOT]/home/.naragtive/models/bge-reranker-v2-m3`
    hint: naragtive model pull bge-reranker-v2-m3
    hint: smaller ones: naragtive model list
    ");
    assert_snapshot!(sandbox.refused(&["search", "--rerank=require", QUERY]), @r"
    error: the model `bge-reranker-v2-m3` is not on this machine
      no folder `[ROOT]/home/.naragtive/models/bge-reranker-v2-m3`
    hint: naragtive model pull bge-reranker-v2-m3
    hint: smaller ones: naragtive model list
    ");
    assert_eq!(sandbox.run(&["-q", "search", "--rerank", QUERY]).stderr, "");
    let export = sandbox.run(&["export", "--rerank", QUERY]);
    assert!(export.code == Some(0) && export.stderr.starts_with("warning: not reranked: "), "{export}");
    assert_snapshot!(sandbox.run(&["search", "--rerank-model", "bge", QUERY]).stderr, @r"
    warning: not reranked: expected a reranker's name or folder, found `bge`; known: `bge-reranker-v2-m3`, `bge-reranker-base`, `ms-marco-MiniLM-L-6-v2`, `ms-marco-MiniLM-L-12-v2`, `ms-marco-TinyBERT-L-2-v2`
    hint: what each is: naragtive model list
    ");
    assert_snapshot!(sandbox.refused(&["search", "--rerank-model", "all-MiniLM-L6-v2", "--rerank=require", QUERY]), @r"
    error: expected a reranker's name or folder, found `all-MiniLM-L6-v2`; known: `bge-reranker-v2-m3`, `bge-reranker-base`, `ms-marco-MiniLM-L-6-v2`, `ms-marco-MiniLM-L-12-v2`, `ms-marco-TinyBERT-L-2-v2`
    hint: what each is: naragtive model list
    ");
}

#[test]
fn a_server_puts_what_was_found_in_order() {
    let sandbox = with_store();
    let server = Server::scoring(|text| if text.contains("Rizzo") { 3.0 } else { -3.0 });
    let mut command = sandbox.command(&["search", QUERY, "--json", "--rerank-url", &server.url]);
    command.env("NARAGTIVE_RERANK_API_KEY", "s3cret");
    let output = sandbox.finish(&mut command);
    assert!(output.code == Some(0) && output.stderr.is_empty(), "{output}");
    let found: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&found["reranked"], &found["reranker"]), (&json!(true), &json!(server.url)));
    for result in found["results"].as_array().unwrap() {
        let expected = if result["text"].as_str().unwrap().contains("Rizzo") { 0.952 } else { 0.047 };
        assert!((result["score"].as_f64().unwrap() - expected).abs() < 0.001, "{result}");
    }
    let asked = server.asked();
    assert_eq!(
        (asked.len(), asked[0].0.as_str(), asked[0].1.as_deref()),
        (1, "/v1/rerank", Some("Bearer s3cret"))
    );
    assert_eq!(asked[0].2["query"], QUERY);
    assert!(asked[0].2.get("model").is_none() && !output.stdout.contains("s3cret"));
    let named =
        sandbox.json(&["search", QUERY, "--json", "--rerank-url", &server.url, "--rerank-model", "jina"]);
    assert_eq!(named["reranker"], format!("jina at {}", server.url));
    assert_eq!(server.asked()[1].2["model"], "jina");
}

#[test]
fn a_server_that_fails_is_said_and_the_search_answers_without_it() {
    let sandbox = with_store();
    let plain = sandbox.run(&["search", QUERY, "--json"]).stdout;
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = format!("http://{free}");
    let failing = Server::start(|_| (501, json!({"error": {"message": "no reranking"}}).to_string()));
    let garbage = Server::start(|_| (200, "<html>".to_owned()));
    for (url, expected) in [
        (nowhere.as_str(), "cannot be reached"),
        (&failing.url, "answered with status 501: no reranking\nhint: start it so that it reranks"),
        (&garbage.url, "gave an answer that can't be used"),
        ("localhost:8080", "expected the address of a server"),
    ] {
        let output = sandbox.run(&["search", QUERY, "--json", "--rerank-url", url]);
        assert_eq!((output.code, &output.stdout), (Some(0), &plain), "{url}");
        assert!(
            output.stderr.starts_with("warning: not reranked: ") && output.stderr.contains(expected),
            "{output}"
        );
        let refused = sandbox.refused(&["search", QUERY, "--rerank=require", "--rerank-url", url]);
        assert!(refused.contains(expected), "{refused}");
    }
}

#[test]
fn of_a_long_scene_the_passages_that_answer_are_read() {
    let sandbox = Sandbox::new();
    let filler = "The sea was grey and nothing happened on deck that day. ".repeat(150);
    let scenes = [
        format!("{filler} The needle lay under the chart table. {filler}"),
        filler.clone(),
        "A short scene.".to_owned(),
    ];
    let turns: String = scenes
        .iter()
        .map(|text| format!("***11/10/2025, 1:00:00 PM - User:***\n\n{text}\n\n---\n***11/10/2025, 1:00:00 PM - Venice:***\n\n\n---\n"))
        .collect();
    sandbox.write("long.txt", turns);
    sandbox.done(&["ingest-neptune", "-e", "long.txt", "-o", "long.parquet"]);
    let server = Server::scoring(|text| if text.contains("needle lay") { 0.9 } else { 0.1 });
    let found =
        sandbox.json(&["search", "needle", "--json", "-s", "long.parquet", "--rerank-url", &server.url]);
    let best = &found["results"][0];
    assert!(best["text"].as_str().unwrap().contains("needle") && best["score"] == 0.9, "{best}");
    let asked = server.asked();
    let texts: Vec<&str> = asked
        .iter()
        .flat_map(|asked| asked.2["documents"].as_array().unwrap())
        .map(|text| text.as_str().unwrap())
        .collect();
    assert!(texts.iter().all(|text| text.split_whitespace().count() <= 400), "{texts:?}");
    assert!(texts.contains(&"A short scene.") && texts.len() <= 7 && texts.len() >= 4, "{}", texts.len());
}

#[test]
fn explain_says_what_the_reranker_thought_and_what_it_read() {
    let sandbox = with_store();
    let filler = "The sea was grey and nothing happened on deck that day. ".repeat(150);
    let hidden = "Café talk. The needle lay under the chart table.";
    let turn = |text: &str| {
        format!(
            "***11/10/2025, 1:00:00 PM - User:***\n\n{text}\n\n---\n***11/10/2025, 1:00:00 PM - Venice:***\n\n\n---\n"
        )
    };
    sandbox.write("long.txt", turn(&format!("{filler}{hidden} {filler}")) + &turn("A needle."));
    sandbox.done(&["ingest-neptune", "-e", "long.txt", "-o", "long.parquet"]);
    let server = Server::scoring(|text| if text.contains("needle lay") { 0.9 } else { 0.1 });
    let search = ["search", "needle", "--explain", "-s", "long.parquet", "--rerank-url", &server.url];
    let shown = sandbox.done(&search);
    let about = |line: &&str| line.starts_with("  Reranker: ") || line.starts_with("  It read: ");
    assert_snapshot!(shown.lines().filter(about).collect::<Vec<_>>().join("\n"), @r"
      Reranker:   90.0% (the search had it 2nd)
      It read:    3 parts of it, the best one: on deck that day. The sea was grey and nothing happened on deck that day. The sea was grey and nothing happened on deck that day. The sea was grey and nothing [...]
      Reranker:   10.0% (the search had it 1st)
      It read:    the whole scene
    ");
    let found = sandbox.json(&[&search[..], &["--json"]].concat());
    let [long, short] = [0, 1].map(|at| &found["results"][at]);
    let judgement = &long["explain"]["reranker"];
    let passage = judgement["passage"].as_str().unwrap();
    assert!(passage.contains("needle lay") && judgement["passages"].as_u64() > Some(1), "{judgement}");
    let [start, end] = [0, 1].map(|at| judgement["passage_span"][at].as_u64().unwrap() as usize);
    let text: Vec<char> = long["text"].as_str().unwrap().chars().collect();
    assert_eq!(text[start..end].iter().collect::<String>(), passage);
    assert_eq!((&judgement["score"], &long["scores"]["rerank"]), (&json!(0.9), &json!(0.9)));
    let whole = &short["explain"]["reranker"];
    assert_eq!((&whole["passage"], &whole["passages"]), (&Value::Null, &json!(1)));
    // What adds up is what put them in order before.
    for explained in [&long["explain"], &short["explain"]] {
        let share = |signal: &str| explained[signal]["share"].as_f64().unwrap_or(0.0);
        let signals = ["meaning", "words", "around", "neighbour", "session", "cue", "date", "phrases"];
        let sum: f64 = signals.into_iter().map(share).sum();
        assert!((sum - explained["blend"].as_f64().unwrap()).abs() < 0.01, "{explained}");
        assert!(explained["reranker"]["before"]["score"].is_f64(), "{explained}");
    }
    let places =
        [long, short].map(|result| result["explain"]["reranker"]["before"]["rank"].as_u64().unwrap());
    assert!(places == [1, 2] || places == [2, 1], "{places:?}");
    let plain = sandbox.json(&["search", "needle", "--explain", "-s", "long.parquet", "--json"]);
    assert_eq!(plain["results"][0]["explain"]["reranker"], Value::Null);
}

#[test]
fn every_line_of_a_file_of_queries_is_reranked() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    sandbox.write("queries.txt", "who gives the orders\n\nthe long burn\n");
    let lines = sandbox.done(&["search", "--queries", "queries.txt", "--rerank-model", "tiny-cross"]);
    let reranked = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["reranked"] == true);
    assert_eq!(reranked.collect::<Vec<_>>(), [true, true]);
}

#[test]
fn a_server_that_fails_is_asked_once_for_a_file_of_queries_and_said_once() {
    let sandbox = with_store();
    sandbox.write("queries.txt", "who gives the orders\nthe long burn\n\nwho lit the lamp\n");
    let many = ["search", "--queries", "queries.txt"];
    let plain = sandbox.run(&many).stdout;
    let failing = || Server::start(|_| (501, "no".to_owned()));
    let server = failing();
    let output = sandbox.run(&[&many[..], &["--rerank-url", &server.url]].concat());
    assert_eq!((output.code, &output.stdout, server.asked().len()), (Some(0), &plain, 1), "{output}");
    assert_snapshot!(output.stderr.replace(&server.url, "[URL]"), @r"
    warning: not reranked: [URL] answered with status 501: no
    hint: start it so that it reranks: llama-server --rerank -m MODEL.gguf
    The queries after this one are not reranked either.
    ");
    let server = failing();
    sandbox.refused(&[&many[..], &["--rerank=require", "--rerank-url", &server.url]].concat());
    assert_eq!(server.asked().len(), 1);
    // It may fail later than at the first line, which then is as it was.
    let server = Server::start(|question| match question["query"].as_str() {
        Some("the long burn") => (500, "no".to_owned()),
        _ => scored(question, |_| 0.5),
    });
    let output = sandbox.run(&[&many[..], &["--rerank-url", &server.url]].concat());
    let lines = output.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.map(|found| found["reranked"] == true).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(output.stderr.matches("warning: ").count(), 1, "{output}");
    let asked: Vec<_> = server.asked().into_iter().map(|asked| asked.2["query"].clone()).collect();
    assert!(!asked.contains(&json!("who lit the lamp")), "{asked:?}");
}

/// Whoever is asked may start it between two questions.
#[test]
fn a_session_asks_a_server_that_failed_again_for_every_question() {
    let sandbox = with_store();
    let server = Server::start(|question| match question["query"].as_str() {
        Some("orders") => scored(question, |_| 0.5),
        _ => (501, "no".to_owned()),
    });
    let output = sandbox.enter(&["--json", "--rerank-url", &server.url], "lamp\nburn\norders\n");
    let lines = output.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(lines.map(|found| found["reranked"] == true).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!((output.stderr.matches("warning: ").count(), server.asked().len()), (2, 3), "{output}");
}

#[test]
fn a_session_reranks_until_it_is_told_not_to() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    let lines = "orders\n:rerank off\norders\n:rerank on\norders\n";
    let output = sandbox.enter(&["--json", "--rerank-model", "tiny-cross"], lines);
    let reranked: Vec<bool> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["reranked"] == true)
        .collect();
    assert_eq!(reranked, [true, false, true]);
    assert_eq!(output.stderr, "Results come as the search ranks them\nResults are reranked by tiny-cross\n");
    let without = sandbox.enter(&[], ":rerank on\norders\n");
    assert_eq!(without.stderr.matches("hint: ").count(), 2, "{without}");
    assert!(
        without.stderr.starts_with("warning: not reranked: ") && without.stdout.contains("Relevance"),
        "{without}"
    );
    let required = sandbox.enter(&["--rerank=require"], "orders\n");
    assert_eq!(required.code, Some(2), "{required}");
}

#[test]
fn an_export_holds_what_the_reranker_put_first() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    let reranker = ["--rerank-model", "tiny-cross", "-l", "3"];
    let found = sandbox.json(&[&["search", QUERY, "--json"], &reranker[..]].concat());
    let exported = sandbox.done(&[&["export", QUERY, "-f", "jsonl"], &reranker[..]].concat());
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["scene_id"].as_str().unwrap()).collect::<Vec<_>>(), ids(&found));
    let masked = found["results"][0]["score"].as_f64().unwrap();
    assert!((lines[0]["relevance_score"].as_f64().unwrap() - masked).abs() < 0.001, "{exported}");
}

#[test]
fn how_it_stands_with_the_reranker_is_told() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    let reranker = |args: &[&str]| {
        let shown = sandbox.done(&[&["stats", "--show-reranker"], args].concat());
        shown.split_once("RERANKER").unwrap().1.to_owned()
    };
    assert_snapshot!(reranker(&["--rerank-model", "tiny-cross"]), @r"
      Status:               available
      Model:                tiny-cross
      Device:               processor, scalar
      Precision:            f32
      Parameters:           50209
      Memory:               266.2 kB
    ");
    assert_snapshot!(reranker(&[]), @r"
      Status:               not available: the model `bge-reranker-v2-m3` is not on this machine
      no folder `[ROOT]/home/.naragtive/models/bge-reranker-v2-m3`
      Model:                bge-reranker-v2-m3
      Device:               -
      Precision:            -
      Parameters:           -
      Memory:               -
      Hint:                 naragtive model pull bge-reranker-v2-m3
      Hint:                 smaller ones: naragtive model list
    ");
    let shown = sandbox.json(&["stats", "--show-reranker", "--rerank-model", "tiny-cross", "--json"]);
    assert_eq!(shown["reranker"]["status"], "available");
    assert!(shown["reranker"]["parameters"].as_u64().unwrap() > 10_000);
    let absent = sandbox.json(&["stats", "--show-reranker", "--json"]);
    assert_eq!(
        (&absent["reranker"]["status"], &absent["reranker"]["device"]),
        (&json!("not available"), &json!(null))
    );
    let server = Server::scoring(|_| 0.5);
    let shown = sandbox.json(&["stats", "--show-reranker", "--rerank-url", &server.url, "--json"]);
    assert_eq!(
        (&shown["reranker"]["status"], &shown["reranker"]["device"]),
        (&json!("available"), &json!(server.url))
    );
}

#[test]
fn a_reranker_of_the_homes_own_is_found_by_its_name_and_another_is_not_imported_under_it() {
    let sandbox = with_store();
    put_model(&sandbox, "ms-marco-TinyBERT-L-2-v2");
    let name = "ms-marco-MiniLM-L-6-v2";
    assert_snapshot!(sandbox.refused(&["model", "import", "ms-marco-TinyBERT-L-2-v2"]), @r"
    error: `ms-marco-TinyBERT-L-2-v2` has another model than `ms-marco-TinyBERT-L-2-v2`: `config.json` says 32 numbers a token, expected 128
    hint: fetch that model: naragtive model pull ms-marco-TinyBERT-L-2-v2
    hint: or name a folder that has it, or the model that is in this one
    ");
    for name in ["ms-marco-TinyBERT-L-2-v2", name] {
        put_model(&sandbox, sandbox.home(&format!("models/{name}")).to_str().unwrap());
    }
    for name in ["ms-marco-TinyBERT-L-2-v2", name] {
        let path = sandbox.done(&["model", "path", name]);
        assert_eq!(path.trim_end(), format!("[ROOT]/home/.naragtive/models/{name}"));
        let found = sandbox.json(&["search", QUERY, "--json", "--rerank-model", name]);
        assert_eq!(found["reranker"], name);
    }
    assert_snapshot!("model-list", sandbox.done(&["model", "list"]));
    let listed = sandbox.json(&["model", "list", "--json"]);
    let kinds: Vec<_> =
        listed["models"].as_array().unwrap().iter().map(|model| model["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..5], ["embedding", "embedding", "embedding", "embedding", "reranking"]);
    // The folder of the embedding model is nobody else's.
    let pull = sandbox.run(&["model", "pull", "bge-reranker-base"]);
    assert!(
        pull.code == Some(2)
            && pull
                .stderr
                .contains("hint: fetch it once: HF_HUB_OFFLINE=0 naragtive model pull bge-reranker-base"),
        "{pull}"
    );
}

#[test]
fn a_reranker_whose_weights_are_in_several_files_reranks() {
    let sandbox = with_store();
    let shards = root().join("crates/model/tests/fixtures/tiny-cross-bert-shards");
    let name = "ms-marco-TinyBERT-L-2-v2";
    let own = sandbox.home(&format!("models/{name}"));
    fs::create_dir_all(&own).unwrap();
    for file in fs::read_dir(&shards).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), own.join(file.file_name())).unwrap();
    }
    let found = sandbox.json(&["search", QUERY, "--json", "--rerank-model", name]);
    assert_eq!((&found["reranked"], &found["reranker"]), (&json!(true), &json!(name)));
    fs::create_dir(sandbox.path("half")).unwrap();
    for file in ["config.json", "tokenizer.json", "model.safetensors.index.json"] {
        fs::copy(shards.join(file), sandbox.path("half").join(file)).unwrap();
    }
    assert_snapshot!(sandbox.refused(&["model", "import", "half", name]), @r"
    error: `half` has no `model-00001-of-00003.safetensors`
    hint: a model's folder has config.json, vocab.txt (for a reranker tokenizer.json will do), and model.safetensors or all files that model.safetensors.index.json names
    ");
}

#[test]
fn the_config_file_names_a_reranker_and_doctor_looks_at_it() {
    let sandbox = with_store();
    put_model(&sandbox, "tiny-cross");
    let config = |text: &str| fs::write(sandbox.home("config.toml"), text).unwrap();
    let reranker = || {
        let found = sandbox.run(&["doctor"]).stdout;
        let lines = found.lines().skip_while(|line| !line.contains("  reranker"));
        lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    };
    let searched = || sandbox.json(&["search", QUERY, "--json"])["reranker"].clone();
    config("rerank = true\nrerank_model = '../../work/tiny-cross'\n");
    assert_eq!(searched(), "tiny-cross");
    assert_snapshot!(reranker(), @"ok     reranker        tiny-cross (processor, scalar)");
    config("rerank = true\n");
    assert_snapshot!(reranker(), @r"
    FAULT  reranker        the model `bge-reranker-v2-m3` is not on this machine
      no folder `[ROOT]/home/.naragtive/models/bge-reranker-v2-m3`
                           hint: naragtive model pull bge-reranker-v2-m3
                           hint: smaller ones: naragtive model list
    ");
    let server = Server::scoring(|_| 0.5);
    config(&format!("rerank = 'require'\nrerank_url = '{}'\n", server.url));
    assert_eq!(searched(), server.url);
    assert!(reranker().starts_with("ok     reranker"), "{}", reranker());
    // What is typed goes before what is in the file.
    let typed = sandbox.json(&["search", QUERY, "--json", "--rerank-model", "tiny-cross"]);
    assert_eq!(typed["reranker"], "tiny-cross");
    let shown = sandbox.json(&["config", "show", "--json"]);
    let settings = shown["settings"].as_array().unwrap();
    let row = |key: &str| settings.iter().find(|row| row["key"] == key).unwrap()["value"].clone();
    assert_eq!((row("rerank"), row("rerank_url")), (json!("require"), json!(server.url)));
    assert_eq!(row("rerank_model"), "bge-reranker-v2-m3");
    config("rerank_url = 'http://user:s3cret@host/?key=s3cret'\nrerank = true\n");
    let said = sandbox.run(&["search", QUERY]).to_string() + &sandbox.run(&["config", "show"]).to_string();
    assert!(!said.contains("s3cret") && said.contains("http://host/"), "{said}");
}
