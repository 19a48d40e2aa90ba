//! Chat messages: a JSON array of `{"timestamp"?, "user"?, "message"?, "channel"?, "id"?}`.
//!
//! One row a message. The number in a row's id is the message's place in the file, so a message that is
//! skipped leaves a gap and the others keep their ids.

use std::collections::HashMap;
use std::sync::Arc;

use naragtive_scene::{Conversation, Metadata, Origin, Scene, SceneId, Source, key};
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
    let mut conversations = Conversations { file: options.file, channels: HashMap::new() };
    for (index, entry) in entries.into_iter().enumerate() {
        let message = entry.object(Place::Entry(index))?;
        has_messages |= !matches!(message.message, Json::Null);
        match scene(message, index, &mut conversations, options)? {
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
fn scene(
    raw: RawMessage,
    index: usize,
    conversations: &mut Conversations<'_>,
    options: &Options<'_>,
) -> Result<Option<Scene>, IngestError> {
    let place = |field| Place::EntryField(index, field);
    let text = raw.message.string(place("message"))?.unwrap_or_default();
    let user = named(raw.user.label(place("user"))?, "unknown");
    let channel = raw.channel.label(place("channel"))?.filter(|name| !name.is_empty());
    let timestamp = raw.timestamp.scalar(place("timestamp"))?;
    let id = raw.id.scalar(place("id"))?;
    if words::is_blank(&text) {
        return Ok(None);
    }
    let day = day(&timestamp);
    let origin = conversations.origin(channel.as_deref(), &id, &user, &timestamp);
    let channel = named(channel, "general");
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
    Ok(Some(Scene {
        id: SceneId::new(format!("chat_{index:06}_{user}")),
        text,
        metadata,
        origin: Some(origin),
    }))
}

/// The conversations of a file: one for each channel.
struct Conversations<'a> {
    file: &'a str,
    channels: HashMap<Option<String>, (Arc<Conversation>, u64)>,
}

impl Conversations<'_> {
    fn origin(&mut self, channel: Option<&str>, id: &Value, user: &str, timestamp: &Value) -> Origin {
        let channel = channel.map(str::to_owned);
        let (conversation, next) = self.channels.entry(channel.clone()).or_insert_with(|| {
            let file = self.file.to_owned();
            (Arc::new(Conversation { source: Source::Json, file, part_of: None, id: None, channel }), 0)
        });
        let place = *next;
        *next += 1;
        Origin {
            conversation: Arc::clone(conversation),
            own_id: label(id),
            speaker: Some(user.to_owned()).filter(|user| user != "unknown"),
            moment: moment(timestamp),
            place,
        }
    }
}

fn label(id: &Value) -> Option<String> {
    match id {
        Value::String(id) => Some(id.clone()).filter(|id| !id.is_empty()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn moment(timestamp: &Value) -> Option<i64> {
    match timestamp {
        Value::Number(number) => date::moment_of_epoch(number.as_f64()?),
        Value::String(text) => date::moment_of_chat(text),
        _ => None,
    }
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
