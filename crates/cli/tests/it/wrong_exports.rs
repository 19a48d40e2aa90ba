//! JSON that is cut short or of another shape, and exports given to another source's command.

use insta::assert_snapshot;

use crate::bad_exports::{CHAT, LLAMA, NEPTUNE, refused_bytes};
use crate::sandbox::{Sandbox, golden};

/// Stores what of an export with these bytes is whole, and gives the texts and what was said of the rest.
fn kept_of(command: &[&str], bytes: impl AsRef<[u8]>) -> (Vec<String>, String) {
    let sandbox = Sandbox::new();
    sandbox.write("export", bytes);
    let done = sandbox.run(&[command, &["export", "-o", "s.parquet"]].concat());
    if done.code != Some(0) {
        return (Vec::new(), done.stderr);
    }
    let listed = sandbox.json(&["list", "--json", "-s", "s.parquet"]);
    let scenes = listed["scenes"].as_array().unwrap();
    (scenes.iter().map(|scene| scene["text"].as_str().unwrap().to_owned()).collect(), done.stderr)
}

#[test]
fn of_json_that_is_cut_short_what_is_whole_is_kept_and_the_rest_is_told() {
    for (command, name) in [(LLAMA, "llama-conversation.json"), (CHAT, "chat-messages.json")] {
        let whole = golden(name);
        let (all, _) = kept_of(command, &whole);
        for end in (1..whole.trim_ascii_end().len()).step_by(1 + whole.len() / 12) {
            let (kept, told) = kept_of(command, &whole[..end]);
            assert!(kept.len() <= all.len(), "{name} to {end}");
            let said = ["skipped", "error:"].iter().any(|word| told.contains(word));
            assert!(said || kept.len() == all.len(), "{name} to {end}: {told}");
        }
    }
    let (kept, told) = kept_of(CHAT, &golden("chat-messages.json")[..500]);
    assert_eq!(kept.len(), 3);
    assert!(told.contains("skipped 1 entries that could not be read; the first: line 5"), "{told}");
}

#[test]
fn files_of_messages_put_one_behind_the_other_are_all_read_and_what_else_is_there_is_told() {
    let (kept, told) = kept_of(CHAT, r#"[{"message": "one"}] [{"message": "two"}]"#);
    assert_eq!(kept, ["one", "two"]);
    assert!(!told.contains("skipped"), "{told}");
    let (kept, told) = kept_of(CHAT, r#"[{"message": "one"}] and more"#);
    assert_eq!(kept, ["one"]);
    assert!(told.contains("skipped 1 entries that could not be read; the first: line 1: and more"), "{told}");
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
    error: there is no scene in `export`; nothing was stored
    hint: what each source looks like: naragtive ingest-help
    ");
    let message = r#"{"conv": {"id": "a", "name": "b", "lastModified": 1}, "messages": [{"content": 7}]}"#;
    assert_snapshot!(refused_bytes(LLAMA, message), @r"
    export: skipped 1 message(s) without a question before them; the first: message 0 of `b`
    error: there is no scene in `export`; nothing was stored
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
    for (odd, told) in [
        (r#"["b"]"#, "entry 1: expected an object, found an array"),
        (r#"{"message": {"b": "c"}}"#, "entry 1, `message`: expected a string, found an object"),
    ] {
        let (kept, said) = kept_of(CHAT, format!(r#"[{{"message": "a"}}, {odd}]"#));
        assert_eq!(kept, ["a"]);
        assert!(
            said.contains(&format!("skipped 1 entries that are no message; the first: {told}")),
            "{said}"
        );
    }
}

#[test]
fn json_that_is_nested_without_end() {
    let deep = "[".repeat(100_000);
    assert_snapshot!(refused_bytes(LLAMA, &deep), @r"
    error: can't read `export` as a llama-server export: expected JSON, found something else at line 1, column 130 (values nested too deep)
    hint: what each source looks like: naragtive ingest-help
    ");
    assert_snapshot!(refused_bytes(CHAT, deep + &"]".repeat(100_000)), @r"
    error: can't read `export` as a list of chat messages: expected JSON, found something else at line 1, column 130 (values nested too deep)
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
