//! Chat messages: a JSON array of `{"timestamp"?, "user"?, "message"?, "channel"?, "id"?}`.
//!
//! One row a message. The number in a row's id is the message's place in the file, so a message that is
//! skipped leaves a gap and the others keep their ids.

use naragtive_scene::{Metadata, Scene, SceneId, key};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::json::{self, Json};
use crate::{IngestError, IngestReport, Ingested, Options, Place, SkipReason};
use crate::{date, decode, words};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawMessage {
    timestamp: Json,
    user: Json,
    message: Json,
    channel: Json,
    id: Json,
}

type RawChat = Json<IgnoredAny, Json<RawMessage>>;

/// Whether it is an array that is empty or begins with an object that has a `message`.
pub(crate) fn sniff(bytes: &[u8]) -> bool {
    let Ok(text) = decode::strict(bytes) else { return false };
    let is_chat = |head: json::Head| head.is_array && (head.key.is_some() || is_empty_array(&text));
    json::head(&text, &["message"]).is_some_and(is_chat)
}

fn is_empty_array(text: &str) -> bool {
    let inner = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(words::is_blank)
}

/// Reads chat messages.
///
/// # Errors
/// When it is not UTF-8, not JSON, or not an array of such objects; with the place.
pub(crate) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    let text = decode::strict(bytes)?;
    let entries = match json::parse::<RawChat>(&text)? {
        Json::Array(entries) => entries,
        other => return Err(other.unexpected(Place::File, "an array of messages")),
    };
    let mut report = IngestReport { turns: entries.len(), ..IngestReport::default() };
    let mut scenes = Vec::with_capacity(entries.len());
    let mut has_messages = entries.is_empty();
    for (index, entry) in entries.into_iter().enumerate() {
        let message = entry.object(Place::Entry(index))?;
        has_messages |= !matches!(message.message, Json::Null);
        match scene(message, index, options)? {
            Some(scene) => scenes.push(scene),
            None => report.skip(SkipReason::EmptyMessage, &Place::Entry(index).to_string()),
        }
    }
    if !has_messages {
        return Err(IngestError::Missing { place: Place::Entry(0), field: "message" });
    }
    report.scenes = scenes.len();
    Ok(Ingested { scenes, report })
}

/// The row of a message, none if it has no text.
fn scene(raw: RawMessage, index: usize, options: &Options<'_>) -> Result<Option<Scene>, IngestError> {
    let place = |field| Place::EntryField(index, field);
    let text = raw.message.string(place("message"))?.unwrap_or_default();
    let user = named(raw.user.label(place("user"))?, "unknown");
    let channel = named(raw.channel.label(place("channel"))?, "general");
    let timestamp = raw.timestamp.scalar(place("timestamp"))?;
    let id = raw.id.scalar(place("id"))?;
    if words::is_blank(&text) {
        return Ok(None);
    }
    let day = day(&timestamp);
    let mut metadata = Metadata::default()
        .with("timestamp", or(timestamp, || options.ingested_at.to_string().into()))
        .with(key::USER, user.as_str())
        .with("channel", channel)
        .with("msg_id", or(id, || index.into()))
        .with("character_count", words::length(&text))
        .with("word_count", words::words(&text).count());
    if let Some(day) = day {
        metadata.set(key::DATE_ISO, day);
    }
    Ok(Some(Scene { id: SceneId::new(format!("chat_{index:06}_{user}")), text, metadata, origin: None }))
}

fn day(timestamp: &Value) -> Option<String> {
    match timestamp {
        Value::Number(number) => date::of_epoch(number.as_f64()?),
        Value::String(text) => date::of_chat(text),
        _ => None,
    }
}

fn named(name: Option<String>, otherwise: &str) -> String {
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| otherwise.to_owned())
}

fn or(value: Value, otherwise: impl FnOnce() -> Value) -> Value {
    if value.is_null() { otherwise() } else { value }
}
