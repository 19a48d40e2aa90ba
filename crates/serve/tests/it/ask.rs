//! Questions over HTTP that a server answers in words.

use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::BodyExt;
use naragtive_serve::http::Access;
use naragtive_testkit::server::{Reply, Server};
use serde_json::{Value, json};

use crate::support::Place;
use crate::web::{Web, own};

pub(crate) fn place(url: &str) -> Place {
    let place = Place::new();
    place.chat(
        "table",
        &[("Ada", "2025-11-01", "The lamp is lit."), ("Bob", "2025-11-02", "The ferry was late.")],
    );
    std::fs::write(place.folder.path().join("home/config.toml"), format!("chat_url = '{url}'")).unwrap();
    place
}

/// A stream of these words.
pub(crate) fn words(words: &[&str]) -> Reply {
    let event = |word: &&str| format!("data: {}\n\n", json!({"choices": [{"delta": {"content": word}}]}));
    let body = words.iter().map(event).collect::<String>() + "data: [DONE]\n\n";
    Reply::whole(body.as_bytes())
}

const FERRY: &str = "was the ferry late?";

#[test]
fn an_answer_comes_at_once_or_word_by_word() {
    let server = Server::start(|_, _| words(&["It was", " late [1][4]."]));
    let place = place(&server.url());
    let web = Web::new(&place, Access::default());
    let whole = web.post("/api/v1/ask", &json!({"q": FERRY, "mode": "keyword"}));
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text);
    let answer = whole.json();
    assert_eq!(
        (&answer["answer"], &answer["cited_of_nothing"]),
        (&json!("It was late [1][4]."), &json!([4]))
    );
    let streamed = web.post("/api/v1/ask", &json!({"q": FERRY, "mode": "keyword", "stream": true}));
    assert_eq!((streamed.status, streamed.header("content-type")), (StatusCode::OK, "text/event-stream"));
    let events: Vec<(&str, Value)> = streamed
        .text
        .split_terminator("\n\n")
        .map(|event| {
            let (name, data) = event.split_once('\n').unwrap();
            (
                name.strip_prefix("event: ").unwrap(),
                serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap(),
            )
        })
        .collect();
    let names: Vec<&str> = events.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["scenes", "words", "words", "answer"]);
    assert_eq!(
        (&events[1].1, &events[2].1, &events[3].1),
        (&json!("It was"), &json!(" late [1][4]."), &answer)
    );
    assert_eq!(events[0].1[0]["id"], answer["scenes"][0]["id"]);
}

#[test]
fn where_nothing_close_is_found_nobody_is_asked() {
    let server = Server::start(|_, _| words(&["Surely."]));
    let place = place(&server.url());
    let web = Web::new(&place, Access::default());
    for stream in [false, true] {
        let answer = web.post("/api/v1/ask", &json!({"q": "zeppelin", "mode": "keyword", "stream": stream}));
        assert!(
            answer.text.contains("Not in your stories.") && answer.text.contains("\"found\":false"),
            "{}",
            answer.text
        );
    }
    assert!(server.requests().is_empty());
}

#[test]
fn what_goes_wrong_is_told_as_an_error_or_as_an_event() {
    type Row = (&'static str, Value, StatusCode, &'static str);
    let broken = Server::start(|_, _| words(&["It was"]).cut(20));
    let rows: [Row; 6] = [
        ("http://127.0.0.1:1", json!({"q": FERRY}), StatusCode::BAD_GATEWAY, "chat_server"),
        ("ftp://x", json!({"q": FERRY}), StatusCode::BAD_GATEWAY, "chat_server"),
        ("http://127.0.0.1:1", json!({}), StatusCode::BAD_REQUEST, "invalid_request"),
        (
            "http://127.0.0.1:1",
            json!({"q": FERRY, "url": "http://evil.test"}),
            StatusCode::BAD_REQUEST,
            "unknown_argument",
        ),
        ("http://127.0.0.1:1", json!({"q": FERRY, "budget": 50}), StatusCode::BAD_REQUEST, "invalid_request"),
        (
            "http://127.0.0.1:1",
            json!({"q": FERRY, "store": "nobody"}),
            StatusCode::NOT_FOUND,
            "unknown_store",
        ),
    ];
    for (url, body, status, kind) in rows {
        let place = place(url);
        let web = Web::new(&place, Access::default());
        let mut body = body;
        body["mode"] = json!("keyword");
        let answer = web.post("/api/v1/ask", &body);
        assert_eq!(
            (answer.status, &answer.json()["error"]["kind"]),
            (status, &json!(kind)),
            "{body}: {}",
            answer.text
        );
    }
    let place_without = Place::new();
    place_without.chat("table", &[("Ada", "2025-11-01", "The lamp is lit.")]);
    let answer = Web::new(&place_without, Access::default()).post("/api/v1/ask", &json!({"q": "lamp"}));
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED, "{}", answer.text);
    assert!(answer.text.contains("chat_url in config.toml"), "{}", answer.text);
    let place = place(&broken.url());
    let web = Web::new(&place, Access::default());
    let answer = web.post("/api/v1/ask", &json!({"q": FERRY, "mode": "keyword", "stream": true}));
    assert!(
        answer.text.contains("event: error\ndata: {\"error\":{\"kind\":\"chat_server\""),
        "{}",
        answer.text
    );
}

#[test]
fn a_reader_that_goes_is_answered_no_more() {
    let server = Server::start(|_, _| {
        let Reply::Http { head, body } = words(&["It was"]).cut(50) else { unreachable!() };
        Reply::Http { head, body }.then_silence(std::time::Duration::from_secs(20))
    });
    let place = place(&server.url());
    let web = Web::new(&place, Access::default());
    let body = json!({"q": FERRY, "mode": "keyword", "stream": true}).to_string();
    let request = own("/api/v1/ask").method("POST").header("content-type", "application/json");
    let request = request.body(Body::from(body)).unwrap();
    let began = std::time::Instant::now();
    web.runtime.block_on(async {
        let response = web.app.answer(&web.router, request).await.unwrap();
        let mut body = response.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(first.starts_with(b"event: scenes"));
        drop(body);
    });
    // The runtime waits at its end for the thread that listens.
    drop(web);
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
}
