//! docs/promises.md names tests that are there.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;

use naragtive_testkit::root;
use regex::Regex;

#[test]
fn every_promise_names_a_test_that_is_there() {
    let page = fs::read_to_string(root().join("docs/promises.md")).unwrap();
    let row = Regex::new(r"\| `([a-z0-9_]+)` in \[[^\]]+\]\(\.\./([^)]+)\) \|").unwrap();
    let promises = page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs](")).count();
    let found: Vec<_> = row.captures_iter(&page).collect();
    assert_eq!(found.len(), promises);
    assert!(promises > 30);
    for promise in found {
        let text = fs::read_to_string(root().join(&promise[2])).unwrap();
        let test = format!("fn {}(", &promise[1]);
        let (before, _) = text.split_once(&test).unwrap_or_else(|| panic!("{}: no {test}", &promise[2]));
        let marked = before.lines().rev().take(4).any(|line| line.trim() == "#[test]");
        assert!(marked, "{}: {test} is no test", &promise[2]);
    }
}
