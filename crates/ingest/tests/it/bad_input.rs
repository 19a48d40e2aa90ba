//! Damaged and unusual files: each is read as far as it makes sense, or refused with a reason.

use std::time::{Duration, Instant};

use naragtive_ingest::{Format, SkipReason};

use crate::support::{ingest, texts};

const NEPTUNE: Format = Format::NEPTUNE;
const LLAMA: Format = Format::LLAMA_SERVER;
const CHAT: Format = Format::CHAT_MESSAGES;
const TEXT: Format = Format::PLAIN_TEXT;

fn refusal(format: Format, bytes: &[u8]) -> String {
    ingest(format, bytes).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    for (format, text, reason) in [
        (NEPTUNE, "", "the file is empty"),
        (LLAMA, "\u{feff}", "the file is empty"),
        (CHAT, " \n", "the file is empty"),
        (TEXT, "\u{feff}\n", "the file is empty"),
        (
            NEPTUNE,
            "\n Once upon a time.\n---\n",
            "expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `Once upon a time.`",
        ),
        (
            LLAMA,
            "[{\"conv\":{",
            "expected a whole JSON file, found its end at line 1, column 11 (expected a key or `}`)",
        ),
        (
            CHAT,
            "[{\"message\":\"a\n",
            "expected a whole JSON file, found its end at line 2, column 1 (EOF while parsing a string)",
        ),
        (CHAT, "hello", "expected JSON, found something else at line 1, column 1 (expected value)"),
        (LLAMA, "3", "the file: expected a conversation or an array of conversations, found a number"),
        (LLAMA, "{}", "conversation 0: `conv` is missing"),
        (LLAMA, r#"{"conv":[]}"#, "conversation 0, `conv`: expected an object, found an array"),
        (LLAMA, r#"{"conv":{}}"#, "conversation 0: `messages` is missing"),
        (
            LLAMA,
            r#"{"conv":{},"messages":{}}"#,
            "conversation 0, `messages`: expected an array, found an object",
        ),
        (LLAMA, r#"{"conv":{},"messages":[]}"#, "conversation 0: `id` is missing"),
        (LLAMA, r#"[[],{"conv":3}]"#, "conversation 0: expected an object, found an array"),
        (LLAMA, r#"{"type":"session"}"#, "conversation 0: `id` is missing"),
        (
            LLAMA,
            "PK\u{3}\u{4}",
            "expected a zip archive, found a damaged one (invalid Zip archive: Could not find EOCD)",
        ),
        (CHAT, "{}", "the file: expected an array of messages, found an object"),
        (CHAT, r#"[{"text":"a"},{}]"#, "entry 0: `message` is missing"),
        (CHAT, r#"["a"]"#, "entry 0: `message` is missing"),
    ] {
        assert_eq!(refusal(format, text.as_bytes()), reason, "{text}");
    }
}

#[test]
fn what_is_odd_is_skipped_and_told_and_costs_nothing_else() {
    let whole = r#"{"conv":{"id":1,"name":"","lastModified":1},"messages":[{"role":"user","content":"q"}]}"#;
    let session = r#"{"type":"session","id":"a"}"#;
    let message = r#"{"type":"message","message":{"role":"user","content":"q"}}"#;
    for (format, text, reason, first) in [
        (
            CHAT,
            r#"[{"message":"a"},"b"]"#.to_owned(),
            SkipReason::NoMessage,
            "entry 1: expected an object, found a string",
        ),
        (
            CHAT,
            r#"[null,{"message":"a"}]"#.to_owned(),
            SkipReason::NoMessage,
            "entry 0: expected an object, found null",
        ),
        (
            CHAT,
            r#"[{"message":"a"},{"message":true}]"#.to_owned(),
            SkipReason::NoMessage,
            "entry 1, `message`: expected a string, found a boolean",
        ),
        (CHAT, "[{\"message\":\"a\"},\n{\"mess".to_owned(), SkipReason::Unreadable, "line 2: {\"mess"),
        (CHAT, "{\"message\":\"a\"}\noops\n".to_owned(), SkipReason::Unreadable, "line 2: oops"),
        (
            LLAMA,
            format!("[{whole},[]]"),
            SkipReason::NoMessage,
            "conversation 1: expected an object, found an array",
        ),
        (
            LLAMA,
            whole.replace("]}", ",3]}"),
            SkipReason::NoMessage,
            "conversation 0, message 1: expected an object, found a nu...",
        ),
        (LLAMA, whole.replace("]}", ",\n{\"ro"), SkipReason::Unreadable, "line 2: {\"ro"),
        (
            LLAMA,
            format!("{session}\n{message}\n[]"),
            SkipReason::NoMessage,
            "line 3: expected an object, found an array",
        ),
        (LLAMA, format!("{session}\n{message}\n{{\"type\":"), SkipReason::Unreadable, "line 3: {\"type\":"),
    ] {
        let ingested = ingest(format, text.as_bytes()).unwrap();
        assert_eq!((ingested.scenes.len(), ingested.report.count(reason)), (1, 1), "{text}");
        assert_eq!(ingested.report.skipped[0].first, first, "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_letters_of_an_older_encoding_or_dropped() {
    let ingested = ingest(NEPTUNE, b"***now - User:***\nThe caf\xe9 is closed.").unwrap();
    assert_eq!(texts(&ingested), ["The caf\u{e9} is closed."]);
    assert_eq!(
        (ingested.report.encoding.map(|it| it.name), ingested.report.dropped_bytes),
        (Some("windows-1252"), 0)
    );
    let ingested = ingest(CHAT, "[{\"message\":\"caf\u{e9}\u{e9}\u{e9} ?\"}]".as_bytes()).unwrap();
    assert_eq!((texts(&ingested), ingested.report.encoding), (vec!["caf\u{e9}\u{e9}\u{e9} ?"], None));
    let damaged: Vec<u8> = ["caf\u{e9}\u{e9}\u{e9} ".as_bytes(), b"\xff", b"."].concat();
    let ingested = ingest(TEXT, &damaged).unwrap();
    assert_eq!((texts(&ingested), ingested.report.dropped_bytes), (vec!["caf\u{e9}\u{e9}\u{e9} ."], 1));
}

#[test]
fn marks_encodings_and_line_ends_make_no_difference() {
    let transcript =
        "# Conversation: É\n\n***11/10/2025, 4:00:41 AM - User:***\n\nHi.\n\n---\n***now - V:***\nHo.\n";
    let chat = "[{\"message\":\n\"é\"}]";
    for (format, text) in [(NEPTUNE, transcript), (CHAT, chat), (TEXT, "É.\n\nb")] {
        let marked = format!("\u{feff}{text}");
        let plain = ingest(format, text.as_bytes()).unwrap();
        for bytes in [
            marked.clone().into_bytes(),
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
            marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            assert_eq!(ingest(format, &bytes).unwrap(), plain, "{format}");
        }
    }
}

#[test]
fn nul_characters_do_no_harm() {
    assert_eq!(texts(&ingest(CHAT, br#"[{"message":"a\u0000b"}]"#).unwrap()), ["a\0b"]);
    let text = ingest(TEXT, b"end.\0\0\0").unwrap();
    assert_eq!((texts(&text), text.report.dropped_bytes), (vec!["end."], 3));
    assert_eq!(texts(&ingest(CHAT, b"[{\"message\":\"a\0\"}]").unwrap()), ["a\0"]);
}

#[test]
fn json_nested_without_end_is_refused() {
    for opening in ["[", "{\"messages\":", "[{\"message\":"] {
        for format in [LLAMA, CHAT] {
            assert!(ingest(format, opening.repeat(100_000).as_bytes()).is_err());
        }
        Format::detect(opening.repeat(100_000).as_bytes());
    }
}

#[test]
fn a_circle_of_messages_ends() {
    let text = r#"{"conv":{"id":"c","name":"n","lastModified":1,"currNode":"b"},"messages":[
        {"id":"a","role":"user","content":"A?","parent":"b","children":["b","a"]},
        {"id":"b","role":"assistant","content":"B.","parent":"a","children":["a","b"]},
        {"id":"b","role":"assistant","content":"B again.","parent":"b"}]}"#;
    let ingested = ingest(LLAMA, text.as_bytes()).unwrap();
    assert_eq!(texts(&ingested), ["User: A?\n\nAssistant: B.\n\nB again."]);
}

#[test]
fn what_is_passed_over_is_counted() {
    let message = |id: &str, parent: &str, role: &str, kind: &str, content: &str| {
        format!(
            r#"{{"id":"{id}","parent":"{parent}","role":"{role}","type":"{kind}","content":"{content}"}}"#
        )
    };
    let messages = [
        message("a", "", "system", "text", "Be brief."),
        message("b", "a", "user", "text", "One?"),
        message("c", "b", "assistant", "think", "Hm."),
        message("d", "c", "user", "text", "Two?"),
        message("e", "d", "assistant", "text", "<think>open"),
        message("f", "e", "user", "text", "Three?"),
        message("g", "f", "assistant", "text", "3."),
    ];
    let text = format!(
        r#"{{"conv":{{"id":"c","name":"n","lastModified":1,"currNode":"g"}},"messages":[{}]}}"#,
        messages.join(",")
    );
    let ingested = ingest(LLAMA, text.as_bytes()).unwrap();
    assert_eq!(texts(&ingested), ["User: One?", "User: Two?", "User: Three?\n\nAssistant: 3."]);
    for (reason, count) in [(SkipReason::NoQuestion, 1), (SkipReason::NotText, 1)] {
        assert_eq!(ingested.report.count(reason), count, "{reason:?}");
    }
}

#[test]
fn a_message_of_a_megabyte_is_one_scene() {
    let long = "Ahoy there. ".repeat(90_000);
    let transcript = ingest(NEPTUNE, format!("***now - User:***\n{long}").as_bytes()).unwrap();
    let chat = ingest(CHAT, format!("[{{\"message\":\"{long}\"}}]").as_bytes()).unwrap();
    assert_eq!((transcript.scenes.len(), chat.scenes.len()), (1, 1));
    assert_eq!(ingest(TEXT, long.as_bytes()).unwrap().scenes.len(), 9000);
}

/// Work that grows with the square of the size would take minutes.
#[test]
fn five_megabytes_on_one_line_are_read_at_once() {
    let messages: Vec<String> = (0..20_000)
        .map(|at| {
            let (role, parent) = (if at % 2 == 0 { "user" } else { "assistant" }, at - 1);
            let words = "a lantern in the rain, ".repeat(8);
            format!(r#"{{"id":{at},"parent":{parent},"role":"{role}","type":"text","content":"{words}","extra":[{{"x":[1]}}]}}"#)
        })
        .collect();
    let text = format!(
        r#"{{"conv":{{"id":"c","name":"n","lastModified":1,"currNode":19999}},"messages":[{}]}}"#,
        messages.join(",")
    );
    assert!(text.len() > 5_000_000);
    let start = Instant::now();
    assert_eq!(Format::detect(text.as_bytes()), Some(LLAMA));
    assert_eq!(ingest(LLAMA, text.as_bytes()).unwrap().scenes.len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
