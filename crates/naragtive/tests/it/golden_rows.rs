//! Each source becomes the rows of the Python tool, and a store takes each scene once.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;

use naragtive::jobs::{Ingest, IngestDone, Target, ingest};
use naragtive::{Filter, Flow, Format, How, Store, Timestamp, list, views};
use naragtive_testkit::shared;
use serde_json::Value;

use crate::home::Place;

const NEPTUNE: (Format, &str) = (Format::NEPTUNE, "neptune-chapter.txt");
const LLAMA: (Format, &str) = (Format::LLAMA_SERVER, "llama-conversation.json");
const CHAT: (Format, &str) = (Format::CHAT_MESSAGES, "chat-messages.json");
const TEXT: (Format, &str) = (Format::PLAIN_TEXT, "transcript.txt");
const SOURCES: [(Format, &str); 4] = [NEPTUNE, LLAMA, CHAT, TEXT];
const STORE: &str = "s.parquet";

fn golden(name: &str) -> String {
    fs::read_to_string(shared("golden").join(name)).unwrap()
}

/// A home with all golden exports beside it.
fn with_exports() -> Place {
    let place = Place::new();
    for (_, name) in SOURCES {
        place.write(name, golden(name));
    }
    place
}

fn take(place: &Place, format: Format, exports: &[&str], how: How) -> IngestDone {
    let target = Target { how, ..place.file(STORE) };
    let exports = exports.iter().map(|export| place.path(export)).collect();
    let job = Ingest {
        chunk_size: NonZeroUsize::new(120).filter(|_| format == Format::PLAIN_TEXT),
        folders: false,
        ..Ingest::new(exports, Some(format), target)
    };
    ingest(&place.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap()
}

/// How many turns and scenes were read, and how many of these were added, were there already and were renamed.
fn counts(done: &IngestDone) -> [usize; 5] {
    let report = &done.exports[0].report;
    let appended = &done.stored.added.appended;
    [report.turns, report.scenes, appended.added, appended.already_there, appended.renamed]
}

/// The scenes of the store as JSON shows them, each with its file as if that had been named from its folder.
fn scenes(place: &Place) -> Vec<Value> {
    let store = Store::open(place.path(STORE)).unwrap();
    let (_, scenes) = list(&store, &Filter::default(), usize::MAX).unwrap();
    let mut scenes: Vec<Value> = scenes.iter().map(views::scene).collect();
    for file in scenes.iter_mut().filter_map(|scene| scene["metadata"].get_mut("source_file")) {
        let name = Path::new(file.as_str().unwrap()).file_name().unwrap();
        *file = name.to_str().unwrap().into();
    }
    scenes
}

fn expected(name: &str) -> Vec<Value> {
    golden(&format!("expected.{name}.jsonl")).lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// Compares ids, texts and metadata, keys in order; but for `apart`, which only has to be there.
fn assert_rows(found: &[Value], expected: &[Value], apart: &str) {
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(found), ids(expected));
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found["text"], expected["text"]);
        let [ours, theirs] = [found, expected].map(|row| row["metadata"].as_object().unwrap());
        assert!(ours.keys().eq(theirs.keys()), "{ours:?} has not the keys of {theirs:?}");
        for (key, value) in ours.iter().filter(|(key, _)| *key != apart) {
            assert_eq!(value, &theirs[key], "{}: {key}", found["id"]);
        }
    }
}

#[test]
fn a_neptune_chapter_becomes_the_rows_of_the_python_tool() {
    let place = with_exports();
    assert_eq!(counts(&take(&place, NEPTUNE.0, &[NEPTUNE.1], How::Merge)), [7, 4, 4, 0, 0]);
    assert_rows(&scenes(&place), &expected("neptune-chapter"), "characters_present");
}

#[test]
fn a_llama_conversation_becomes_the_rows_of_the_python_tool() {
    let place = with_exports();
    assert_eq!(counts(&take(&place, LLAMA.0, &[LLAMA.1], How::Merge)), [12, 6, 6, 0, 0]);
    assert_rows(&scenes(&place), &expected("llama-conversation"), "");
}

/// Ours leaves out the message with no text and adds the day and the file, which go last.
#[test]
fn chat_messages_become_the_rows_of_the_python_tool() {
    let place = with_exports();
    assert_eq!(counts(&take(&place, CHAT.0, &[CHAT.1], How::Merge)), [6, 5, 5, 0, 0]);
    let mut found = scenes(&place);
    for scene in &mut found {
        let metadata = scene["metadata"].as_object_mut().unwrap();
        assert_eq!(metadata.keys().rev().take(2).collect::<Vec<_>>(), ["source_file", "date_iso"]);
        metadata.retain(|key, _| key != "source_file" && key != "date_iso");
    }
    let mut expected = expected("chat-messages");
    expected.retain(|row| row["text"] != "");
    assert_rows(&found, &expected, "");
}

#[test]
fn a_text_becomes_pieces_and_nothing_of_it_is_lost() {
    let place = with_exports();
    assert_eq!(counts(&take(&place, TEXT.0, &[TEXT.1], How::Merge)), [9, 9, 9, 0, 0]);
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    let pieces: String = place.texts(STORE).iter().map(|text| solid(text)).collect();
    assert_eq!(pieces, solid(&golden(TEXT.1)));
}

#[test]
fn a_second_ingest_of_the_same_file_adds_nothing() {
    for (format, export) in SOURCES {
        let place = with_exports();
        let [_, _, added, ..] = counts(&take(&place, format, &[export], How::Merge));
        let before = fs::read(place.path(STORE)).unwrap();
        let second = take(&place, format, &[export], How::Merge);
        assert_eq!(counts(&second)[2..], [0, added, 0], "{export}");
        assert_eq!(second.stored.added.appended.total, added, "{export}");
        assert!(fs::read(place.path(STORE)).unwrap() == before, "{export}");
    }
}

/// Ids restart in each file, so two chapters of one day share them.
#[test]
fn a_second_chapter_with_the_same_ids_loses_nothing() {
    let place = with_exports();
    take(&place, NEPTUNE.0, &[NEPTUNE.1], How::Merge);
    let first = scenes(&place);
    let chapter = golden(NEPTUNE.1);
    place.write("chapter-2.txt", chapter.replace("the", "a").replace("We made it", "We did not"));
    let second = take(&place, NEPTUNE.0, &["chapter-2.txt"], How::Merge);
    assert_eq!((counts(&second)[2..].to_vec(), second.stored.added.appended.total), (vec![4, 0, 4], 8));
    let both = scenes(&place);
    assert_eq!(both[..4], first);
    for (old, new) in both[..4].iter().zip(&both[4..]) {
        let (old_id, new_id) = (old["id"].as_str().unwrap(), new["id"].as_str().unwrap());
        assert!(new_id.starts_with(old_id) && new_id.len() > old_id.len(), "{new_id}");
        assert_ne!(old["text"], new["text"]);
    }
    place.write("chapter-3.txt", chapter.replace("the", "some"));
    // The scene without a stamp that names a time is like that of the first file, and is another file's.
    assert_eq!(counts(&take(&place, NEPTUNE.0, &["chapter-3.txt"], How::Merge))[2..], [4, 0, 4]);
}

#[test]
fn a_replacement_leaves_nothing_of_what_was_there() {
    for (format, export) in SOURCES {
        let place = with_exports();
        take(&place, NEPTUNE.0, &[NEPTUNE.1], How::Merge);
        let done = take(&place, format, &[export], How::Replace);
        let [_, read, added, already_there, _] = counts(&done);
        assert_eq!((added, already_there), (read, 0), "{export}");
        assert_eq!((done.stored.added.appended.total, place.texts(STORE).len()), (added, added), "{export}");
    }
}

#[test]
fn several_exports_make_one_store() {
    let place = with_exports();
    place.write("again.json", golden(LLAMA.1));
    let done = take(&place, LLAMA.0, &[LLAMA.1, "again.json"], How::Merge);
    assert_eq!((done.exports.len(), counts(&done)[2..4].to_vec()), (2, vec![6, 6]));
}
