//! The three commands that store scenes. They differ in how they read; storing is the same for all.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use naragtive::{
    Added, Format, How, IngestReport, Lexicon, NewStore, ReadOptions, Scene, SkipReason, Skipped, StoreName,
    add, read_export,
};
use serde_json::{Value, json};

use super::common;
use crate::Outcome;
use crate::args::{self, ChatKind, IngestChat, IngestLlama, IngestNeptune, Target};
use crate::error::Failure;
use crate::settings::Settings;
use crate::stop;
use crate::ui::{AddBar, Ui};

const CHUNK_SIZE: std::num::NonZeroUsize = std::num::NonZeroUsize::new(500).unwrap();

pub fn neptune(args: &IngestNeptune, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let output = Output { typed: args.output.as_deref(), usual: "scenes.parquet", target: &args.target };
    ingest(Format::Neptune, std::slice::from_ref(&args.export), &Reading::default(), &output, settings, ui)
}

pub fn llama(args: &IngestLlama, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let output = Output { typed: args.output.as_deref(), usual: "llama_chats.parquet", target: &args.target };
    let branches = match args.branches {
        args::Branches::Active => naragtive::Branches::Active,
        args::Branches::All => naragtive::Branches::All,
    };
    let reading = Reading { branches, ..Reading::default() };
    ingest(Format::LlamaServer, &args.export, &reading, &output, settings, ui)
}

pub fn chat(args: &IngestChat, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let usual = "chat_transcripts.parquet";
    let output = Output { typed: args.output.as_deref(), usual, target: &args.target };
    let format = match args.kind {
        ChatKind::Json => Format::ChatMessages,
        ChatKind::Txt => Format::PlainText,
    };
    let reading = Reading { chunk_size: args.chunk_size, ..Reading::default() };
    ingest(format, std::slice::from_ref(&args.source), &reading, &output, settings, ui)
}

/// How an export is read, where sources differ.
struct Reading {
    branches: naragtive::Branches,
    chunk_size: std::num::NonZeroUsize,
}

impl Default for Reading {
    fn default() -> Self {
        Self { branches: naragtive::Branches::Active, chunk_size: CHUNK_SIZE }
    }
}

/// Where the scenes go.
struct Output<'a> {
    typed: Option<&'a Path>,
    /// Under this name in the current folder, when nothing was typed.
    usual: &'static str,
    target: &'a Target,
}

impl Output<'_> {
    /// The name to register and the file: the one typed, the one the name has already, the one the name gets in
    /// the home folder, or the usual one. All that could refuse the registration is checked here.
    fn resolve(&self, settings: &Settings) -> Result<(Option<StoreName>, PathBuf), Failure> {
        let Some(name) = &self.target.register else {
            return Ok((None, self.typed.map_or_else(|| PathBuf::from(self.usual), Path::to_owned)));
        };
        let (name, registry) = (StoreName::from_str(name)?, settings.registry());
        let path = match self.typed {
            Some(path) => path.to_owned(),
            None => {
                let known = registry.list()?.into_iter().find(|entry| entry.name == name.as_str());
                known.map_or_else(|| settings.home.store(name.as_str()), |entry| entry.path)
            }
        };
        registry.check_can_register(&name, &path)?;
        Ok((Some(name), path))
    }
}

fn ingest(
    format: Format,
    exports: &[PathBuf],
    reading: &Reading,
    output: &Output<'_>,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let (name, path) = output.resolve(settings)?;
    let lexicon = lexicon(output.target, settings)?;
    let (scenes, reports) = read_all(format, exports, reading, &lexicon, settings)?;
    for (export, report) in exports.iter().zip(&reports) {
        tell_oddities(ui, export, report);
    }
    let how = if output.target.no_append { How::Replace } else { How::Merge };
    stop::listen();
    let model = common::model(settings, ui)?;
    let (bar, began) = (AddBar::new(ui), Instant::now());
    let added = add(scenes, &path, how, &model, |done| {
        bar.show(done);
        if stop::is_asked() { naragtive::Flow::Stop } else { naragtive::Flow::Continue }
    });
    bar.finish();
    let (added, seconds) = (added?, began.elapsed().as_secs_f64());
    if let Some(name) = &name {
        let new =
            NewStore { name: name.clone(), path: path.clone(), source: format.source(), description: None };
        settings.registry().register(new, settings.environment.now)?;
    }
    let done = Done { name: name.as_ref(), path: &path, reports: &reports, added, seconds };
    if output.target.json {
        ui.json(&done.to_json(exports))
    } else {
        done.print(ui)
    }
    if added.stopped {
        return Err(Failure::new(format!(
            "stopped after {} new scenes; they are stored",
            added.appended.added
        ))
        .hint("type the same command again: what is stored is skipped"));
    }
    Ok(Outcome::Done)
}

fn lexicon(target: &Target, settings: &Settings) -> Result<Lexicon, Failure> {
    let typed = target.lexicon.clone().map(Some);
    let Some(path) = settings.lexicon.or_flag("--lexicon", typed).value else {
        return Ok(Lexicon::builtin());
    };
    let toml =
        fs::read_to_string(&path).map_err(|source| naragtive::Error::Read { path: path.clone(), source })?;
    Ok(Lexicon::parse(&toml).map_err(|source| naragtive::Error::Lexicon { path, source })?)
}

/// The scenes of all exports, in order, and a report on each.
fn read_all(
    format: Format,
    exports: &[PathBuf],
    reading: &Reading,
    lexicon: &Lexicon,
    settings: &Settings,
) -> Result<(Vec<Scene>, Vec<IngestReport>), Failure> {
    let (mut scenes, mut reports) = (Vec::new(), Vec::new());
    for export in exports {
        let source_file = export.to_string_lossy();
        let options = ReadOptions {
            source_file: &source_file,
            lexicon,
            ingested_at: settings.environment.now,
            chunk_size: reading.chunk_size,
            branches: reading.branches,
        };
        let ingested = read_export(export, format, &options)?;
        scenes.extend(ingested.scenes);
        reports.push(ingested.report);
    }
    Ok((scenes, reports))
}

/// What an export held that is no scene: counted for the user, never dropped in silence.
fn tell_oddities(ui: &Ui, export: &Path, report: &IngestReport) {
    for Skipped { reason, count, first } in &report.skipped {
        ui.note(format_args!(
            "{}: skipped {count} {}; the first: {first}",
            export.display(),
            describe(*reason)
        ));
    }
    if report.branches_left_out > 0 {
        let count = report.branches_left_out;
        ui.note(format_args!(
            "{}: left out {count} exchanges on other branches; --branches all takes them",
            export.display()
        ));
    }
    if report.dropped_bytes > 0 {
        ui.warn(format_args!(
            "{}: dropped {} bytes that are no text",
            export.display(),
            report.dropped_bytes
        ));
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

/// What an ingest did.
struct Done<'a> {
    name: Option<&'a StoreName>,
    path: &'a Path,
    reports: &'a [IngestReport],
    added: Added,
    seconds: f64,
}

impl Done<'_> {
    fn print(&self, ui: &Ui) {
        let appended = self.added.appended;
        let (turns, scenes) = self
            .reports
            .iter()
            .fold((0, 0), |(turns, scenes), report| (turns + report.turns, scenes + report.scenes));
        ui.print(format_args!("Read {turns} turns, {scenes} scenes."));
        let mut line = format!("Stored {} new scenes in {}", appended.added, self.path.display());
        if self.added.tokens > 0 {
            line += &format!(" in {:.1} s", self.seconds);
        }
        ui.print(format_args!("{line}; it holds {}.", appended.total));
        if appended.already_there > 0 {
            ui.print(format_args!("{} were there already.", appended.already_there));
        }
        if appended.renamed > 0 {
            ui.print(format_args!(
                "{} had an id that belongs to another scene; they are stored under a longer one.",
                appended.renamed
            ));
        }
        let store = match self.name {
            Some(name) => {
                ui.print(format_args!("Registered as `{name}`."));
                format!("--store-name {name}")
            }
            None => format!("--store {}", self.path.display()),
        };
        ui.note(format_args!("Now try: naragtive search \"what you remember\" {store}"));
    }

    fn to_json(&self, exports: &[PathBuf]) -> Value {
        let appended = self.added.appended;
        let exports: Vec<Value> =
            exports.iter().zip(self.reports).map(|(export, report)| export_json(export, report)).collect();
        json!({
            "store": {
                "name": self.name.map(StoreName::as_str),
                "path": self.path.display().to_string(),
                "records": appended.total,
            },
            "exports": exports,
            "added": appended.added,
            "already_there": appended.already_there,
            "renamed": appended.renamed,
            "tokens": self.added.tokens,
            "seconds": (self.seconds * 1000.0).round() / 1000.0,
            "stopped": self.added.stopped,
        })
    }
}

fn export_json(export: &Path, report: &IngestReport) -> Value {
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
