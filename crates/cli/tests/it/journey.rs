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

#[test]
fn each_source_says_what_became_of_it_and_where_it_is() {
    for ((ingest, store), said) in SOURCES.into_iter().zip([
        "Read 7 turns, 4 scenes.\nStored 4 new scenes in scenes.parquet in [TIME]; it holds 4.\n",
        "Read 12 turns, 6 scenes.\nStored 6 new scenes in llama_chats.parquet in [TIME]; it holds 6.\n",
        "Read 6 turns, 5 scenes.\nStored 5 new scenes in chat_transcripts.parquet in [TIME]; it holds 5.\n",
        "Read 9 turns, 9 scenes.\nStored 9 new scenes in chat_transcripts.parquet in [TIME]; it holds 9.\n",
    ]) {
        let sandbox = with_exports();
        assert_eq!(sandbox.done(ingest), said, "{ingest:?}");
        assert!(sandbox.path(store).is_file(), "{ingest:?}");
    }
}

#[test]
fn what_is_there_already_what_is_renamed_and_what_makes_way_is_said() {
    let sandbox = with_exports();
    sandbox.done(&NEPTUNE);
    let chapter = String::from_utf8(golden("neptune-chapter.txt")).unwrap();
    sandbox.write("chapter-2.txt", chapter.replace("the", "a").replace("We made it", "We did not"));
    assert_snapshot!(sandbox.done(&["ingest-neptune", "-e", "chapter-2.txt"]), @r"
    Read 7 turns, 4 scenes.
    Stored 4 new scenes in scenes.parquet in [TIME]; it holds 8.
    Under a longer id, as theirs belongs to another scene: 4 scenes.
    ");
    let again = sandbox.json(&[&NEPTUNE[..], &["--json"]].concat());
    assert_eq!((&again["added"], &again["already_there"]), (&0.into(), &4.into()));
    let anew = sandbox.json(&[&NEPTUNE[..], &["--no-append", "--json"]].concat());
    assert_eq!((&anew["added"], &anew["store"]["records"]), (&4.into(), &4.into()));
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
    of 24 scenes `character` keeps 0; all of it together 0
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
