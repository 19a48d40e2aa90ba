//! llama-server web UI exports: conversations as JSON, as JSON Lines, or a zip archive of either.
//!
//! A scene is an exchange: a user's message and what is answered to it. Which exchanges there are is
//! told in `branch`.

mod archive;
mod branch;
mod conversation;
mod lines;
mod measure;
mod reasoning;

use std::sync::Arc;

use naragtive_scene::{Metadata, Origin, Scene, SceneId, Source, key};
use serde_json::Value;

use self::branch::{Branch, Exchange};
use self::conversation::{Conversation, Message};
use crate::{Branches, IngestError, IngestReport, Ingested, Options};
use crate::{date, decode, json, words};

/// Whether it is an object (or an array of such) with a `conv`, lines of which the first is of type
/// `session`, or an archive of such files.
pub(crate) fn sniff(bytes: &[u8]) -> bool {
    if archive::is_archive(bytes) {
        return archive::has_conversations(bytes);
    }
    let Ok(text) = decode::strict(bytes) else { return false };
    lines::is_lines(&text) || json::head(&text, &["conv"]).is_some_and(|head| head.key.is_some())
}

/// Reads conversations.
///
/// # Errors
/// When it is none of the three, when a value is missing or of another kind than expected (with the
/// place), or when an archive unpacks to more than we hold.
pub(crate) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    let mut ingested = Ingested { scenes: Vec::new(), report: IngestReport::default() };
    let mut take = |conversations: Vec<Conversation>| {
        for conversation in &conversations {
            add(conversation, options, &mut ingested);
        }
    };
    if archive::is_archive(bytes) {
        archive::each_file(bytes, |file| parse(file).map(&mut take))?;
    } else {
        take(parse(bytes)?);
    }
    ingested.report.scenes = ingested.scenes.len();
    Ok(ingested)
}

fn parse(bytes: &[u8]) -> Result<Vec<Conversation>, IngestError> {
    let text = decode::strict(bytes)?;
    if lines::is_lines(&text) { lines::parse(&text) } else { conversation::parse(&text) }
}

/// Adds the scenes of one conversation.
fn add(conversation: &Conversation, options: &Options<'_>, ingested: &mut Ingested) {
    let report = &mut ingested.report;
    report.conversations += 1;
    report.turns += conversation.messages.iter().filter(|message| message.is_text).count();
    let mut exchanges = branch::active(conversation, report);
    let others = branch::others(conversation, &exchanges);
    match options.branches {
        Branches::Active => report.branches_left_out += others.len(),
        Branches::All => exchanges.extend(others),
    }
    let whole = Arc::new(naragtive_scene::Conversation {
        source: Source::LlamaServer,
        file: options.file.to_owned(),
        part_of: None,
        id: Some(conversation.id.clone()),
        channel: None,
    });
    for (index, exchange) in exchanges.iter().enumerate() {
        let question = conversation.message(exchange.question);
        let origin = Origin {
            conversation: Arc::clone(&whole),
            own_id: question.id.clone(),
            speaker: Some("User".to_owned()),
            moment: moment(&question.timestamp),
            place: index as u64,
        };
        let scene = scene(conversation, exchange, index, options);
        ingested.scenes.push(Scene { origin: Some(origin), ..scene });
    }
}

fn scene(conversation: &Conversation, exchange: &Exchange, index: usize, options: &Options<'_>) -> Scene {
    let question = conversation.message(exchange.question);
    let answers: Vec<&Message> = exchange.answers.iter().map(|at| conversation.message(*at)).collect();
    let answer = branch::joined(answers.iter().map(|message| message.content.as_str()));
    let timestamp =
        answers.iter().chain([&question]).map(|message| &message.timestamp).find(|time| !time.is_null());
    let timestamp = timestamp.cloned().unwrap_or(Value::Null);
    let day = day(&timestamp).unwrap_or_else(|| key::UNKNOWN.to_owned());
    let id = format!("scene_{}_{index:04}_{day}", words::prefix(&conversation.id, 8));
    let metadata = Metadata::default()
        .with(key::SCENE_ID, id.as_str())
        .with("conversation_id", conversation.id.as_str())
        .with("conversation_name", words::shortened(&conversation.name, 200))
        .with(key::DATE_ISO, day)
        .with("timestamp", timestamp)
        .with("model", answers.iter().find_map(|message| message.model.as_deref()).unwrap_or("unknown"));
    let metadata = with_thinking(metadata, &answers);
    let metadata = measure::measured(metadata, &format!("{} {answer}", question.content), options.lexicon)
        .with("exchange_index", index)
        .with(key::SOURCE_FILE, options.source_file);
    let text = format!("User: {}\n\nAssistant: {answer}", question.content);
    Scene {
        id: SceneId::new(id),
        text,
        metadata: with_branch(metadata, exchange.branch, options.branches),
        origin: None,
    }
}

fn with_thinking(metadata: Metadata, answers: &[&Message]) -> Metadata {
    let thinking = branch::joined(answers.iter().map(|message| message.thinking.as_str()));
    metadata
        .with("has_thinking", !thinking.is_empty())
        .with("thinking_preview", words::prefix(&thinking, 200))
}

fn with_branch(metadata: Metadata, branch: Branch, asked_for: Branches) -> Metadata {
    match asked_for {
        Branches::Active => metadata,
        Branches::All => metadata.with("branch", branch.name()),
    }
}

fn moment(timestamp: &Value) -> Option<i64> {
    match timestamp {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => date::moment_of_chat(text),
        _ => None,
    }
}

/// The UTC day of a message's time, which is in milliseconds.
fn day(timestamp: &Value) -> Option<String> {
    match timestamp {
        Value::Number(number) => date::of_milliseconds(number.as_f64()?),
        Value::String(text) => date::of_chat(text),
        _ => None,
    }
}
