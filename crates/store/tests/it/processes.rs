//! Several processes at once, and processes that are killed.

use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use naragtive_scene::Source;
use naragtive_store::{NewStore, Registry, Store};

use crate::child::{join, said, say, start};
use crate::support::{Dice, append, assert_holds, folder, names_in, replace, rows, tiny};

const STORE: &str = "shared.parquet";

/// Appends five times four scenes of its own.
pub(crate) fn append_job(folder: &Path, number: usize) {
    for first in (0..20).step_by(4).map(|at| number * 100 + at) {
        append(&folder.join(STORE), rows(first..first + 4), &tiny()).unwrap();
    }
}

#[test]
fn processes_that_append_at_once_lose_nothing() {
    let folder = folder();
    let children: Vec<_> = (0..4).map(|number| start("append", folder.path(), number)).collect();
    children.into_iter().for_each(join);
    let mut ids = Store::open(folder.path().join(STORE)).unwrap().ids().unwrap();
    ids.sort();
    let expected = (0..4).flat_map(|number| rows(number * 100..number * 100 + 20));
    let expected: Vec<_> = expected.map(|row| row.scene.id.to_string()).collect();
    assert_eq!(ids, expected);
}

const STEP: usize = 150;
const LARGEST: usize = 1500;

/// How many scenes the store holds after the next step.
fn next_size(size: usize) -> usize {
    if size >= LARGEST { STEP } else { size + STEP }
}

/// Appends again and again, and starts anew when the store is large.
pub(crate) fn append_for_ever_job(folder: &Path, size: usize) {
    let path = folder.join(STORE);
    let mut size = size;
    say("ready");
    loop {
        let next = next_size(size);
        if next > size {
            append(&path, rows(0..next), &tiny()).unwrap();
        } else {
            replace(&path, rows(0..next), &tiny()).unwrap();
        }
        size = next;
        say("done");
    }
}

#[test]
fn a_store_whose_writer_is_killed_is_the_old_one_or_the_new_one() {
    let folder = folder();
    let path = folder.path().join(STORE);
    append(&path, rows(0..STEP), &tiny()).unwrap();
    let mut size = STEP;
    let mut dice = Dice::new(3);
    for _ in 0..30 {
        let mut child = start("append-for-ever", folder.path(), size);
        let mut output = BufReader::new(child.stdout.take().unwrap());
        assert_eq!(said(&mut output).next().as_deref(), Some("ready"));
        let awaited = said(&mut output).take(dice.roll(2)).count();
        std::thread::sleep(Duration::from_micros(dice.roll(60_000) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        for _ in 0..awaited + said(&mut output).count() {
            size = next_size(size);
        }
        let found = Store::open(&path).unwrap().len();
        assert!(found == size || found == next_size(size), "expected {size} or the next, found {found}");
        assert_holds(&path, &rows(0..found));
        size = found;
    }
    append(&path, rows(LARGEST..LARGEST + 1), &tiny()).unwrap();
    assert_eq!(names_in(folder.path()), [".shared.parquet.lock", STORE], "the next writer tidies up");
}

fn new_store(folder: &Path, name: &str) -> NewStore {
    let (path, source) = (folder.join(STORE), Source::Neptune);
    NewStore { name: name.parse().unwrap(), at: path.into(), source, description: None }
}

/// Registers one name.
pub(crate) fn register_job(folder: &Path, number: usize) {
    let registry = Registry::new(folder.join("stores"));
    let new = new_store(folder, &format!("store-{number:02}"));
    registry.register(new, jiff::Timestamp::UNIX_EPOCH).unwrap();
}

#[test]
fn thirty_two_processes_that_register_at_once_make_thirty_two_entries() {
    let folder = folder();
    append(&folder.path().join(STORE), rows(0..3), &tiny()).unwrap();
    let children: Vec<_> = (0..32).map(|number| start("register", folder.path(), number)).collect();
    children.into_iter().for_each(join);
    let registry = Registry::new(folder.path().join("stores"));
    let names: Vec<_> = registry.list().unwrap().into_iter().map(|entry| entry.name).collect();
    let expected: Vec<_> = (0..32).map(|number| format!("store-{number:02}")).collect();
    assert_eq!(names, expected);
}

/// Registers one name after the other.
pub(crate) fn register_many_job(folder: &Path, count: usize) {
    (0..count).for_each(|number| register_job(folder, number));
}

#[test]
fn a_reader_never_sees_half_a_registry() {
    let folder = folder();
    append(&folder.path().join(STORE), rows(0..3), &tiny()).unwrap();
    let registry = Registry::new(folder.path().join("stores"));
    let mut child = start("register-many", folder.path(), 60);
    let mut sizes = Vec::new();
    while child.try_wait().unwrap().is_none() {
        sizes.push(registry.list().unwrap().len());
        registry.default_store().unwrap();
    }
    join(child);
    assert!(sizes.is_sorted() && sizes.len() > 60, "{sizes:?}");
    assert_eq!(registry.list().unwrap().len(), 60);
}
