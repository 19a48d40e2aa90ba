//! Which store is meant.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use naragtive::{Choice, Error, Located, Query, Stores, locate, quoted};
use naragtive_testkit::root;

use crate::home::Place;

/// A place with a file; where asked for with two named stores, of which the first is the default, and with the file that the
/// Python tool makes for whoever names none.
fn place(registered: bool, fallback: bool) -> Place {
    let place = Place::new();
    place.write("file.parquet", "");
    if registered {
        place.chat("b-first", &[("Ada", "One lamp.")]);
        place.chat("a-second", &[("Ada", "Two lamps.")]);
    }
    if fallback {
        place.write("scenes.parquet", "");
    }
    place
}

fn located(place: &Place, path: Option<&Path>, name: Option<&str>) -> Result<Located, Error> {
    locate(Choice { path, name }, &place.library.registry(), &place.path(""))
}

fn said(place: &Place, path: Option<&Path>, name: Option<&str>) -> String {
    place.said(&located(place, path, name).unwrap_err())
}

#[test]
fn the_file_then_the_name_then_the_default_then_the_usual_file() {
    for (registered, fallback, file, name, expected) in [
        (false, false, true, None, "file.parquet"),
        (true, true, true, None, "file.parquet"),
        (true, true, false, Some("a-second"), "a-second.parquet"),
        (true, true, false, Some("A-SECOND"), "a-second.parquet"),
        (true, true, false, Some("default"), "b-first.parquet"),
        (true, true, false, None, "b-first.parquet"),
        (true, false, false, None, "b-first.parquet"),
        (false, true, false, None, "scenes.parquet"),
    ] {
        let place = place(registered, fallback);
        let file = file.then(|| place.path("file.parquet"));
        let found = located(&place, file.as_deref(), name).unwrap();
        assert_eq!(found.at.file().file_name().unwrap(), expected, "{registered} {fallback} {name:?}");
        assert_eq!(found.name.is_some(), expected.contains('-'), "only what is registered has a name");
    }
}

#[test]
fn what_default_txt_names_is_the_default_if_it_is_registered_else_the_first_in_order() {
    let place = place(true, false);
    let default = || located(&place, None, None).unwrap().name.unwrap();
    assert_eq!(default(), "b-first");
    place.library.registry().set_default("a-second").unwrap();
    assert_eq!(default(), "a-second");
    for (text, expected) in [("b-first\n", "b-first"), ("nobody", "a-second"), ("", "a-second")] {
        place.write("home/stores/default.txt", text);
        assert_eq!(default(), expected, "{text:?}");
    }
    fs::remove_file(place.path("home/stores/default.txt")).unwrap();
    assert_eq!(default(), "a-second");
}

#[test]
fn what_is_not_there_is_an_error_with_the_ways_out_and_nothing_else_is_searched() {
    let (full, empty) = (place(true, true), place(false, false));
    let (file, none) = (full.path("file.parquet"), full.path("no.parquet"));
    for (reason, said) in [
        ("no-file", said(&full, Some(&none), None)),
        ("both", said(&full, Some(&file), Some("b-first"))),
        ("nearly-a-name", said(&full, None, Some("b-fist"))),
        ("unknown-name", said(&full, None, Some("xyz"))),
        ("standard-input", said(&full, Some("-".as_ref()), None)),
        ("nothing", said(&empty, None, None)),
        ("no-default", said(&empty, None, Some("default"))),
    ] {
        assert_snapshot!(format!("resolution-{reason}"), said);
    }
    fs::remove_file(full.path("home/stores/b-first.parquet")).unwrap();
    assert_snapshot!("resolution-gone", said(&full, None, None));
}

#[test]
fn a_store_of_another_model_is_refused_and_kept() {
    let place = place(false, false);
    let fixture = fs::read(root().join("crates/store/tests/fixtures/polars.parquet")).unwrap();
    let at = place.write("python.parquet", fixture);
    place.write("draft.txt", "The lamp is lit.");
    let search = place.refused(|| {
        let stores = Stores::of(vec![Located { name: None, at: at.clone().into() }]);
        place.library.session(&stores)?.search(&Query::new("a door", 5))
    });
    assert_snapshot!(search);
    let ingest =
        place.refused(|| place.ingest(Some(naragtive::Format::PLAIN_TEXT), "draft.txt", "python.parquet"));
    assert_eq!(ingest, search);
}

#[test]
fn a_store_that_was_found_beside_a_registry_that_was_moved_is_told_with_the_command_that_keeps_it() {
    let old = place(true, false);
    let moved = Place::new();
    fs::create_dir_all(moved.path("home/stores")).unwrap();
    for file in fs::read_dir(old.path("home/stores")).unwrap().map(|file| file.unwrap().path()) {
        fs::rename(&file, moved.path("home/stores").join(file.file_name().unwrap())).unwrap();
    }
    let found = located(&moved, None, Some("a-second")).unwrap();
    let notes = moved.library.notes_on(std::slice::from_ref(&found)).unwrap();
    let [note] = notes.as_slice() else { panic!("only what was located is told of: {notes:?}") };
    let (from, to) = (old.path("home/stores/a-second.parquet"), quoted(&found.at));
    let expected = format!(
        "store `a-second` is not at {} any more; using {to}. To keep that: naragtive create-store a-second {to} TYPE",
        from.display()
    );
    assert_eq!((note.text.as_str(), note.is_warning), (expected.as_str(), false));
}

#[test]
fn a_number_means_the_hit_of_that_rank_and_anything_else_an_id() {
    let place = place(true, false);
    let hits = place.library.session(&place.all()).unwrap().search(&Query::new("lamps", 5)).unwrap();
    assert_eq!(hits.hits.len(), 2);
    let second = hits.at_rank(2).unwrap();
    assert_eq!((hits.meant("2"), second.rank), (second.scene.id.clone(), 2));
    for typed in ["0", "3", "02", "scene_1"] {
        assert_eq!(hits.meant(typed).as_str(), typed, "no hit has this rank");
    }
    assert!(hits.at_rank(3).is_none());
}
