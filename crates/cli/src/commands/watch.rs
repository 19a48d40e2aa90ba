use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use naragtive::jobs::{Ingest, IngestDone, TakenIn, Watching};
use naragtive::{Error, Timestamp, count, views};

use super::common;
use super::ingest::{job, tell_oddities};
use super::storing;
use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::Settings;
use crate::stop;
use crate::ui::{Ui, Watcher};

/// How often Ctrl-C is looked for between two looks at the files.
const NAP: Duration = Duration::from_millis(50);

pub fn run(args: &args::Watch, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    if args.exports.iter().any(|path| path == Path::new("-")) {
        return Err(Failure::new("standard input (`-`) can't be watched").hint("name files or folders"));
    }
    let target = args::TargetArgs { no_append: false, register: args.register.clone(), json: args.json };
    let target = storing::target(args.taking.output.as_deref(), "scenes.parquet", &target)?;
    common::watched(ui, |watch| target.clone().resolve(&settings.library, watch).map(drop))?;
    let job = job(&args.exports, &args.taking, &args.dates, target);
    stop::listen();
    for path in args.exports.iter().filter(|path| !path.exists()) {
        ui.note(format_args!("{} is not there yet; it is taken in when it is", path.display()));
    }
    ui.note("Watching; Ctrl-C ends it.");
    watch(job, args, settings, ui)?;
    ui.note("Stopped watching.");
    Ok(Outcome::Done)
}

/// Looks until somebody says stop.
fn watch(job: Ingest, args: &args::Watch, settings: &Settings, ui: &Ui) -> Result<(), Failure> {
    let every = Duration::from_secs_f64(args.every);
    let mut watching = Watching::new(job, SignedDuration::try_from(every).unwrap_or(SignedDuration::MAX));
    while !stop::is_asked() {
        let mut watcher = Watcher::new(ui);
        let looked = watching.look(&settings.library, Timestamp::now(), &mut |step| watcher.step(step));
        let seconds = watcher.seconds();
        drop(watcher);
        match looked {
            Ok(taken) => taken.into_iter().for_each(|taken| tell(taken, seconds, args.json, ui)),
            Err(Error::Stopped) => break,
            Err(error) => return Err(Failure::of(&error)),
        }
        let began = Instant::now();
        while began.elapsed() < every && !stop::is_asked() {
            thread::sleep(NAP.min(every));
        }
    }
    Ok(())
}

fn tell(TakenIn { path, done }: TakenIn, seconds: f64, json: bool, ui: &Ui) {
    let done = match done {
        Ok(done) => done,
        Err(error) => return ui.warn_of(&path.display().to_string(), &Failure::of(&error)),
    };
    let IngestDone { exports, stored, .. } = &done;
    exports.iter().for_each(|exported| tell_oddities(ui, exported));
    storing::tell_cut(stored, ui);
    if json {
        return ui.json_line(&views::ingested(exports, stored, seconds));
    }
    let appended = &stored.added.appended;
    let new = count(appended.added, "new scene");
    let updated =
        if appended.updated > 0 { format!(", {} updated", appended.updated) } else { String::new() };
    ui.print(format_args!("{}: {new}{updated}; the store holds {}.", path.display(), appended.total));
}
