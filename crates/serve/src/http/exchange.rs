//! The Model Context Protocol over HTTP: each request is answered by itself, and nothing is kept between two of them.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::ProtocolVersion;
use serde_json::Value;

use super::reply::Reply;
use crate::mcp::Mcp;
use crate::messages::{self, BAD_PARAMS, BAD_REQUEST, NO_JSON};

/// Headers say something else than the body.
const MISMATCH: i64 = -32_020;
/// No revision of this name is known.
const UNKNOWN_VERSION: i64 = -32_022;
const UNKNOWN_METHOD: i64 = -32_601;

const VERSION: &str = "mcp-protocol-version";
/// Where a request of the newest revision says its version.
const META_VERSION: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";

/// What a client is told.
pub(super) async fn exchange(mcp: &Mcp, headers: &HeaderMap, body: &[u8]) -> Reply {
    if !accepts(headers) {
        let status = StatusCode::NOT_ACCEPTABLE;
        return refused(
            &Value::Null,
            BAD_REQUEST,
            "expected a client that accepts application/json and text/event-stream",
            status,
        );
    }
    let Ok(message) = serde_json::from_slice::<Value>(body) else {
        return refused(&Value::Null, NO_JSON, "the body isn't JSON", StatusCode::BAD_REQUEST);
    };
    let id = message.get("id").cloned().unwrap_or_default();
    if let Err((code, problem)) = fits(headers, &message) {
        return refused(&id, code, &problem, StatusCode::BAD_REQUEST);
    }
    let message = match message {
        Value::Array(all) => return answer_all(mcp, all).await,
        message => message,
    };
    match (message.get("method").is_some(), message.get("id").is_some()) {
        (true, true) => answer(mcp, message, &id).await,
        (true, false) => Reply::of("application/json", "").with_status(StatusCode::ACCEPTED),
        _ => refused(
            &id,
            BAD_REQUEST,
            "expected a request; nothing was asked of the client",
            StatusCode::BAD_REQUEST,
        ),
    }
}

async fn answer(mcp: &Mcp, message: Value, id: &Value) -> Reply {
    let is_newest = message.pointer(META_VERSION).is_some();
    match messages::answer(mcp, message).await {
        Some(answer) => {
            let status = status(&answer, is_newest);
            Reply::json(&answer).with_status(status)
        }
        None => refused(id, BAD_REQUEST, "the body is no message of the protocol", StatusCode::BAD_REQUEST),
    }
}

/// What several messages at once are answered with: the revision of 2025-03-26 has such lists.
async fn answer_all(mcp: &Mcp, all: Vec<Value>) -> Reply {
    match messages::answer_all(mcp, all).await {
        Some(answers) => Reply::json(&answers),
        None => Reply::of("application/json", "").with_status(StatusCode::ACCEPTED),
    }
}

fn status(answer: &Value, is_newest: bool) -> StatusCode {
    match answer.pointer("/error/code").and_then(Value::as_i64) {
        Some(UNKNOWN_METHOD) if is_newest => StatusCode::NOT_FOUND,
        Some(UNKNOWN_VERSION | MISMATCH) => StatusCode::BAD_REQUEST,
        Some(BAD_PARAMS) if is_newest && answer.pointer("/error/message").is_some_and(is_about_meta) => {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::OK,
    }
}

fn is_about_meta(message: &Value) -> bool {
    message.as_str().is_some_and(|message| message.contains("_meta"))
}

/// Whether the headers say what the body says. Servers on the way go by the headers, this one by the body; where these
/// differ somebody is being deceived.
fn fits(headers: &HeaderMap, message: &Value) -> Result<(), (i64, String)> {
    let is_request = message.get("method").is_some() && message.get("id").is_some();
    let meta = message.pointer(META_VERSION).and_then(Value::as_str);
    let version = one(headers, VERSION)?;
    let is_known =
        |version: &str| ProtocolVersion::KNOWN_VERSIONS.iter().any(|known| known.as_str() == version);
    if let Some(version) = version.as_deref().filter(|version| meta.is_none() && !is_known(version)) {
        return Err((BAD_REQUEST, format!("unsupported MCP-Protocol-Version: {version}")));
    }
    let method = message.get("method").and_then(Value::as_str);
    if method == Some("initialize") {
        let asked = message.pointer("/params/protocolVersion").and_then(Value::as_str);
        same(VERSION, version.as_deref(), asked, false)?;
        return same("mcp-method", one(headers, "mcp-method")?.as_deref(), method, false);
    }
    let is_newest = meta.is_some() && is_request;
    if meta.is_some() {
        same(VERSION, version.as_deref(), meta, is_newest)?;
    }
    same("mcp-method", one(headers, "mcp-method")?.as_deref(), method, is_newest)?;
    let place = match method {
        Some("tools/call" | "prompts/get") => "/params/name",
        Some("resources/read") => "/params/uri",
        _ => return Ok(()),
    };
    let name = message.pointer(place).and_then(Value::as_str);
    same("mcp-name", one(headers, "mcp-name")?.as_deref(), name, is_newest)
}

/// Whether a header says the same as the body; it may be left out where it isn't wanted.
fn same(name: &str, said: Option<&str>, body: Option<&str>, wanted: bool) -> Result<(), (i64, String)> {
    match said {
        None if wanted => Err((MISMATCH, format!("the header `{name}` is missing"))),
        Some(said) if Some(said) != body => {
            Err((MISMATCH, format!("the header `{name}` is not what the body says")))
        }
        _ => Ok(()),
    }
}

/// The one value of a header, which may be wrapped as base64 where it isn't plain.
fn one(headers: &HeaderMap, name: &str) -> Result<Option<String>, (i64, String)> {
    let mut all = headers.get_all(name).iter();
    let (first, second) = (all.next(), all.next());
    let bad = || (MISMATCH, format!("the header `{name}` can't be read"));
    if second.is_some() {
        return Err(bad());
    }
    let Some(value) = first else { return Ok(None) };
    let text = value.to_str().map_err(|_| bad())?.trim();
    match text.strip_prefix("=?base64?").and_then(|text| text.strip_suffix("?=")) {
        None => Ok(Some(text.to_owned())),
        Some(packed) => {
            let bytes = STANDARD.decode(packed).map_err(|_| bad())?;
            String::from_utf8(bytes).map(Some).map_err(|_| bad())
        }
    }
}

/// Whether a client takes both forms of an answer, as it has to.
fn accepts(headers: &HeaderMap) -> bool {
    let all = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds: Vec<&str> = all
        .flat_map(|value| value.split(','))
        .filter_map(|one| one.split(';').next())
        .map(str::trim)
        .collect();
    let takes = |kind: &str| kinds.iter().any(|one| one.eq_ignore_ascii_case(kind));
    takes("application/json") && takes("text/event-stream")
}

fn refused(id: &Value, code: i64, message: &str, status: StatusCode) -> Reply {
    Reply::json(&messages::refused(id, code, message)).with_status(status)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        given
            .iter()
            .map(|(name, value)| {
                (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
            })
            .collect()
    }

    #[test]
    fn headers_have_to_say_what_the_body_says() {
        let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
        let call = json!({"id": 1, "method": "tools/call", "params": {"name": "suché", "_meta": meta}});
        let legacy = json!({"id": 1, "method": "tools/call", "params": {"name": "search"}});
        let hello = json!({"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}});
        let newest =
            [(VERSION, "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "=?base64?c3VjaMOp?=")];
        for (given, body, code) in [
            (newest.to_vec(), &call, None),
            (newest[..2].to_vec(), &call, Some(MISMATCH)),
            (newest[1..].to_vec(), &call, Some(MISMATCH)),
            (vec![newest[0], newest[1], ("mcp-name", "search")], &call, Some(MISMATCH)),
            (vec![newest[0], newest[1], ("mcp-name", "=?base64?!?=")], &call, Some(MISMATCH)),
            (vec![(VERSION, "2025-06-18"), newest[1], newest[2]], &call, Some(MISMATCH)),
            (vec![], &legacy, None),
            (vec![(VERSION, "2025-06-18")], &legacy, None),
            (vec![(VERSION, "1900-01-01")], &legacy, Some(BAD_REQUEST)),
            (vec![("mcp-method", "tools/list")], &legacy, Some(MISMATCH)),
            (vec![("mcp-name", "stores")], &legacy, Some(MISMATCH)),
            (vec![], &hello, None),
            (vec![(VERSION, "2025-06-18")], &hello, None),
            (vec![(VERSION, "2025-03-26")], &hello, Some(MISMATCH)),
        ] {
            let found = fits(&headers(&given), body).err().map(|(code, _)| code);
            assert_eq!(found, code, "{given:?}");
        }
        let mut twice = headers(&newest);
        twice.append("mcp-method", HeaderValue::from_static("tools/call"));
        assert!(fits(&twice, &call).is_err());
    }

    #[test]
    fn a_client_takes_both_forms() {
        for (accept, fine) in [
            ("application/json, text/event-stream", true),
            ("text/event-stream;q=0.5,APPLICATION/JSON", true),
            ("application/json", false),
            ("*/*", false),
            ("", false),
        ] {
            assert_eq!(accepts(&headers(&[("accept", accept)])), fine, "{accept}");
        }
    }
}
