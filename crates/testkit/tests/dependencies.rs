//! What this house takes from others: not more crates than it does now, and only under licences that suit its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::process::Command;

use naragtive_testkit::root;
use serde_json::Value;

/// Packages in `Cargo.lock`. One that comes in needs its reason in the commit that raises this, and one that goes
/// lowers it.
const CEILING: usize = 418;

/// Licences that ask for no more than to be named. `deny.toml` has the same list.
const LICENCES: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[test]
fn the_lock_file_has_no_more_crates_than_it_is_allowed() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let count = lock.lines().filter(|line| *line == "[[package]]").count();
    assert!(count <= CEILING, "{count} packages, at most {CEILING} are allowed");
    assert!(count + 25 > CEILING, "{count} packages: the ceiling of {CEILING} can come down");
}

/// Whether one may choose a licence of the list: alternatives are parted by OR or a slash, all parts of one by AND.
fn suits(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    let alternatives = plain.split(" OR ").map(|one| one.split(" AND ").map(str::trim).collect::<Vec<_>>());
    let suit = |parts: &[&str]| parts.iter().all(|part| LICENCES.contains(part));
    alternatives.into_iter().any(|parts| suit(&parts))
}

/// What this is compiled for: crates for other systems need not be here.
fn host() -> String {
    let run = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
fn every_crate_has_a_licence_of_the_list() {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the tests");
    let run = Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version=1", "--filter-platform", &host()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let metadata: Value = serde_json::from_slice(&run.stdout).unwrap();
    for package in metadata["packages"].as_array().unwrap() {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(suits(licence), "{} {}: {licence}", package["name"], package["version"]);
    }
}

#[test]
fn a_licence_suits_when_one_may_choose_one_that_is_listed() {
    for (expression, expected) in [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0 OR MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("GPL-3.0-only", false),
        ("none", false),
    ] {
        assert_eq!(suits(expression), expected, "{expression}");
    }
}
