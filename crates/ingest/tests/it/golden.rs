//! The rows that the Python tool makes of the same files.

use naragtive_ingest::{Format, Ingested, SkipReason, read};
use serde_json::Value;

use crate::support::{options, shared};

fn read_golden(format: Format, file: &str) -> Ingested {
    read(format, &shared(&format!("golden/{file}")), &options(file)).unwrap()
}

fn expected(name: &str) -> Vec<Value> {
    let text = String::from_utf8(shared(&format!("golden/expected.{name}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Compares id, text, and all metadata with the order of its keys but for `apart`, whose key only has
/// to be there.
fn assert_rows(ingested: &Ingested, expected: &[Value], apart: &str) {
    assert_eq!(ingested.scenes.len(), expected.len());
    for (scene, row) in ingested.scenes.iter().zip(expected) {
        assert_eq!(scene.id.as_str(), row["id"]);
        assert_eq!(scene.text, row["text"].as_str().unwrap());
        let ours: Vec<_> =
            scene.metadata.iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
        let theirs = row["metadata"].as_object().unwrap();
        assert_eq!(ours.iter().map(|(key, _)| key).collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
        for (key, value) in &ours {
            assert!(
                key == apart || *value == theirs[key],
                "{}: {key}: {value} is not {}",
                scene.id,
                theirs[key]
            );
        }
    }
}

#[test]
fn a_neptune_chapter_gives_the_rows_of_the_python_tool() {
    let ingested = read_golden(Format::NEPTUNE, "neptune-chapter.txt");
    assert_rows(&ingested, &expected("neptune-chapter"), "characters_present");
    assert_eq!((ingested.report.turns, ingested.report.scenes), (7, 4));
    assert_eq!(ingested.report.count(SkipReason::NoHeader), 1);
    assert_eq!(ingested.report.skipped[0].first, "This block has no header and is not a turn.");
}

#[test]
fn the_people_of_a_neptune_chapter_are_people() {
    let ingested = read_golden(Format::NEPTUNE, "neptune-chapter.txt");
    let people: Vec<_> =
        ingested.scenes.iter().map(|scene| scene.metadata.text("characters_present").unwrap()).collect();
    assert_eq!(
        people,
        [
            r#"["Admiral Zelenskyy", "Eva Rostova", "Kieran"]"#,
            r#"["Heidi", "Petrova"]"#,
            r#"["Commander Costello", "Sarah Longwell"]"#,
            "[]",
        ]
    );
}

#[test]
fn a_llama_conversation_gives_the_rows_of_the_python_tool() {
    let ingested = read_golden(Format::LLAMA_SERVER, "llama-conversation.json");
    assert_rows(&ingested, &expected("llama-conversation"), "");
    assert_eq!((ingested.report.conversations, ingested.report.turns), (1, 12));
    assert_eq!((ingested.report.branches_left_out, ingested.report.skipped.len()), (0, 0));
}

/// Ours leaves out the message with no text and adds the day and the file.
#[test]
fn chat_messages_give_the_rows_of_the_python_tool() {
    let mut ingested = read_golden(Format::CHAT_MESSAGES, "chat-messages.json");
    let days: Vec<_> =
        ingested.scenes.iter().map(|scene| scene.metadata.date().unwrap().to_owned()).collect();
    assert_eq!(days, ["2025-12-05", "2025-12-05", "2025-12-05", "2025-12-06", "2025-12-06"]);
    let ours = ["date_iso", "source_file"];
    for scene in &mut ingested.scenes {
        let keys: Vec<_> = scene.metadata.iter().map(|(key, _)| key).collect();
        assert!(keys.ends_with(&ours), "our keys go last: {keys:?}");
        let mut without = naragtive_scene::Metadata::default();
        scene
            .metadata
            .iter()
            .filter(|(key, _)| !ours.contains(key))
            .for_each(|(key, value)| without.set(key, value.clone()));
        scene.metadata = without;
    }
    let expected: Vec<_> = expected("chat-messages").into_iter().filter(|row| row["text"] != "").collect();
    assert_rows(&ingested, &expected, "");
    assert_eq!(ingested.report.count(SkipReason::EmptyMessage), 1);
    assert_eq!(ingested.report.skipped[0].first, "entry 4");
}

#[test]
fn a_text_is_cut_and_nothing_of_it_is_lost() {
    let ingested = read_golden(Format::PLAIN_TEXT, "transcript.txt");
    let whole = String::from_utf8(shared("golden/transcript.txt")).unwrap();
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(
        solid(&ingested.scenes.iter().map(|scene| scene.text.as_str()).collect::<String>()),
        solid(&whole)
    );
    assert!(ingested.scenes.iter().all(|scene| scene.text.chars().count() <= 120));
    let keys: Vec<_> = ingested.scenes[0].metadata.iter().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        ["chunk_index", "source_file", "chunk_size", "character_count", "word_count", "ingestion_date"]
    );
}
