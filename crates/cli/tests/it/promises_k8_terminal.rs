//! Nothing that is foreign does anything to a terminal, whichever command shows it.

use std::fs;

use naragtive_testkit::shared;

use crate::sandbox::{Output, Sandbox};

/// What ends a colour of ours, and those there are.
const OURS: [&str; 6] = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m"];

/// Escapes in texts, speakers, ids, channels, descriptions and names of files.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("chat.json", fs::read(shared("faults/inputs/chat-escape.json")).unwrap());
    let odd =
        "[{\"user\": \"Ev\u{9b}2Je\", \"message\": \"a chest \u{2066}here\", \"channel\": \"c\u{202e}h\"}]";
    sandbox.write("e\u{1b}[2J.json", odd);
    sandbox.done(&["ingest-chat", "-s", "chat.json", "-o", "s\u{9b}2J.parquet"]);
    sandbox.done(&["ingest-chat", "-s", "e\u{1b}[2J.json", "-o", "s\u{9b}2J.parquet"]);
    let about = "about \u{1b}]0;x\u{7} \u{202e}it";
    sandbox.done(&["create-store", "table", "s\u{9b}2J.parquet", "ch\u{1b}at", "-d", about]);
    sandbox
}

fn foreign(text: &str) -> Vec<char> {
    let text = OURS.iter().fold(text.to_owned(), |text, ours| text.replace(ours, ""));
    let acts = |c: &char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(acts).collect()
}

fn check(what: &str, output: &Output) {
    assert_eq!(foreign(&output.stdout), [], "{what}: {output:?}");
    assert_eq!(foreign(&output.stderr), [], "{what}: {output:?}");
}

#[test]
fn no_command_shows_a_control_character_that_is_not_ours() {
    let sandbox = hostile();
    let missing = "no\u{1b}[2J\u{202e}.parquet";
    for args in [
        &["search", "chest"][..],
        &["search", "chest", "--explain", "--context", "1"],
        &["search", "\u{1b}[2J chest"],
        &["search", "--similar-to", "chat_000000_Ada"],
        &["search", "--similar-to", "no\u{1b}[2J"],
        &["search", "chest", "-s", missing],
        &["search", "chest", "--store-name", "no\u{1b}[2J"],
        &["search", "chest", "--stores", "table,s\u{9b}2J.parquet"],
        &["list"],
        &["stats"],
        &["list-stores"],
        &["doctor"],
        &["index", "status"],
        &["index", "build", "table"],
        &["export", "chest", "-o", "out\u{1b}[2J.md"],
        &["upgrade", "table"],
        &["config", "show"],
        &["create-store", "more", "s\u{9b}2J.parquet", "chat"],
        &["ingest-chat", "-s", "gone\u{1b}[2J.json"],
        &["ingest-chat", "-s", "e\u{1b}[2J.json", "-o", "t\u{1b}[2J.parquet"],
        &["migrate", "--from", "no\u{1b}[2J"],
        &["model", "path", "no\u{1b}[2J"],
        &["delete-store", "table"],
    ] {
        for color in ["never", "always"] {
            let args = [args, &["--color", color]].concat();
            check(&format!("{args:?}"), &sandbox.run(&args));
        }
    }
    check("a broken config", &sandbox.run(&["list-stores", "--model-dir", "m\u{1b}[2J"]));
}

#[test]
fn the_prompt_shows_none_either() {
    let sandbox = hostile();
    let lines = "chest\n1\n:like 1\n:store no\u{1b}[2J\n:store *\n:context 1\nchest\n";
    check("interactive", &sandbox.enter(&["--store-name", "table"], lines));
}

#[test]
fn json_has_every_character_as_it_is() {
    let sandbox = hostile();
    let listed = sandbox.json(&["list", "--json"]);
    let texts: Vec<&str> =
        listed["scenes"].as_array().unwrap().iter().map(|scene| scene["text"].as_str().unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("\u{1b}]0;pwned\u{7}")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains('\u{2066}')), "{texts:?}");
}
