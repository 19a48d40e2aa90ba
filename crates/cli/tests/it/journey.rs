//! From an export to the scene that was meant, each source, with a model of random weights.

use insta::assert_snapshot;
use serde_json::Value;

use crate::sandbox::{Sandbox, golden};

/// The command that ingests a golden export, and where it puts the store.
const NEPTUNE: [&str; 3] = ["ingest-neptune", "-e", "neptune-chapter.txt"];
const LLAMA: [&str; 3] = ["ingest-llama", "-e", "llama-conversation.json"];
const CHAT: [&str; 3] = ["ingest-chat", "-s", "chat-messages.json"];
const TEXT: [&str; 7] = ["ingest-chat", "-s", "transcript.txt", "--type", "txt", "--chunk-size", "120"];

/// The four sources: the command and the file it writes when it is told nothing.
const SOURCES: [(&[&str], &str); 4] = [
    (&NEPTUNE, "scenes.parquet"),
    (&LLAMA, "llama_chats.parquet"),
    (&CHAT, "chat_transcripts.parquet"),
    (&TEXT, "chat_transcripts.parquet"),
];

/// A sandbox with all golden exports.
fn with_exports() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"] {
        sandbox.golden(name);
    }
    sandbox
}

/// The scenes that `list --json` prints.
fn scenes(sandbox: &Sandbox, store: &str) -> Vec<Value> {
    sandbox.json(&["list", "--json", "-s", store])["scenes"].as_array().unwrap().clone()
}

fn expected(name: &str) -> Vec<Value> {
    let rows = String::from_utf8(golden(&format!("expected.{name}.jsonl"))).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// Compares ids, texts and metadata, keys in order; but for `apart`, which only has to be there.
fn assert_rows(found: &[Value], expected: &[Value], apart: &str) {
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(found), ids(expected));
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found["text"], expected["text"]);
        let [ours, theirs] = [found, expected].map(|row| row["metadata"].as_object().unwrap());
        assert!(ours.keys().eq(theirs.keys()), "{ours:?} has not the keys of {theirs:?}");
        for (key, value) in ours.iter().filter(|(key, _)| *key != apart) {
            assert_eq!(value, &theirs[key], "{}: {key}", found["id"]);
        }
    }
}

#[test]
fn a_neptune_chapter_becomes_the_rows_of_the_python_tool() {
    let sandbox = with_exports();
    assert_snapshot!(sandbox.done(&NEPTUNE), @r"
    Read 7 turns, 4 scenes.
    Stored 4 new scenes in scenes.parquet in [TIME]; it holds 4.
    ");
    assert_rows(&scenes(&sandbox, "scenes.parquet"), &expected("neptune-chapter"), "characters_present");
}

#[test]
fn a_llama_conversation_becomes_the_rows_of_the_python_tool() {
    let sandbox = with_exports();
    assert_snapshot!(sandbox.done(&LLAMA), @r"
    Read 12 turns, 6 scenes.
    Stored 6 new scenes in llama_chats.parquet in [TIME]; it holds 6.
    ");
    assert_rows(&scenes(&sandbox, "llama_chats.parquet"), &expected("llama-conversation"), "");
}

/// Ours leaves out the message with no text and adds the day and the file, which go last.
#[test]
fn chat_messages_become_the_rows_of_the_python_tool() {
    let sandbox = with_exports();
    assert_snapshot!(sandbox.done(&CHAT), @r"
    Read 6 turns, 5 scenes.
    Stored 5 new scenes in chat_transcripts.parquet in [TIME]; it holds 5.
    ");
    let mut found = scenes(&sandbox, "chat_transcripts.parquet");
    for scene in &mut found {
        let metadata = scene["metadata"].as_object_mut().unwrap();
        assert_eq!(metadata.keys().rev().take(2).collect::<Vec<_>>(), ["source_file", "date_iso"]);
        metadata.retain(|key, _| key != "source_file" && key != "date_iso");
    }
    let mut expected = expected("chat-messages");
    expected.retain(|row| row["text"] != "");
    assert_rows(&found, &expected, "");
}

#[test]
fn a_text_becomes_pieces_and_nothing_of_it_is_lost() {
    let sandbox = with_exports();
    assert_snapshot!(sandbox.done(&TEXT), @r"
    Read 9 turns, 9 scenes.
    Stored 9 new scenes in chat_transcripts.parquet in [TIME]; it holds 9.
    ");
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    let pieces: String = scenes(&sandbox, "chat_transcripts.parquet")
        .iter()
        .map(|row| solid(row["text"].as_str().unwrap()))
        .collect();
    assert_eq!(pieces, solid(std::str::from_utf8(&golden("transcript.txt")).unwrap()));
}

#[test]
fn a_second_ingest_of_the_same_file_adds_nothing() {
    for (ingest, store) in SOURCES {
        let sandbox = with_exports();
        let first = sandbox.json(&[ingest, &["--json"]].concat());
        let before = sandbox.read(store);
        let second = sandbox.json(&[ingest, &["--json"]].concat());
        assert_eq!((&second["added"], &second["already_there"]), (&0.into(), &first["added"]), "{ingest:?}");
        assert_eq!(second["store"]["records"], first["added"], "{ingest:?}");
        assert!(sandbox.read(store) == before, "{ingest:?}");
    }
}

/// Ids restart in each file, so two chapters of one day share them.
#[test]
fn a_second_chapter_with_the_same_ids_loses_nothing() {
    let sandbox = with_exports();
    sandbox.done(&NEPTUNE);
    let first = scenes(&sandbox, "scenes.parquet");
    let chapter = String::from_utf8(golden("neptune-chapter.txt")).unwrap();
    sandbox.write("chapter-2.txt", chapter.replace("the", "a").replace("We made it", "We did not"));
    assert_snapshot!(sandbox.done(&["ingest-neptune", "-e", "chapter-2.txt"]), @r"
    Read 7 turns, 4 scenes.
    Stored 4 new scenes in scenes.parquet in [TIME]; it holds 8.
    Under a longer id, as theirs belongs to another scene: 4 scenes.
    ");
    let both = scenes(&sandbox, "scenes.parquet");
    assert_eq!(both[..4], first);
    for (old, new) in both[..4].iter().zip(&both[4..]) {
        let (old_id, new_id) = (old["id"].as_str().unwrap(), new["id"].as_str().unwrap());
        assert!(new_id.starts_with(old_id) && new_id.len() > old_id.len(), "{new_id}");
        assert_ne!(old["text"], new["text"]);
    }
    sandbox.write("chapter-3.txt", chapter.replace("the", "some"));
    let third = sandbox.json(&["ingest-neptune", "-e", "chapter-3.txt", "--json"]);
    let counts = ["added", "already_there", "renamed"].map(|key| third[key].as_u64().unwrap());
    // The scene without a stamp that names a time is like that of the first file, and is another file's.
    assert_eq!(counts, [4, 0, 4]);
}

#[test]
fn no_append_replaces_the_store() {
    for (ingest, store) in SOURCES {
        let sandbox = with_exports();
        sandbox.done(&["ingest-neptune", "-e", "neptune-chapter.txt", "-o", store]);
        let done = sandbox.json(&[ingest, &["--no-append", "--json"]].concat());
        assert_eq!(
            (&done["added"], &done["already_there"]),
            (&done["store"]["records"], &0.into()),
            "{ingest:?}"
        );
        assert_eq!(scenes(&sandbox, store).len() as u64, done["added"].as_u64().unwrap(), "{ingest:?}");
    }
}

#[test]
fn several_exports_make_one_store() {
    let sandbox = with_exports();
    sandbox.write("again.json", golden("llama-conversation.json"));
    let done = sandbox.json(&[&LLAMA[..], &["-e", "again.json", "--json"]].concat());
    assert_eq!((&done["added"], &done["already_there"]), (&6.into(), &6.into()));
    assert_eq!(done["exports"].as_array().unwrap().len(), 2);
}

#[test]
fn every_filter_of_list_matches_the_field_it_names() {
    let sandbox = with_exports();
    for (ingest, _) in SOURCES {
        sandbox.done(&[ingest, &["-o", "all.parquet"]].concat());
    }
    let found = |filter: &[&str]| {
        let filter = [&["list", "--json", "-s", "all.parquet"], filter].concat();
        sandbox.json(&filter)["found"].as_u64().unwrap()
    };
    for (filter, scenes) in [
        (&["-c", "petrova"][..], 1),
        (&["--character", "ALICE"], 2),
        (&["-c", "Venice"], 3),
        (&["-l", "bridge"], 1),
        (&["--location", "Captains_Lounge"], 1),
        (&["-d", "2025-11-10"], 3),
        (&["-d", "2025-11"], 3),
        (&["--date", "2025-12"], 11),
        (&["-d", "2025-11-10", "-l", "medbay"], 1),
        (&["-d", "2025-11-11", "-l", "medbay"], 0),
        (&["-c", "tone"], 0),
        (&["-l", "."], 0),
    ] {
        assert_eq!(found(filter), scenes, "{filter:?}");
    }
}

#[test]
fn what_is_printed_for_people() {
    let sandbox = with_exports();
    for (ingest, _) in SOURCES {
        sandbox.done(&[ingest, &["-o", "all.parquet", "--register", "all"]].concat());
    }
    assert_snapshot!("list", sandbox.done(&["list"]));
    assert_snapshot!("list-filtered", sandbox.done(&["list", "-c", "Petrova"]));
    assert_snapshot!("search", sandbox.done(&["search", "relief and fear", "-l", "3"]));
    // The store's file is some bytes longer or shorter by when it was made.
    insta::with_settings!({ filters => [(r"\d\d\.\d kB", "[SIZE]")] }, {
        assert_snapshot!("stats", sandbox.done(&["stats"]));
    });
    assert_snapshot!("ingest-help", sandbox.done(&["ingest-help"]));
    assert_snapshot!(sandbox.run(&["list", "-c", "nobody"]), @r"
    exit code: 1
    --- stdout
    Found 0 matching scenes

    --- stderr
    ");
}

#[test]
fn what_is_printed_for_programs() {
    let sandbox = with_exports();
    assert_snapshot!(
        "ingest-json",
        sandbox.done(&[&NEPTUNE[..], &["--json", "--register", "neptune"]].concat())
    );
    sandbox.done(&CHAT);
    let chat = |args: &[&str]| {
        let output = sandbox.run(&[args, &["--json", "-s", "chat_transcripts.parquet"]].concat());
        serde_json::from_str::<Value>(&output.stdout).unwrap();
        output.stdout
    };
    assert_snapshot!("list-json", chat(&["list", "-c", "alice"]));
    assert_snapshot!("search-json", chat(&["search", "who lit the lamp", "-l", "2"]));
    assert_snapshot!("stats-json", chat(&["stats"]));
    assert_snapshot!("list-json-nothing", chat(&["list", "-c", "nobody"]));
}

#[test]
fn every_export_format_holds_what_the_search_found() {
    let sandbox = with_exports();
    sandbox.done(&CHAT);
    for format in ["bge", "llm-context", "llamafile", "jsonl", "rag", "rag-minimal", "rag-structured"] {
        let export =
            ["export", "who lit the lamp", "-f", format, "-l", "2", "-s", "chat_transcripts.parquet"];
        assert_snapshot!(format!("export-{format}"), sandbox.done(&export));
        let written = sandbox.run(&[&export[..], &["-o", "out", "--force"]].concat());
        assert_eq!((written.code, written.stdout.as_str()), (Some(0), ""));
        assert_eq!(written.stderr, "Wrote 2 scenes to out\n");
        let printed = sandbox.command(&export).output().unwrap().stdout;
        assert_eq!(sandbox.read("out").trim_ascii_end(), printed.trim_ascii_end());
    }
}
