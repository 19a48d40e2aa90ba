//! The usage section of the design that users were given, typed line by line.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use insta::assert_snapshot;
use naragtive_testkit::shared;

use crate::sandbox::{Output, Sandbox};

/// The commands in the code block under a heading, without the old tool's name.
fn typed(heading: &str) -> Vec<String> {
    let page = fs::read_to_string(shared("mission/multi-store-architecture.md")).unwrap();
    let block = page.split(heading).nth(1).unwrap().split("```").nth(1).unwrap();
    block.lines().filter_map(|line| line.strip_prefix("python main.py ")).map(str::to_owned).collect()
}

/// What a shell makes of a line: words, quotes and a comment at the end.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split(" #").next().unwrap().split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

fn enter(sandbox: &Sandbox, line: &str) -> Output {
    let words = words(line);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut process = sandbox.command(&words).stdin(Stdio::piped()).spawn().unwrap();
    // Only `interactive` reads this; the others may be gone before it is written.
    let _ = process.stdin.take().unwrap().write_all(b"Admiral\n1\nquit\n");
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert_eq!(output.code, Some(0), "{line}\n{output}");
    output
}

#[test]
fn every_line_of_before_still_works() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    fs::rename(sandbox.path("neptune-chapter.txt"), sandbox.path("export.txt")).unwrap();
    fs::create_dir(sandbox.path("stores")).unwrap();
    let lines = typed("### Before (Current)");
    assert_eq!(lines.len(), 5);
    for line in &lines {
        let output = enter(&sandbox, line);
        let expected = match words(line)[0].as_str() {
            "ingest-neptune" => "Stored 4 new scenes in ./stores/campaign1.parquet",
            "stats" => "Documents:            4",
            _ => "[Result 1]",
        };
        assert!(output.stdout.contains(expected), "{line}\n{output}");
    }
    assert!(!sandbox.home("stores/registry.json").exists());
}

#[test]
fn every_line_of_after_does_what_it_says() {
    let sandbox = Sandbox::new();
    for (golden, name) in [
        ("neptune-chapter.txt", "campaign1.txt"),
        ("llama-conversation.json", "perplexity_export.json"),
        ("chat-messages.json", "dataset.json"),
    ] {
        sandbox.golden(golden);
        fs::rename(sandbox.path(golden), sandbox.path(name)).unwrap();
    }
    let lines = typed("### After (With Registry)");
    let outputs: Vec<Output> = lines.iter().map(|line| enter(&sandbox, line)).collect();
    let typed: Vec<&str> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        typed,
        [
            "ingest-neptune",
            "ingest-llama",
            "ingest-chat",
            "list-stores",
            "search",
            "search",
            "stats",
            "interactive",
            "export",
            "set-default",
            "list-stores"
        ]
    );
    for (at, name, file) in [
        (0, "campaign-1", "scenes.parquet"),
        (1, "perplexity-research", "chats.parquet"),
        (2, "text-dataset", "data.parquet"),
    ] {
        let report = &outputs[at].stdout;
        assert!(report.contains(&format!("in {file}")), "{report}");
        assert!(report.contains(&format!("Registered as `{name}`.")), "{report}");
        assert!(sandbox.path(file).is_file());
    }
    assert_snapshot!(outputs[3].stdout, @r"
    ⭐ campaign-1           neptune             4 records  [TODAY]
       perplexity-research  llama-server        6 records  [TODAY]
       text-dataset         json                5 records  [TODAY]
    ");
    assert!(outputs[4].stdout.contains("SCENE SEARCH: 'Admiral command'"), "{}", outputs[4]);
    assert!(outputs[4].stdout.contains(" scene_0000_2025-11-10\n"), "{}", outputs[4]);
    assert!(outputs[5].stdout.contains("SCENE SEARCH: 'AI ethics'"), "{}", outputs[5]);
    assert!(!outputs[5].stdout.contains(" scene_0000_2025-11-10\n"), "{}", outputs[5]);
    assert!(outputs[6].stdout.contains("STORE: campaign-1\n"), "{}", outputs[6]);
    assert!(outputs[7].stdout.contains("SCENE SEARCH: 'Admiral'"), "{}", outputs[7]);
    assert!(outputs[7].stdout.contains("source_file:          campaign1.txt"), "{}", outputs[7]);
    let context = String::from_utf8(sandbox.read("context.md")).unwrap();
    assert!(context.starts_with("# Context for: query\n\nFound 6 relevant scenes\n"), "{context}");
    assert_snapshot!(outputs[9].stdout, @"`perplexity-research` is the default store now.");
    assert_snapshot!(outputs[10].stdout, @r"
       campaign-1           neptune             4 records  [TODAY]
    ⭐ perplexity-research  llama-server        6 records  [TODAY]
       text-dataset         json                5 records  [TODAY]
    ");
}
