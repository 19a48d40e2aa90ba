//! Exports that are not what they should be: one error, a hint, and the store as it was.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, golden};

/// A sandbox with a store that must stay as it is.
pub(crate) fn with_store() -> Sandbox {
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

pub(crate) const NEPTUNE: &[&str] = COMMANDS[0];
pub(crate) const LLAMA: &[&str] = COMMANDS[1];
pub(crate) const CHAT: &[&str] = COMMANDS[2];
pub(crate) const TEXT: &[&str] = COMMANDS[3];

/// What a command says that must refuse an export and leave the store alone.
pub(crate) fn refused(sandbox: &Sandbox, command: &[&str], export: &str) -> String {
    sandbox.refused_and_kept(&[command, &[export, "-o", "kept.parquet"]].concat())
}

/// What all four commands say, each thing once.
fn refused_by_all(sandbox: &Sandbox, export: &str) -> String {
    COMMANDS.map(|command| refused(sandbox, command, export)).join("\n")
}

/// What one command says of an export with these bytes.
pub(crate) fn refused_bytes(command: &[&str], bytes: impl AsRef<[u8]>) -> String {
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
fn letters_of_an_older_encoding_are_read_and_it_is_said_which() {
    for (command, bytes) in [
        (NEPTUNE, &b"***11/10/2025, 4:00:41 AM - User:***\nThe caf\xe9 is shut."[..]),
        (CHAT, b"[{\"message\": \"The caf\xe9 is shut.\"}]"),
        (TEXT, b"The caf\xe9 is shut."),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("export", bytes);
        let done = sandbox.run(&[command, &["export", "-o", "s.parquet"]].concat());
        assert_eq!(done.code, Some(0), "{command:?}: {}", done.stderr);
        assert!(done.stderr.contains("read as windows-1252"), "{command:?}: {}", done.stderr);
        let scenes = sandbox.json(&["list", "--json", "-s", "s.parquet"]);
        assert_eq!(scenes["scenes"][0]["text"], "The café is shut.", "{command:?}");
    }
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
    hint: it looks like a text with chapters: naragtive ingest --as novel export
    ");
}

#[test]
fn turns_without_text_are_counted_and_make_no_store() {
    let sandbox = Sandbox::new();
    sandbox.write("export", "***now - User:***\n\n---\n***now - Venice:***\nWhat do you do?\n");
    assert_snapshot!(sandbox.refused_and_kept(&["ingest-neptune", "-e", "export"]), @r"
    export: skipped 2 turn(s) without text; the first: now - User
    export: 2 of 2 time stamps name no day that could be read; the first: now
    error: there is no scene in `export`; nothing was stored
    hint: what each source looks like: naragtive ingest-help
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

#[test]
fn an_error_does_not_print_the_control_characters_of_a_file() {
    let said = refused_bytes(NEPTUNE, "\x1b]0;title\x07\x1b[31mChapter\r\x08 1\n");
    assert_no_commands(&said);
}
