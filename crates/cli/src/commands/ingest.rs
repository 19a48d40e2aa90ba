//! The three commands that read exports. They differ in how they read; the rest is the same for all.

use std::path::{Path, PathBuf};

use naragtive::jobs::{Ingest, IngestDone};
use naragtive::{Branches, Format, IngestReport, Skipped, Step, views};
use serde_json::Value;

use super::storing::{self, count, target};
use crate::Outcome;
use crate::args::{self, ChatKind, IngestChat, IngestLlama, IngestNeptune};
use crate::error::Failure;
use crate::settings::Settings;
use crate::stop;
use crate::ui::{Ui, Watcher};

pub fn neptune(args: &IngestNeptune, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let target = target(args.output.as_deref(), "scenes.parquet", &args.target)?;
    let ingest =
        Ingest { lexicon: args.lexicon.clone(), ..Ingest::new(&args.export, Format::NEPTUNE, target) };
    run(ingest, args.target.json, settings, ui)
}

pub fn llama(args: &IngestLlama, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let branches = match args.branches {
        args::Branches::Active => Branches::Active,
        args::Branches::All => Branches::All,
    };
    let target = target(args.output.as_deref(), "llama_chats.parquet", &args.target)?;
    let exports: Vec<PathBuf> = args.export.clone();
    let ingest = Ingest { exports, branches, ..Ingest::new("", Format::LLAMA_SERVER, target) };
    run(ingest, args.target.json, settings, ui)
}

pub fn chat(args: &IngestChat, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let format = match args.kind {
        ChatKind::Json => Format::CHAT_MESSAGES,
        ChatKind::Txt => Format::PLAIN_TEXT,
    };
    let target = target(args.output.as_deref(), "chat_transcripts.parquet", &args.target)?;
    let ingest = Ingest { chunk_size: Some(args.chunk_size), ..Ingest::new(&args.source, format, target) };
    run(ingest, args.target.json, settings, ui)
}

fn run(ingest: Ingest, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    let mut watcher = Watcher::new(ui);
    let done = naragtive::jobs::ingest(&settings.library, ingest, settings.environment.now, &mut |step| {
        if let Step::Read { export, report } = step {
            tell_oddities(ui, export, report);
        }
        watcher.step(step)
    });
    let seconds = watcher.seconds();
    drop(watcher);
    let IngestDone { exports, stored } = done.map_err(storing::failure)?;
    storing::tell_cut(&stored, ui);
    if json {
        let mut object = views::stored(&stored, seconds);
        let exports = exports.iter().map(|(export, report)| views::ingest_report(export, report));
        object.insert("exports".to_owned(), exports.collect());
        ui.json(&Value::Object(object));
    } else {
        let turns = exports.iter().map(|(_, report)| report.turns).sum();
        let scenes = exports.iter().map(|(_, report)| report.scenes).sum();
        ui.print(format_args!("Read {}, {}.", count(turns, "turn"), count(scenes, "scene")));
        storing::print(&stored, seconds, ui);
    }
    storing::check_finished(&stored)?;
    Ok(Outcome::Done)
}

/// What an export held that is no scene: counted for the user, never dropped in silence.
fn tell_oddities(ui: &Ui, export: &Path, report: &IngestReport) {
    let export = export.display();
    for Skipped { reason, count, first } in &report.skipped {
        let what = views::skip_reason(*reason);
        ui.note(format_args!("{export}: skipped {count} {what}; the first: {first}"));
    }
    if report.branches_left_out > 0 {
        let left_out = count(report.branches_left_out, "exchange");
        ui.note(format_args!("{export}: left out {left_out} on other branches; --branches all takes them"));
    }
    if report.dropped_bytes > 0 {
        ui.warn(format_args!("{export}: dropped {} (not text)", count(report.dropped_bytes, "byte")));
    }
    for told in report.told() {
        ui.note(format_args!("{export}: {told}"));
    }
}
