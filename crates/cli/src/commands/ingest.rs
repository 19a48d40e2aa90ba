//! The three commands that read exports. They differ in how they read; the rest is the same for all.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive::{
    Branches, Format, IngestReport, Lexicon, ReadOptions, Scene, SkipReason, Skipped, read_export,
};
use serde_json::{Value, json};

use super::storing::{Destination, count, store};
use crate::Outcome;
use crate::args::{self, ChatKind, IngestChat, IngestLlama, IngestNeptune, Target};
use crate::error::{Failure, ticked};
use crate::settings::Settings;
use crate::ui::Ui;

const CHUNK_SIZE: NonZeroUsize = NonZeroUsize::new(500).unwrap();

pub fn neptune(args: &IngestNeptune, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let typed = args.lexicon.clone().map(Some);
    let lexicon = settings.lexicon.or_flag("--lexicon", typed).value;
    let reading = Reading {
        lexicon: lexicon.map_or_else(|| Ok(Lexicon::builtin()), |path| read_lexicon(&path))?,
        ..Reading::of(Format::Neptune, std::slice::from_ref(&args.export))
    };
    let destination = Destination::resolve(args.output.as_deref(), "scenes.parquet", &args.target, settings)?;
    ingest(&reading, destination, &args.target, settings, ui)
}

pub fn llama(args: &IngestLlama, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let branches = match args.branches {
        args::Branches::Active => Branches::Active,
        args::Branches::All => Branches::All,
    };
    let reading = Reading { branches, ..Reading::of(Format::LlamaServer, &args.export) };
    let usual = "llama_chats.parquet";
    let destination = Destination::resolve(args.output.as_deref(), usual, &args.target, settings)?;
    ingest(&reading, destination, &args.target, settings, ui)
}

pub fn chat(args: &IngestChat, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let format = match args.kind {
        ChatKind::Json => Format::ChatMessages,
        ChatKind::Txt => Format::PlainText,
    };
    let exports = std::slice::from_ref(&args.source);
    let reading = Reading { chunk_size: args.chunk_size, ..Reading::of(format, exports) };
    let usual = "chat_transcripts.parquet";
    let destination = Destination::resolve(args.output.as_deref(), usual, &args.target, settings)?;
    ingest(&reading, destination, &args.target, settings, ui)
}

/// What is read, and how.
struct Reading<'a> {
    format: Format,
    exports: &'a [PathBuf],
    lexicon: Lexicon,
    branches: Branches,
    chunk_size: NonZeroUsize,
}

impl<'a> Reading<'a> {
    fn of(format: Format, exports: &'a [PathBuf]) -> Self {
        let lexicon = Lexicon::builtin();
        Self { format, exports, lexicon, branches: Branches::Active, chunk_size: CHUNK_SIZE }
    }

    /// The scenes of all exports, in order, and a report on each.
    fn read(&self, settings: &Settings) -> Result<(Vec<Scene>, Vec<IngestReport>), Failure> {
        let (mut scenes, mut reports) = (Vec::new(), Vec::new());
        for export in self.exports {
            let source_file = export.to_string_lossy();
            let options = ReadOptions {
                chunk_size: self.chunk_size,
                branches: self.branches,
                ..ReadOptions::new(&source_file, &self.lexicon, settings.environment.now)
            };
            let ingested = read_export(export, self.format, &options)?;
            scenes.extend(ingested.scenes);
            reports.push(ingested.report);
        }
        Ok((scenes, reports))
    }
}

fn read_lexicon(path: &Path) -> Result<Lexicon, Failure> {
    let path = path.to_owned();
    match fs::read_to_string(&path) {
        Err(source) => Err(naragtive::Error::Read { path, source }.into()),
        Ok(toml) => Lexicon::parse(&toml).map_err(|source| naragtive::Error::Lexicon { path, source }.into()),
    }
}

fn ingest(
    reading: &Reading<'_>,
    destination: Destination,
    target: &Target,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let (scenes, reports) = reading.read(settings)?;
    for (export, report) in reading.exports.iter().zip(&reports) {
        tell_oddities(ui, export, report);
    }
    if scenes.is_empty() {
        return Err(nothing(reading.exports));
    }
    let stored = store(scenes, destination, reading.format.source(), settings, ui)?;
    if target.json {
        let mut object = stored.to_json();
        let exports = reading.exports.iter().zip(&reports);
        object
            .insert("exports".to_owned(), exports.map(|(export, report)| to_json(export, report)).collect());
        ui.json(&Value::Object(object));
    } else {
        let (turns, scenes) =
            reports.iter().fold((0, 0), |sum, report| (sum.0 + report.turns, sum.1 + report.scenes));
        ui.print(format_args!("Read {}, {}.", count(turns, "turn"), count(scenes, "scene")));
        stored.print(ui);
    }
    stored.check_finished()?;
    Ok(Outcome::Done)
}

/// Exports without a scene make no store, and must not empty one.
fn nothing(exports: &[PathBuf]) -> Failure {
    let exports = ticked(exports.iter().map(|export| export.display()));
    Failure::new(format!("there is no scene in {exports}; nothing was stored"))
        .hint("what each source looks like: naragtive ingest-help")
}

/// What an export held that is no scene: counted for the user, never dropped in silence.
fn tell_oddities(ui: &Ui, export: &Path, report: &IngestReport) {
    let export = export.display();
    for Skipped { reason, count, first } in &report.skipped {
        ui.note(format_args!("{export}: skipped {count} {}; the first: {first}", describe(*reason)));
    }
    if report.branches_left_out > 0 {
        let left_out = count(report.branches_left_out, "exchange");
        ui.note(format_args!("{export}: left out {left_out} on other branches; --branches all takes them"));
    }
    if report.dropped_bytes > 0 {
        ui.warn(format_args!("{export}: dropped {} (not text)", count(report.dropped_bytes, "byte")));
    }
}

fn describe(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::NoHeader => "block(s) without a `***STAMP - SPEAKER:***` line",
        SkipReason::BeforeHeader => "block(s) with text before the header",
        SkipReason::EmptyTurn => "turn(s) without text",
        SkipReason::EmptyMessage => "message(s) without text",
        SkipReason::NoAnswer => "question(s) without an answer",
        SkipReason::NoQuestion => "message(s) without a question before them",
        SkipReason::NotText => "message(s) that are not text",
    }
}

fn to_json(export: &Path, report: &IngestReport) -> Value {
    let skipped: Vec<Value> = report
        .skipped
        .iter()
        .map(|skipped| json!({"reason": describe(skipped.reason), "count": skipped.count, "first": skipped.first}))
        .collect();
    json!({
        "path": export.display().to_string(),
        "turns": report.turns,
        "scenes": report.scenes,
        "conversations": report.conversations,
        "branches_left_out": report.branches_left_out,
        "dropped_bytes": report.dropped_bytes,
        "skipped": skipped,
    })
}
