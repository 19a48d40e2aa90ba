//! JSON that is cut short or of another shape, and exports that are read as another source's.

use insta::assert_snapshot;
use naragtive::Format;

use crate::bad_exports::{golden, refused_bytes};
use crate::home::Place;

const NEPTUNE: Format = Format::NEPTUNE;
const LLAMA: Format = Format::LLAMA_SERVER;
const CHAT: Format = Format::CHAT_MESSAGES;

/// Stores what of an export with these bytes is whole, and gives the texts and what was said of the rest.
fn kept_of(format: Format, bytes: impl AsRef<[u8]>) -> (Vec<String>, String) {
    let place = Place::new();
    place.write("export", bytes);
    match place.ingest_told(Some(format), "export", "s.parquet") {
        (Ok(_), told) => (place.texts("s.parquet"), told),
        (Err(error), told) => (Vec::new(), told + &place.said(&error)),
    }
}

#[test]
fn of_json_that_is_cut_short_what_is_whole_is_kept_and_the_rest_is_told() {
    for (format, name) in [(LLAMA, "llama-conversation.json"), (CHAT, "chat-messages.json")] {
        let whole = golden(name);
        let (all, _) = kept_of(format, &whole);
        for end in (1..whole.trim_ascii_end().len()).step_by(1 + whole.len() / 12) {
            let (kept, told) = kept_of(format, &whole[..end]);
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
    assert_snapshot!(refused_bytes(LLAMA, "3"));
    assert_snapshot!(refused_bytes(LLAMA, r#"{"title": "a", "posts": []}"#));
    assert_snapshot!(refused_bytes(LLAMA, r#"{"conv": {"id": "a"}, "messages": []}"#));
    let message = r#"{"conv": {"id": "a", "name": "b", "lastModified": 1}, "messages": [{"content": 7}]}"#;
    let (kept, told) = kept_of(LLAMA, message);
    assert!(
        kept.is_empty() && told.starts_with("skipped 1 message(s) without a question before them"),
        "{told}"
    );
    assert_snapshot!(refused_bytes(LLAMA, message));
}

#[test]
fn json_of_the_wrong_shape_for_messages() {
    assert_snapshot!(refused_bytes(CHAT, "null"));
    assert_snapshot!(refused_bytes(CHAT, r#"{"messages": []}"#));
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
    assert_snapshot!(refused_bytes(LLAMA, &deep));
    assert_snapshot!(refused_bytes(CHAT, deep + &"]".repeat(100_000)));
}

#[test]
fn an_export_that_is_read_as_another_sources_is_known_for_what_it_is() {
    for (name, wrong, command) in [
        ("neptune-chapter.txt", [LLAMA, CHAT], "a Neptune transcript: naragtive ingest-neptune --export"),
        (
            "llama-conversation.json",
            [NEPTUNE, CHAT],
            "a llama-server export: naragtive ingest-llama --export",
        ),
        ("chat-messages.json", [NEPTUNE, LLAMA], "a list of chat messages: naragtive ingest-chat --source"),
    ] {
        for format in wrong {
            let said = refused_bytes(format, golden(name));
            assert!(
                said.starts_with(&format!("error: can't read `[ROOT]/export` as a {format}: ")),
                "{said}"
            );
            assert!(said.ends_with(&format!("hint: it looks like {command} [ROOT]/export\n")), "{said}");
        }
    }
}

#[test]
fn an_export_without_a_scene_makes_no_store_and_empties_none() {
    let nothing = "error: there is no scene in `[ROOT]/export`; nothing was stored\n\
                   hint: what each source looks like: naragtive ingest-help\n";
    for (format, bytes) in [(CHAT, "[]"), (LLAMA, "[]"), (CHAT, r#"[{"user": "A", "message": " "}]"#)] {
        assert_eq!(refused_bytes(format, bytes), nothing);
    }
}
