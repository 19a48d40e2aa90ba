//! JSON that is cut short or of another shape, and exports given to another source's command.

use insta::assert_snapshot;

use crate::bad_exports::{CHAT, LLAMA, NEPTUNE, refused, refused_bytes, with_store};
use crate::sandbox::golden;

#[test]
fn truncated_json() {
    let sandbox = with_store();
    for (command, name) in [(LLAMA, "llama-conversation.json"), (CHAT, "chat-messages.json")] {
        let whole = golden(name);
        // Every place in the messages, and a sample of those in the long conversation.
        for end in (1..whole.trim_ascii_end().len()).step_by(1 + whole.len() / 40) {
            sandbox.write("export", &whole[..end]);
            refused(&sandbox, command, "export");
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
fn an_export_without_a_scene_makes_no_store_and_empties_none() {
    assert_snapshot!(refused_bytes(CHAT, "[]"), @r"
    error: there is no scene in `export`; nothing was stored
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(CHAT, r#"[{"user": "A", "message": " "}]"#), @r"
    export: skipped 1 message(s) without text; the first: entry 0
    error: there is no scene in `export`; nothing was stored
    hint: what each source looks like: naragtive ingest-help
    ");
    refused_bytes(&["ingest-chat", "--no-append", "-s"], "[]");
    refused_bytes(LLAMA, "[]");
}
