//! Questions that a server answers in words, against a small server that streams as llama-server does.

use std::process::Stdio;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::rerank_server::Server;
use crate::sandbox::{Output, Sandbox};

/// A stream of these words.
fn stream(words: &[&str], finish: &str) -> String {
    let event = |choice: Value| {
        format!("data: {}\n\n", json!({"choices": [choice], "object": "chat.completion.chunk"}))
    };
    let pieces = words
        .iter()
        .map(|word| event(json!({"index": 0, "delta": {"content": word}, "finish_reason": null})));
    let end = event(json!({"index": 0, "delta": {}, "finish_reason": finish}));
    pieces.collect::<String>() + &end + "data: [DONE]\n\n"
}

/// A server that answers every question with these words.
fn answering(words: &'static [&'static str]) -> Server {
    Server::start(move |_| (200, stream(words, "stop")))
}

const FERRY: [&str; 5] = ["ask", "was the ferry late?", "--mode", "keyword", "--url"];

/// What came of the question, the server's address made the same.
fn asked(sandbox: &Sandbox, server: &Server, more: &[&str]) -> Output {
    let output = sandbox.run(&[&FERRY[..], &[server.url.as_str()], more].concat());
    let mask = |text: String| text.replace(&server.url, "[SERVER]");
    Output { code: output.code, stdout: mask(output.stdout), stderr: mask(output.stderr) }
}

#[test]
fn an_answer_names_its_scenes_and_one_of_nothing_is_marked() {
    let sandbox = Sandbox::with_a_table();
    let server = answering(&["The ferry", " was late [", "1]. So was Ada [", "7]."]);
    assert_snapshot!("answer", asked(&sandbox, &server, &[]));
    let (path, key, body) = server.asked().remove(0);
    assert_eq!((path.as_str(), key), ("/v1/chat/completions", None));
    assert_eq!((&body["stream"], body.get("model")), (&json!(true), None));
    let said = body["messages"].as_array().unwrap();
    assert!(said[0]["content"].as_str().unwrap().contains("Not in your stories"), "{body}");
    assert!(said[1]["content"].as_str().unwrap().contains("The ferry was late."), "{body}");
}

#[test]
fn an_answer_is_one_object_with_the_scenes_it_was_made_from() {
    let sandbox = Sandbox::with_a_table();
    let output = asked(&sandbox, &answering(&["<think>Hm.</think>", "Late [1], and [3]."]), &["--json"]);
    let value: Value = serde_json::from_str(&output.stdout).unwrap();
    for (key, expected) in [
        ("question", json!("was the ferry late?")),
        ("answer", json!("Late [1], and [3].")),
        ("found", json!(true)),
        ("cut", json!(false)),
        ("cited", json!([1])),
        ("cited_of_nothing", json!([3])),
        ("server", json!("[SERVER]")),
    ] {
        assert_eq!(value[key], expected, "{key}");
    }
    let scene = &value["scenes"][0];
    assert_eq!(
        (&scene["number"], &scene["cited"], &scene["text"]),
        (&json!(1), &json!(true), &json!("The ferry was late."))
    );
    assert_eq!(output.code, Some(0));
}

#[test]
fn where_nothing_close_is_found_nobody_is_asked() {
    let sandbox = Sandbox::with_a_table();
    let server = answering(&["Surely."]);
    let ask = ["ask", "zeppelin", "--mode", "keyword", "--url", &server.url];
    let output = sandbox.run(&ask);
    assert_eq!((output.code, output.stdout.as_str()), (Some(1), "Not in your stories.\n"), "{output}");
    let value = sandbox.json(&[&ask[..], &["--json"]].concat());
    assert_eq!(
        (&value["found"], &value["server"], &value["scenes"]),
        (&json!(false), &Value::Null, &json!([]))
    );
    assert!(server.asked().is_empty());
    let refusing = asked(&sandbox, &answering(&["Not in your", " stories."]), &[]);
    assert_eq!((refusing.code, refusing.stdout.trim()), (Some(1), "Not in your stories."), "{refusing}");
}

#[test]
fn what_would_be_sent_is_shown_and_nothing_is_sent() {
    let sandbox = Sandbox::with_a_table();
    let ask = ["ask", "was the ferry late?", "--mode", "keyword", "--show-prompt"];
    assert_snapshot!("prompt", sandbox.run(&ask));
    let value = sandbox.json(&[&ask[..], &["--json"]].concat());
    assert_eq!(
        (&value["messages"][0]["role"], &value["messages"][1]["role"]),
        (&json!("system"), &json!("user"))
    );
}

#[test]
fn a_server_is_named_by_a_flag_a_variable_or_the_config_file_and_its_key_by_a_variable_only() {
    let sandbox = Sandbox::with_a_table();
    let server = answering(&["Late [1]."]);
    std::fs::write(
        sandbox.home("config.toml"),
        format!("chat_url = '{}/v1'\nchat_model = 'of-file'", server.url),
    )
    .unwrap();
    sandbox.done(&FERRY[..4]);
    let mut command = sandbox.command(&FERRY[..4]);
    command
        .env("NARAGTIVE_CHAT_URL", format!("{}/api/v1", server.url))
        .env("NARAGTIVE_CHAT_MODEL", "of-variable");
    assert_eq!(sandbox.finish(command.env("NARAGTIVE_CHAT_API_KEY", "s3cret")).code, Some(0));
    let asked: Vec<_> =
        server.asked().into_iter().map(|(path, key, body)| (path, key, body["model"].clone())).collect();
    let expected = [
        ("/v1/chat/completions".to_owned(), None, json!("of-file")),
        ("/api/v1/chat/completions".to_owned(), Some("Bearer s3cret".to_owned()), json!("of-variable")),
    ];
    assert_eq!(asked, expected);
    let shown = sandbox.done(&["config", "show", "--json"]);
    assert!(shown.contains("of-file") && !shown.contains("s3cret"), "{shown}");
    let mut command = sandbox.command(&[&FERRY[..], &["http://192.168.1.5:8080"]].concat());
    let refused = sandbox.refusal(sandbox.finish(command.env("NARAGTIVE_CHAT_API_KEY", "s3cret")));
    assert!(refused.contains("plain HTTP") && refused.contains("NARAGTIVE_CHAT_API_KEY"), "{refused}");
}

/// What the server says, and what is said about it.
#[test]
fn what_goes_wrong_is_said_with_what_to_type() {
    let sandbox = Sandbox::with_a_table();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = sandbox.refused(&[&FERRY[..], &[&format!("http://{free}")]].concat());
    assert!(refused.contains("cannot be reached") && refused.contains("--show-prompt"), "{refused}");
    let refused = sandbox.refused(&FERRY[..4]);
    assert!(
        refused.contains("no server is named") && refused.contains("--url http://localhost:8080"),
        "{refused}"
    );
    let refused = sandbox.refused(&[&FERRY[..4], &["--show-prompt", "--budget", "10"]].concat());
    assert!(refused.contains("no scene fits into 10 tokens"), "{refused}");
    type Row = (fn() -> (u16, String), &'static str, &'static str);
    let rows: [Row; 4] = [
        (|| (404, String::new()), "nothing there answers in words", "llama-server -m"),
        (
            || (401, r#"{"error":{"message":"Invalid API Key"}}"#.into()),
            "Invalid API Key",
            "NARAGTIVE_CHAT_API_KEY",
        ),
        (
            || (400, r#"{"error":{"message":"exceeds the available context size"}}"#.into()),
            "context size",
            "--budget 2000",
        ),
        (|| (200, "<html>".into()), "can't be used", "look at the server"),
    ];
    for (reply, said, hint) in rows {
        let server = Server::start(move |_| reply());
        let output = sandbox.refusal(asked(&sandbox, &server, &[]));
        assert!(output.contains(said) && output.contains(hint), "{output}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_shown_as_far_as_it_came_and_is_a_failure() {
    let sandbox = Sandbox::with_a_table();
    let server = Server::start(|_| {
        (200, stream(&["The ferry"], "stop").replace("\"stop\"", "null").replace("data: [DONE]", ":"))
    });
    let output = asked(&sandbox, &server, &[]);
    assert_eq!((output.code, output.stdout.as_str()), (Some(2), "The ferry\n"), "{output}");
    assert!(output.stderr.contains("error: [SERVER] gave no answer: the answer breaks off"), "{output}");
    let cut = Server::start(|_| (200, stream(&["The ferry [1]"], "length")));
    let output = asked(&sandbox, &cut, &[]);
    assert!(output.code == Some(0) && output.stderr.contains("cut off by the server's limit"), "{output}");
}

#[cfg(unix)]
#[test]
fn whoever_has_enough_ends_it_at_once() {
    use nix::sys::signal::{Signal, kill};
    let sandbox = Sandbox::with_a_table();
    let hanging = Server::start(|_| {
        std::thread::sleep(Duration::from_secs(30));
        (200, String::new())
    });
    let mut process = sandbox
        .command(&[&FERRY[..], &[hanging.url.as_str()]].concat())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while hanging.heard() == 0 && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    kill(nix::unistd::Pid::from_raw(process.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(process.wait().unwrap().code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(25));
    // A reader that goes away has what it wants.
    let server = answering(&["The ferry was late [1].\n"; 1]);
    let args = [&FERRY[..], &[server.url.as_str()]].concat();
    let output = sandbox.finish(&mut sandbox.by_shell("\"$@\" | true; echo done", &args));
    assert_eq!((output.code, output.stdout.as_str()), (Some(0), "done\n"), "{output}");
}
