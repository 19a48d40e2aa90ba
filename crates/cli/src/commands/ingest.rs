//! The commands that read exports. They differ in how they read; the rest is the same for all.

use std::path::PathBuf;

use naragtive::jobs::{Ingest, IngestDone, Target, prune};
use naragtive::{Format, Mapping, Step, count, views};

use super::common;
use super::storing::{self, target};
use crate::Outcome;
use crate::args::{self, ChatKind, IngestChatArgs, IngestLlamaArgs, IngestNeptuneArgs};
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, Watcher};

pub fn any(args: &args::IngestArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let target = target(args.taking.output.as_deref(), "scenes.parquet", &args.target)?;
    let ingest = job(&args.exports, &args.taking, &args.dates, target);
    if args.dry_run {
        return dry_run(&ingest, args.target.json, settings, ui);
    }
    let prune = args.prune.then_some(Prune { yes: args.yes });
    run_and_prune(Ingest { prune: args.prune, ..ingest }, prune, args.target.json, settings, ui)
}

/// An ingest of any formats, as typed.
pub fn job(exports: &[PathBuf], taking: &args::TakingArgs, dates: &args::DateArgs, target: Target) -> Ingest {
    Ingest {
        lexicon: taking.lexicon.clone(),
        branches: taking.branches,
        scene: taking.scene,
        map: taking.text_column.iter().map(Mapping::text).chain(taking.map.iter().cloned()).collect(),
        chunk_size: Some(taking.chunk_size),
        day_first: dates.day_first,
        ..Ingest::new(exports.to_vec(), taking.format, target)
    }
}

/// That what exports don't hold any more is to be removed.
#[derive(Clone, Copy)]
struct Prune {
    yes: bool,
}

pub fn neptune(args: &IngestNeptuneArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let target = target(args.output.as_deref(), "scenes.parquet", &args.target)?;
    let ingest = Ingest {
        lexicon: args.lexicon.clone(),
        day_first: args.dates.day_first,
        folders: false,
        ..Ingest::new(vec![args.export.clone()], Some(Format::NEPTUNE), target)
    };
    run(ingest, args.target.json, settings, ui)
}

pub fn llama(args: &IngestLlamaArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let target = target(args.output.as_deref(), "llama_chats.parquet", &args.target)?;
    let ingest = Ingest {
        branches: args.branches,
        day_first: args.dates.day_first,
        folders: false,
        ..Ingest::new(args.export.clone(), Some(Format::LLAMA_SERVER), target)
    };
    run(ingest, args.target.json, settings, ui)
}

pub fn chat(args: &IngestChatArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let format = match args.kind {
        ChatKind::Json => Format::CHAT_MESSAGES,
        ChatKind::Txt => Format::PLAIN_TEXT,
    };
    let target = target(args.output.as_deref(), "chat_transcripts.parquet", &args.target)?;
    let ingest = Ingest {
        chunk_size: Some(args.chunk_size),
        day_first: args.dates.day_first,
        folders: false,
        ..Ingest::new(vec![args.source.clone()], Some(format), target)
    };
    run(ingest, args.target.json, settings, ui)
}

fn run(ingest: Ingest, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    run_and_prune(ingest, None, json, settings, ui)
}

fn run_and_prune(
    ingest: Ingest,
    prune: Option<Prune>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let mut watcher = Watcher::new(ui);
    let done = naragtive::jobs::ingest(&settings.library, ingest, settings.environment.noted, &mut |step| {
        if let Step::Read(exported) = step {
            exported.notes().iter().for_each(|note| ui.tell(note));
        }
        watcher.step(step)
    });
    let seconds = watcher.seconds();
    drop(watcher);
    let mut done = done?;
    done.stored.notes().iter().for_each(|note| ui.tell(note));
    let outside = done.gone.as_ref().map_or(0, |gone| gone.outside);
    let pruned = prune.map(|prune| pruned(&mut done, prune, settings, ui));
    let IngestDone { exports, stored, .. } = done;
    if json {
        ui.json(&match &pruned {
            Some(pruned) => views::pruned(&exports, &stored, seconds, pruned.as_ref().ok().copied()),
            None => views::ingested(&exports, &stored, seconds),
        });
    } else {
        let turns = exports.iter().map(|exported| exported.report.turns).sum();
        let scenes = exports.iter().map(|exported| exported.report.scenes).sum();
        ui.print(format_args!("Read {}, {}.", count(turns, "turn"), count(scenes, "scene")));
        storing::print(&stored, seconds, ui);
        if let Some(Ok(scenes)) = pruned {
            ui.print(format_args!("Pruned: {}.", count(scenes, "scene")));
            if outside > 0 {
                ui.print(format_args!(
                    "Left alone, as they came from other files: {} more of these conversations.",
                    count(outside, "scene")
                ));
            }
        }
    }
    storing::check_finished(&stored)?;
    pruned.transpose()?;
    Ok(Outcome::Done)
}

/// Removes what the exports don't hold any more; how many scenes that were.
fn pruned(
    done: &mut IngestDone,
    Prune { yes }: Prune,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<usize, Failure> {
    let Some(gone) = done.to_prune()? else { return Ok(0) };
    let kept = |why: &str| {
        let scenes = count(gone.scenes, "scene");
        Failure::new(format!("nothing was pruned: {why}; it would be {scenes}"))
            .hint("the same command with --yes doesn't ask")
    };
    if !yes {
        let question = format!("Remove {gone}, which don't hold them any more? [y/N] ");
        common::ask("--prune asks first", &question, kept, settings, ui)?;
    }
    let pruned = common::watched(ui, |watch| prune(&settings.library, done, watch))?;
    pruned.note().iter().for_each(|note| ui.tell(note));
    Ok(pruned.scenes)
}

/// What would be stored: counts, speakers, days, the first scene.
fn dry_run(ingest: &Ingest, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let mut watcher = Watcher::new(ui);
    let now = settings.environment.noted;
    let survey = naragtive::jobs::survey(&settings.library, ingest, now, &mut |step| watcher.step(step))?;
    drop(watcher);
    if json {
        ui.json(&views::survey(&survey));
        return Ok(Outcome::Done);
    }
    for exported in &survey.exports {
        exported.notes().iter().for_each(|note| ui.tell(note));
        let (turns, scenes) = (exported.report.turns, exported.report.scenes);
        let (turns, scenes) = (count(turns, "turn"), count(scenes, "scene"));
        ui.print(format_args!("{}: {}, {turns}, {scenes}", exported.path.display(), exported.format));
    }
    if let Some((first, last)) = &survey.days {
        ui.print(format_args!("Days: {first} to {last}"));
    }
    let speakers = survey.by_scenes();
    let named = speakers.iter().take(12).map(|(name, scenes)| format!("{name} ({scenes})"));
    if !speakers.is_empty() {
        let more = speakers.len().saturating_sub(12);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        ui.print(format_args!("Speakers: {}{more}", named.collect::<Vec<_>>().join(", ")));
    }
    if let Some(scene) = &survey.first {
        ui.print(format_args!("The first scene:\n{}", scene.text));
    }
    ui.note("Nothing was stored; without --dry-run it is.");
    Ok(Outcome::Done)
}
