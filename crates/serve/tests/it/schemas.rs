use naragtive_serve::{PROMPTS, PromptKind, TOOLS, ToolKind};
use serde_json::Value;

fn tools() -> Value {
    serde_json::to_value(TOOLS.map(ToolKind::describe)).unwrap()
}

#[test]
fn clients_hear_of_these_tools_and_prompts() {
    insta::assert_snapshot!("tools", format!("{:#}", tools()));
    let prompts = serde_json::to_value(PROMPTS.map(PromptKind::describe)).unwrap();
    insta::assert_snapshot!("prompts", format!("{prompts:#}"));
}

/// Every client pays for the definitions in each conversation: about four characters a token, 1,500 tokens.
#[test]
fn the_definitions_are_short() {
    let length = tools().to_string().chars().count();
    assert!(length <= 6_000, "{length} characters");
}

/// Lists of types break some clients, formats and null others.
fn check(schema: &Value, path: &str) {
    match schema {
        Value::Object(object) => {
            for (key, value) in object {
                assert_ne!(key, "format", "{path}");
                assert!(key != "type" || value.is_string(), "{path}: {value}");
                check(value, &format!("{path}/{key}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check(item, path)),
        Value::Null => panic!("{path} is null"),
        _ => {}
    }
}

#[test]
fn every_client_takes_the_schemas() {
    for tool in tools().as_array().unwrap() {
        let schema = &tool["inputSchema"];
        check(schema, tool["name"].as_str().unwrap());
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert_eq!(tool["annotations"]["openWorldHint"], false);
    }
}

#[test]
fn long_texts_come_last() {
    for (tool, last) in [(0, "query"), (1, "id")] {
        let properties = tools()[tool]["inputSchema"]["properties"].as_object().unwrap().clone();
        assert_eq!(properties.keys().next_back().unwrap(), last);
    }
}
