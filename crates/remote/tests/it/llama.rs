//! What llama-server says, written from what it was seen to say.

use std::time::Duration;

use naragtive_remote::{RemoteError, ServerSettings};
use naragtive_testkit::server::Reply;
use serde_json::{Value, json};

/// An answer of this status.
pub(crate) fn said(status: u16, body: &Value) -> Reply {
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Because\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n",
        body.len()
    );
    Reply::Http { head, body: body.into_bytes() }
}

/// While it loads its model.
pub(crate) fn loading() -> Reply {
    said(503, &json!({"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}))
}

/// At an address where nothing is.
pub(crate) fn nowhere() -> Reply {
    said(404, &json!({"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}}))
}

/// The events of an answer, each as one chunk; the first names the role, the last why it ends.
pub(crate) fn events(pieces: &[&str], finish: Option<&str>) -> Vec<String> {
    let chunk = |delta: Value, finish: Value| {
        let choice = json!({"finish_reason": finish, "index": 0, "delta": delta});
        json!({"choices": [choice], "created": 1, "id": "chatcmpl-x", "model": "m.gguf", "object": "chat.completion.chunk"})
    };
    let first = chunk(json!({"role": "assistant", "content": null}), Value::Null);
    let words = pieces.iter().map(|piece| chunk(json!({"content": piece}), Value::Null));
    let last = finish.map(|finish| chunk(json!({}), json!(finish)));
    [first].into_iter().chain(words).chain(last).map(|event| format!("data: {event}\n\n")).collect()
}

/// A stream of these texts, which ends as it should.
pub(crate) fn stream(events: &[String]) -> Reply {
    let chunk = |event: &String| format!("{:x}\r\n{event}\r\n", event.len());
    let body = events.iter().map(chunk).collect::<String>() + "0\r\n\r\n";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n";
    Reply::Http { head: head.to_owned(), body: body.into_bytes() }
}

/// The same, whose other end goes before the end was said.
pub(crate) fn broken(events: &[String]) -> Reply {
    match stream(events) {
        Reply::Http { head, mut body } => {
            body.truncate(body.len() - "0\r\n\r\n".len());
            Reply::Http { head, body }
        }
        other => other,
    }
}

/// One that is asked twice again, in a hurry.
pub(crate) fn settings(url: String) -> ServerSettings {
    let pauses = vec![Duration::from_millis(10); 3];
    ServerSettings { pauses, ..ServerSettings::new(url).within(Duration::from_secs(5)) }
}

/// The name of an error's variant.
pub(crate) fn kind(error: &RemoteError) -> String {
    let text = match error {
        RemoteError::Http(error) => format!("{error:?}"),
        error => format!("{error:?}"),
    };
    text.split([' ', '(', '{']).next().unwrap_or_default().into()
}
