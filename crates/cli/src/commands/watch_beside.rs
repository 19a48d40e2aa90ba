//! Exports that are taken in while this process serves.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;
use naragtive::jobs::{Ingest, TakenIn, Target, Watching};
use naragtive::{Error, Flow, Library, Timestamp, count};

use crate::args::Serve;
use crate::error::Failure;

/// How often files are looked at, and for how long one has to be left alone.
const EVERY: Duration = Duration::from_secs(2);
/// How often the end is looked for between two looks at the files.
const NAP: Duration = Duration::from_millis(50);

/// Looks at what the flags name until `ended` says so; `tell` hears what was stored and what couldn't be.
pub fn watch(args: &Serve, library: &Library, ended: &AtomicBool, tell: &dyn Fn(&str)) {
    let quiet = SignedDuration::try_from(EVERY).unwrap_or(SignedDuration::MAX);
    let job = |(path, name): &(_, naragtive::StoreName)| {
        Watching::new(
            Ingest::new(vec![std::path::PathBuf::clone(path)], None, Target::named(name.clone())),
            quiet,
        )
    };
    let mut all: Vec<Watching> = args.watch.iter().map(job).collect();
    let is_ended = || ended.load(Ordering::Relaxed);
    let mut naps = 0;
    while !all.is_empty() && !is_ended() {
        if naps == 0 {
            let flow = |_: naragtive::Step<'_>| if is_ended() { Flow::Stop } else { Flow::Continue };
            for watching in &mut all {
                match watching.look(library, Timestamp::now(), &mut { flow }) {
                    Ok(taken) => taken.iter().for_each(|taken| tell(&told(taken))),
                    Err(Error::Stopped) => return,
                    Err(error) => tell(&failed("what is watched", &error)),
                }
            }
        }
        naps = (naps + 1) % (EVERY.as_millis() / NAP.as_millis());
        thread::sleep(NAP);
    }
}

fn told(TakenIn { path, done }: &TakenIn) -> String {
    let path = path.display().to_string();
    match done {
        Err(error) => failed(&path, error),
        Ok(done) => {
            let appended = &done.stored.added.appended;
            let store = done.stored.registered.as_deref().unwrap_or_default();
            format!(
                "{path}: {}; the store `{store}` holds {}.",
                count(appended.added, "new scene"),
                appended.total
            )
        }
    }
}

fn failed(what: &str, error: &Error) -> String {
    let Failure { message, hints, .. } = Failure::of(error);
    let hints = hints.into_iter().map(|hint| format!("\nhint: {hint}"));
    format!("warning: {what}: {message}{}", hints.collect::<String>())
}
