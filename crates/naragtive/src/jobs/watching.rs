//! Exports that are taken in as they appear and grow.
//!
//! Files are looked at again and again instead of being told of by the system: that works on every drive, those of other
//! machines too, where no notice comes, and a rename, a rewrite or a rotation is nothing special. A look costs a question
//! to the system for each file. Of a folder only what has changed is read, each file when it has been left alone; what tells
//! about others is read with it, and of a project of several files all.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use naragtive_ingest::IngestError;

use super::watched::Watched;
use super::{Ingest, IngestDone, ingest};
use crate::progress::Watch;
use crate::{Error, Library};

/// An ingest that goes on.
#[derive(Debug)]
pub struct Watching {
    ingest: Ingest,
    /// For how long nothing may have changed before something is taken in.
    quiet: SignedDuration,
    paths: Vec<Watched>,
}

/// What became of a file or a folder in which something was new.
#[derive(Debug)]
pub struct TakenIn {
    /// Which.
    pub path: PathBuf,
    /// What was stored, or why nothing was: then it is tried again when it changes.
    pub done: Result<IngestDone, Error>,
}

impl Watching {
    /// Watches the exports of an ingest, which need not be there yet. What changes is taken in when it has been left alone
    /// for as long as `quiet` says.
    ///
    /// # Errors
    /// When standard input is among them.
    pub fn new(ingest: Ingest, quiet: Duration) -> Result<Self, Error> {
        if ingest.exports.iter().any(|path| path == Path::new("-")) {
            return Err(Error::InputWatched);
        }
        let paths = ingest.exports.iter().map(|path| Watched::new(path)).collect();
        let quiet = SignedDuration::try_from(quiet).unwrap_or(SignedDuration::MAX);
        Ok(Self { ingest, quiet, paths })
    }

    /// What is watched and isn't there yet.
    pub fn absent(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().map(|watched| watched.path.as_path()).filter(|path| !path.exists())
    }

    /// Looks once, and takes in what has changed and been left alone since. What is there is not embedded again, and a
    /// last line that is half written is taken when it is whole.
    ///
    /// # Errors
    /// [`Error::Stopped`] when `watch` says stop. What is wrong with an export is told with it, and ends nothing.
    pub fn look(
        &mut self,
        library: &Library,
        now: Timestamp,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<TakenIn>, Error> {
        let mut taken = Vec::new();
        for watched in &mut self.paths {
            let settled = watched.settled(now, self.quiet);
            if settled.is_empty() {
                continue;
            }
            let only = watched.read_again(&settled);
            let job = Ingest { exports: vec![watched.path.clone()], only: Some(only), ..self.ingest.clone() };
            watched.take(&settled);
            let done = ingest(library, job, now, watch);
            if matches!(done, Err(Error::Stopped)) {
                return Err(Error::Stopped);
            }
            let stopped = done.as_ref().is_ok_and(|done| done.stored.added.stopped);
            if !done.as_ref().is_err_and(|error| is_no_export(error, &watched.path)) {
                taken.push(TakenIn { path: watched.path.clone(), done });
            }
            if stopped {
                break;
            }
        }
        Ok(taken)
    }
}

/// Looks at all of them, again and again, until `ended` says so or a look was stopped; between two rounds it waits for so long.
///
/// # Errors
/// The first of a look.
pub fn keep_watching(
    all: &mut [Watching],
    every: Duration,
    ended: &dyn Fn() -> bool,
    mut look: impl FnMut(&mut Watching) -> Result<(), Error>,
) -> Result<(), Error> {
    while !all.is_empty() && !ended() {
        match all.iter_mut().try_for_each(&mut look) {
            Err(Error::Stopped) => return Ok(()),
            looked => looked?,
        }
        pause(every, ended);
    }
    Ok(())
}

/// How often somebody who waits looks whether it is over.
const NAP: Duration = Duration::from_millis(50);

/// Waits for so long between two looks, or until `ended` says that there is no next one.
fn pause(time: Duration, ended: impl Fn() -> bool) {
    let mut left = time;
    while !left.is_zero() && !ended() {
        let nap = NAP.min(left);
        thread::sleep(nap);
        left -= nap;
    }
}

/// Whether what changed in a folder is nothing that was ever meant to be read, or has nothing in it yet.
fn is_no_export(error: &Error, path: &Path) -> bool {
    let nothing =
        matches!(error, Error::NoScene { .. } | Error::Bundle { source: IngestError::NoExport { .. }, .. });
    nothing && path.is_dir()
}
