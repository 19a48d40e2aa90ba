//! Damaged and unusual files: each is read as far as it makes sense, or refused with a reason.

use std::time::{Duration, Instant};

use naragtive_ingest::Format::{ChatMessages, LlamaServer, Neptune, PlainText};
use naragtive_ingest::{Format, IngestError, SkipReason};

use crate::support::{ingest, texts};

fn refusal(format: Format, bytes: &[u8]) -> String {
    ingest(format, bytes).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    let session = r#"{"type":"session","id":"a"}"#;
    for (format, text, reason) in [
        (Neptune, "", "the file is empty"),
        (LlamaServer, "\u{feff}", "the file is empty"),
        (ChatMessages, " \n", "the file is empty"),
        (PlainText, "\u{feff}\n", "the file is empty"),
        (
            Neptune,
            "\n Once upon a time.\n---\n",
            "expected a line like `***11/10/2025, 4:00:41 AM - User:***`, found none; the file begins with `Once upon a time.`",
        ),
        (
            LlamaServer,
            "[{\"conv\":{",
            "expected a whole JSON file, found its end at line 1, column 10 (EOF while parsing an object)",
        ),
        (
            ChatMessages,
            "[{\"message\":\"a\n",
            "expected JSON, found something else at line 2, column 0 (control character (\\u0000-\\u001F) found while parsing a string)",
        ),
        (ChatMessages, "hello", "expected JSON, found something else at line 1, column 1 (expected value)"),
        (LlamaServer, "3", "the file: expected a conversation or an array of conversations, found a number"),
        (LlamaServer, "{}", "conversation 0: `conv` is missing"),
        (LlamaServer, r#"{"conv":[]}"#, "conversation 0, `conv`: expected an object, found an array"),
        (LlamaServer, r#"{"conv":{}}"#, "conversation 0: `messages` is missing"),
        (
            LlamaServer,
            r#"{"conv":{},"messages":{}}"#,
            "conversation 0, `messages`: expected an array, found an object",
        ),
        (LlamaServer, r#"{"conv":{},"messages":[]}"#, "conversation 0: `id` is missing"),
        (LlamaServer, r#"{"conv":{"id":1},"messages":[]}"#, "conversation 0: `name` is missing"),
        (
            LlamaServer,
            r#"{"conv":{"id":1,"name":""},"messages":[]}"#,
            "conversation 0: `lastModified` is missing",
        ),
        (
            LlamaServer,
            r#"[{"conv":{"id":1,"name":"","lastModified":1},"messages":[]},[]]"#,
            "conversation 1: expected an object, found an array",
        ),
        (
            LlamaServer,
            r#"{"conv":{"id":1,"name":"","lastModified":1},"messages":[{},3]}"#,
            "conversation 0, message 1: expected an object, found a number",
        ),
        (
            LlamaServer,
            r#"{"conv":{"id":1,"name":"","lastModified":1},"messages":[{"content":["a"]}]}"#,
            "conversation 0, message 0, `content`: expected a string, found an array",
        ),
        (
            LlamaServer,
            &format!("{session}\n\n{{\"type\":"),
            "expected a whole JSON file, found its end at line 3, column 8 (EOF while parsing a value)",
        ),
        (LlamaServer, &format!("{session}\n[]"), "line 2: expected an object, found an array"),
        (LlamaServer, r#"{"type":"session"}"#, "conversation 0: `id` is missing"),
        (
            LlamaServer,
            "PK\u{3}\u{4}",
            "expected a zip archive, found a damaged one (invalid Zip archive: Could not find EOCD)",
        ),
        (ChatMessages, "{}", "the file: expected an array of messages, found an object"),
        (ChatMessages, r#"[{"message":"a"},"b"]"#, "entry 1: expected an object, found a string"),
        (
            ChatMessages,
            r#"[{"message":"a"},{"message":1}]"#,
            "entry 1, `message`: expected a string, found a number",
        ),
        (
            ChatMessages,
            r#"[{"message":"a","user":{}}]"#,
            "entry 0, `user`: expected a string or a number, found an object",
        ),
        (ChatMessages, r#"[{"text":"a"},{}]"#, "entry 0: `message` is missing"),
    ] {
        assert_eq!(refusal(format, text.as_bytes()), reason, "{text}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_dropped_from_a_transcript_and_refused_elsewhere() {
    let ingested = ingest(Neptune, b"***now - User:***\nca\xfff\xe9\0.").unwrap();
    assert_eq!((texts(&ingested), ingested.report.dropped_bytes), (vec!["caf."], 3));
    for format in [LlamaServer, ChatMessages, PlainText] {
        assert_eq!(
            ingest(format, b"\xef\xbb\xbf[\"caf\xe9\"]").unwrap_err(),
            IngestError::NotUtf8 { byte: 8 },
            "{format}"
        );
    }
}

#[test]
fn marks_encodings_and_line_ends_make_no_difference() {
    let transcript =
        "# Conversation: É\n\n***11/10/2025, 4:00:41 AM - User:***\n\nHi.\n\n---\n***now - V:***\nHo.\n";
    let chat = "[{\"message\":\n\"é\"}]";
    for (format, text) in [(Neptune, transcript), (ChatMessages, chat), (PlainText, "É.\n\nb")] {
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
    assert_eq!(texts(&ingest(ChatMessages, br#"[{"message":"a\u0000b"}]"#).unwrap()), ["a\0b"]);
    let text = ingest(PlainText, b"end.\0\0\0").unwrap();
    assert_eq!((texts(&text), text.report.dropped_bytes), (vec!["end."], 3));
    assert!(matches!(ingest(ChatMessages, b"[{\"message\":\"a\0\"}]"), Err(IngestError::NotJson { .. })));
}

#[test]
fn json_nested_without_end_is_refused() {
    for opening in ["[", "{\"messages\":", "[{\"message\":"] {
        for format in [LlamaServer, ChatMessages] {
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
    let ingested = ingest(LlamaServer, text.as_bytes()).unwrap();
    assert_eq!(texts(&ingested), ["User: A?\n\nAssistant: B."]);
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
    let ingested = ingest(LlamaServer, text.as_bytes()).unwrap();
    assert_eq!(texts(&ingested), ["User: Three?\n\nAssistant: 3."]);
    for (reason, count) in [(SkipReason::NoQuestion, 1), (SkipReason::NotText, 1), (SkipReason::NoAnswer, 2)]
    {
        assert_eq!(ingested.report.count(reason), count, "{reason:?}");
    }
}

#[test]
fn a_message_of_a_megabyte_is_one_scene() {
    let long = "Ahoy there. ".repeat(90_000);
    let transcript = ingest(Neptune, format!("***now - User:***\n{long}").as_bytes()).unwrap();
    let chat = ingest(ChatMessages, format!("[{{\"message\":\"{long}\"}}]").as_bytes()).unwrap();
    assert_eq!((transcript.scenes.len(), chat.scenes.len()), (1, 1));
    assert_eq!(ingest(PlainText, long.as_bytes()).unwrap().scenes.len(), 9000);
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
    assert_eq!(Format::detect(text.as_bytes()), Some(LlamaServer));
    assert_eq!(ingest(LlamaServer, text.as_bytes()).unwrap().scenes.len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
