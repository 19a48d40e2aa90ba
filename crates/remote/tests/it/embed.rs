//! Servers that embed, and what can go wrong with them.

use std::net::TcpListener;
use std::ops::ControlFlow;
use std::thread::sleep;
use std::time::{Duration, Instant};

use naragtive_http::HttpError;
use naragtive_remote::{EmbedServer, RemoteError, ServerSettings};
use naragtive_testkit::server::{Reply, Request, Server};
use serde_json::{Value, json};

use crate::llama::{kind, loading, nowhere, said, settings};

/// The texts of a question.
fn texts(request: &Request) -> Vec<String> {
    let question: Value = serde_json::from_slice(&request.body).unwrap();
    question["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Vectors that tell texts apart by their length, last text first.
fn vectors(request: &Request) -> Value {
    let vector = |text: &String| json!([text.chars().count(), 1, 0]);
    let rows = texts(request)
        .iter()
        .enumerate()
        .rev()
        .map(|(index, text)| json!({"object": "embedding", "index": index, "embedding": vector(text)}))
        .collect::<Vec<_>>();
    json!({"object": "list", "data": rows, "model": "told", "usage": {"prompt_tokens": 9, "total_tokens": 9}})
}

/// llama-server with one model, of which texts of more than 500 characters are too much.
fn llama(request: &Request) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/models") => {
            said(200, &json!({"object": "list", "data": [{"id": "/models/bge-m3.gguf", "object": "model"}]}))
        }
        ("POST", "/v1/embeddings") if texts(request).iter().any(|text| text.chars().count() > 500) => said(
            500,
            &json!({"error": {"code": 500, "type": "server_error", "message": "input (700 tokens) is too large to process. increase the physical batch size (current batch size: 512)"}}),
        ),
        ("POST", "/v1/embeddings") => said(200, &vectors(request)),
        _ => nowhere(),
    }
}

fn connect(settings: &ServerSettings) -> Result<EmbedServer, RemoteError> {
    EmbedServer::connect(settings, &mut || ControlFlow::Continue(()))
}

/// How long each text was by its vector.
fn lengths(server: &EmbedServer, texts: &[&str]) -> Vec<f32> {
    let all = server.embed(texts, &mut || ControlFlow::Continue(())).unwrap();
    all.chunks_exact(3).map(|vector| (vector[0] / vector[1]).round()).collect()
}

#[test]
fn a_server_says_which_model_it_has_and_how_long_its_vectors_are() {
    let server = Server::start(|request, _| llama(request));
    for path in ["", "/", "/v1", "/v1/embeddings"] {
        let found = connect(&settings(server.url() + path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((found.model(), found.dimension()), ("bge-m3", 3), "{path}");
    }
    let named = ServerSettings { model: Some("BAAI/own".into()), ..settings(server.url()) };
    let before = server.requests().len();
    assert_eq!(connect(&named).unwrap().model(), "own");
    let asked = &server.requests()[before..];
    let question: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!((asked.len(), &question["model"]), (1, &json!("BAAI/own")), "who names a model needs no list");
}

#[test]
fn texts_go_out_in_batches_and_their_vectors_come_back_in_order() {
    let server = Server::start(|request, _| llama(request));
    let found = connect(&settings(server.url())).unwrap();
    let many: Vec<String> = (1..=70).map(|length| "x".repeat(length)).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let before = server.requests().len();
    assert_eq!(lengths(&found, &many), (1..=70).map(|length| length as f32).collect::<Vec<_>>());
    let sent: Vec<usize> = server.requests()[before..].iter().map(|request| texts(request).len()).collect();
    assert_eq!(sent, [32, 32, 6]);
    assert!(lengths(&found, &[]).is_empty());
}

#[test]
fn a_text_that_is_too_long_counts_with_its_beginning_and_costs_the_others_nothing() {
    let server = Server::start(|request, _| llama(request));
    let found = connect(&settings(server.url())).unwrap();
    let long = "灯".repeat(1_700);
    assert_eq!(lengths(&found, &["ab", &long, "abc"]), [2.0, 425.0, 3.0]);
}

#[test]
fn what_was_refused_is_never_sent_again_as_it_was() {
    // One that takes 500 characters and says at once that more is the asker's fault.
    let server =
        Server::start(|request, _| match texts(request).iter().any(|text| text.chars().count() > 500) {
            true => said(400, &json!({"error": {"code": 400, "message": "input is too large to process"}})),
            false => said(200, &vectors(request)),
        });
    let named = ServerSettings { model: Some("own".into()), ..settings(server.url()) };
    let found = connect(&named).unwrap();
    let long = "灯".repeat(1_700);
    let rows: [(&[&str], &[&[usize]]); 2] = [
        (&[long.as_str()], &[&[1_700], &[850], &[425]]),
        (&["ab", long.as_str()], &[&[2, 1_700], &[2], &[1_700], &[850], &[425]]),
    ];
    for (given, expected) in rows {
        let before = server.requests().len();
        lengths(&found, given);
        let count =
            |request: &Request| texts(request).iter().map(|text| text.chars().count()).collect::<Vec<_>>();
        let sent: Vec<Vec<usize>> = server.requests()[before..].iter().map(count).collect();
        assert_eq!(sent, expected);
    }
    // What is refused however short it is, is refused in the end.
    let never = Server::start(|request, before| match before {
        0 => said(200, &vectors(request)),
        _ => said(422, &json!({"error": "no"})),
    });
    let found = connect(&ServerSettings { model: Some("own".into()), ..settings(never.url()) }).unwrap();
    let error = found.embed(&[&long], &mut || ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().ends_with("answered with status 422: no"), "{error}");
    // The probe, 5,100 bytes, and halves of it down to 64.
    assert_eq!(never.requests().len(), 1 + 1 + 7);
}

/// What the server answers to the first question, and the error.
#[test]
fn what_goes_wrong_is_said() {
    type Row = (&'static str, fn(&Request) -> Reply, &'static str);
    let rows: [Row; 10] = [
        ("nothing there", |_| nowhere(), "nothing there embeds; tried `URL/v1/embeddings`"),
        (
            "started without --embedding",
            |_| {
                said(
                    501,
                    &json!({"error": {"code": 501, "message": "This server does not support embeddings. Start it with `--embeddings`", "type": "not_supported_error"}}),
                )
            },
            "nothing there embeds",
        ),
        (
            "a wrong key",
            |_| said(401, &json!({"error": {"message": "Invalid API Key"}})),
            "URL answered with status 401: Invalid API Key",
        ),
        (
            "no model",
            |_| said(404, &json!({"error": {"message": "model \"x\" not found"}})),
            "URL answered with status 404: model \"x\" not found",
        ),
        ("loading, for ever", |_| loading(), "URL answered with status 503: Loading model"),
        (
            "sent elsewhere",
            |_| Reply::redirect("http://evil.invalid/x?key=1"),
            "URL sends us to `http://evil.invalid/x`, where nothing was sent",
        ),
        ("a page", |_| Reply::whole(b"<html>"), "found `<html>`"),
        (
            "too few",
            |_| said(200, &json!({"model": "m", "data": []})),
            "expected a vector for each of 1 texts; found 0",
        ),
        (
            "no numbers",
            |_| said(200, &json!({"model": "m", "data": [{"index": 0, "embedding": [null]}]})),
            "something in it that is no number",
        ),
        (
            "no name",
            |_| said(200, &json!({"data": [{"index": 0, "embedding": [1.0]}]})),
            "URL doesn't say what its model is called",
        ),
    ];
    for (reason, reply, expected) in rows {
        let server = Server::start(move |request, _| match request.method.as_str() {
            "GET" => nowhere(),
            _ => reply(request),
        });
        let error = connect(&settings(server.url())).err().unwrap().to_string().replace(&server.url(), "URL");
        assert!(error.contains(expected), "{reason}: {error}");
    }
    let several = Server::start(|_, _| said(200, &json!({"data": [{"id": "a"}, {"id": "b"}]})));
    let error = connect(&settings(several.url())).err().unwrap().to_string();
    assert!(error.contains("has several models: `a`, `b`; expected the name of one"), "{error}");
}

#[test]
fn vectors_that_are_suddenly_longer_are_of_another_model() {
    let server = Server::start(|request, before| match before {
        0 | 1 => llama(request),
        _ => said(200, &json!({"data": [{"index": 0, "embedding": [1, 0]}]})),
    });
    let found = connect(&settings(server.url())).unwrap();
    let error = found.embed(&["a"], &mut || ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("expected vectors of 3 numbers; found one of 2"), "{error}");
}

#[test]
fn what_fails_for_a_moment_is_asked_once_more_and_a_busy_server_several_times() {
    type Row = (&'static str, fn(&Request, usize) -> Reply, usize);
    let rows: [Row; 3] = [
        ("loading", |request, before| if before < 3 { loading() } else { llama(request) }, 5),
        (
            "a connection that breaks off",
            |request, before| if before == 0 { llama(request).cut(20) } else { llama(request) },
            3,
        ),
        ("a fault", |request, before| if before == 1 { Reply::status(502) } else { llama(request) }, 3),
    ];
    for (reason, reply, times) in rows {
        let server = Server::start(reply);
        assert!(connect(&settings(server.url())).is_ok(), "{reason}");
        assert_eq!(server.requests().len(), times, "{reason}");
    }
}

#[test]
fn whoever_waits_can_leave_and_nobody_waits_for_ever() {
    let server = Server::start(|request, before| {
        if before > 1 {
            sleep(Duration::from_secs(20));
        }
        llama(request)
    });
    let found = connect(&settings(server.url()).within(Duration::from_millis(400))).unwrap();
    for (leaves, expected) in [(true, "Stopped"), (false, "NoAnswer")] {
        let (begun, mut asked) = (Instant::now(), 0);
        let error = found.embed(&["a"], &mut || {
            asked += 1;
            if leaves && asked > 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(kind(&error.unwrap_err()), expected);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(kind(&connect(&settings(format!("http://{free}"))).err().unwrap()), "Unreachable");
}

#[test]
fn a_key_goes_nowhere_in_plain_text() {
    let with_key = |url: String| ServerSettings { key: Some("sk-secret".into()), ..settings(url) };
    let error = connect(&with_key("http://192.168.1.5:8080".into())).err().unwrap();
    assert!(matches!(&error, RemoteError::Http(HttpError::PlainHttp { .. })), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    let server = Server::start(|request, _| llama(request));
    assert!(connect(&with_key(server.url())).is_ok());
    let keys: Vec<_> = server.requests().into_iter().map(|request| request.authorization).collect();
    assert_eq!(keys, [Some("Bearer sk-secret".to_owned()), Some("Bearer sk-secret".to_owned())]);
}
