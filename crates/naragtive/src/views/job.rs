use naragtive_ingest::{Certainty, SkipReason};
use serde_json::{Map, Value, json};

use crate::jobs::{Migrate, Migrated, StoreUpgrade, Stored, Survey};
use crate::{Exported, Upgraded};

/// What became of scenes that were stored, and how long that took.
pub fn stored(stored: &Stored, seconds: f64) -> Map<String, Value> {
    let Stored { at, registered, added, .. } = stored;
    let appended = &added.appended;
    let store = json!({"name": registered, "path": at.to_string(), "records": appended.total});
    let mut object = Map::new();
    for (key, value) in [
        ("store", store),
        ("added", json!(appended.added)),
        ("updated", json!(appended.updated)),
        ("already_there", json!(appended.already_there)),
        ("renamed", json!(appended.renamed)),
        ("embedded_in_part", added.cut.iter().map(|id| id.as_str()).collect()),
        ("tokens", json!(added.tokens)),
        ("seconds", json!((seconds * 1000.0).round() / 1000.0)),
        ("stopped", json!(added.stopped)),
    ] {
        object.insert(key.to_owned(), value);
    }
    object
}

/// What an export was and held.
pub fn exported(exported: &Exported) -> Value {
    let Exported { path, format, certainty, report } = exported;
    let skipped = report.skipped.iter().map(|skipped| {
        json!({"reason": skip_reason(skipped.reason), "count": skipped.count, "first": skipped.first})
    });
    json!({
        "path": path.display().to_string(),
        "format": format.name(),
        "certainty": certainty.map(Certainty::name),
        "turns": report.turns,
        "scenes": report.scenes,
        "conversations": report.conversations,
        "branches_left_out": report.branches_left_out,
        "dropped_bytes": report.dropped_bytes,
        "undated": report.dating.undated,
        "encoding": report.encoding,
        "skipped": skipped.collect::<Vec<Value>>(),
    })
}

/// What an ingest would store.
pub fn survey(survey: &Survey) -> Value {
    let days = survey.days.as_ref().map(|(first, last)| json!({"first": first, "last": last}));
    json!({
        "exports": survey.exports.iter().map(exported).collect::<Vec<Value>>(),
        "scenes": survey.exports.iter().map(|exported| exported.report.scenes).sum::<usize>(),
        "speakers": survey.speakers,
        "days": days,
        "first": survey.first.as_ref().map(|scene| scene.text.as_str()),
    })
}

/// Why something in an export is no scene, behind a number.
pub fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::NoHeader => "block(s) without a `***STAMP - SPEAKER:***` line",
        SkipReason::BeforeHeader => "block(s) with text before the header",
        SkipReason::EmptyTurn => "turn(s) without text",
        SkipReason::EmptyMessage => "message(s) without text",
        SkipReason::NoQuestion => "message(s) without a question before them",
        SkipReason::NotText => "message(s) that are not text",
        SkipReason::Notice => "notice(s) of the program",
        SkipReason::Licence => "licence text(s) around a book",
        SkipReason::ToolTraffic => "message(s) to or from a tool",
        SkipReason::Encoded => "encoded file(s) within texts",
        SkipReason::Unreadable => "entries that could not be read",
        SkipReason::NoMessage => "entries that are no message",
        SkipReason::OtherFile => "file(s) that are no export",
        SkipReason::BadFile => "file(s) of the archive that could not be read",
    }
}

/// What a ChromaDB folder held.
pub fn migrated(from: &Migrate, done: &Migrated) -> Value {
    json!({
        "path": from.from.display().to_string(),
        "collection": from.collection,
        "documents": done.documents,
        "skipped": done.skipped,
        "pending": done.pending,
    })
}

/// What became of a store that was to be upgraded.
pub fn upgraded(done: &StoreUpgrade, seconds: f64) -> Map<String, Value> {
    let number = |of: fn(&Upgraded) -> usize| json!(done.upgraded.as_ref().map_or(0, of));
    let cut = done.upgraded.as_ref().map_or(&[][..], |upgraded| &upgraded.cut);
    let mut object = Map::new();
    for (key, value) in [
        ("store", done.store.to_json()),
        ("upgraded", number(|upgraded| upgraded.scenes)),
        ("left", number(|upgraded| upgraded.left)),
        ("embedded_in_part", cut.iter().map(|id| id.as_str()).collect()),
        ("tokens", number(|upgraded| upgraded.tokens)),
        ("seconds", json!((seconds * 1000.0).round() / 1000.0)),
    ] {
        object.insert(key.to_owned(), value);
    }
    object.extend(done.moved_to.as_ref().map(|model| ("moved_to".to_owned(), json!(model))));
    object
}
