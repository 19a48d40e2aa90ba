//! Exports that are not what they should be: one error, a hint, and the store as it was.

use std::fs;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, golden};

/// A sandbox with a store that must stay as it is.
fn with_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["-o", "kept.parquet"]);
    sandbox
}

/// Every ingest command, in front of the name of an export.
const COMMANDS: [&[&str]; 4] = [
    &["ingest-neptune", "-e"],
    &["ingest-llama", "-e"],
    &["ingest-chat", "-s"],
    &["ingest-chat", "--type", "txt", "-s"],
];

const NEPTUNE: &[&str] = COMMANDS[0];
const LLAMA: &[&str] = COMMANDS[1];
const CHAT: &[&str] = COMMANDS[2];
const TEXT: &[&str] = COMMANDS[3];

/// What a command says that must refuse an export and leave the store alone.
fn refused(sandbox: &Sandbox, command: &[&str], export: &str) -> String {
    sandbox.refused_and_kept(&[command, &[export, "-o", "kept.parquet"]].concat())
}

/// What all four commands say, each thing once.
fn refused_by_all(sandbox: &Sandbox, export: &str) -> String {
    COMMANDS.map(|command| refused(sandbox, command, export)).join("\n")
}

/// What one command says of an export with these bytes.
fn refused_bytes(command: &[&str], bytes: impl AsRef<[u8]>) -> String {
    let sandbox = with_store();
    sandbox.write("export", bytes);
    refused(&sandbox, command, "export")
}

#[test]
fn a_missing_file() {
    assert_snapshot!(refused_by_all(&with_store(), "no/such.txt"), @r"
    error: can't read `no/such.txt`: No such file or directory (os error 2)
    hint: look at what is there: ls -l no

    error: can't read `no/such.txt`: No such file or directory (os error 2)
    hint: look at what is there: ls -l no

    error: can't read `no/such.txt`: No such file or directory (os error 2)
    hint: look at what is there: ls -l no

    error: can't read `no/such.txt`: No such file or directory (os error 2)
    hint: look at what is there: ls -l no
    ");
}

#[test]
fn a_folder() {
    let sandbox = with_store();
    fs::create_dir(sandbox.path("folder")).unwrap();
    assert_snapshot!(refused_by_all(&sandbox, "folder"), @r"
    error: can't read `folder`: expected a file, found a folder
    hint: name one file of it: ls folder

    error: can't read `folder`: expected a file, found a folder
    hint: name one file of it: ls folder

    error: can't read `folder`: expected a file, found a folder
    hint: name one file of it: ls folder

    error: can't read `folder`: expected a file, found a folder
    hint: name one file of it: ls folder
    ");
}

#[test]
fn an_empty_file() {
    let sandbox = with_store();
    sandbox.write("export", "");
    assert_snapshot!(refused_by_all(&sandbox, "export"), @r"
    error: can't read `export` as a Neptune transcript: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a llama-server export: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a list of chat messages: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a plain text: the file is empty
    hint: export it again; an empty file holds no scene
    ");
}

#[test]
fn nothing_but_white_space() {
    let sandbox = with_store();
    sandbox.write("export", "\u{feff} \r\n\n");
    assert_snapshot!(refused_by_all(&sandbox, "export"), @r"
    error: can't read `export` as a Neptune transcript: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a llama-server export: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a list of chat messages: the file is empty
    hint: export it again; an empty file holds no scene

    error: can't read `export` as a plain text: the file is empty
    hint: export it again; an empty file holds no scene
    ");
}

#[test]
fn bytes_that_are_not_utf8_are_dropped_from_a_transcript_with_a_warning() {
    let sandbox = Sandbox::new();
    sandbox.write("export", b"***now - User:***\nThe caf\xe9 is shut.");
    assert_snapshot!(sandbox.run(&["ingest-neptune", "-e", "export"]), @r#"
    exit code: 0
    --- stdout
    Read 1 turn, 1 scene.
    Stored 1 new scene in scenes.parquet in [TIME]; it holds 1.

    --- stderr
    warning: export: dropped 1 byte that are no text
    Now try: naragtive search "what you remember" --store scenes.parquet
    "#);
    assert_eq!(sandbox.json(&["list", "--json"])["scenes"][0]["text"], "The caf is shut.");
}

#[test]
fn bytes_that_are_not_utf8_in_json() {
    assert_snapshot!(refused_bytes(CHAT, b"[{\"message\": \"caf\xe9\"}]"), @r"
    error: can't read `export` as a list of chat messages: expected UTF-8 text, found a byte that is not UTF-8 at byte 17
    hint: save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW
    ");
}

#[test]
fn bytes_that_are_not_utf8_in_plain_text() {
    assert_snapshot!(refused_bytes(TEXT, b"The caf\xe9 is shut."), @r"
    error: can't read `export` as a plain text: expected UTF-8 text, found a byte that is not UTF-8 at byte 7
    hint: save it as UTF-8: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW
    ");
}

/// Checks that nothing in a text would command a terminal.
fn assert_no_commands(said: &str) {
    assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
}

#[test]
fn bytes_that_are_no_text_at_all() {
    let noise: Vec<u8> = (0..4096u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let sandbox = with_store();
    sandbox.write("noise", noise);
    for export in ["noise", "kept.parquet"] {
        for said in COMMANDS.map(|command| refused(&sandbox, command, export)) {
            assert!(said.starts_with(&format!("error: can't read `{export}` as a")), "{said}");
            assert!(said.contains("expected") && said.contains("found"), "{said}");
            assert_no_commands(&said);
        }
    }
}

/// The rows of each golden export, read from `bytes` made of it.
fn assert_same_rows(change: impl Fn(&str) -> Vec<u8>) {
    let exports = ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"];
    for (command, name) in COMMANDS.iter().zip(exports) {
        let rows = |bytes: &[u8]| {
            let sandbox = Sandbox::new();
            sandbox.write(name, bytes);
            sandbox.done(&[*command, &[name, "-o", "s.parquet"]].concat());
            let mut found = sandbox.json(&["list", "--json", "-s", "s.parquet"])["scenes"].take();
            // The time of ingestion is no part of what was read.
            let scenes = found.as_array_mut().unwrap().iter_mut();
            scenes
                .for_each(|scene| drop(scene["metadata"].as_object_mut().unwrap().remove("ingestion_date")));
            found
        };
        let plain = golden(name);
        assert_eq!(rows(&change(std::str::from_utf8(&plain).unwrap())), rows(&plain), "{name}");
    }
}

#[test]
fn a_byte_order_mark_makes_no_difference() {
    assert_same_rows(|text| format!("\u{feff}{text}").into());
}

#[test]
fn utf16_is_read() {
    assert_same_rows(|text| {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    });
    assert_same_rows(|text| {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
    });
}

#[test]
fn line_ends_of_windows_make_no_difference() {
    assert_same_rows(|text| text.replace('\n', "\r\n").into());
}

#[test]
fn a_transcript_without_a_turn() {
    assert_snapshot!(refused_bytes(NEPTUNE, "Chapter 1\n---\nIt was a dark night.\n"), @r"
    error: can't read `export` as a Neptune transcript: expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `Chapter 1`
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn turns_without_text_are_counted_and_an_empty_store_is_not_made_in_silence() {
    let sandbox = Sandbox::new();
    sandbox.write("export", "***now - User:***\n\n---\n***now - Venice:***\nWhat do you do?\n");
    assert_snapshot!(sandbox.run(&["ingest-neptune", "-e", "export"]), @r#"
    exit code: 0
    --- stdout
    Read 2 turns, 0 scenes.
    Stored 0 new scenes in scenes.parquet; it holds 0.

    --- stderr
    export: skipped 2 turn(s) without text; the first: now - User
    Now try: naragtive search "what you remember" --store scenes.parquet
    "#);
}

#[test]
fn truncated_json() {
    for (command, name) in [(LLAMA, "llama-conversation.json"), (CHAT, "chat-messages.json")] {
        let whole = golden(name);
        // Every place in the messages, and a sample of those in the long conversation.
        for end in (1..whole.trim_ascii_end().len()).step_by(1 + whole.len() / 40) {
            refused_bytes(command, &whole[..end]);
        }
    }
    let whole = golden("llama-conversation.json");
    assert_snapshot!(refused_bytes(LLAMA, &whole[..30_000]), @r"
    error: can't read `export` as a llama-server export: expected a whole JSON file, found its end at line 144, column 4525 (EOF while parsing a string)
    hint: the file ends too early: export or download it again
    ");
    assert_snapshot!(refused_bytes(CHAT, &golden("chat-messages.json")[..500]), @r"
    error: can't read `export` as a list of chat messages: expected a whole JSON file, found its end at line 5, column 6 (EOF while parsing a string)
    hint: the file ends too early: export or download it again
    ");
}

#[test]
fn json_with_something_after_it() {
    assert_snapshot!(refused_bytes(CHAT, r#"[{"message": "one"}] [{"message": "two"}]"#), @r"
    error: can't read `export` as a list of chat messages: expected JSON, found something else at line 1, column 22 (trailing characters)
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn json_of_the_wrong_shape_for_a_conversation() {
    assert_snapshot!(refused_bytes(LLAMA, "3"), @r"
    error: can't read `export` as a llama-server export: the file: expected a conversation or an array of conversations, found a number
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(LLAMA, r#"{"title": "a", "posts": []}"#), @r"
    error: can't read `export` as a llama-server export: conversation 0: `conv` is missing
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(LLAMA, r#"{"conv": {"id": "a"}, "messages": []}"#), @r"
    error: can't read `export` as a llama-server export: conversation 0: `name` is missing
    hint: what each source looks like: naragtive ingest-help
    ");
    let message = r#"{"conv": {"id": "a", "name": "b", "lastModified": 1}, "messages": [{"content": 7}]}"#;
    assert_snapshot!(refused_bytes(LLAMA, message), @r"
    error: can't read `export` as a llama-server export: conversation 0, message 0, `content`: expected a string, found a number
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn json_of_the_wrong_shape_for_messages() {
    assert_snapshot!(refused_bytes(CHAT, "null"), @r"
    error: can't read `export` as a list of chat messages: the file: expected an array of messages, found null
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(CHAT, r#"{"messages": []}"#), @r"
    error: can't read `export` as a list of chat messages: the file: expected an array of messages, found an object
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(CHAT, r#"[{"message": "a"}, ["b"]]"#), @r"
    error: can't read `export` as a list of chat messages: entry 1: expected an object, found an array
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(CHAT, r#"[{"message": "a"}, {"message": {"b": "c"}}]"#), @r"
    error: can't read `export` as a list of chat messages: entry 1, `message`: expected a string, found an object
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn json_that_is_nested_without_end() {
    let deep = "[".repeat(100_000);
    assert_snapshot!(refused_bytes(LLAMA, &deep), @r"
    error: can't read `export` as a llama-server export: expected a whole JSON file, found its end at line 1, column 100000 (EOF while parsing a list)
    hint: the file ends too early: export or download it again
    ");
    assert_snapshot!(refused_bytes(CHAT, deep + &"]".repeat(100_000)), @r"
    error: can't read `export` as a list of chat messages: entry 0: expected an object, found an array
    hint: what each source looks like: naragtive ingest-help
    ");
}

#[test]
fn a_transcript_given_to_the_other_commands() {
    let bytes = golden("neptune-chapter.txt");
    assert_snapshot!(refused_bytes(LLAMA, &bytes), @r"
    error: can't read `export` as a llama-server export: expected JSON, found something else at line 1, column 1 (expected value)
    hint: it looks like a Neptune transcript: naragtive ingest-neptune --export export
    ");
    assert_snapshot!(refused_bytes(CHAT, &bytes), @r"
    error: can't read `export` as a list of chat messages: expected JSON, found something else at line 1, column 1 (expected value)
    hint: it looks like a Neptune transcript: naragtive ingest-neptune --export export
    ");
}

#[test]
fn a_conversation_given_to_the_other_commands() {
    let bytes = golden("llama-conversation.json");
    assert_snapshot!(refused_bytes(NEPTUNE, &bytes), @r"
    error: can't read `export` as a Neptune transcript: expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `{`
    hint: it looks like a llama-server export: naragtive ingest-llama --export export
    ");
    assert_snapshot!(refused_bytes(CHAT, &bytes), @r"
    error: can't read `export` as a list of chat messages: the file: expected an array of messages, found an object
    hint: it looks like a llama-server export: naragtive ingest-llama --export export
    ");
}

#[test]
fn messages_given_to_the_other_commands() {
    let bytes = golden("chat-messages.json");
    assert_snapshot!(refused_bytes(NEPTUNE, &bytes), @r"
    error: can't read `export` as a Neptune transcript: expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `[`
    hint: it looks like a list of chat messages: naragtive ingest-chat --source export
    ");
    assert_snapshot!(refused_bytes(LLAMA, &bytes), @r"
    error: can't read `export` as a llama-server export: conversation 0: `conv` is missing
    hint: it looks like a list of chat messages: naragtive ingest-chat --source export
    ");
}

#[test]
fn no_export_is_stored_if_one_of_several_is_bad() {
    let sandbox = with_store();
    sandbox.golden("llama-conversation.json");
    let args = ["ingest-llama", "-e", "llama-conversation.json", "-e", "no.json", "-o", "kept.parquet"];
    assert_snapshot!(sandbox.refused_and_kept(&args), @r"
    error: can't read `no.json`: No such file or directory (os error 2)
    hint: look at what is there: ls -l
    ");
}

#[test]
fn a_hint_with_a_path_that_has_a_space_can_be_typed() {
    let sandbox = with_store();
    sandbox.write("chapter one.txt", golden("neptune-chapter.txt"));
    let refused = refused(&sandbox, LLAMA, "chapter one.txt");
    assert!(refused.contains("naragtive ingest-neptune --export 'chapter one.txt'"), "{refused}");
}

/// Without optimisation a smaller file has to do.
const HUGE: usize = if cfg!(debug_assertions) { 60_000_000 } else { 300_000_000 };

/// Writes an export with one message of so many bytes between two short ones, all in one line.
fn write_huge(sandbox: &Sandbox, bytes: usize) {
    let words = "the lamp lit itself and nobody carried oil up the stair ".repeat(1000);
    let mut file = BufWriter::new(fs::File::create(sandbox.path("huge.json")).unwrap());
    write!(file, r#"[{{"user": "A", "message": "first"}}, {{"user": "B", "message": ""#).unwrap();
    for _ in 0..bytes / words.len() {
        file.write_all(words.as_bytes()).unwrap();
    }
    write!(file, r#""}}, {{"user": "C", "message": "last"}}]"#).unwrap();
}

#[test]
fn a_huge_file_in_one_line_is_stored() {
    let sandbox = Sandbox::new();
    write_huge(&sandbox, HUGE);
    let began = Instant::now();
    let done = sandbox.json(&["ingest-chat", "-s", "huge.json", "--json"]);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(done["added"], 3);
    let found = sandbox.json(&["list", "--json", "-s", "chat_transcripts.parquet", "-c", "B"]);
    let length = found["scenes"][0]["text"].as_str().unwrap().len();
    assert!(length.abs_diff(HUGE) < 60_000, "{length}");
}

#[test]
fn a_huge_file_in_one_line_of_another_shape_is_refused() {
    let sandbox = with_store();
    write_huge(&sandbox, HUGE);
    let began = Instant::now();
    assert_snapshot!(refused(&sandbox, LLAMA, "huge.json"), @r"
    error: can't read `huge.json` as a llama-server export: conversation 0: `conv` is missing
    hint: it looks like a list of chat messages: naragtive ingest-chat --source huge.json
    ");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
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

#[test]
fn an_error_does_not_print_the_control_characters_of_a_file() {
    let said = refused_bytes(NEPTUNE, "\x1b]0;title\x07\x1b[31mChapter\r\x08 1\n");
    assert_no_commands(&said);
}
