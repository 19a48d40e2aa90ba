//! Every fault is found, and what to type for it mends it.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::sandbox::{Output, Sandbox};

fn doctor(sandbox: &Sandbox) -> Output {
    let output = sandbox.run(&["doctor"]);
    assert_eq!(output.stderr, "", "{output}");
    output
}

/// Changes one entry of the registry behind the program's back.
fn change_entry(sandbox: &Sandbox, name: &str, key: &str, value: Value) {
    let path = sandbox.home("stores/registry.json");
    let mut registry: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    registry[name][key] = value;
    fs::write(path, registry.to_string()).unwrap();
}

#[test]
fn nothing_is_wrong_in_a_fresh_home_nor_in_a_used_one() {
    let sandbox = Sandbox::new();
    let fresh = doctor(&sandbox);
    assert_eq!(fresh.code, Some(0), "{fresh}");
    assert_snapshot!(fresh.stdout);
    sandbox.ingest_chapter(&["--register", "campaign"]);
    let used = doctor(&sandbox);
    assert_eq!(used.code, Some(0), "{used}");
    assert_snapshot!(used.stdout);
}

#[test]
fn every_fault_is_said_with_what_to_type() {
    let sandbox = Sandbox::new();
    for name in ["changed", "missing", "relative", "moved"] {
        sandbox.ingest_chapter(&["--register", name, "-o", &format!("{name}.parquet")]);
    }
    for (name, fixture) in [("nan", "bad-nan"), ("null", "bad-null-id"), ("short", "bad-short-embedding")] {
        let file = format!("{name}.parquet");
        sandbox.fixture(&format!("{fixture}.parquet"), &file);
        sandbox.done(&["create-store", name, &file, "txt"]);
    }
    change_entry(&sandbox, "changed", "record_count", json!(7));
    change_entry(&sandbox, "relative", "path", json!("relative.parquet"));
    change_entry(&sandbox, "moved", "path", json!("elsewhere/moved.parquet"));
    fs::remove_file(sandbox.path("missing.parquet")).unwrap();
    fs::write(sandbox.home("stores/default.txt"), "gone").unwrap();
    let output = doctor(&sandbox);
    assert_eq!(output.code, Some(2), "{output}");
    assert_snapshot!(output.stdout);
    let found = sandbox.finish(&mut sandbox.command(&["doctor", "--json"]));
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["faults"], 8);
    let faulty = found["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == json!(false));
    assert!(faulty.clone().all(|check| !check["hints"].as_array().unwrap().is_empty()));
    assert_eq!(faulty.count(), 8);
}

#[test]
fn the_hint_mends_the_fault() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign", "-o", "campaign.parquet"]);
    for (key, value) in [("record_count", json!(7)), ("path", json!("campaign.parquet"))] {
        change_entry(&sandbox, "campaign", key, value);
        let found: Value = serde_json::from_str(&sandbox.run(&["doctor", "--json"]).stdout).unwrap();
        assert_eq!(found["faults"], 1, "{found}");
        let checks = found["checks"].as_array().unwrap();
        let hint = checks.iter().find_map(|check| check["hints"][0].as_str()).unwrap();
        let hint = hint.replace("[ROOT]", sandbox.path("..").canonicalize().unwrap().to_str().unwrap());
        let words: Vec<&str> = hint.strip_prefix("naragtive ").unwrap().split(' ').collect();
        sandbox.done(&words);
        assert_eq!(doctor(&sandbox).code, Some(0), "{key}: {hint}");
    }
}

#[test]
fn a_registry_that_cannot_be_read_is_a_fault_and_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.ingest_chapter(&["--register", "campaign"]);
    fs::write(sandbox.home("stores/registry.json"), "{").unwrap();
    let output = doctor(&sandbox);
    assert_eq!(output.code, Some(2), "{output}");
    assert!(
        output.stdout.contains("FAULT  registry") && output.stdout.contains("1 fault found."),
        "{output}"
    );
    assert_eq!(fs::read(sandbox.home("stores/registry.json")).unwrap(), b"{");
}

#[test]
fn a_model_folder_that_cannot_be_used_is_a_fault() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["doctor", "--model-dir", "."]);
    assert_eq!(output.code, Some(2), "{output}");
    assert!(output.stdout.contains("FAULT  model stories  `.` has no `config.json`"), "{output}");
}
