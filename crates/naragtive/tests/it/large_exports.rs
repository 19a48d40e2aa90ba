//! Exports that are larger than they should be, or hold what texts seldom hold.

use std::fs;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use naragtive::{Format, SkipReason};

use crate::bad_exports::{refused, with_store};
use crate::home::Place;

const HUGE: usize = 20_000_000;
/// A machine with nothing else to do takes two seconds.
const PATIENCE: Duration = Duration::from_secs(60);
const CHAT: Format = Format::CHAT_MESSAGES;

/// Writes an export of three messages in one line, so many bytes of it under `key` of the second.
fn write_huge(place: &Place, key: &str) {
    let words = "the lamp lit itself and nobody carried oil up the stair ".repeat(1000);
    let mut file = BufWriter::new(fs::File::create(place.path("huge.json")).unwrap());
    let message = if key == "message" { "" } else { r#""message": "", "# };
    write!(file, r#"[{{"message": "first"}}, {{"user": "B", {message}"{key}": ""#).unwrap();
    for _ in 0..HUGE / words.len() {
        file.write_all(words.as_bytes()).unwrap();
    }
    write!(file, r#""}}, {{"user": "C", "message": "last"}}]"#).unwrap();
}

#[test]
fn a_huge_file_in_one_line_is_read_or_refused_in_bounded_time() {
    let place = with_store();
    write_huge(&place, "attachment");
    let began = Instant::now();
    let done = place.ingest(Some(CHAT), "huge.json", "s.parquet").unwrap();
    assert_eq!(done.stored.added.appended.added, 2);
    let skipped = &done.exports[0].report.skipped[0];
    assert_eq!((skipped.reason, skipped.first.as_str()), (SkipReason::EmptyMessage, "entry 1"));
    let said = refused(&place, Format::LLAMA_SERVER, "huge.json");
    assert!(said.contains("conversation 0: `conv` is missing"), "{said}");
    assert!(said.contains("it looks like a list of chat messages"), "{said}");
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[test]
fn a_huge_message_is_stored_in_bounded_time() {
    let place = Place::new();
    write_huge(&place, "message");
    let began = Instant::now();
    assert_eq!(place.ingest(Some(CHAT), "huge.json", "s.parquet").unwrap().stored.added.appended.added, 3);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[test]
fn a_message_with_a_megabyte_of_text_is_stored_whole() {
    let place = Place::new();
    let text = "the ferry came in under fog ".repeat(40_000);
    place.write("messages.json", serde_json::json!([{"message": text}]).to_string());
    place.write("chapter.txt", format!("***now - User:***\n{text}"));
    for (format, export, store) in
        [(CHAT, "messages.json", "a.parquet"), (Format::NEPTUNE, "chapter.txt", "b.parquet")]
    {
        place.ingest(Some(format), export, store).unwrap();
        assert!(place.texts(store)[0].trim_end() == text.trim_end(), "{format}");
    }
}

#[test]
fn nul_bytes_stay_in_messages_and_are_dropped_from_texts() {
    let place = Place::new();
    place.write("messages.json", r#"[{"user": "A\u0000B", "message": "before\u0000after"}]"#);
    place.write("chapter.txt", "***now - User:***\nbefore\0after");
    place.write("draft.txt", "before\0after");
    for (format, export, text, dropped) in [
        (CHAT, "messages.json", "before\0after", 0),
        (Format::NEPTUNE, "chapter.txt", "beforeafter", 1),
        (Format::PLAIN_TEXT, "draft.txt", "beforeafter", 1),
    ] {
        let store = format!("{export}.parquet");
        let done = place.ingest(Some(format), export, &store).unwrap();
        assert_eq!(done.exports[0].report.dropped_bytes, dropped, "{export}");
        assert_eq!(place.texts(&store), [text], "{export}");
    }
}
