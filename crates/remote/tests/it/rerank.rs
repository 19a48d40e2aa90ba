//! Servers that rerank, of each kind, and what can go wrong with them.

use std::net::TcpListener;
use std::thread::sleep;
use std::time::{Duration, Instant};

use naragtive_http::{HttpError, Proxy};
use naragtive_remote::{RemoteError, RerankServer, ServerSettings};
use serde_json::{Value, json};

use crate::llama::kind;

use naragtive_testkit::server::{Reply, Request, Server};

const TEXTS: [&str; 3] = ["a", "ccc", "bb"];

fn answer(value: &Value) -> Reply {
    Reply::whole(value.to_string().as_bytes())
}

/// What a text is worth to these servers: its length, less two.
fn worth(text: &Value) -> f64 {
    text.as_str().unwrap().len() as f64 - 2.0
}

/// The texts in one of the two forms, ranked, best first.
fn ranked(request: &Request, form: &str) -> Option<Vec<(usize, f64)>> {
    let question: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(question["query"], "who?");
    let mut ranked: Vec<_> = question[form].as_array()?.iter().map(worth).enumerate().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(ranked)
}

/// llama-server: raw logits under `relevance_score`; `texts` are answered as text-embeddings-inference does.
fn llama(request: &Request) -> Reply {
    if !["/v1/rerank", "/rerank"].contains(&request.path.as_str()) {
        return Reply::status(404);
    }
    if let Some(ranked) = ranked(request, "texts") {
        return answer(
            &ranked.iter().map(|(index, score)| json!({"index": index, "score": score})).collect(),
        );
    }
    let results: Value = ranked(request, "documents")
        .unwrap()
        .iter()
        .map(|(index, score)| json!({"index": index, "relevance_score": score}))
        .collect();
    answer(&json!({"model": "m", "object": "list", "usage": {"prompt_tokens": 9}, "results": results}))
}

/// text-embeddings-inference: `texts` at `/rerank` and nothing else; no more than 32 of them.
fn tei(request: &Request) -> Reply {
    if request.path != "/rerank" {
        return Reply::status(404);
    }
    match ranked(request, "texts") {
        Some(ranked) if ranked.len() <= 32 => {
            answer(&ranked.iter().map(|(index, score)| json!({"index": index, "score": score})).collect())
        }
        _ => Reply::status(422),
    }
}

/// Jina: `documents` and a model at `/v1/rerank`, with a key.
fn jina(request: &Request) -> Reply {
    let question: Value = serde_json::from_slice(&request.body).unwrap();
    if request.authorization.as_deref() != Some("Bearer secret") {
        return said(401, r#"{"detail":"no key"}"#);
    }
    if request.path != "/v1/rerank" || question["model"] != "jina-reranker" {
        return Reply::status(422);
    }
    let results: Value = ranked(request, "documents")
        .unwrap()
        .iter()
        .map(|(index, score)| json!({"index": index, "relevance_score": score, "document": {"text": "x"}}))
        .collect();
    answer(&json!({"model": "jina-reranker", "usage": {"total_tokens": 9}, "results": results}))
}

fn said(status: u16, body: &str) -> Reply {
    let head = format!("HTTP/1.1 {status} Because\r\nContent-Length: {}\r\n", body.len());
    Reply::Http { head, body: body.as_bytes().to_vec() }
}

fn settings(url: String) -> ServerSettings {
    let timeout = Duration::from_secs(5);
    ServerSettings { connect_timeout: timeout, timeout, ..ServerSettings::new(url) }
}

fn ask(settings: &ServerSettings, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
    RerankServer::new(settings).unwrap().score("who?", texts, &mut |_| ())
}

#[test]
fn each_kind_of_server_is_understood_with_and_without_a_path() {
    let key = |url| ServerSettings {
        key: Some("secret".into()),
        model: Some("jina-reranker".into()),
        ..settings(url)
    };
    type Kind = fn(&Request) -> Reply;
    for (serve, paths) in [
        (llama as Kind, &["", "/", "/v1/rerank", "/rerank"][..]),
        (tei, &["", "/", "/rerank"]),
        (jina, &["", "/v1/rerank"]),
    ] {
        let server = Server::start(move |request, _| serve(request));
        for path in paths {
            let scores =
                ask(&key(server.url() + path), &TEXTS).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(scores, [-1.0, 1.0, 0.0], "{path}");
        }
    }
}

#[test]
fn a_server_is_asked_where_it_answered_before_and_in_pieces() {
    let server = Server::start(|request, _| tei(request));
    let reranker = RerankServer::new(&settings(server.url())).unwrap();
    let texts: Vec<String> = (0..70).map(|length| "x".repeat(length)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut heard = Vec::new();
    let scores = reranker.score("who?", &texts, &mut |done| heard.push(done)).unwrap();
    assert_eq!(scores, (0..70).map(|length| length as f32 - 2.0).collect::<Vec<_>>());
    assert_eq!(heard, [32, 64, 70]);
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/v1/rerank", "/rerank", "/rerank", "/rerank"]);
    assert_eq!(reranker.score("who?", &[], &mut |_| ()).unwrap(), Vec::<f32>::new());
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_path_that_was_named_is_not_guessed_around() {
    let server = Server::start(|request, _| tei(request));
    let error = ask(&settings(server.url() + "/score"), &TEXTS).unwrap_err();
    assert_eq!(kind(&error), "NoEndpoint");
    let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/score"]);
}

/// What the server answers, the error, and how often it is asked at the first endpoint.
#[test]
fn what_goes_wrong_is_said() {
    type Row = (fn() -> Reply, &'static str, usize);
    let rows: [Row; 14] = [
        (|| Reply::status(404), "nothing there reranks; tried `URL`", 1),
        (|| said(400, r#"{"error":{"message":"too long"}}"#), "URL answered with status 400: too long", 2),
        (|| said(401, r#"{"detail":"bad key"}"#), "URL answered with status 401: bad key", 1),
        (
            || said(501, r#"{"error":{"message":"no reranking"}}"#),
            "URL answered with status 501: no reranking",
            1,
        ),
        (|| said(500, "oops"), "URL answered with status 500: oops", 2),
        (
            || said(503, r#"{"error":{"message":"Loading model"}}"#),
            "URL answered with status 503: Loading model",
            2,
        ),
        (|| Reply::status(429), "URL answered with status 429", 2),
        (
            || Reply::redirect("http://evil.invalid/x?key=1"),
            "URL sends us to `http://evil.invalid/x`, where nothing was sent",
            1,
        ),
        (|| Reply::whole(b"<html>hello</html>"), "found `<html>hello</html>`", 1),
        (|| Reply::whole(b""), "found ``", 1),
        (|| Reply::whole(br#"{"results":[]}"#), "it has no score for text 0 (counted from 0) of 3", 1),
        (|| answer(&json!([{"index": 3, "score": 1}])), "it scores text 3 (counted from 0) of 3", 1),
        (
            || answer(&json!([{"index": 0, "score": 1}, {"index": 0, "score": 1}])),
            "it scores text 0 (counted from 0) twice",
            1,
        ),
        (
            || answer(&json!([{"index": 0, "score": null}])),
            "its score for text 0 (counted from 0) is not a number",
            1,
        ),
    ];
    for (reply, expected, times) in rows {
        let server = Server::start(move |_, _| reply());
        let url = server.url() + "/v1/rerank";
        let error = ask(&settings(url.clone()), &TEXTS).unwrap_err();
        let text = error.to_string().replace(&url, "URL");
        assert!(text.contains(expected), "{text}, not {expected}");
        assert_eq!(server.requests().len(), times, "{expected}");
    }
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_once_more() {
    let broken = Server::start(|request, _| llama(request).cut(20));
    let error = ask(&settings(broken.url()), &TEXTS).unwrap_err();
    assert_eq!((kind(&error).as_str(), broken.requests().len()), ("NoAnswer", 2), "{error}");
    let mended =
        Server::start(|request, before| if before == 0 { llama(request).cut(20) } else { llama(request) });
    assert_eq!(ask(&settings(mended.url()), &TEXTS).unwrap(), [-1.0, 1.0, 0.0]);
    let busy = Server::start(|request, before| if before == 0 { Reply::status(503) } else { llama(request) });
    assert_eq!(ask(&settings(busy.url()), &TEXTS).unwrap(), [-1.0, 1.0, 0.0]);
}

#[test]
fn a_server_that_takes_too_long_is_given_up_and_not_asked_again() {
    type Slow = fn(&Request) -> Reply;
    let rows: [Slow; 2] = [
        |request| llama(request).cut(10).then_silence(Duration::from_secs(20)),
        |request| {
            sleep(Duration::from_secs(20));
            llama(request)
        },
    ];
    for slow in rows {
        let server = Server::start(move |request, _| slow(request));
        let hurried = ServerSettings { timeout: Duration::from_millis(300), ..settings(server.url()) };
        let begun = Instant::now();
        let error = ask(&hurried, &TEXTS).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert_eq!((kind(&error).as_str(), server.requests().len()), ("NoAnswer", 1), "{error}");
        assert!(error.to_string().contains("timeout"), "{error}");
    }
}

#[test]
fn nobody_there_is_said() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{free}"), "http://no-such-host.invalid/rerank".into()] {
        let error = ask(&settings(url.clone()), &TEXTS).unwrap_err();
        assert_eq!(kind(&error), "Unreachable", "{error}");
        assert!(error.to_string().contains(&url), "{error}");
    }
}

#[test]
fn the_key_goes_to_the_server_and_into_no_message() {
    let server = Server::start(|request, _| said(403, &format!("{} is wrong", request.path)));
    let with_key =
        ServerSettings { key: Some("s3cret".into()), ..settings(server.url() + "/rerank?token=s3cret") };
    let error = ask(&with_key, &TEXTS).unwrap_err();
    let requests = server.requests();
    assert_eq!(requests[0].authorization.as_deref(), Some("Bearer s3cret"));
    assert_eq!(requests[0].path, "/rerank?token=s3cret");
    assert!(!error.to_string().replace("/rerank?token=s3cret is wrong", "").contains("s3cret"), "{error}");
    let reranker = RerankServer::new(&with_key).unwrap();
    assert_eq!(reranker.address(), server.url() + "/rerank");
    let moved = Server::start(|_, _| Reply::redirect("/rerank"));
    let with_key = ServerSettings { key: Some("s3cret".into()), ..settings(moved.url() + "/v1/rerank") };
    assert_eq!(kind(&ask(&with_key, &TEXTS).unwrap_err()), "Moved");
    assert_eq!(moved.requests().len(), 1);
}

#[test]
fn a_proxy_for_https_is_not_asked_for_a_plain_address() {
    let server = Server::start(|request, _| llama(request));
    let proxy = Some(Proxy { url: "http://127.0.0.1:1".into(), except: String::new() });
    assert!(ask(&ServerSettings { proxy: proxy.clone(), ..settings(server.url()) }, &TEXTS).is_ok());
    let https = ServerSettings { proxy, ..settings(server.url().replace("http:", "https:")) };
    assert_eq!(kind(&ask(&https, &TEXTS).unwrap_err()), "Unreachable");
}

#[test]
fn over_plain_http_a_key_goes_nowhere() {
    for (url, key, refused) in [
        ("http://rerank.invalid", Some("sk-secret"), true),
        ("http://192.168.1.5:8080/v1/rerank", Some("sk-secret"), true),
        ("http://192.168.1.5:8080", None, false),
        ("https://rerank.invalid", Some("sk-secret"), false),
        ("http://localhost:8080", Some("sk-secret"), false),
        ("http://[::1]:8080", Some("sk-secret"), false),
    ] {
        let settings = ServerSettings { key: key.map(str::to_owned), ..ServerSettings::new(url) };
        match RerankServer::new(&settings) {
            Err(error @ RemoteError::Http(HttpError::PlainHttp { .. })) => {
                assert!(refused, "{url}");
                assert!(!error.to_string().contains("secret"), "{error}");
            }
            other => assert!(other.is_ok() && !refused, "{url}"),
        }
    }
}
