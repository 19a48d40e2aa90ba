//! Exports that are taken in as they appear and grow.
//!
//! Files are looked at again and again instead of being told of by the system: that works on every drive, those of other
//! machines too, where no notice comes, and a rename, a rewrite or a rotation is nothing special. A look costs a question
//! to the system for each file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::{Ingest, IngestDone, ingest};
use crate::progress::Watch;
use crate::walk::{Found, walk};
use crate::{Error, Library};

/// An ingest that goes on.
#[derive(Debug)]
pub struct Watching {
    ingest: Ingest,
    /// For how long nothing may have changed before something is taken in.
    quiet: SignedDuration,
    paths: Vec<Watched>,
}

/// A file or a folder that is watched.
#[derive(Debug)]
struct Watched {
    path: PathBuf,
    /// What was there at the last look, and since when it is like that.
    seen: Files,
    since: Timestamp,
    /// What was there when it was taken in.
    taken: Files,
}

/// Files with their sizes and when they were changed.
type Files = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

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
    pub fn new(ingest: Ingest, quiet: SignedDuration) -> Self {
        let watched = |path: &PathBuf| Watched {
            path: path.clone(),
            seen: Files::new(),
            since: Timestamp::UNIX_EPOCH,
            taken: Files::new(),
        };
        let paths = ingest.exports.iter().map(watched).collect();
        Self { ingest, quiet, paths }
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
            if !watched.has_settled(now, self.quiet) {
                continue;
            }
            let job = Ingest { exports: vec![watched.path.clone()], ..self.ingest.clone() };
            watched.taken.clone_from(&watched.seen);
            let done = ingest(library, job, now, watch);
            if matches!(done, Err(Error::Stopped)) {
                return Err(Error::Stopped);
            }
            let stopped = done.as_ref().is_ok_and(|done| done.stored.added.stopped);
            taken.push(TakenIn { path: watched.path.clone(), done });
            if stopped {
                break;
            }
        }
        Ok(taken)
    }
}

impl Watched {
    /// Whether there is anything that is not taken in yet and has been like that for long enough.
    fn has_settled(&mut self, now: Timestamp, quiet: SignedDuration) -> bool {
        let files = files(&self.path);
        if files != self.seen {
            (self.seen, self.since) = (files, now);
        }
        // What is gone is in no hurry: it may be about to be replaced.
        let has_new = self.seen.iter().any(|(path, state)| self.taken.get(path) != Some(state));
        has_new && now.duration_since(self.since) >= quiet
    }
}

/// The file, or all in the folder; none where nothing is.
fn files(path: &Path) -> Files {
    let state = |path: PathBuf| {
        let found = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        Some((path, (found.len(), found.modified().ok())))
    };
    if !path.is_dir() {
        return state(path.to_owned()).into_iter().collect();
    }
    let files = walk(path).filter_map(|found| match found {
        Found::File(path, _) => Some(path),
        Found::Other(_) => None,
    });
    files.filter_map(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[test]
    fn something_is_taken_when_it_has_been_left_alone_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.jsonl");
        let mut watched = Watched {
            path: path.clone(),
            seen: Files::new(),
            since: Timestamp::UNIX_EPOCH,
            taken: Files::new(),
        };
        let quiet = SignedDuration::from_secs(2);
        let mut look = |seconds, change: Option<&str>| {
            match change {
                Some("") => fs::remove_file(&path).unwrap(),
                Some(text) => fs::write(&path, text).unwrap(),
                None => {}
            }
            let settled = watched.has_settled(at(seconds), quiet);
            if settled {
                watched.taken.clone_from(&watched.seen);
            }
            settled
        };
        for (reason, seconds, change, settled) in [
            ("not there yet", 0, None, false),
            ("just come", 10, Some("a"), false),
            ("still growing", 11, Some("ab"), false),
            ("left alone, not long", 12, None, false),
            ("left alone", 13, None, true),
            ("as it was", 20, None, false),
            ("gone", 30, Some(""), false),
            ("still gone", 40, None, false),
            ("another one in its place", 41, Some("abcd"), false),
            ("that one left alone", 43, None, true),
        ] {
            assert_eq!(look(seconds, change), settled, "{reason}");
        }
    }

    #[test]
    fn a_folder_is_all_its_files_and_nothing_that_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        assert!(files(folder.path()).is_empty() && files(&folder.path().join("no")).is_empty());
        for name in ["a.json", ".hidden", "in/b.json"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let found: Vec<u64> = files(folder.path()).into_values().map(|(size, _)| size).collect();
        assert_eq!(found, [6, 9]);
    }
}
