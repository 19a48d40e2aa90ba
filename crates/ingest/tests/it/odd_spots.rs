//! One odd spot costs nothing else: it is mended or skipped where it stands, counted, and told.

use naragtive_ingest::{Format, IngestReport, SkipReason};

use crate::support::{ingest, shared, texts};

fn read(file: &str) -> (Vec<String>, IngestReport) {
    let bytes = shared(&format!("faults/inputs/{file}"));
    let format = Format::detect(&bytes).unwrap_or_else(|| panic!("{file} is of no format"));
    let ingested = ingest(format, &bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
    (texts(&ingested).into_iter().map(str::to_owned).collect(), ingested.report)
}

#[test]
fn every_whole_message_of_a_chat_is_kept() {
    let frozen = "The harbour is frozen.";
    for (file, first, skipped) in [
        ("chat-lone-surrogate.json", "The \u{fffd}", None),
        ("chat-nan.json", "The lamp is lit.", None),
        ("chat-null.json", "The lamp is lit.", Some(SkipReason::NoMessage)),
        ("chat-null-trailing-comma.json", "The lamp is lit.", Some(SkipReason::NoMessage)),
        ("chat-mongo.json", "The lamp is lit.", None),
        ("chat-user-object.json", "The lamp is lit.", None),
        ("chat-message-parts.json", "The lamp is lit.", None),
        ("chat-raw-newline.json", "line one\nline two", None),
        ("chat-dup-key.json", "The lamp is out.", None),
        ("chat.jsonl", "The lamp is lit.", None),
    ] {
        let (texts, report) = read(file);
        assert_eq!(texts, [first, frozen], "{file}");
        assert_eq!(report.skipped.iter().map(|skipped| skipped.reason).next(), skipped, "{file}");
    }
}

#[test]
fn what_was_mended_is_told() {
    for (file, told) in [
        ("chat-lone-surrogate.json", "mended: 1 half characters"),
        ("llama-lone-surrogate.json", "mended: 1 half characters"),
        ("chat-nan.json", "mended: 1 values such as NaN"),
        ("chat-dup-key.json", "mended: 1 keys stood twice"),
        ("chat-facebook-mojibake.json", "mended: 1 texts had been decoded wrongly"),
        ("chat-entities.json", "mended: 1 texts were written in HTML's escapes"),
        ("neptune-cp1252.txt", "the text is not UTF-8; it was read as windows-1252"),
        ("draft-cp1252.txt", "the text is not UTF-8; it was read as windows-1252"),
        ("chat-newest-first.json", "the messages were not in the order of time"),
    ] {
        let (_, report) = read(file);
        assert!(report.told().iter().any(|line| line.starts_with(told)), "{file}: {:?}", report.told());
    }
}

#[test]
fn databases_wrap_ids_and_dates() {
    let bytes = shared("faults/inputs/chat-mongo.json");
    let ingested = ingest(Format::CHAT_MESSAGES, &bytes).unwrap();
    let scene = &ingested.scenes[0];
    assert_eq!(scene.metadata.text("msg_id").as_deref(), Some("65f0"));
    assert_eq!(scene.metadata.date(), Some("2025-11-10"));
    for (date, day) in [
        (r#"{"$date":1762747241000}"#, Some("2025-11-10")),
        (r#"{"$date":{"$numberLong":"1762747241000"}}"#, Some("2025-11-10")),
        (r#"{"seconds":1}"#, None),
    ] {
        let text = format!(r#"[{{"message":"a","timestamp":{date}}}]"#);
        let ingested = ingest(Format::CHAT_MESSAGES, text.as_bytes()).unwrap();
        assert_eq!(ingested.scenes[0].metadata.date(), day, "{date}");
    }
}

#[test]
fn spoilt_letters_come_back() {
    for (file, found) in [
        ("chat-facebook-mojibake.json", "Zoë said “naïve” 🐉"),
        ("chat-entities.json", "O'Brien & Sons\nmeet <@U02> at <https://x.example|the map>"),
        ("neptune-cp1252.txt", "“The café is closed,” said Zoë — and that was that.\n\nIt rains."),
        ("draft-cp1252.txt", "“The café is closed,” said Zoë — and that was that.\n\nIt rained."),
    ] {
        assert_eq!(read(file).0, [found], "{file}");
    }
}

#[test]
fn a_llama_conversation_shows_what_the_program_shows() {
    let whole = "User: Where is the key?\n\nAssistant: Under the mat.";
    for (file, found) in [
        ("llama-lone-surrogate.json", &["User: Where is the key?\n\nAssistant: Under \u{fffd} the mat."][..]),
        ("llama-truncated.jsonl", &[whole]),
        ("llama-bom-crlf.jsonl", &[whole]),
        ("llama-content-parts.json", &[whole]),
        ("llama-null-name.json", &[whole]),
        ("llama-wrapped.json", &[whole]),
        ("llama-no-answer.json", &["User: Where is the key?"]),
        (
            "llama-greeting-first.json",
            &["Assistant: I greet you, traveller, with a lamp.", "User: Hello\n\nAssistant: Welcome."],
        ),
        ("llama-numeric.json", &["User: Who rings the bell?\n\nAssistant: The sexton rings it at dusk."]),
        (
            "llama-unclosed-think.json",
            &["User: Where is the key?\n\nAssistant: Under the mat.\n\n---\n\n<think>no one knows"],
        ),
    ] {
        assert_eq!(read(file).0, found, "{file}");
    }
    let (_, report) = read("llama-truncated.jsonl");
    assert_eq!(report.count(SkipReason::Unreadable), 1);
    assert!(report.skipped[0].first.starts_with("line 4: {\"type\":\"message\""), "{:?}", report.skipped);
    assert!(ingest(Format::LLAMA_SERVER, &shared("faults/inputs/llama-meta-only.json")).is_err());
}

/// A conversation of four messages, with pointers that are wrong in some way.
#[test]
fn wrong_pointers_lose_nothing() {
    let all = ["User: one\n\nAssistant: two", "User: three\n\nAssistant: four"];
    for (current, parents, why) in [
        ("\"d\"", ["null", "\"a\"", "\"b\"", "\"c\""], "nothing wrong"),
        ("\"gone\"", ["null", "\"a\"", "\"b\"", "\"c\""], "current stale"),
        ("null", ["null", "\"a\"", "\"b\"", "\"c\""], "current missing"),
        ("\"d\"", ["null", "\"a\"", "\"gone\"", "\"c\""], "a parent stale"),
        ("\"d\"", ["null", "\"a\"", "null", "\"c\""], "a parent missing"),
        ("\"d\"", ["null", "null", "null", "null"], "all parents missing"),
        ("null", ["null", "null", "null", "null"], "all pointers missing"),
        ("\"d\"", ["\"d\"", "\"a\"", "\"b\"", "\"c\""], "a circle"),
        ("\"d\"", ["null", "\"a\"", "\"d\"", "\"c\""], "a small circle"),
        ("\"d\"", ["null", "\"a\"", "\"c\"", "\"c\""], "its own parent"),
    ] {
        let message = |(at, parent): (usize, &&str)| {
            let id = ["a", "b", "c", "d"][at];
            let content = ["one", "two", "three", "four"][at];
            let role = ["user", "assistant"][at % 2];
            format!(
                r#"{{"id":"{id}","type":"text","role":"{role}","content":"{content}","parent":{parent},"timestamp":{}}}"#,
                1_762_831_800_000_u64 + at as u64
            )
        };
        let messages: Vec<String> = parents.iter().enumerate().map(message).collect();
        let text = format!(
            r#"{{"conv":{{"id":"x","name":"n","lastModified":1,"currNode":{current}}},"messages":[{}]}}"#,
            messages.join(",")
        );
        assert_eq!(texts(&ingest(Format::LLAMA_SERVER, text.as_bytes()).unwrap()), all, "{why}");
    }
}

#[test]
fn without_a_usable_pointer_the_newest_branch_is_seen() {
    let text = r#"{"conv":{"id":"x","name":"n","lastModified":1,"currNode":"gone"},"messages":[
        {"id":"r","type":"root","role":"system","content":"","parent":null,"children":["a"],"timestamp":1},
        {"id":"a","role":"user","content":"q","parent":"r","children":["b","c"],"timestamp":2},
        {"id":"b","role":"assistant","content":"first try","parent":"a","timestamp":3},
        {"id":"c","role":"assistant","content":"second try","parent":"a","timestamp":4}]}"#;
    let ingested = ingest(Format::LLAMA_SERVER, text.as_bytes()).unwrap();
    assert_eq!(texts(&ingested), ["User: q\n\nAssistant: second try"]);
    assert_eq!(ingested.report.branches_left_out, 1);
}

#[test]
fn a_neptune_turn_begins_at_a_header_and_nowhere_else() {
    assert_eq!(
        read("neptune-hr-in-body.txt").0,
        [
            "I wait for the second watch.\n\nThe bells ring. You sleep.\n\n---\n\nHours later the harbour burns, and Maren is gone.",
            "I run to the quay."
        ]
    );
    assert_eq!(read("neptune-trailing-space.txt").0, ["I open the gate.\n\nThe gate screams.", "I run."]);
}
