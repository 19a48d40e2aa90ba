//! A registry whose writer is killed at any moment.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use naragtive_scene::Source;
use naragtive_store::{NewStore, Registry};

use crate::child::{said, say, start};
use crate::support::{Dice, append, folder, names_in, rows, tiny};

/// What a registry should be, by the rules and without files.
#[derive(Debug, Clone, PartialEq)]
struct Expected {
    names: BTreeSet<String>,
    /// What default.txt says, registered or not.
    named: Option<String>,
}

#[derive(Debug, Clone)]
enum Step {
    Register(String),
    Rename(String, String),
    Delete(String),
    SetDefault(String),
}

impl Expected {
    fn read(root: &Path) -> Self {
        let entries = Registry::new(root).list().unwrap();
        let named = Registry::new(root).named_default().unwrap();
        Self { names: entries.into_iter().map(|entry| entry.name).collect(), named }
    }

    fn default(&self) -> Option<&String> {
        let named = self.named.as_ref().filter(|name| self.names.contains(*name));
        named.or(self.names.first())
    }

    fn next_step(&self, dice: &mut Dice) -> Step {
        let free = (0..).map(|number| format!("s{number}")).find(|name| !self.names.contains(name)).unwrap();
        let Some(some) = self.names.iter().nth(dice.roll(self.names.len().max(1))).cloned() else {
            return Step::Register(free);
        };
        match dice.roll(8) {
            0 => Step::SetDefault(some),
            1 | 2 => Step::Rename(some, free),
            3..=5 if self.names.len() < 12 => Step::Register(free),
            _ => Step::Delete(some),
        }
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Register(name) => {
                self.names.insert(name.clone());
                if self.names.len() == 1 {
                    self.named = Some(name.clone());
                }
            }
            Step::Rename(old, new) => {
                if self.default() == Some(old) {
                    self.named = Some(new.clone());
                }
                self.names.remove(old);
                self.names.insert(new.clone());
            }
            Step::Delete(name) => {
                self.names.remove(name);
                self.named.take_if(|named| named == name);
            }
            Step::SetDefault(name) => self.named = Some(name.clone()),
        }
        // Every change mends what a killed one left.
        self.named.take_if(|named| !self.names.contains(named));
    }
}

fn perform(registry: &Registry, store: &Path, step: &Step) {
    match step {
        Step::Register(name) => {
            let (name, path) = (name.parse().unwrap(), store.to_owned());
            let new =
                NewStore { name, at: path.into(), source: Source::Txt, description: Some("kept".into()) };
            registry.register(new, Timestamp::UNIX_EPOCH).unwrap();
        }
        Step::Rename(old, new) => drop(registry.rename(old, &new.parse().unwrap()).unwrap()),
        Step::Delete(name) => drop(registry.delete(name).unwrap()),
        Step::SetDefault(name) => drop(registry.set_default(name).unwrap()),
    }
}

/// Takes one step after the other, the same ones for the same number.
pub(crate) fn change_for_ever_job(folder: &Path, number: usize) {
    let root = folder.join("stores");
    let (registry, mut expected) = (Registry::new(&root), Expected::read(&root));
    let mut dice = Dice::new(number as u64);
    say("ready");
    loop {
        let step = expected.next_step(&mut dice);
        perform(&registry, &folder.join("shared.parquet"), &step);
        expected.apply(&step);
        say("done");
    }
}

#[test]
fn every_completed_command_outlives_a_kill() {
    let folder = folder();
    let root = folder.path().join("stores");
    append(&folder.path().join("shared.parquet"), rows(0..3), &tiny()).unwrap();
    let mut timing = Dice::new(11);
    for round in 1..=200 {
        let mut expected = Expected::read(&root);
        let mut child = start("change-for-ever", folder.path(), round);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        assert_eq!(said(&mut output).next().as_deref(), Some("ready"));
        let awaited = said(&mut output).take(timing.roll(3)).count();
        std::thread::sleep(Duration::from_micros(timing.roll(15_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut dice = Dice::new(round as u64);
        for _ in 0..awaited + said(&mut output).count() {
            let step = expected.next_step(&mut dice);
            expected.apply(&step);
        }
        let found = Expected::read(&root);
        let mut next = expected.clone();
        next.apply(&expected.next_step(&mut dice));
        // Between two writes a name may be left that is gone; the default is what it was or what it should be.
        let was_completed = [&expected, &next]
            .iter()
            .any(|state| (&found.names, found.default()) == (&state.names, state.default()));
        assert!(was_completed, "round {round}: expected {expected:?} or {next:?}, found {found:?}");
        for entry in Registry::new(&root).list().unwrap() {
            assert_eq!((entry.record_count, entry.description.as_deref()), (3, Some("kept")));
        }
    }
    let left = names_in(&root).into_iter().filter(|name| name.ends_with(".tmp")).count();
    assert!(left <= 2, "at most one temporary file of each name is left, found {left}");
}

/// What stands in the two files behind each write of a rename, of which a process may be killed behind any.
#[test]
fn a_rename_that_is_killed_behind_any_write_loses_no_default() {
    for (reason, default, renamed, expected) in [
        ("nothing was written", "two", false, "two"),
        ("both names, the registry is as it was", "two\nzwei", false, "two"),
        ("both names, the registry is written", "two\nzwei", true, "zwei"),
        ("all is written", "zwei", true, "zwei"),
        ("both names, as another system ends lines", "two\r\nzwei\r\n", true, "zwei"),
    ] {
        let folder = folder();
        let root = folder.path().join("stores");
        append(&folder.path().join("shared.parquet"), rows(0..3), &tiny()).unwrap();
        let registry = Registry::new(&root);
        for name in ["one", "two", "three"] {
            perform(&registry, &folder.path().join("shared.parquet"), &Step::Register(name.into()));
        }
        perform(&registry, Path::new(""), &Step::SetDefault("two".into()));
        if renamed {
            perform(&registry, Path::new(""), &Step::Rename("two".into(), "zwei".into()));
        }
        fs::write(root.join("default.txt"), default).unwrap();
        // The name that is free now is another store's by the next change, and no default.
        if renamed {
            perform(&registry, &folder.path().join("shared.parquet"), &Step::Register("two".into()));
        }
        let default = |registry: &Registry| registry.default_store().unwrap().map(|entry| entry.name);
        assert_eq!(default(&registry).as_deref(), Some(expected), "{reason}");
        assert_eq!(registry.named_default().unwrap().as_deref(), Some(expected), "{reason}");
        perform(&registry, Path::new(""), &Step::Delete("one".into()));
        assert_eq!(default(&registry).as_deref(), Some(expected), "{reason}");
        let text = fs::read_to_string(root.join("default.txt")).unwrap();
        assert_eq!(text.trim(), expected, "{reason}: the next change leaves one name");
        let other = if renamed { "zwei" } else { "two" };
        perform(&registry, Path::new(""), &Step::Rename(other.into(), "deux".into()));
        assert_eq!(fs::read_to_string(root.join("default.txt")).unwrap(), "deux", "{reason}");
    }
}
