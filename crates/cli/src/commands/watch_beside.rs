//! Exports that are taken in while this process serves.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use naragtive::jobs::{Ingest, TakenIn, Target, Watching, keep_watching};
use naragtive::{Error, Flow, Library, Step, StoreName, Timestamp, count};

use crate::args::ServeArgs;
use crate::error::Failure;

/// How often files are looked at, and for how long one has to be left alone.
const EVERY: Duration = Duration::from_secs(2);

/// What the flags name.
pub fn watching(args: &ServeArgs) -> Result<Vec<Watching>, Error> {
    let job = |(path, name): &(PathBuf, StoreName)| {
        Watching::new(Ingest::new(vec![path.clone()], None, Target::named(name.clone())), EVERY)
    };
    args.watch.iter().map(job).collect()
}

/// Looks at them until `ended` says so; `tell` hears what was stored and what couldn't be.
pub fn watch(mut all: Vec<Watching>, library: &Library, ended: &AtomicBool, tell: &dyn Fn(&str)) {
    let is_ended = || ended.load(Ordering::Relaxed);
    let look = |watching: &mut Watching| {
        let mut flow = |_: Step<'_>| if is_ended() { Flow::Stop } else { Flow::Continue };
        match watching.look(library, Timestamp::now(), &mut flow) {
            Ok(taken) => taken.iter().for_each(|taken| tell(&told(taken))),
            Err(Error::Stopped) => return Err(Error::Stopped),
            // The others are taken in all the same.
            Err(error) => tell(&failed("what is watched", &error)),
        }
        Ok(())
    };
    if let Err(error) = keep_watching(&mut all, EVERY, &is_ended, look) {
        tell(&failed("what is watched", &error));
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
