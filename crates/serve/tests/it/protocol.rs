//! The Model Context Protocol over HTTP.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::each;
use crate::web::{TALK, own, web};

#[test]
fn chat_programs_are_spoken_to_in_both_eras() {
    let (_place, web) = web();
    let ask = |headers: &[(&str, &str)], body: Value| {
        let mut request = own("/mcp").method("POST").header("content-type", "application/json");
        request = request.header("accept", "application/json, text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        web.send(request.body(Body::from(body.to_string())).unwrap())
    };
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let newest =
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "search")];
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "search", "arguments": {"query": "lamp", "mode": "keyword"}, "_meta": meta,
    }});
    let found = ask(&newest, call.clone()).json()["result"].clone();
    assert_eq!(found["structuredContent"]["hits"][0]["text"], TALK[0].2);
    assert_eq!(found["content"][0]["text"], found["structuredContent"].to_string());
    let mismatch = [newest[0], newest[1], ("mcp-name", "stores")];
    let wrong = ask(&mismatch, call);
    assert_eq!(
        (wrong.status, wrong.json()["error"]["code"].as_i64()),
        (StatusCode::BAD_REQUEST, Some(-32020))
    );
    for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
        let client = json!({"name": "test", "version": "1"});
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": version, "capabilities": {}, "clientInfo": client,
        }});
        let hello = ask(&[], hello).json()["result"].clone();
        assert_eq!(
            (&hello["protocolVersion"], &hello["serverInfo"]["name"]),
            (&json!(version), &json!("naragtive"))
        );
        let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}});
        let tools = ask(&[("mcp-protocol-version", version)], list).json()["result"]["tools"].clone();
        assert_eq!(each(&tools, "name"), ["search", "read_scene", "list_scenes", "stores"]);
    }
    assert_eq!(web.get("/mcp").status, StatusCode::METHOD_NOT_ALLOWED);
}
