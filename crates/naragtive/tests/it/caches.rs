//! What is kept to make commands fast: what there is, what is removed, and what goes by itself.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use naragtive::caches::{CacheEntry, CacheKind, Caches, Cleaned, Cleaning};
use naragtive::{Flow, Library, Query, Step, StoreRef};

use crate::home::Place;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A home in which a store was made and searched, with its path.
fn used() -> (Place, PathBuf) {
    let place = Place::new();
    let store = place.chat("table", &[("Ann", "I lied to the harbour master."), ("Bo", "Nobody knew.")]);
    place.library.session(&place.all()).unwrap().search(&Query::new("a lie", 2)).unwrap();
    (place, store.stored.at.into())
}

fn write(path: &Path, bytes: usize) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, vec![0; bytes]).unwrap();
}

fn home(library: &Library, name: &str) -> PathBuf {
    library.settings().home.value.root().join(name)
}

/// Makes everything under a path look as if it was written so long ago.
fn age(path: &Path, by: Duration) {
    let then = SystemTime::now() - by;
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| age(&entry.unwrap().path(), by));
    }
    File::open(path).unwrap().set_modified(then).unwrap();
}

fn kinds(entries: &[CacheEntry]) -> Vec<&'static str> {
    entries.iter().map(|entry| entry.kind.as_str()).collect()
}

/// What processes that were killed leave, in a home with a store: each is made, and none is of any use.
fn leave_behind(library: &Library, store: &Path) -> Vec<PathBuf> {
    let index = library.indexes().folder(&store.into());
    let left = [
        index.join(".build-abc123/open"),
        home(library, "cache/index/0123456789abcdef/.build-xyz789/deep/open"),
        home(library, "cache/weights/.packed-00ff.bin.a1B2c3.tmp"),
        home(library, "cache/weights/packed-gone.used"),
        home(library, "cache/doctor-4711/a-note"),
        home(library, "stores/.table.parquet.Zz9Zz9.tmp"),
        home(library, "stores/.gone.parquet.Zz9Zz9.tmp"),
        home(library, "models/.some-model.old/model.safetensors"),
        home(library, "models/.some-model.pip/some.whl"),
    ];
    left.iter().for_each(|path| write(path, 1000));
    left.to_vec()
}

#[test]
fn everything_that_can_be_made_again_is_told_of_with_its_size() {
    let (place, store) = used();
    let caches = place.library.caches();
    assert_eq!(kinds(&caches.entries().unwrap()), ["index", "weights", "checks"]);
    let left = leave_behind(&place.library, &store);
    write(&home(&place.library, "cache/checked/a-note"), 10);
    write(&home(&place.library, "cache/quickstart/sample.parquet"), 10);
    write(&home(&place.library, "models/.some-model.partial/model.safetensors.part"), 70);
    // What isn't ours, or is no cache, is nobody's business here.
    for other in ["cache/notes.txt", "models/some-model/config.json", "stores/kept.tmp", "history.txt"] {
        write(&home(&place.library, other), 10);
    }
    let entries = caches.entries().unwrap();
    let mut expected = vec!["index", "weights", "checks", "sample", "download"];
    expected.extend(vec!["leftover"; left.len()]);
    assert_eq!(kinds(&entries), expected);
    let of = |kind: CacheKind| entries.iter().filter(move |entry| entry.kind == kind);
    assert!(of(CacheKind::Leftover).all(|entry| entry.bytes == 1000), "however deep it lies: {entries:?}");
    let index = of(CacheKind::Index).next().unwrap();
    assert_eq!(index.store, Some(StoreRef::from(&store).real()));
    assert_eq!(caches.store_of(index).as_deref(), Some("table"));
    assert_eq!(of(CacheKind::Weights).next().and_then(|entry| caches.store_of(entry)), None);
    place.library.registry().delete("table").unwrap();
    assert_eq!(caches.store_of(index), Some(StoreRef::from(&store).real().to_string()));
    let state = place.library.indexes().state(&StoreRef::from(&store)).unwrap();
    assert_eq!(state.bytes, index.bytes + 1000, "an index counts what a builder left in its folder");
}

#[test]
fn what_is_cleaned_is_made_again_and_nothing_else_is_touched() {
    let (place, store) = used();
    leave_behind(&place.library, &store);
    let (kept, notes) = (fs::read(&store).unwrap(), home(&place.library, "cache/notes.txt"));
    write(&notes, 10);
    let caches = place.library.caches();
    let found = caches.entries().unwrap();
    let cleaned = caches.clean(Cleaning::All).unwrap();
    assert!(cleaned.failed.is_empty(), "{cleaned:?}");
    assert_eq!(cleaned.removed, found);
    assert_eq!(caches.entries().unwrap(), []);
    assert_eq!(fs::read_dir(home(&place.library, "cache/index")).unwrap().count(), 0);
    assert!(notes.exists() && fs::read(&store).unwrap() == kept);
    assert_eq!(caches.clean(Cleaning::All).unwrap().bytes(), 0);
    let hits = place.library.session(&place.all()).unwrap().search(&Query::new("a lie", 2)).unwrap();
    assert_eq!(hits.hits.len(), 2);
    assert_eq!(caches.entries().unwrap()[0].kind, CacheKind::Index);
}

#[test]
fn of_unused_things_only_those_go_that_were_left_or_that_nobody_used_for_90_days() {
    for (unused, remains) in [(89, vec!["index", "weights", "checks", "download"]), (91, vec![])] {
        let (place, store) = used();
        write(&home(&place.library, "models/.some-model.partial/config.json"), 10);
        leave_behind(&place.library, &store);
        let caches = place.library.caches();
        let now = SystemTime::now() + unused * DAY;
        let cleaned = caches.clean(Cleaning::Unused { now }).unwrap();
        assert!(cleaned.failed.is_empty(), "{cleaned:?}");
        assert_eq!(kinds(&caches.entries().unwrap()), remains, "{unused}");
        assert!(store.exists());
    }
}

/// What a search uses is written down by the search itself, so that it is known on disks that don't note reading.
#[test]
fn a_search_notes_what_it_uses() {
    let (place, store) = used();
    let root = home(&place.library, "cache");
    age(&root, 200 * DAY);
    let caches = place.library.caches();
    assert!(caches.entries().unwrap().iter().all(|entry| entry.unused_for(SystemTime::now()) > 199 * DAY));
    let opened = Library::new(place.library.settings().clone());
    opened.session(&place.all()).unwrap().search(&Query::new("a lie", 2)).unwrap();
    for entry in caches.entries().unwrap() {
        assert!(entry.unused_for(SystemTime::now()) < DAY, "{entry:?}");
    }
    let written =
        fs::metadata(place.library.indexes().folder(&StoreRef::from(&store)).join("manifest")).unwrap();
    assert!(written.modified().unwrap() < SystemTime::now() - 199 * DAY, "and it was not made anew");
}

fn swept(caches: &Caches, now: SystemTime) -> Option<Vec<&'static str>> {
    caches.sweep(now).unwrap().map(|Cleaned { removed, failed }| {
        assert!(failed.is_empty(), "{failed:?}");
        kinds(&removed)
    })
}

#[test]
fn a_sweep_takes_what_is_unused_once_a_day() {
    let (place, store) = used();
    leave_behind(&place.library, &store);
    let (caches, now) = (place.library.caches(), SystemTime::now() + Duration::from_secs(60));
    assert_eq!(swept(&caches, now), Some(vec![]), "a process may be at work still");
    assert_eq!(swept(&caches, now), None);
    assert_eq!(swept(&caches, now + DAY / 2), None);
    assert_eq!(swept(&caches, now + DAY), Some(vec!["leftover"; 9]));
    age(&home(&place.library, "cache/index"), 100 * DAY);
    assert_eq!(swept(&caches, now + DAY), Some(vec!["index"]), "the stamp is of the disk's clock");
    assert_eq!(swept(&caches, now), None);
    assert!(store.exists());
}

#[test]
fn a_stamp_of_the_future_stops_no_sweep_and_an_empty_home_needs_none() {
    let (place, _) = used();
    let (caches, now) = (place.library.caches(), SystemTime::now());
    assert_eq!(swept(&caches, now - 400 * DAY), Some(vec![]), "what is used later than now is used");
    assert_eq!(swept(&caches, now - 400 * DAY), Some(vec![]));
    let empty = Place::new();
    assert_eq!(swept(&empty.library.caches(), now), None);
    assert!(!home(&empty.library, "cache").exists(), "a look makes nothing");
    assert_eq!(empty.library.caches().entries().unwrap(), []);
}

#[test]
fn what_somebody_is_using_stays() {
    let (place, store) = used();
    let build = place.library.indexes().folder(&StoreRef::from(&store)).join(".build-abc123");
    write(&build.join("open"), 1000);
    write(&build.join(".lock"), 0);
    let building = File::open(build.join(".lock")).unwrap();
    building.lock().unwrap();
    let partial = home(&place.library, "models/.some-model.partial/config.json");
    write(&partial, 10);
    write(&home(&place.library, "models/.some-model.lock"), 0);
    let fetching = File::open(home(&place.library, "models/.some-model.lock")).unwrap();
    fetching.lock().unwrap();
    let caches = place.library.caches();
    assert_eq!(kinds(&caches.entries().unwrap()), ["index", "weights", "checks"]);
    caches.clean(Cleaning::All).unwrap();
    assert!(build.join("open").exists() && partial.exists());
    drop((building, fetching));
    assert_eq!(kinds(&caches.entries().unwrap()), ["download", "leftover"]);
    caches.clean(Cleaning::All).unwrap();
    assert!(!build.exists() && !partial.exists());
}

#[test]
fn a_sample_that_somebody_named_is_a_store() {
    let place = Place::new();
    let made = place.chat("own", &[("Ann", "I lied.")]).stored.at;
    let sample = place.library.settings().home.value.sample();
    fs::create_dir_all(sample.parent().unwrap()).unwrap();
    fs::copy(&made, &sample).unwrap();
    let caches = place.library.caches();
    let samples = |entries: &[CacheEntry]| entries.iter().filter(|e| e.kind == CacheKind::Sample).count();
    assert_eq!(samples(&caches.entries().unwrap()), 1);
    let new = naragtive::NewStore {
        name: "mine".parse().unwrap(),
        at: sample.clone().into(),
        source: naragtive::Source::Txt,
        description: None,
    };
    place.library.registry().register(new, naragtive::Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(samples(&caches.entries().unwrap()), 0);
    caches.clean(Cleaning::All).unwrap();
    assert!(sample.exists());
}

/// The reasons that a session and an ingest hear why something is kept nowhere.
#[test]
fn what_can_not_be_kept_is_said_once_by_each_who_opens_it_and_costs_nothing_else() {
    let place = Place::new();
    write(&home(&place.library, "cache"), 3);
    let mut told = Vec::new();
    let mut watch = |step: Step<'_>| {
        if let Step::NotKept { reason } = step {
            told.push(reason.to_owned());
        }
        Flow::Continue
    };
    for store in ["one", "two"] {
        place.try_chat(store, &[("Ann", "I lied."), ("Bo", "So did I.")], &mut watch).unwrap();
    }
    let session = naragtive::Session::open(&place.library, &place.all(), &mut watch).unwrap();
    assert_eq!(session.search_watched(&Query::new("a lie", 9), &mut watch).unwrap().hits.len(), 4);
    assert_eq!(told.len(), 4, "the weights, two ingests, one session of two stores: {told:?}");
    assert!(told.iter().all(|reason| reason.contains("cache")), "{told:?}");
}
