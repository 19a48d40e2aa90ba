//! Indexes as a user sees them: in which state each is, built and dropped one by one or all.

use std::fs;
use std::path::PathBuf;

use naragtive::jobs::{
    IndexReport, build_index, build_indexes, delete, drop_index, drop_indexes, index_state, index_states,
};
use naragtive::{Error, Flow, Format, Language, Library, Located, Query, Session, Stores};

use crate::home::Place;

const MESSAGES: [(&str, &str); 2] = [("Ada", "A door opened."), ("Bob", "Nobody came in.")];

/// A place with the store `first`, and a file that is no store of any name.
fn two_stores() -> Place {
    let place = Place::new();
    place.chat("first", &MESSAGES);
    place.ingest(Some(Format::CHAT_MESSAGES), "chat.json", "other.parquet").unwrap();
    place
}

/// State and name of every index that is told of, sorted.
fn states(report: &IndexReport) -> Vec<String> {
    let mut states: Vec<String> = report
        .rows
        .iter()
        .map(|row| {
            let file = || {
                let at = row.cached.store.as_ref().expect("the folder says whose it is");
                at.file().file_name().unwrap().to_string_lossy().into_owned()
            };
            format!("{} {}", row.cached.state.as_str(), row.name.clone().unwrap_or_else(file))
        })
        .collect();
    states.sort();
    states
}

fn all(place: &Place) -> Vec<String> {
    let report = index_states(&place.library).unwrap();
    assert!(report.failed.is_empty(), "{:?}", report.failed);
    states(&report)
}

fn located(place: &Place, name: &str) -> Located {
    place.all().found.into_iter().find(|located| located.name.as_deref() == Some(name)).unwrap()
}

fn other(place: &Place) -> Located {
    Located { name: None, at: place.path("other.parquet").into() }
}

fn found(place: &Place) -> Vec<(String, f32)> {
    let session = place.library.session(&place.all()).unwrap();
    let hits = session.search(&Query::new("a door", 5)).unwrap().hits.into_iter();
    hits.map(|hit| (hit.scene.id.to_string(), hit.score)).collect()
}

fn folders(place: &Place) -> Vec<PathBuf> {
    place.library.indexes().folders().unwrap()
}

#[test]
fn every_state_is_told_and_a_search_mends_each() {
    let place = two_stores();
    assert_eq!(all(&place), ["ready first", "ready other.parquet"]);
    let expected = found(&place);
    let folder = place.library.indexes().folder(&located(&place, "first").at);
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let segment =
        files.into_iter().find(|path| path.extension().is_some_and(|end| end == "segment")).unwrap();
    let manifest = fs::read(folder.join("manifest")).unwrap();
    let change = |at: usize, by: fn(u8) -> u8| {
        let mut bytes = manifest.clone();
        bytes[at] = by(bytes[at]);
        fs::remove_file(folder.join("manifest")).unwrap();
        fs::write(folder.join("manifest"), bytes).unwrap();
    };
    let damages: [(&str, &dyn Fn()); 4] = [
        ("missing", &|| fs::remove_dir_all(&folder).unwrap()),
        ("newer", &|| change(8, |byte| byte + 1)),
        ("damaged", &|| fs::write(&segment, "short").unwrap()),
        ("damaged", &|| change(20, |byte| byte ^ 1)),
    ];
    for (state, damage) in damages {
        // Segments have other names when they are built anew.
        drop_indexes(&place.library).unwrap();
        build_index(&place.library, &located(&place, "first"), &mut |_| Flow::Continue).unwrap();
        build_index(&place.library, &other(&place), &mut |_| Flow::Continue).unwrap();
        damage();
        assert!(all(&place).contains(&format!("{state} first")), "{state}: {:?}", all(&place));
        assert_eq!(found(&place), expected, "{state}");
        assert_eq!(all(&place), ["ready first", "ready other.parquet"], "{state}");
    }
    let mut settings = place.library.settings().clone();
    settings.language.value = Language::NONE;
    let state = index_state(&Library::new(settings), &located(&place, "first")).unwrap();
    assert_eq!(state.cached.state.as_str(), "stale");
}

#[test]
fn one_index_or_all_are_built_and_dropped() {
    let place = two_stores();
    let first = located(&place, "first");
    assert_eq!(drop_index(&place.library, &first).unwrap().indexes, 1);
    assert_eq!(drop_index(&place.library, &first).unwrap().indexes, 0);
    assert_eq!(all(&place), ["missing first", "ready other.parquet"]);
    let built = build_indexes(&place.library, &mut |_| Flow::Continue).unwrap();
    assert_eq!((states(&built), built.bytes() > 0), (vec!["ready first".to_owned()], true));
    let dropped = drop_indexes(&place.library).unwrap();
    assert!(dropped.indexes == 2 && dropped.bytes > 1000, "{dropped:?}");
    assert_eq!((all(&place), folders(&place)), (vec!["missing first".to_owned()], Vec::new()));
    build_index(&place.library, &other(&place), &mut |_| Flow::Continue).unwrap();
    assert_eq!(all(&place), ["missing first", "ready other.parquet"]);
}

#[test]
fn the_index_of_a_store_that_is_gone_is_an_orphan_and_goes_with_a_purge() {
    let place = two_stores();
    fs::remove_file(place.path("other.parquet")).unwrap();
    assert_eq!(all(&place), ["orphan other.parquet", "ready first"]);
    drop_indexes(&place.library).unwrap();
    build_index(&place.library, &located(&place, "first"), &mut |_| Flow::Continue).unwrap();
    delete(&place.library, "first", true).unwrap();
    assert!(folders(&place).is_empty());
}

#[test]
fn a_store_that_cannot_be_read_is_a_fault_and_the_others_are_told_of() {
    let place = two_stores();
    place.chat("bad", &MESSAGES);
    fs::write(located(&place, "bad").at.file(), "PAR1").unwrap();
    let built = build_indexes(&place.library, &mut |_| Flow::Continue).unwrap();
    let told = index_states(&place.library).unwrap();
    for report in [&built, &told] {
        assert!(states(report).contains(&"ready first".to_owned()));
        assert_eq!(report.failed.len(), 1, "{:?}", report.failed);
        assert!(report.failed[0].1.to_string().contains("is not a whole parquet file"));
    }
}

#[test]
fn an_index_that_was_asked_for_and_cannot_be_kept_is_an_error_and_a_search_does_without() {
    let place = two_stores();
    let cache = place.library.settings().home.value.cache();
    fs::remove_dir_all(&cache).unwrap();
    fs::write(&cache, "in the way").unwrap();
    let first = located(&place, "first");
    let error = build_index(&place.library, &first, &mut |_| Flow::Continue).unwrap_err();
    assert!(matches!(error, Error::IndexNotKept { .. }), "{error}");
    assert!(place.said(&error).contains("hint: look at the place: ls -ld [ROOT]/home/cache; df -h"));
    let session = Session::open(&place.library, &Stores::of(vec![first]), &mut |_| Flow::Continue).unwrap();
    assert_eq!(session.search(&Query::new("a door", 5)).unwrap().hits.len(), 2);
}
