use naragtive_ingest::{Certainty, SkipReason};
use naragtive_scene::SceneId;
use serde_json::{Value, json};

use super::store;
use crate::jobs::{Migrate, Migrated, StoreUpgrade, Stored, Survey};
use crate::{Exported, StoryLanguage, Upgraded};

/// What became of exports that were read and stored, and how long that took.
pub fn ingested(exports: &[Exported], stored: &Stored, seconds: f64) -> Value {
    let mut value = of_stored(stored, seconds);
    value["exports"] = exports.iter().map(exported).collect();
    value
}

/// The same where what the exports don't hold any more was to go: so many scenes went, if it was done.
pub fn pruned(exports: &[Exported], stored: &Stored, seconds: f64, pruned: Option<usize>) -> Value {
    let mut value = ingested(exports, stored, seconds);
    value["pruned"] = pruned.into();
    value
}

/// What became of scenes that were stored.
fn of_stored(stored: &Stored, seconds: f64) -> Value {
    let Stored { at, registered, added, language, foreign, .. } = stored;
    let appended = &added.appended;
    json!({
        "store": {"name": registered, "path": at.to_string(), "records": appended.total},
        "added": appended.added,
        "updated": appended.updated,
        "already_there": appended.already_there,
        "renamed": appended.renamed,
        "embedded_in_part": added.cut.iter().map(SceneId::as_str).collect::<Vec<_>>(),
        "tokens": added.tokens,
        "language": language.map(StoryLanguage::name),
        "better_model": foreign.as_ref().map(|foreign| foreign.better),
        "seconds": in_thousandths(seconds),
        "stopped": added.stopped,
    })
}

fn in_thousandths(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// What an export was and held.
fn exported(exported: &Exported) -> Value {
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
        "encoding": report.encoding.map(|encoding| encoding.name),
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

/// What became of the scenes of a ChromaDB folder, and what it held.
pub fn migrated(from: &Migrate, done: &Migrated, seconds: f64) -> Value {
    let mut value = of_stored(&done.stored, seconds);
    value["chromadb"] = json!({
        "path": from.from.display().to_string(),
        "collection": from.collection,
        "documents": done.documents,
        "skipped": done.skipped,
        "pending": done.pending,
    });
    value
}

/// What became of a store that was to be upgraded.
pub fn upgraded(done: &StoreUpgrade, seconds: f64) -> Value {
    let number = |of: fn(&Upgraded) -> usize| done.upgraded.as_ref().map_or(0, of);
    let cut = done.upgraded.as_ref().map_or(&[][..], |upgraded| &upgraded.cut);
    let mut value = json!({
        "store": store(&done.store),
        "upgraded": number(|upgraded| upgraded.scenes),
        "left": number(|upgraded| upgraded.left),
        "embedded_in_part": cut.iter().map(SceneId::as_str).collect::<Vec<_>>(),
        "tokens": number(|upgraded| upgraded.tokens),
        "seconds": in_thousandths(seconds),
    });
    if let Some(model) = &done.moved_to {
        value["moved_to"] = json!(model);
    }
    value
}
