//! `sources`, `forget`, `ingest --prune` and `watch`: stores that follow their exports.

use crate::sandbox::Sandbox;

fn lines(numbers: impl IntoIterator<Item = u32>) -> String {
    let line = |number: u32| {
        let stamp = format!("2025-11-{:02}T10:00:00Z", number + 1);
        format!(r#"{{"id": {number}, "user": "Ann", "timestamp": "{stamp}", "message": "Lamp {number}."}}"#)
    };
    numbers.into_iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn stored(sandbox: &Sandbox) -> u64 {
    sandbox.json(&["stats", "--json"])["store"]["records"].as_u64().unwrap()
}

#[test]
fn sources_are_listed_and_one_is_forgotten_after_a_yes() {
    let sandbox = Sandbox::new();
    sandbox.write("old.jsonl", lines(0..3));
    sandbox.write("new.jsonl", lines(10..12));
    sandbox.done(&["ingest", "old.jsonl", "new.jsonl", "--register", "table"]);
    let told = sandbox.done(&["sources"]);
    assert!(
        told.contains("old.jsonl\n    json, 3 scenes, 1 conversation, 2025-11-01 to 2025-11-03; added 20"),
        "{told}"
    );
    let json = sandbox.json(&["sources", "--json"]);
    assert_eq!(json["sources"][1]["scenes"], 3);
    assert_eq!(json["sources"][0]["last"], "2025-11-12");
    assert!(
        json["sources"][0]["added"].is_string() && json["sources"][0]["last_added"].is_string(),
        "{json}"
    );
    let refused = sandbox.refused(&["forget", "--source", "old.jsonl"]);
    assert!(
        refused.contains("forget asks first, and there is nobody to ask; it would be 3 scenes"),
        "{refused}"
    );
    assert_eq!(stored(&sandbox), 5);
    let none = sandbox.run(&["forget", "--source", "other.jsonl", "--yes"]);
    assert_eq!((none.code, stored(&sandbox)), (Some(1), 5));
    let told = sandbox.done(&["forget", "--source", "old.jsonl", "--where", "user=ann", "--yes"]);
    assert_eq!(told, "Forgot 3 scenes; it holds 2.\n");
    let json = sandbox.json(&["forget", "--where", "msg_id=10", "--yes", "--json"]);
    assert_eq!((&json["forgotten"], &json["store"]["records"]), (&1.into(), &1.into()));
    assert!(sandbox.json(&["list-stores", "--json"])["stores"][0]["condition"] == "present");
    assert_eq!(sandbox.run(&["forget", "--yes"]).code, Some(2), "something has to be meant");
}

#[test]
fn what_an_export_does_not_hold_any_more_is_pruned_when_asked_and_only_then() {
    let sandbox = Sandbox::new();
    sandbox.write("chat.jsonl", lines(0..5));
    sandbox.done(&["ingest", "chat.jsonl", "--register", "table"]);
    sandbox.write("chat.jsonl", lines([0, 4, 5]));
    let ingest = ["ingest", "chat.jsonl", "--register", "table"];
    sandbox.done(&ingest);
    assert_eq!(stored(&sandbox), 6);
    let asked = sandbox.run(&[&ingest[..], &["--prune"]].concat());
    assert_eq!(asked.code, Some(2));
    assert!(asked.stderr.contains("nothing was pruned: --prune asks first"), "{asked}");
    assert_eq!(stored(&sandbox), 6);
    let json = sandbox.json(&[&ingest[..], &["--prune", "--yes", "--json"]].concat());
    assert_eq!((&json["pruned"], &json["store"]["records"]), (&3.into(), &3.into()));
    assert_eq!(stored(&sandbox), 3);
    let told = sandbox.done(&[&ingest[..], &["--prune"]].concat());
    assert!(told.contains("Pruned: 0 scenes."), "{told}");
}

#[cfg(unix)]
#[test]
fn a_watch_takes_in_what_comes_and_ends_in_peace() {
    use std::io::{BufRead, BufReader, Read};

    let sandbox = Sandbox::new();
    let args = ["watch", "chat.jsonl", "--register", "live", "--every", "0.05", "--json"];
    let mut process = sandbox.command(&args).spawn().unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    let mut stderr = BufReader::new(process.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("Ctrl-C ends it") {
        assert!(stderr.read_line(&mut told).unwrap() > 0, "{told}");
    }
    assert!(told.contains("chat.jsonl is not there yet"), "{told}");
    for (numbers, added, total) in [(0..2, 2, 2), (0..5, 3, 5)] {
        sandbox.write("chat.jsonl", lines(numbers));
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let done: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&done["added"], &done["store"]["records"]), (&added.into(), &total.into()), "{line}");
    }
    crate::interrupt::interrupt(&process);
    assert_eq!(process.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("Stopped watching."), "{rest}");
    assert_eq!(stored(&sandbox), 5);
}

/// The time at which scenes are taken in is all that tells two ingests of the same files apart, and it can be given.
#[test]
fn with_the_time_given_two_ingests_of_the_same_files_come_to_the_same_bytes() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "chat.json",
        r#"[{"user": "Ada", "message": "The lamp is lit."}, {"user": "Bo", "message": "So it is."}]"#,
    );
    let store = |name: &str, seconds: &str| {
        let mut ingest = sandbox.command(&["ingest", "chat.json", "-o", name]);
        let done = sandbox.finish(ingest.env("SOURCE_DATE_EPOCH", seconds));
        assert_eq!(done.code, Some(0), "{done}");
        sandbox.read(name)
    };
    let first = store("a.parquet", "1700000000");
    assert!(store("b.parquet", "1700000000") == first);
    assert!(store("c.parquet", "1700000001") != first);
    let told = sandbox.done(&["sources", "-s", "a.parquet"]);
    assert!(told.contains("added 2023-11-14"), "{told}");
}
