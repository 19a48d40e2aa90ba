//! Stores that follow their exports: what was taken from where, what is forgotten, what is taken in as it grows.

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use naragtive::jobs::{
    Ingest, IngestDone, Selection, Target, Watching, forget, ingest, keep_watching, prune, unwanted,
};
use naragtive::{Error, Flow, IndexState, Store, Timestamp, sources};
use naragtive_store::StoredRow;

use crate::home::Place;
use crate::support::rows;

/// A line of a chat: its number says who and when.
fn line(number: usize) -> String {
    let user = ["Ann", "Bo"][number % 2];
    let text = format!("Lamp number {number} is lit.");
    let stamp = format!("2025-11-{:02}T10:00:00Z", number + 1);
    serde_json::json!({"id": number, "user": user, "timestamp": stamp, "message": text}).to_string()
}

fn write(place: &Place, name: &str, numbers: impl IntoIterator<Item = usize>) -> PathBuf {
    let lines: Vec<String> = numbers.into_iter().map(line).collect();
    fs::write(place.path(name), lines.join("\n") + "\n").unwrap();
    place.path(name)
}

fn job(place: &Place, store: &str, names: &[&str]) -> Ingest {
    let exports = names.iter().map(|name| place.path(name)).collect();
    Ingest::new(exports, None, Target::named(store.parse().unwrap()))
}

fn take(place: &Place, job: Ingest) -> IngestDone {
    ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap()
}

fn texts(done: &IngestDone) -> Vec<String> {
    rows(done.stored.at.file()).into_iter().map(|row| row.scene.text).collect()
}

#[test]
fn what_a_store_was_made_from_is_told_file_by_file() {
    let place = Place::new();
    write(&place, "b.jsonl", 0..3);
    write(&place, "a.jsonl", [7]);
    fs::write(place.path("tale.txt"), "***11/10/2025, 4:00:41 AM - User:***\n\nWho lit it?\n").unwrap();
    let done = take(&place, job(&place, "table", &["b.jsonl", "a.jsonl", "tale.txt"]));
    let found = sources(&Store::open(&done.stored.at).unwrap()).unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| {
            let name = one.file.as_deref().unwrap().rsplit('/').next().unwrap();
            let days = one.days.clone().unwrap();
            assert_eq!(one.added, Some((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)));
            (name, one.source.as_deref().unwrap(), one.conversations, one.scenes, days.0, days.1)
        })
        .collect();
    let day = |day: &str| format!("2025-11-{day}");
    assert_eq!(
        told,
        [
            ("a.jsonl", "json", 1, 1, day("08"), day("08")),
            ("b.jsonl", "json", 1, 3, day("01"), day("03")),
            ("tale.txt", "neptune", 1, 1, day("10"), day("10")),
        ]
    );
}

#[test]
fn what_is_forgotten_leaves_the_store_as_if_it_had_never_come() {
    let place = Place::new();
    write(&place, "one.jsonl", 0..5);
    write(&place, "two.jsonl", 10..14);
    let both = take(&place, job(&place, "both", &["one.jsonl", "two.jsonl"])).stored.at;
    let one = take(&place, job(&place, "one", &["one.jsonl"])).stored.at;
    let by_source = Selection { source: Some("two.jsonl".to_owned()), ..Selection::default() };
    let found = unwanted(&both, &by_source).unwrap();
    assert_eq!((found.scenes, found.of, found.files.len()), (4, 9, 1));
    let done = forget(&place.library, &found, &mut |_| Flow::Continue).unwrap();
    assert_eq!((done.scenes, done.total, done.unread), (4, 5, 0));
    assert!(rows(both.file()) == rows(one.file()));
    assert_eq!(place.library.registry().get("both").unwrap().record_count, 5);
    assert!(matches!(place.library.indexes().state(&both).unwrap().state, IndexState::Ready(_)));
    assert_eq!(unwanted(&both, &by_source).unwrap().scenes, 0);
}

#[test]
fn messages_beside_a_forgotten_one_are_read_with_the_neighbours_they_have_now() {
    let place = Place::new();
    write(&place, "all.jsonl", 0..8);
    write(&place, "ann.jsonl", (0..8).step_by(2));
    let all = take(&place, job(&place, "all", &["all.jsonl"])).stored.at;
    let ann = take(&place, job(&place, "ann", &["ann.jsonl"])).stored.at;
    let bo = Selection { having: vec![("user".to_owned(), "bo".to_owned())], ..Selection::default() };
    let found = unwanted(&all, &bo).unwrap();
    // Without a model nothing of what is gone is left either.
    let bare = place.without_model();
    let copy = place.path("copy.parquet");
    fs::copy(&all, &copy).unwrap();
    let done =
        forget(&bare, &unwanted(&copy.as_path().into(), &bo).unwrap(), &mut |_| Flow::Continue).unwrap();
    assert_eq!((done.scenes, done.unread), (4, 4));
    assert!(rows(&copy).iter().all(|row| row.passages.window.is_none()));
    assert_eq!(forget(&place.library, &found, &mut |_| Flow::Continue).unwrap().scenes, 4);
    let windows = |rows: Vec<StoredRow>| rows.into_iter().map(|row| row.passages).collect::<Vec<_>>();
    assert!(windows(rows(all.file())) == windows(rows(ann.file())));
}

#[test]
fn what_a_file_does_not_have_any_more_is_told_and_goes_only_then() {
    let place = Place::new();
    write(&place, "chat.jsonl", 0..6);
    write(&place, "other.jsonl", 20..22);
    take(&place, job(&place, "table", &["chat.jsonl", "other.jsonl"]));
    write(&place, "chat.jsonl", [0, 1, 4, 5, 6]);
    let kept = take(&place, job(&place, "table", &["chat.jsonl"]));
    assert!(kept.gone.is_none() && texts(&kept).len() == 9);
    let mut pruned = take(&place, Ingest { prune: true, ..job(&place, "table", &["chat.jsonl"]) });
    let gone = pruned.to_prune().unwrap().unwrap();
    assert_eq!((gone.scenes, gone.of, texts(&pruned).len()), (2, 9, 9));
    let done = prune(&place.library, &mut pruned, &mut |_| Flow::Continue).unwrap();
    assert_eq!((done.scenes, pruned.stored.added.appended.total), (2, 7));
    let left: Vec<String> = texts(&pruned);
    let expected: Vec<String> =
        [0, 1, 4, 5, 6, 20, 21].map(|number| format!("Lamp number {number} is lit.")).into();
    assert_eq!(left.iter().filter(|text| !expected.contains(text)).count(), 0);
    assert_eq!(left.len(), expected.len());
    let mut again = take(&place, Ingest { prune: true, ..job(&place, "table", &["chat.jsonl"]) });
    assert!(again.to_prune().unwrap().is_none());
    let version = again.stored.at.version().unwrap();
    assert_eq!(prune(&place.library, &mut again, &mut |_| Flow::Continue).unwrap().scenes, 0);
    assert_eq!(again.stored.at.version().unwrap(), version, "where nothing is gone nothing is written");
}

/// What another file brought goes where the export has nothing between two messages; before and behind them it says nothing.
#[test]
fn what_a_later_export_of_another_name_does_not_have_any_more_is_told_too() {
    let place = Place::new();
    write(&place, "2025.jsonl", 0..8);
    write(&place, "other.jsonl", 20..22);
    take(&place, job(&place, "table", &["2025.jsonl", "other.jsonl"]));
    write(&place, "2026.jsonl", [2, 3, 5, 6]);
    let pruned = take(&place, Ingest { prune: true, ..job(&place, "table", &["2026.jsonl"]) });
    let gone = pruned.gone.as_ref().unwrap();
    assert_eq!((gone.scenes, gone.outside), (1, 3));
    forget(&place.library, gone, &mut |_| Flow::Continue).unwrap();
    let left = texts(&pruned);
    assert!(left.len() == 9 && !left.contains(&"Lamp number 4 is lit.".to_owned()), "{left:?}");
}

/// Three messages a day, a scene each day. A scene is pruned when nothing of it is in the later export, and no other is.
#[test]
fn a_scene_stays_while_a_later_export_holds_any_part_of_it() {
    let line = |number: usize| {
        let stamp = format!("2025-11-{:02}T10:0{}:00Z", number / 3 + 1, number % 3);
        let text = format!("Lamp number {number}, which is far away, is lit.");
        let user = ["Ann", "Bo"][number % 2];
        serde_json::json!({"id": number, "user": user, "timestamp": stamp, "message": text}).to_string()
            + "\n"
    };
    for (missing, gone) in [
        (&[3, 4, 5][..], 1),
        (&[4, 5], 0),
        (&[3, 4], 0),
        (&[4], 0),
        (&[0, 1, 2, 9, 10, 11], 0),
        (&[0, 5], 0),
        (&[4, 5, 6, 7, 8], 1),
    ] {
        let place = Place::new();
        let store = |name: &str, numbers: &mut dyn Iterator<Item = usize>| {
            fs::write(place.path(name), numbers.map(line).collect::<String>()).unwrap();
            let gap = Some(naragtive_ingest::SceneRule::Gap);
            take(&place, Ingest { prune: true, scene: gap, ..job(&place, "table", &[name]) })
        };
        store("2025.jsonl", &mut (0..12));
        let pruned = store("2026.jsonl", &mut (0..12).filter(|number| !missing.contains(number)));
        let unwanted = pruned.gone.as_ref().unwrap();
        assert_eq!(unwanted.scenes, gone, "{missing:?}");
        forget(&place.library, unwanted, &mut |_| Flow::Continue).unwrap();
        let left = texts(&pruned).concat();
        let is_there = |number: usize| left.matches(&format!("Lamp number {number}, ")).count() == 1;
        assert!((0..12).all(|number| missing.contains(&number) || is_there(number)), "{missing:?}: {left}");
    }
}

#[test]
fn of_an_export_that_cannot_be_read_whole_nobody_knows_what_it_lacks() {
    let place = Place::new();
    let path = write(&place, "chat.jsonl", 0..4);
    take(&place, job(&place, "table", &["chat.jsonl"]));
    let half = line(0) + "\n" + &line(1)[..20];
    fs::write(path, half).unwrap();
    let mut done = take(&place, Ingest { prune: true, ..job(&place, "table", &["chat.jsonl"]) });
    assert!(matches!(done.to_prune(), Err(Error::NotPruned)));
    let refused = prune(&place.library, &mut done, &mut |_| Flow::Continue);
    assert!(matches!(refused, Err(Error::NotPruned)) && texts(&done).len() == 4);
}

#[test]
fn what_appears_grows_is_rotated_or_replaced_is_taken_in() {
    let place = Place::new();
    fs::create_dir(place.path("chats")).unwrap();
    let job = Ingest::new(vec![place.path("chats")], None, Target::named("live".parse().unwrap()));
    let mut watching = Watching::new(job, Duration::from_secs(2)).unwrap();
    let mut seconds = 0;
    let mut look = |change: &dyn Fn()| {
        change();
        let mut taken = Vec::new();
        for _ in 0..2 {
            seconds += 3;
            let now = Timestamp::from_second(seconds).unwrap();
            taken.extend(watching.look(&place.library, now, &mut |_| Flow::Continue).unwrap());
        }
        taken
            .into_iter()
            .map(|taken| taken.done.map(|done| done.stored.added.appended.added))
            .collect::<Vec<_>>()
    };
    let file = place.path("chats/chat.jsonl");
    let whole = |numbers: std::ops::Range<usize>| numbers.map(line).collect::<Vec<_>>().join("\n") + "\n";
    assert!(look(&|| {}).is_empty());
    // The last line is half written.
    let torn = whole(0..3);
    let taken = look(&|| fs::write(&file, &torn[..torn.len() - 9]).unwrap());
    assert!(matches!(taken[..], [Ok(2)]), "{taken:?}");
    assert!(look(&|| {}).is_empty());
    let taken = look(&|| fs::write(&file, whole(0..4)).unwrap());
    assert!(matches!(taken[..], [Ok(2)]), "{taken:?}");
    let taken = look(&|| {
        fs::rename(&file, place.path("chats/chat.1.jsonl")).unwrap();
        fs::write(&file, whole(4..5)).unwrap();
    });
    assert!(matches!(taken[..], [Ok(1)]), "{taken:?}");
    assert!(look(&|| fs::remove_file(&file).unwrap()).is_empty());
    let taken = look(&|| fs::write(&file, whole(4..7)).unwrap());
    assert!(matches!(taken[..], [Ok(2)]), "{taken:?}");
    let path = place.library.registry().get("live").unwrap().at;
    let texts: Vec<String> = rows(path.file()).into_iter().map(|row| row.scene.text).collect();
    let expected: Vec<String> = (0..7).map(|number| format!("Lamp number {number} is lit.")).collect();
    assert_eq!(texts, expected);
}

#[test]
fn a_file_that_is_no_export_ends_no_watch() {
    let place = Place::new();
    let path = place.path("chat.jsonl");
    let job = job(&place, "live", &["chat.jsonl"]);
    let mut watching = Watching::new(job, Duration::ZERO).unwrap();
    let mut look = |seconds| {
        let now = Timestamp::from_second(seconds).unwrap();
        watching.look(&place.library, now, &mut |_| Flow::Continue).unwrap()
    };
    fs::write(&path, b"\x00\x01\x02").unwrap();
    assert!(matches!(&look(1)[..], [taken] if taken.done.is_err()));
    assert!(look(2).is_empty(), "it is tried again when it changes");
    write(&place, "chat.jsonl", 0..2);
    assert!(matches!(&look(3)[..], [taken] if taken.done.is_ok()));
}

#[test]
fn standard_input_has_one_end_and_is_not_watched() {
    let target = Target::named("live".parse().unwrap());
    let job = Ingest::new(vec![PathBuf::from("chat.jsonl"), PathBuf::from("-")], None, target);
    assert!(matches!(Watching::new(job, Duration::ZERO), Err(Error::InputWatched)));
}

#[test]
fn all_that_is_watched_is_looked_at_in_turn_until_somebody_says_stop() {
    let place = Place::new();
    let looked = |rounds: usize, found: fn() -> Result<(), Error>| {
        let mut all =
            ["a", "b"].map(|name| Watching::new(job(&place, name, &[name]), Duration::ZERO).unwrap());
        let looks = Cell::new(0);
        let ended = keep_watching(&mut all, Duration::ZERO, &|| looks.get() >= rounds * 2, |_| {
            looks.set(looks.get() + 1);
            found()
        });
        (looks.get(), ended)
    };
    assert!(matches!(looked(0, || Ok(())), (0, Ok(()))));
    assert!(matches!(looked(3, || Ok(())), (6, Ok(()))));
    assert!(matches!(looked(3, || Err(Error::Stopped)), (1, Ok(()))), "a stop is no fault");
    assert!(matches!(looked(3, || Err(Error::InputTwice)), (1, Err(Error::InputTwice))));
}
