use std::time::Duration;

use naragtive::jobs::{IngestDone, TakenIn, Watching, keep_watching};
use naragtive::{Exported, Timestamp, count, views};

use super::common;
use super::ingest::job;
use super::storing;
use crate::Outcome;
use crate::args;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, Watcher};

pub fn run(args: &args::WatchArgs, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let target = args::TargetArgs { no_append: false, register: args.register.clone(), json: args.json };
    let target = storing::target(args.taking.output.as_deref(), "scenes.parquet", &target)?;
    let every = Duration::from_secs_f64(args.every);
    let watching = Watching::new(job(&args.exports, &args.taking, &args.dates, target.clone()), every)?;
    common::watched(ui, |watch| target.resolve(&settings.library, watch).map(drop))?;
    stop::listen();
    tell_absent(&watching, |text| ui.note(text));
    ui.note("Watching; Ctrl-C ends it.");
    watch(watching, every, args.json, settings, ui)?;
    ui.note("Stopped watching.");
    Ok(Outcome::Done)
}

/// Names what isn't there yet.
pub fn tell_absent(watching: &Watching, tell: impl Fn(&str)) {
    for path in watching.absent() {
        tell(&format!("{} is not there yet; it is taken in when it is", path.display()));
    }
}

/// Looks until somebody says stop.
fn watch(
    watching: Watching,
    every: Duration,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<(), Failure> {
    let look = |watching: &mut Watching| {
        let mut watcher = Watcher::new(ui);
        let looked = watching.look(&settings.library, Timestamp::now(), &mut |step| watcher.step(step));
        let seconds = watcher.seconds();
        drop(watcher);
        looked?.into_iter().for_each(|taken| tell(taken, seconds, json, ui));
        Ok(())
    };
    Ok(keep_watching(&mut [watching], every, &stop::is_asked, look)?)
}

fn tell(TakenIn { path, done }: TakenIn, seconds: f64, json: bool, ui: &Ui) {
    let done = match done {
        Ok(done) => done,
        Err(error) => return ui.warn_of(&path.display().to_string(), &Failure::of(&error)),
    };
    let IngestDone { exports, stored, .. } = &done;
    let notes = exports.iter().flat_map(Exported::notes).chain(stored.notes());
    notes.for_each(|note| ui.tell(&note));
    if json {
        return ui.json_line(&views::ingested(exports, stored, seconds));
    }
    let appended = &stored.added.appended;
    let new = count(appended.added, "new scene");
    let updated =
        if appended.updated > 0 { format!(", {} updated", appended.updated) } else { String::new() };
    ui.print(format_args!("{}: {new}{updated}; the store holds {}.", path.display(), appended.total));
}
