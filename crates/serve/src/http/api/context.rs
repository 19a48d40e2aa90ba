use serde_json::{Value, json};

use super::super::asked::Asked;
use crate::Error;
use crate::call::Stop;
use crate::recall::{Recall, recall};
use crate::sessions::Sessions;

/// What a chat should remember of earlier scenes, and why.
pub(super) fn context(sessions: &Sessions, asked: &Asked, stop: &Stop) -> Result<Value, Error> {
    let wanted: Recall = asked.fields()?;
    recall(sessions, asked.part("store")?, &wanted, stop)
}

/// What it takes.
pub(super) fn schema() -> Value {
    let text = json!({"type": "string"});
    let filters: serde_json::Map<String, Value> = crate::filter::PARAMETERS
        .iter()
        .map(|parameter| (parameter.name.to_owned(), parameter.schema()))
        .collect();
    let mut properties = json!({
        "messages": {
            "type": "array",
            "description": "The conversation, oldest first; the last ones say what is to be remembered",
            "items": {
                "type": "object",
                "properties": {"name": text, "role": text, "content": text},
                "required": ["content"],
            },
        },
        "budget": {"type": "integer", "default": 1000, "description": "Tokens that the text may have"},
        "limit": {"type": "integer", "default": 5, "description": "At most so many scenes"},
        "min_score": {"type": "number", "default": 0.15, "description": "Only scenes that answer at least so well"},
        "exclude": {"type": "array", "items": text, "description": "Ids of scenes that are not wanted"},
    });
    if let Value::Object(properties) = &mut properties {
        properties.extend(filters);
    }
    json!({"type": "object", "properties": properties, "required": ["messages"], "additionalProperties": false})
}
