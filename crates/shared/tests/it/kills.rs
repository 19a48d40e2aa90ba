//! Writers that are killed, and connections that are cut off, at any moment: the store is as it was before a batch or as it is
//! after, and the next one goes on.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use naragtive_store::StoredRow;

use crate::child::start;
use crate::support::{Desk, connect, digest, digesting, new, prepared, rows, scene, scenes};

/// How often; as many as `NARAGTIVE_TEST_KILLS` says, else a few.
pub(crate) fn kills(few: u64) -> u64 {
    std::env::var("NARAGTIVE_TEST_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(few)
}

/// Moments that nobody chose: the same again for the same `NARAGTIVE_TEST_SEED`, which is 1 where nobody says.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded() -> Self {
        let seed = std::env::var("NARAGTIVE_TEST_SEED").ok().and_then(|number| number.parse().ok());
        Self(seed.unwrap_or(1))
    }

    /// A number below `most`, by Sebastiano Vigna's splitmix64.
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }
}

/// Moments within a span in which something is written, on this machine as it is now.
pub(crate) struct Moments {
    span: Duration,
}

impl Default for Moments {
    fn default() -> Self {
        Self { span: Duration::from_millis(150) }
    }
}

impl Moments {
    pub(crate) fn next(&self, chance: &mut Chance) -> Duration {
        Duration::from_micros(chance.below(self.span.as_micros() as u64))
    }

    /// Where too little time was given for anything to be written, more is given.
    pub(crate) fn note(&mut self, has_written: bool) {
        let span = if has_written { self.span * 9 / 10 } else { self.span * 3 / 2 };
        self.span = span.clamp(Duration::from_millis(100), Duration::from_secs(20));
    }
}

const STEP: usize = 20;

/// The state after so many steps: each adds scenes behind and changes the first one, in one batch.
pub(crate) fn state(step: usize) -> Vec<naragtive_store::EmbeddedScene> {
    let mut all = scenes(0..step * STEP);
    if let Some(first) = all.first_mut() {
        *first = scene(0, &format!("Step {step}."));
    }
    all
}

pub(crate) fn step_of(rows: &[StoredRow]) -> usize {
    rows.len() / STEP
}

/// Writes one state after the other, from the one that is there on; starts anew when there is much.
pub(crate) fn write_for_ever(url: &str, folder: &Path) {
    let mut desk = Desk::at(url, "camp", folder);
    println!("\n> ready");
    loop {
        desk.sync().unwrap();
        let step = step_of(&rows(&desk.copy.at()));
        desk.replace(&state(if step >= 8 { 1 } else { step + 1 })).unwrap();
    }
}

#[test]
fn a_store_whose_writer_is_killed_is_as_it_was_before_a_batch_or_after() {
    let Some(database) = prepared("a_store_whose_writer_is_killed", &["ada"]) else { return };
    let url = database.url("ada");
    connect(&url).create(&new("camp")).unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut reader = Desk::new(&url, "camp", &folders[1]);
    let (mut last, mut idle, mut chance, mut moments) = (0, 0, Chance::seeded(), Moments::default());
    for kill in 0..kills(12) {
        let mut child = start(&url, folders[0].path());
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        while said.next().is_some_and(|line| !line.unwrap().contains("> ready")) {}
        std::thread::sleep(moments.next(&mut chance));
        child.kill().unwrap();
        child.wait().unwrap();
        let store = reader.sync().unwrap().store;
        let found = rows(&reader.copy.at());
        let expected = state(step_of(&found));
        assert_eq!(found.len(), expected.len());
        assert!(
            found.iter().zip(&expected).all(|(found, expected)| found.scene == expected.scene),
            "kill {kill}"
        );
        assert!(store.rev >= last && store.scenes == found.len(), "{} then {}", last, store.rev);
        // What a killed writer had sent may still be stored after the copy was made: one state is compared with itself.
        reader.server.begin_reading().unwrap();
        let now = reader.found();
        let blocks = reader.server.blocks(&now).unwrap();
        reader.server.end_reading().unwrap();
        assert_eq!(blocks.iter().map(|block| block.rows.len()).sum::<usize>(), now.scenes, "kill {kill}");
        idle += u64::from(store.rev == last);
        moments.note(store.rev > last);
        last = store.rev;
    }
    assert!(last > 0, "writers got somewhere");
    println!("{} kills of a writer, {last} batches, {idle} kills before the first batch", kills(12));
}

#[test]
fn a_writer_whose_connection_is_cut_off_leaves_nothing_half() {
    let Some(database) = prepared("a_writer_whose_connection_is_cut_off", &["ada"]) else { return };
    let url = database.url("ada");
    connect(&url).create(&new("camp")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::new(&url, "camp", &folder);
    desk.append(&scenes(0..5)).unwrap();
    let before = rows(&desk.copy.at());
    let store = desk.found();
    // Between two batches: the first is stored, the second never comes.
    let known = desk.copy.tracked().unwrap();
    let base = desk.copy.at().open().unwrap();
    let more = naragtive_store::StoreRef::File(folder.path().join("more.parquet"));
    naragtive_store::replace(more.clone(), scenes(0..2300), &crate::support::model(), &Default::default())
        .unwrap();
    let mut admin = database.admin().unwrap();
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'naragtive' and usename = $1";
    let error = desk.server.publish(
        &store,
        &known,
        Some(&base),
        &more.open().unwrap(),
        &digesting(&digest),
        &mut |_| {
            admin.execute(cut, &[&database.role("ada")]).unwrap();
            true
        },
    );
    assert!(error.is_err());
    let mut again = Desk::new(&url, "camp", &folder);
    let copied = again.sync().unwrap();
    assert_eq!((copied.store.rev, copied.store.scenes), (2, 1024));
    let found = rows(&again.copy.at());
    assert_eq!(found[..5], before[..]);
    assert_eq!(found.len(), 1024);
    again.append(&scenes(0..2300)).unwrap();
    assert_eq!(rows(&again.copy.at()), rows(&more));
}
