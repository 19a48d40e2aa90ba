//! The whole reference: every command's help, as it is printed.

use insta::assert_snapshot;
use regex::Regex;

use crate::sandbox::Sandbox;

/// The commands that a help text lists: names at the edge of a column, each with a few words about it.
fn subcommands(help: &str) -> Vec<String> {
    let listed = Regex::new(r"(?m)^  ([a-z][a-z-]+) {2,}\S").unwrap();
    let names = listed.captures_iter(help).map(|found| found[1].to_owned());
    names.filter(|name| name != "help").collect()
}

/// The help of a command and of all below it.
fn collect(sandbox: &Sandbox, command: &[String], into: &mut Vec<(Vec<String>, String)>) {
    let args: Vec<&str> = command.iter().map(String::as_str).chain(["--help"]).collect();
    let help = sandbox.done(&args);
    for name in subcommands(&help) {
        collect(sandbox, &[command, &[name]].concat(), into);
    }
    into.push((command.to_vec(), help));
}

fn every_help(sandbox: &Sandbox) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    collect(sandbox, &[], &mut found);
    found
}

#[test]
fn every_command_helps() {
    let helps = every_help(&Sandbox::new());
    assert!(helps.len() > 15, "{helps:?}");
    for (command, help) in helps {
        assert_snapshot!(format!("help {}", command.join(" ")).trim().replace(' ', "-"), help);
    }
}

#[test]
fn the_short_flag_says_the_same_as_the_long_one() {
    let sandbox = Sandbox::new();
    for (command, help) in every_help(&sandbox) {
        let short: Vec<&str> = command.iter().map(String::as_str).chain(["-h"]).collect();
        assert_eq!(sandbox.done(&short), help, "{command:?}");
    }
}

#[test]
fn every_flag_that_users_of_the_python_tool_type_is_there() {
    let sandbox = Sandbox::new();
    for (command, flags) in [
        ("ingest-neptune", &["-e, --export", "-o, --output", "--no-append", "--register"][..]),
        ("ingest-llama", &["-e, --export", "-o, --output", "--no-append", "--register"]),
        (
            "ingest-chat",
            &["-s, --source", "--type", "-o, --output", "--chunk-size", "--no-append", "--register"],
        ),
        ("search", &["-l, --limit", "-s, --store", "--store-name", "--rerank", "--initial-k", "--json"]),
        ("interactive", &["-l, --limit", "-s, --store", "--store-name", "--rerank", "--initial-k"]),
        ("stats", &["-s, --store", "--store-name", "--show-reranker", "--json"]),
        (
            "list",
            &["-c, --character", "-l, --location", "-d, --date", "-s, --store", "--store-name", "--json"],
        ),
        ("export", &["-f, --format", "-o, --output", "-l, --limit", "-s, --store", "--store-name"]),
        ("create-store", &["-d, --description", "<NAME>", "<PATH>", "<TYPE>"]),
        ("set-default", &["<NAME>"]),
        ("rename-store", &["<OLD>", "<NEW>"]),
        ("delete-store", &["<NAME>", "--purge", "--yes"]),
        ("migrate", &["-o, --output"]),
    ] {
        let help = sandbox.done(&[command, "--help"]);
        for flag in flags {
            assert!(help.contains(flag), "{command} has no {flag}:\n{help}");
        }
    }
}
