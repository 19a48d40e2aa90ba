//! Messages of the protocol that a connection can't hand on as they are: those that are none, and several at once.

use rmcp::RoleServer;
use rmcp::model::ClientJsonRpcMessage;
use rmcp::service::serve_directly;
use rmcp::transport::OneshotTransport;
use serde_json::{Value, json};

use crate::mcp::Mcp;

pub(crate) const BAD_PARAMS: i64 = -32_602;
pub(crate) const BAD_REQUEST: i64 = -32_600;
pub(crate) const NO_JSON: i64 = -32_700;
const FAULT: i64 = -32_603;

/// An error as the protocol has it.
pub(crate) fn refused(id: &Value, code: i64, problem: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": problem}})
}

/// What is wrong with a message; a request of another shape would count as one of an unknown method.
pub(crate) fn fault(message: &Value) -> Option<Value> {
    let id = message.get("id").unwrap_or(&Value::Null);
    if !message.is_object() {
        return Some(refused(id, BAD_REQUEST, "expected a message: an object, or a list of some"));
    }
    let Some(method) = message.get("method") else {
        // An answer, though nothing was asked.
        let is_answer = message.get("result").is_some() || message.get("error").is_some();
        return (!is_answer).then(|| refused(id, BAD_REQUEST, "expected a `method`, found none"));
    };
    let Some(method) = method.as_str() else {
        return Some(refused(id, BAD_REQUEST, "`method`: expected a text"));
    };
    // Who asks for no answer gets none.
    message.get("id")?;
    let problem = bad_params(method, message.get("params").filter(|params| !params.is_null()))?;
    Some(refused(id, BAD_PARAMS, &problem))
}

/// What is wrong with what a method is given.
fn bad_params(method: &str, params: Option<&Value>) -> Option<String> {
    let needed = match method {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        _ => None,
    };
    let Some(params) = params else {
        return needed.map(|needed| format!("`params`: expected an object with a `{needed}`, found none"));
    };
    if !params.is_object() {
        return Some("`params`: expected an object".to_owned());
    }
    let needed = needed?;
    match params.get(needed) {
        None | Some(Value::Null) => return Some(format!("`{needed}` is missing")),
        Some(Value::String(_)) => {}
        Some(_) => return Some(format!("`{needed}`: expected a text")),
    }
    let arguments = params.get("arguments").filter(|arguments| !arguments.is_null())?;
    (!arguments.is_object()).then(|| "`arguments`: expected an object".to_owned())
}

/// What a message is answered with by itself; nothing where it asks for no answer.
pub(crate) async fn answer(mcp: &Mcp, message: Value) -> Option<Value> {
    if let Some(fault) = fault(&message) {
        return Some(fault);
    }
    let id = message.get("id").filter(|_| message.get("method").is_some()).cloned()?;
    let Ok(message) = serde_json::from_value::<ClientJsonRpcMessage>(message) else {
        return Some(refused(&id, BAD_REQUEST, "this is no message of the protocol"));
    };
    let (transport, mut answers) = OneshotTransport::<RoleServer>::new(message);
    // Dropped with this answer, also when the client goes before it comes: then the call hears of it.
    let running = serve_directly(mcp.clone(), transport, None);
    let answer = answers.recv().await;
    drop(running);
    let answer = answer.and_then(|answer| serde_json::to_value(answer).ok());
    Some(answer.unwrap_or_else(|| refused(&id, FAULT, "there was no answer")))
}

/// What several messages at once are answered with, in their order; nothing where none asks for an answer.
pub(crate) async fn answer_all(mcp: &Mcp, messages: Vec<Value>) -> Option<Value> {
    if messages.is_empty() {
        return Some(refused(&Value::Null, BAD_REQUEST, "expected a message, found an empty list"));
    }
    let mut answers = Vec::new();
    for message in messages {
        answers.extend(answer(mcp, message).await);
    }
    (!answers.is_empty()).then(|| answers.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_message_is_said_with_what_is_expected() {
        let call = |params: Value| json!({"id": 1, "method": "tools/call", "params": params});
        for (message, code, said) in [
            (
                call(json!({"name": "search", "arguments": "lamp"})),
                BAD_PARAMS,
                "`arguments`: expected an object",
            ),
            (
                call(json!({"name": "search", "arguments": [1]})),
                BAD_PARAMS,
                "`arguments`: expected an object",
            ),
            (call(json!({"arguments": {}})), BAD_PARAMS, "`name` is missing"),
            (call(json!({"name": 7})), BAD_PARAMS, "`name`: expected a text"),
            (call(json!([1])), BAD_PARAMS, "`params`: expected an object"),
            (
                json!({"id": 1, "method": "prompts/get"}),
                BAD_PARAMS,
                "expected an object with a `name`, found none",
            ),
            (json!({"id": 1, "method": "resources/read", "params": {}}), BAD_PARAMS, "`uri` is missing"),
            (json!({"id": 1, "method": "ping", "params": "x"}), BAD_PARAMS, "`params`: expected an object"),
            (json!({"id": 1, "method": 3}), BAD_REQUEST, "`method`: expected a text"),
            (json!({"id": 1}), BAD_REQUEST, "expected a `method`, found none"),
            (json!(null), BAD_REQUEST, "expected a message"),
            (json!("ping"), BAD_REQUEST, "expected a message"),
        ] {
            let found = fault(&message).unwrap();
            let text = found["error"]["message"].as_str().unwrap();
            assert_eq!(
                (found["error"]["code"].as_i64(), &found["id"]),
                (Some(code), &message["id"]),
                "{message}"
            );
            assert!(text.contains(said), "{message}: {text}");
        }
        for message in [
            call(json!({"name": "search", "arguments": {}})),
            call(json!({"name": "stores"})),
            call(json!({"name": "stores", "arguments": null})),
            json!({"id": 1, "method": "tools/list"}),
            json!({"id": 1, "method": "tools/list", "params": null}),
            json!({"id": 1, "result": {}}),
            json!({"method": "notifications/initialized"}),
        ] {
            assert_eq!(fault(&message), None);
        }
    }
}
