use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use naragtive_ingest::is_binder;

use crate::reading::walk::{Found, walk};

/// A file or a folder that is watched.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) path: PathBuf,
    /// What was there at the last look.
    seen: BTreeMap<PathBuf, Seen>,
    /// What was there when it was taken in.
    taken: BTreeMap<PathBuf, State>,
}

/// A file as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    size: u64,
    changed: Option<SystemTime>,
    /// Which file it is, whatever it is called; none where the system doesn't say.
    id: Option<(u64, u64)>,
}

/// A file as it is, and since when.
#[derive(Debug, Clone, Copy)]
struct Seen {
    state: State,
    since: Timestamp,
}

impl Watched {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), seen: BTreeMap::new(), taken: BTreeMap::new() }
    }

    /// The files that are not taken in yet and have been as they are for long enough. What is gone is in no hurry: it may be
    /// about to be replaced.
    pub(super) fn settled(&mut self, now: Timestamp, quiet: SignedDuration) -> BTreeSet<PathBuf> {
        let before = std::mem::take(&mut self.seen);
        let since = |path: &PathBuf, state: State| {
            before.get(path).filter(|seen| seen.state == state).map_or(now, |seen| seen.since)
        };
        let found = files(&self.path).map(|(path, state)| {
            let since = since(&path, state);
            (path, Seen { state, since })
        });
        self.seen = found.collect();
        let moved: BTreeSet<PathBuf> = self
            .new_files()
            .filter(|(path, seen)| self.was_called_otherwise(path, seen))
            .map(|(path, _)| path.clone())
            .collect();
        self.take(&moved);
        let settled = self.new_files().filter(|(_, seen)| now.duration_since(seen.since) >= quiet);
        settled.map(|(path, _)| path.clone()).collect()
    }

    /// What isn't as it was when it was taken in.
    fn new_files(&self) -> impl Iterator<Item = (&PathBuf, &Seen)> {
        self.seen.iter().filter(|(path, seen)| self.taken.get(*path) != Some(&seen.state))
    }

    /// Whether it is a file that was taken in under another name, as a rotated log is: it is where it was before no more.
    fn was_called_otherwise(&self, path: &Path, seen: &Seen) -> bool {
        let is_it = |(old, state): (&PathBuf, &State)| {
            old != path && *state == seen.state && self.seen.get(old).is_none_or(|now| now.state != *state)
        };
        seen.state.id.is_some() && self.taken.iter().any(is_it)
    }

    /// Which files have to be read so that those that changed are.
    pub(super) fn read_again(&self, changed: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
        let binders = self.seen.keys().filter(|path| is_binder(&path.to_string_lossy()));
        let projects = binders.filter_map(|binder| binder.parent());
        let projects: Vec<&Path> =
            projects.filter(|project| changed.iter().any(|path| path.starts_with(project))).collect();
        let in_project = |path: &&PathBuf| projects.iter().any(|project| path.starts_with(project));
        changed.iter().chain(self.seen.keys().filter(in_project)).cloned().collect()
    }

    /// Takes note that these are taken in as they are.
    pub(super) fn take(&mut self, files: &BTreeSet<PathBuf>) {
        let states = files.iter().filter_map(|path| Some((path.clone(), self.seen.get(path)?.state)));
        self.taken.extend(states);
    }
}

/// The file, or all in the folder, each as it is; none where nothing is.
fn files(path: &Path) -> impl Iterator<Item = (PathBuf, State)> {
    let state = |path: PathBuf| {
        let found = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?;
        Some((path, State { size: found.len(), changed: found.modified().ok(), id: id(&found) }))
    };
    let is_dir = path.is_dir();
    let single = (!is_dir).then(|| path.to_owned());
    let inner = is_dir.then(|| walk(path)).into_iter().flatten();
    let inner = inner.filter_map(|found| match found {
        Found::File(path, _) => Some(path),
        Found::Other(_) => None,
    });
    single.into_iter().chain(inner).filter_map(state)
}

#[cfg(unix)]
fn id(found: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;

    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn id(_: &fs::Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    const QUIET: SignedDuration = SignedDuration::from_secs(2);

    /// The names of what is taken in now.
    fn taken(watched: &mut Watched, seconds: i64) -> Vec<String> {
        let settled = watched.settled(at(seconds), QUIET);
        watched.take(&settled);
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        settled.iter().map(name).collect()
    }

    #[test]
    fn something_is_taken_when_it_has_been_left_alone_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chat.jsonl");
        let mut watched = Watched::new(&path);
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
            match change {
                Some("") => fs::remove_file(&path).unwrap(),
                Some(text) => fs::write(&path, text).unwrap(),
                None => {}
            }
            assert_eq!(!taken(&mut watched, seconds).is_empty(), settled, "{reason}");
        }
    }

    #[test]
    fn of_a_folder_only_what_has_changed_is_taken_and_one_that_grows_keeps_no_other_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let mut watched = Watched::new(folder.path());
        write("a.json", "1");
        write("b.json", "1");
        assert!(taken(&mut watched, 0).is_empty());
        assert_eq!(taken(&mut watched, 5), ["a.json", "b.json"]);
        write("b.json", "12");
        write("grows.json", "1");
        assert!(taken(&mut watched, 10).is_empty());
        write("grows.json", "12");
        assert_eq!(taken(&mut watched, 12), ["b.json"]);
        write("grows.json", "123");
        assert!(taken(&mut watched, 13).is_empty());
        assert_eq!(taken(&mut watched, 15), ["grows.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_rotated_is_the_one_that_was_taken_and_a_copy_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mut watched = Watched::new(folder.path());
        fs::write(path("chat.log"), "old").unwrap();
        taken(&mut watched, 0);
        assert_eq!(taken(&mut watched, 5), ["chat.log"]);
        fs::rename(path("chat.log"), path("chat.1.log")).unwrap();
        fs::write(path("chat.log"), "new one").unwrap();
        taken(&mut watched, 10);
        assert_eq!(taken(&mut watched, 15), ["chat.log"]);
        fs::copy(path("chat.log"), path("copy.log")).unwrap();
        taken(&mut watched, 20);
        assert_eq!(taken(&mut watched, 25), ["copy.log"]);
        fs::write(path("chat.1.log"), "old and more").unwrap();
        taken(&mut watched, 30);
        assert_eq!(taken(&mut watched, 35), ["chat.1.log"]);
    }

    #[test]
    fn of_a_project_all_is_read_when_a_part_of_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.json", "tale.scriv/tale.scrivx", "tale.scriv/Files/1.rtf", "tale.scriv/Files/2.rtf"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let mut watched = Watched::new(folder.path());
        taken(&mut watched, 0);
        let read =
            |watched: &Watched, name: &str| watched.read_again(&[folder.path().join(name)].into()).len();
        assert_eq!((read(&watched, "a.json"), read(&watched, "tale.scriv/Files/1.rtf")), (1, 3));
    }

    #[test]
    fn a_folder_is_all_its_files_and_nothing_that_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(files(folder.path()).chain(files(&folder.path().join("no"))).count(), 0);
        for name in ["a.json", ".hidden", "in/b.json"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let found: Vec<u64> = files(folder.path()).map(|(_, state)| state.size).collect();
        assert_eq!(found, [6, 9]);
    }
}
