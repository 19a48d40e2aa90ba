//! The house is as ARCHITECTURE.md says: the arrows between crates, and what no room may hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use naragtive_testkit::root;
use serde_json::Value;

/// Every crate and the crates of the house that it may name.
const ARROWS: [(&str, &[&str]); 16] = [
    ("disk", &[]),
    ("text", &[]),
    ("scene", &["text"]),
    ("ingest", &["scene", "text"]),
    ("model", &["disk"]),
    ("store", &["scene", "disk", "text"]),
    ("index", &["disk", "text"]),
    ("http", &[]),
    ("hub", &["disk", "http", "text"]),
    ("remote", &["http"]),
    ("chroma", &["scene"]),
    ("shared", &["disk", "scene", "store", "text"]),
    (
        "naragtive",
        &[
            "disk", "text", "scene", "ingest", "model", "store", "index", "http", "hub", "remote", "chroma",
            "shared",
        ],
    ),
    ("serve", &["naragtive"]),
    ("cli", &["naragtive", "serve"]),
    ("testkit", &["hub"]),
];

/// The crates that a crate's tests may name besides.
const TEST_ARROWS: [(&str, &[&str]); 7] = [
    ("shared", &["testkit"]),
    ("hub", &["testkit"]),
    ("remote", &["testkit"]),
    ("model", &["testkit"]),
    ("naragtive", &["testkit"]),
    ("serve", &["testkit"]),
    ("cli", &["testkit", "store"]),
];

/// An arrow: who names whom.
type Arrow = (String, String);

fn table(rows: &[(&str, &[&str])]) -> BTreeSet<Arrow> {
    let arrows =
        rows.iter().flat_map(|(from, to)| to.iter().map(|to| ((*from).to_owned(), (*to).to_owned())));
    arrows.collect()
}

fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the tests");
    let run = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// The folder of a package, which is what this house calls it.
fn room(package: &Value) -> String {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
}

/// Every arrow in the manifests: those of the crates, and those of their tests only.
fn found() -> (BTreeSet<Arrow>, BTreeSet<Arrow>) {
    let metadata = metadata();
    let (mut arrows, mut test_arrows) = (BTreeSet::new(), BTreeSet::new());
    for package in metadata["packages"].as_array().unwrap() {
        for dependency in package["dependencies"].as_array().unwrap() {
            let Some(path) = dependency["path"].as_str() else { continue };
            let to = Path::new(path).file_name().unwrap().to_string_lossy().into_owned();
            let kept = if dependency["kind"] == "dev" { &mut test_arrows } else { &mut arrows };
            kept.insert((room(package), to));
        }
    }
    (arrows, test_arrows)
}

#[test]
fn every_crate_of_the_workspace_is_in_the_table() {
    let metadata = metadata();
    let crates: BTreeSet<String> = metadata["packages"].as_array().unwrap().iter().map(room).collect();
    assert_eq!(crates, ARROWS.iter().map(|(from, _)| (*from).to_owned()).collect());
}

/// The lines of the picture in ARCHITECTURE.md: each crate with those that it names.
fn picture() -> Vec<(String, Vec<String>)> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let picture = page.split("## Arrows\n").nth(1).unwrap().split("```\n").nth(1).unwrap();
    let named = |list: &str| {
        let list = list.split('(').next().unwrap();
        list.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    for line in picture.lines() {
        match line.split_once('→') {
            Some((from, to)) => lines.push((from.trim().to_owned(), named(to))),
            None => {
                let alone = named(line.strip_suffix(": see nobody").unwrap());
                lines.extend(alone.into_iter().map(|name| (name, Vec::new())));
            }
        }
    }
    lines
}

#[test]
fn the_picture_has_every_arrow_and_they_all_go_down() {
    let lines = picture();
    let arrows: BTreeSet<Arrow> =
        lines.iter().flat_map(|(from, to)| to.iter().map(|to| (from.clone(), to.clone()))).collect();
    assert_eq!(arrows, table(&ARROWS));
    let place = |name: &str| lines.iter().position(|(from, _)| from == name).unwrap();
    let up: Vec<_> = arrows.iter().filter(|(from, to)| place(to) <= place(from)).collect();
    assert!(up.is_empty(), "{up:?}");
}

#[test]
fn the_arrows_between_crates_are_those_of_the_table() {
    let (arrows, test_arrows) = found();
    assert_eq!(arrows, table(&ARROWS));
    let strange: Vec<_> = test_arrows.difference(&table(&TEST_ARROWS)).cloned().collect();
    assert!(strange.is_empty(), "in tests: {strange:?}");
}

/// A Rust file under crates/, with its path from there.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    /// The lines that are more than a comment, numbered from 1.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn is_under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }

    /// Whether it is part of a crate, not of its tests, benches and examples.
    fn is_source(&self) -> bool {
        self.path.components().nth(1).is_some_and(|part| part.as_os_str() == "src")
    }
}

/// Every Rust file of the house but this one, which names what is forbidden.
fn files() -> Vec<File> {
    let (crates, mut files) = (root().join("crates"), Vec::new());
    let mut folders = vec![crates.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push(File { path: path.strip_prefix(&crates).unwrap().to_owned(), text });
            }
        }
    }
    files.retain(|file| !file.path.ends_with("testkit/tests/architecture.rs"));
    assert!(files.len() > 100, "{} files", files.len());
    files
}

/// `path:line` of each line of code in the files that `word` is in, as a word of its own.
fn holding<'a>(files: impl Iterator<Item = &'a File>, word: &str) -> Vec<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let holds = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let after = line[at + word.len()..].chars().next();
            let goes_on = word.ends_with(is_part) && after.is_some_and(is_part);
            !line[..at].ends_with(is_part) && !goes_on
        })
    };
    let lines = files.flat_map(|file| file.code().map(move |(number, line)| (file, number, line)));
    let lines = lines.filter(|(_, _, line)| holds(line));
    lines.map(|(file, number, _)| format!("{}:{number}", file.path.display())).collect()
}

#[test]
fn memory_is_handled_by_hand_in_kernels_only() {
    let files = files();
    let kernels = ["model/src/kernels", "index/src/kernels", "disk/src/map.rs"];
    let found = holding(files.iter().filter(|file| !file.is_under(&kernels)), "unsafe");
    assert!(found.is_empty(), "{found:#?}");
    assert!(!holding(files.iter(), "unsafe").is_empty(), "the check finds what it looks for");
}

#[test]
fn only_the_binary_prints() {
    let files = files();
    for word in ["println!", "eprintln!", "print!", "eprint!"] {
        let libraries = files.iter().filter(|file| file.is_source() && !file.is_under(&["cli"]));
        let found = holding(libraries, word);
        assert!(found.is_empty(), "{word} {found:#?}");
    }
}

#[test]
fn only_the_binary_reads_the_environment_and_the_clock() {
    let files = files();
    for word in ["env::var", "env::var_os", "env::vars", "env::vars_os", "env::current_dir", "now"] {
        let libraries = files.iter().filter(|file| file.is_source() && !file.is_under(&["cli", "testkit"]));
        let found = holding(libraries, &format!("{word}("));
        assert!(found.is_empty(), "{word} {found:#?}");
    }
}

#[test]
fn nothing_is_left_for_later() {
    let files = files();
    for word in ["todo!", "unimplemented!", "dbg!"] {
        let found = holding(files.iter(), word);
        assert!(found.is_empty(), "{word} {found:#?}");
    }
}

#[test]
fn a_word_is_found_in_code_and_not_in_comments_or_longer_words() {
    let text =
        "// todo!(1)\nlet x = todo!(2);\nmy_todo!(3);\nlet unsafe_code = 4;\nlet y = unsafe { f() };\n";
    let file = File { path: PathBuf::from("room/src/lib.rs"), text: text.to_owned() };
    assert_eq!(holding([&file].into_iter(), "todo!"), ["room/src/lib.rs:2"]);
    assert_eq!(holding([&file].into_iter(), "unsafe"), ["room/src/lib.rs:5"]);
}
