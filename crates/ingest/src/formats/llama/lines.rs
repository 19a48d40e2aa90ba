//! JSON Lines: a line of type `session` opens a conversation, lines of type `message` follow, and lines
//! of any other type are for later versions.

use serde::Deserialize;

use super::conversation::{Conversation, RawMessage};
use crate::json::{self, Json};
use crate::{IngestError, Place, words};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawLine {
    r#type: Json,
    id: Json,
    name: Json,
    curr_node: Json,
    message: Json<RawMessage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TypeOnly {
    r#type: Json,
}

/// Whether the first line is a whole JSON object of type `session`.
pub(super) fn is_lines(text: &str) -> bool {
    let first = text.lines().find(|line| !words::is_blank(line)).unwrap_or_default();
    // A whole export may be one line: the first keys tell, and the line is not read for nothing.
    let head = json::head(first, &["conv", "messages", "type"]).unwrap_or_default();
    if head.is_array || head.key.as_deref() != Some("type") {
        return false;
    }
    match json::parse::<Json<TypeOnly>>(first) {
        Ok(Json::Object(line)) => matches!(line.r#type, Json::Text(kind) if kind == "session"),
        _ => false,
    }
}

/// Reads the conversations of a file.
pub(super) fn parse(text: &str) -> Result<Vec<Conversation>, IngestError> {
    let mut conversations = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !words::is_blank(line)) {
        let raw: Json<RawLine> = serde_json::from_str(line).map_err(|error| json::syntax(&error, index))?;
        add(raw.object(Place::Line(index + 1))?, index + 1, &mut conversations)?;
    }
    Ok(conversations)
}

fn add(mut raw: RawLine, line: usize, conversations: &mut Vec<Conversation>) -> Result<(), IngestError> {
    let kind = std::mem::take(&mut raw.r#type).string(Place::Line(line))?.unwrap_or_default();
    let index = conversations.len();
    match (kind.as_str(), conversations.last_mut()) {
        ("session", _) => conversations.push(opened(raw, index)?),
        ("message", Some(conversation)) => conversation.add(raw.message, index - 1)?,
        ("message", None) => return Err(IngestError::NoSession { line, found: kind }),
        _ => {}
    }
    Ok(())
}

/// Other programs write sessions with nothing but an id, which then serves as the name.
fn opened(raw: RawLine, index: usize) -> Result<Conversation, IngestError> {
    let place = |field| Place::ConversationField(index, field);
    let missing = IngestError::Missing { place: Place::Conversation(index), field: "id" };
    let id = raw.id.label(place("id"))?.ok_or(missing)?;
    let name = raw.name.label(place("name"))?.unwrap_or_else(|| id.clone());
    let current = raw.curr_node.label(place("currNode"))?;
    Ok(Conversation { id, name, current, messages: Vec::new() })
}
