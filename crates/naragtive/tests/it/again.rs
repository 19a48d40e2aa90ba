//! Exports of every format again: what is there stays as it is, and what repeats a beginning adds what is new.

use std::path::{Path, PathBuf};

use naragtive::Format;

use crate::support::Bench;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures")
}

#[test]
fn the_same_export_again_changes_nothing_in_any_format() {
    let bench = Bench::new();
    for format in Format::all() {
        let folder = fixtures().join(format.name());
        for (number, entry) in std::fs::read_dir(folder).unwrap().enumerate() {
            let path = entry.unwrap().path();
            let (bytes, name) = (std::fs::read(&path).unwrap(), path.file_name().unwrap().to_string_lossy());
            let store = format!("{}-{number}", format.name());
            let [added, ..] = bench.ingest_bytes(&store, &bytes, &name, format);
            let again = bench.ingest_bytes(&store, &bytes, &name, format);
            assert!(added > 0, "{}", path.display());
            assert_eq!((again[0], again[1]), (0, 0), "{}", path.display());
        }
    }
}

#[test]
fn a_branch_and_a_checkpoint_add_what_the_chat_does_not_have() {
    let bench = Bench::new();
    let read = |name: &str| std::fs::read(fixtures().join("sillytavern").join(name)).unwrap();
    let format = Format::named("sillytavern").unwrap();
    let chat = read("solo.jsonl");
    let [whole, ..] = bench.ingest_bytes("s", &chat, "Sera - 2025-11-02.jsonl", format);
    // A checkpoint is a copy of the chat up to some message.
    let text = String::from_utf8(chat).unwrap();
    let lines: Vec<&str> = text.lines().take(5).collect();
    let checkpoint = lines
        .join("\n")
        .replace("\"chat_metadata\":{", "\"chat_metadata\":{\"main_chat\":\"Sera - 2025-11-02\",");
    let [added, updated, there] =
        bench.ingest_bytes("s", checkpoint.as_bytes(), "Checkpoint #1.jsonl", format);
    assert_eq!((added, updated), (0, 0));
    assert!(there > 0);
    let before = bench.texts("s");
    let [added, updated, _] =
        bench.ingest_bytes("s", &read("branch.jsonl"), "Sera - Branch #1.jsonl", format);
    assert_eq!((added, updated), (1, 0));
    let after = bench.texts("s");
    assert!(before.len() == whole && before.iter().all(|text| after.contains(text)));
    assert!(after.iter().any(|text| text.ends_with("It was lit when I came.")));
}
