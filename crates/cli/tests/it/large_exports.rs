//! Exports that are larger than they should be, or hold what texts seldom hold.

use std::fs;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::bad_exports::{CHAT, LLAMA, NEPTUNE, TEXT, refused, with_store};
use crate::sandbox::Sandbox;

/// Without optimisation a smaller file has to do.
const HUGE: usize = if cfg!(debug_assertions) { 30_000_000 } else { 300_000_000 };

/// Writes an export of three messages in one line, so many bytes of it under `key` of the second.
fn write_huge(sandbox: &Sandbox, key: &str) {
    let words = "the lamp lit itself and nobody carried oil up the stair ".repeat(1000);
    let mut file = BufWriter::new(fs::File::create(sandbox.path("huge.json")).unwrap());
    write!(file, r#"[{{"message": "first"}}, {{"user": "B", "message": "", "{key}": ""#).unwrap();
    for _ in 0..HUGE / words.len() {
        file.write_all(words.as_bytes()).unwrap();
    }
    write!(file, r#""}}, {{"user": "C", "message": "last"}}]"#).unwrap();
}

const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_huge_file_in_one_line_is_read() {
    let sandbox = Sandbox::new();
    write_huge(&sandbox, "attachment");
    let began = Instant::now();
    let done = sandbox.json(&["ingest-chat", "-s", "huge.json", "--json"]);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!((&done["added"], &done["exports"][0]["skipped"][0]["first"]), (&2.into(), &"entry 1".into()));
}

#[test]
fn a_huge_file_in_one_line_of_another_shape_is_refused() {
    let sandbox = with_store();
    write_huge(&sandbox, "attachment");
    let began = Instant::now();
    assert_snapshot!(refused(&sandbox, LLAMA, "huge.json"), @r"
    error: can't read `huge.json` as a llama-server export: conversation 0: `conv` is missing
    hint: it looks like a list of chat messages: naragtive ingest-chat --source huge.json
    ");
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

#[test]
fn a_huge_message_is_stored_in_bounded_time() {
    let sandbox = Sandbox::new();
    write_huge(&sandbox, "text");
    let huge = fs::read_to_string(sandbox.path("huge.json")).unwrap();
    sandbox.write("huge.json", huge.replace(r#""message": "", "text""#, r#""message""#));
    let began = Instant::now();
    let done = sandbox.json(&["ingest-chat", "-s", "huge.json", "--json"]);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!(done["added"], 3);
}

#[test]
fn a_message_with_a_megabyte_of_text_is_stored_whole() {
    let sandbox = Sandbox::new();
    let text = "the ferry came in under fog ".repeat(40_000);
    sandbox.write("messages.json", serde_json::json!([{"message": text}]).to_string());
    sandbox.write("chapter.txt", format!("***now - User:***\n{text}"));
    for (command, export) in [(CHAT, "messages.json"), (NEPTUNE, "chapter.txt")] {
        sandbox.done(&[command, &[export, "-o", "s.parquet", "--no-append"]].concat());
        let stored = sandbox.json(&["list", "--json", "-s", "s.parquet"]);
        assert_eq!(stored["scenes"][0]["text"].as_str().unwrap().trim_end(), text.trim_end());
    }
}

#[test]
fn nul_bytes_stay_in_messages_and_are_dropped_from_texts() {
    let sandbox = Sandbox::new();
    sandbox.write("messages.json", r#"[{"user": "A\u0000B", "message": "before\u0000after"}]"#);
    sandbox.write("chapter.txt", "***now - User:***\nbefore\0after");
    sandbox.write("draft.txt", "before\0after");
    for (command, export, text, dropped) in [
        (CHAT, "messages.json", "before\0after", 0),
        (NEPTUNE, "chapter.txt", "beforeafter", 1),
        (TEXT, "draft.txt", "beforeafter", 1),
    ] {
        let done = sandbox.json(&[command, &[export, "-o", "s.parquet", "--no-append", "--json"]].concat());
        assert_eq!(done["exports"][0]["dropped_bytes"], dropped, "{export}");
        let stored = sandbox.json(&["list", "--json", "-s", "s.parquet"]);
        assert_eq!(stored["scenes"][0]["text"], text, "{export}");
        sandbox.done(&["search", "before", "-s", "s.parquet"]);
    }
}
