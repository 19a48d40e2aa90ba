//! Exports that are not what they should be: one error, a hint, and the store as it was.

use std::fs;

use insta::assert_snapshot;
use naragtive::jobs::{Ingest, ingest};
use naragtive::{Filter, Flow, Format, Scene, SceneId, Store, Timestamp, list};
use naragtive_testkit::shared;
use serde_json::Value;

use crate::home::Place;

const FORMATS: [Format; 4] =
    [Format::NEPTUNE, Format::LLAMA_SERVER, Format::CHAT_MESSAGES, Format::PLAIN_TEXT];

pub(crate) fn golden(name: &str) -> Vec<u8> {
    fs::read(shared("golden").join(name)).unwrap()
}

/// A place with a store that must stay as it is.
pub(crate) fn with_store() -> Place {
    let place = Place::new();
    place.write("chapter.txt", golden("neptune-chapter.txt"));
    place.ingest(Some(Format::NEPTUNE), "chapter.txt", "kept.parquet").unwrap();
    place
}

/// What is said of an export that is read as one format into the store that is there.
pub(crate) fn refused(place: &Place, format: Format, export: &str) -> String {
    place.refused(|| place.ingest(Some(format), export, "kept.parquet"))
}

/// The same of an export with these bytes.
pub(crate) fn refused_bytes(format: Format, bytes: impl AsRef<[u8]>) -> String {
    let place = with_store();
    place.write("export", bytes);
    refused(&place, format, "export")
}

/// What is said whatever it is read as, each thing once.
fn refused_by_all(place: &Place, export: &str) -> String {
    let mut said = FORMATS.map(|format| refused(place, format, export)).to_vec();
    said.dedup();
    said.join("\n")
}

#[test]
fn a_missing_file() {
    assert_snapshot!(refused_by_all(&with_store(), "no/such.txt"), @r"
    error: can't read `[ROOT]/no/such.txt`: No such file or directory (os error 2)
    hint: look at what is there: ls -l [ROOT]/no
    ");
}

#[test]
fn a_folder() {
    let place = with_store();
    fs::create_dir(place.path("folder")).unwrap();
    assert_snapshot!(refused_by_all(&place, "folder"));
}

#[test]
fn nothing_or_nothing_but_white_space() {
    let place = with_store();
    for nothing in ["", "\u{feff} \r\n\n"] {
        place.write("export", nothing);
        for (format, said) in FORMATS.map(|format| (format, refused(&place, format, "export"))) {
            let expected = format!(
                "error: can't read `[ROOT]/export` as a {format}: the file is empty\n\
                 hint: export it again; an empty file holds no scene\n"
            );
            assert_eq!(said, expected);
        }
    }
}

#[test]
fn letters_of_an_older_encoding_are_read_and_it_is_said_which() {
    for (format, bytes) in [
        (Format::NEPTUNE, &b"***11/10/2025, 4:00:41 AM - User:***\nThe caf\xe9 is shut."[..]),
        (Format::CHAT_MESSAGES, b"[{\"message\": \"The caf\xe9 is shut.\"}]"),
        (Format::PLAIN_TEXT, b"The caf\xe9 is shut."),
    ] {
        let place = Place::new();
        place.write("export", bytes);
        let (done, told) = place.ingest_told(Some(format), "export", "s.parquet");
        assert_eq!(done.unwrap().exports[0].report.encoding.map(|it| it.name), Some("windows-1252"));
        assert!(told.contains("read as windows-1252"), "{format}: {told}");
        assert_eq!(place.texts("s.parquet"), ["The café is shut."], "{format}");
    }
}

#[test]
fn bytes_that_are_no_text_at_all() {
    let noise: Vec<u8> = (0..4096u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let place = with_store();
    place.write("noise", noise);
    for export in ["noise", "kept.parquet"] {
        for said in FORMATS.map(|format| refused(&place, format, export)) {
            assert!(said.starts_with(&format!("error: can't read `[ROOT]/{export}` as a")), "{said}");
            assert!(said.contains("expected") && said.contains("found"), "{said}");
        }
    }
}

/// A scene but for the file it was read from.
fn without_file(scene: &Scene) -> (SceneId, String, Value) {
    let mut metadata = scene.metadata.to_value();
    metadata.as_object_mut().unwrap().remove("source_file");
    (scene.id.clone(), scene.text.clone(), metadata)
}

/// The scenes of each golden export, read from bytes made of it, are those of the export as it is.
fn assert_same_scenes(change: impl Fn(&str) -> Vec<u8>) {
    let exports = ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"];
    for (format, name) in FORMATS.into_iter().zip(exports) {
        let rows = |bytes: &[u8]| {
            let place = Place::new();
            place.write(name, bytes);
            place.ingest(Some(format), name, "s.parquet").unwrap();
            let store = Store::open(place.path("s.parquet")).unwrap();
            let (_, scenes) = list(&store, &Filter::default(), usize::MAX).unwrap();
            scenes.iter().map(without_file).collect::<Vec<_>>()
        };
        let plain = golden(name);
        let changed = change(std::str::from_utf8(&plain).unwrap());
        assert_eq!(rows(&changed), rows(&plain), "{name}");
    }
}

#[test]
fn marks_encodings_and_line_ends_of_windows_make_no_difference() {
    assert_same_scenes(|text| format!("\u{feff}{text}").into());
    assert_same_scenes(|text| text.replace('\n', "\r\n").into());
    let units = |text: &str| [0xfeff].into_iter().chain(text.encode_utf16()).collect::<Vec<u16>>();
    assert_same_scenes(|text| units(text).into_iter().flat_map(u16::to_le_bytes).collect());
    assert_same_scenes(|text| units(text).into_iter().flat_map(u16::to_be_bytes).collect());
}

#[test]
fn a_transcript_without_a_turn() {
    assert_snapshot!(refused_bytes(Format::NEPTUNE, "Chapter 1\n---\nIt was a dark night.\n"));
}

#[test]
fn turns_without_text_are_counted_and_make_no_store() {
    let place = Place::new();
    place.write("export", "***now - User:***\n\n---\n***now - Venice:***\nWhat do you do?\n");
    let (done, told) = place.ingest_told(Some(Format::NEPTUNE), "export", "s.parquet");
    assert_snapshot!(told + &place.said(&done.unwrap_err()));
    assert!(!place.path("s.parquet").exists());
}

#[test]
fn no_export_is_stored_if_one_of_several_is_bad() {
    let place = with_store();
    let whole = place.write("whole.json", golden("llama-conversation.json"));
    let said = place.refused(|| {
        let exports = vec![whole, place.path("no.json")];
        let job = Ingest::new(exports, Some(Format::LLAMA_SERVER), place.file("kept.parquet"));
        ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue)
    });
    assert!(said.starts_with("error: can't read `[ROOT]/no.json`: "), "{said}");
}

#[test]
fn standard_input_is_named_once() {
    let place = Place::new();
    let said = place.refused(|| {
        let job = Ingest::new(vec!["-".into(), "-".into()], None, place.file("s.parquet"));
        ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue)
    });
    assert_snapshot!(said, @r"
    error: standard input (`-`) can be read once, found it twice
    hint: name the other one: naragtive ingest - FILE
    ");
}

#[test]
fn a_hint_with_a_path_that_has_a_space_can_be_typed() {
    let place = with_store();
    place.write("chapter one.txt", golden("neptune-chapter.txt"));
    let said = refused(&place, Format::LLAMA_SERVER, "chapter one.txt");
    assert!(said.contains("naragtive ingest-neptune --export '[ROOT]/chapter one.txt'"), "{said}");
}

#[test]
fn a_file_of_no_known_format_is_refused_with_the_formats_named() {
    let place = Place::new();
    place.write("other.json", "{\"type\": \"other\"}");
    place.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    for name in ["other.json", "picture.png"] {
        let said = place.refused(|| place.ingest(None, name, "s.parquet"));
        assert!(said.contains(&format!("can't tell what `[ROOT]/{name}` is")), "{said}");
        assert!(said.contains(&format!("naragtive ingest --as FORMAT [ROOT]/{name}")), "{said}");
        assert!(said.contains("`llama`") && said.contains("`text`"), "{said}");
    }
    place.write("empty.txt", "");
    let said = place.refused(|| place.ingest(None, "empty.txt", "s.parquet"));
    assert!(said.contains("the file is empty"), "{said}");
}

#[test]
fn a_file_gives_the_same_scenes_whether_or_not_it_is_said_what_it_is() {
    let place = Place::new();
    let exports = ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"];
    for (format, name) in FORMATS.into_iter().zip(exports) {
        place.write(name, golden(name));
        let first = place.ingest(Some(format), name, "store.parquet").unwrap().stored.added.appended;
        let again = place.ingest(None, name, "store.parquet").unwrap().stored.added.appended;
        assert!(first.added > 0, "{name}");
        assert_eq!((again.added, again.already_there), (0, first.added), "{name}");
    }
}

#[test]
fn what_the_user_says_a_file_is_goes_before_what_it_looks_like() {
    let place = Place::new();
    place.write("notes.txt", "***11/10/2025, 4:00:41 AM - User:***\nWho lit the lamp?\n---\n");
    let done = place.ingest(Some(Format::PLAIN_TEXT), "notes.txt", "s.parquet").unwrap();
    assert_eq!((done.exports[0].format, done.exports[0].certainty), (Format::PLAIN_TEXT, None));
}
