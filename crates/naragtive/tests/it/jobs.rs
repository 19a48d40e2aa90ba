//! Jobs: what they leave behind.

use naragtive::jobs::{Ingest, Target, delete, ingest, survey, upgrade_store};
use naragtive::{Error, Exported, Flow, IndexState, Step, Timestamp};

use crate::home::Place;

#[test]
fn an_ingest_stores_indexes_and_registers() {
    let place = Place::new();
    let done = place.chat("table", &[("Ada", "One lamp."), ("Bob", "Two lamps.")]);
    assert_eq!((done.stored.added.appended.added, done.stored.registered.as_deref()), (2, Some("table")));
    let cached = place.library.indexes().state(&done.stored.at).unwrap();
    assert!(matches!(cached.state, IndexState::Ready(_)));
    let entry = place.library.registry().get("table").unwrap();
    assert_eq!((entry.record_count, entry.at), (2, done.stored.at));
}

#[test]
fn an_ingest_that_is_stopped_registers_what_it_finished() {
    let place = Place::new();
    let texts: Vec<String> = (0..300).map(|number| format!("Lamp number {number}.")).collect();
    let messages: Vec<(&str, &str)> = texts.iter().map(|text| ("Ada", text.as_str())).collect();
    let mut stop = |step: Step<'_>| match step {
        Step::Adding(done) if done.scenes >= 20 => Flow::Stop,
        _ => Flow::Continue,
    };
    let done = place.try_chat("table", &messages, &mut stop).unwrap();
    let kept = done.stored.added.appended.total;
    assert!(done.stored.added.stopped && (20..300).contains(&kept), "{kept}");
    assert_eq!(place.library.registry().get("table").unwrap().record_count, kept);
    assert_eq!(place.chat("table", &messages).stored.added.appended.total, 300);
}

#[test]
fn an_export_without_a_scene_makes_no_store() {
    let place = Place::new();
    let nothing = place.try_chat("table", &[("Ada", " ")], &mut |_| Flow::Continue);
    assert!(matches!(nothing, Err(Error::NoScene { .. })), "{nothing:?}");
    assert!(!place.library.settings().home.value.store("table").exists());
    assert!(place.library.registry().list().unwrap().is_empty());
}

#[test]
fn a_store_that_lacks_nothing_is_not_upgraded() {
    let place = Place::new();
    place.chat("table", &[("Ada", "One lamp.")]);
    let located = place.all().found.remove(0);
    let done = upgrade_store(&place.without_model(), &located, &mut |_| Flow::Continue).unwrap();
    assert_eq!((done.upgraded, done.store.records), (None, 1));
}

#[test]
fn a_store_is_forgotten_with_or_without_its_file() {
    let place = Place::new();
    let one = place.chat("one", &[("Ada", "One lamp.")]).stored.at;
    let two = place.chat("two", &[("Ada", "Two lamps.")]).stored.at;
    delete(&place.library, "one", false).unwrap();
    assert!(delete(&place.library, "two", true).unwrap().purged);
    assert!(one.exists() && !two.exists());
    assert!(place.library.registry().list().unwrap().is_empty());
}

#[test]
fn a_folder_of_exports_is_read_and_a_second_time_adds_nothing() {
    let place = Place::new();
    let fixtures = naragtive_testkit::root().join("crates/ingest/tests/fixtures");
    let job = || Ingest::new(vec![fixtures.clone()], None, Target::named("all".parse().unwrap()));
    let tell_nobody = &mut |_: Step<'_>| Flow::Continue;
    let survey = survey(&place.library, &job(), Timestamp::UNIX_EPOCH, tell_nobody).unwrap();
    assert!(place.library.registry().list().unwrap().is_empty(), "a survey stores nothing");
    assert!(survey.speakers["Captain Voss"] == 1 && survey.days.is_some());
    let first = ingest(&place.library, job(), Timestamp::UNIX_EPOCH, tell_nobody).unwrap();
    let names =
        |exports: &[Exported]| exports.iter().map(|exported| exported.format.name()).collect::<Vec<_>>();
    assert_eq!(names(&survey.exports), names(&first.exports));
    assert!(first.exports.len() >= 10 && first.stored.added.appended.added > 30);
    let again = ingest(&place.library, job(), Timestamp::UNIX_EPOCH, tell_nobody).unwrap();
    let appended = &again.stored.added.appended;
    assert_eq!((appended.added, appended.updated), (0, 0));
}
