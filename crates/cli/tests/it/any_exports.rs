//! `ingest`: what a file is, is told by what is in it.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const ANN: &str = "***11/10/2025, 4:00:41 AM - User:***\nWho lit the lamp?\n---\n";

fn days(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    sandbox.done(&[&["ingest", "dates.json", "--register", "dates", "--no-append"], args].concat());
    let listed = sandbox.json(&["list", "--store-name", "dates", "--json"]);
    let scenes = listed["scenes"].as_array().unwrap().iter();
    scenes.map(|scene| scene["metadata"]["date_iso"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn several_files_of_several_formats_become_one_store() {
    let sandbox = Sandbox::new();
    for name in ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"] {
        sandbox.golden(name);
    }
    let args = ["neptune-chapter.txt", "llama-conversation.json", "chat-messages.json", "transcript.txt"];
    let output = sandbox.run(&[&["ingest", "--register", "all", "--json"], &args[..]].concat());
    let done: Value = serde_json::from_str(&output.stdout).unwrap();
    let told = |exported: &Value| (exported["format"].clone(), exported["certainty"].clone());
    let exports: Vec<_> = done["exports"].as_array().unwrap().iter().map(told).collect();
    let names = ["neptune", "llama", "chat", "text"].map(|name| json!(name));
    assert_eq!(exports.iter().map(|(format, _)| format.clone()).collect::<Vec<_>>(), names);
    assert_eq!(exports[3].1, "maybe");
    let scenes =
        done["exports"].as_array().unwrap().iter().map(|exported| exported["scenes"].as_u64().unwrap());
    assert_eq!(done["added"].as_u64(), Some(scenes.sum()));
    for line in [
        "neptune-chapter.txt: Neptune transcript, for sure",
        "transcript.txt: plain text, for want of anything else",
    ] {
        assert!(output.stderr.contains(line), "{output}");
    }
    assert_eq!(sandbox.json(&["list-stores", "--json"])["stores"][0]["source_type"], "mixed");
}

#[test]
fn a_file_gives_the_same_scenes_as_by_the_command_of_its_format() {
    let sandbox = Sandbox::new();
    for (name, command) in [
        ("neptune-chapter.txt", &["ingest-neptune", "-e"][..]),
        ("llama-conversation.json", &["ingest-llama", "-e"]),
        ("chat-messages.json", &["ingest-chat", "-s"]),
        ("transcript.txt", &["ingest-chat", "--type", "txt", "-s"]),
    ] {
        sandbox.golden(name);
        let first = sandbox.json(&[command, &[name, "-o", "store.parquet", "--json"]].concat());
        let again = sandbox.json(&["ingest", name, "-o", "store.parquet", "--json"]);
        let (added, there) = (first["added"].as_u64().unwrap(), again["already_there"].as_u64().unwrap());
        assert!(added > 0 && (again["added"].as_u64(), there) == (Some(0), added), "{name}: {again}");
    }
}

#[test]
fn what_the_user_says_a_file_is_goes_before_what_it_looks_like() {
    let sandbox = Sandbox::new();
    sandbox.write("notes.txt", ANN);
    let done = sandbox.json(&["ingest", "notes.txt", "--as", "text", "--json"]);
    assert_eq!(done["exports"][0]["format"], "text");
    assert_eq!(done["exports"][0]["certainty"], Value::Null);
}

#[test]
fn a_file_of_no_known_format_is_refused_with_the_formats_named() {
    let sandbox = Sandbox::new();
    sandbox.write("chapter.txt", ANN);
    sandbox.write("other.json", "{\"type\": \"other\"}");
    sandbox.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01");
    for name in ["other.json", "picture.png"] {
        let refused = sandbox.refused_and_kept(&["ingest", "chapter.txt", name]);
        assert!(refused.contains(&format!("can't tell what `{name}` is")), "{refused}");
        assert!(refused.contains(&format!("naragtive ingest --as FORMAT {name}")), "{refused}");
        assert!(refused.contains("`llama`") && refused.contains("`text`"), "{refused}");
    }
    sandbox.write("empty.txt", "");
    assert!(sandbox.refused_and_kept(&["ingest", "empty.txt"]).contains("the file is empty"));
}

#[test]
fn whether_the_day_comes_first_is_said_by_flag_or_setting() {
    let sandbox = Sandbox::new();
    let message = r#"[{"user": "Ann", "message": "The lamp is lit.", "timestamp": "03/04/2025 10:00 AM"}]"#;
    sandbox.write("dates.json", message);
    let (day_first, month_first) = ("2025-04-03", "2025-03-04");
    assert_eq!(days(&sandbox, &["--day-first"]), [day_first]);
    assert_eq!(days(&sandbox, &["--day-first=false"]), [month_first]);
    std::fs::write(sandbox.home("config.toml"), "day_first = true\n").unwrap();
    assert_eq!(days(&sandbox, &[]), [day_first]);
    assert_eq!(days(&sandbox, &["--day-first=false"]), [month_first]);
}

#[test]
fn a_folder_of_exports_is_read_and_a_second_time_adds_nothing() {
    let sandbox = Sandbox::new();
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/fixtures");
    let fixtures = fixtures.to_str().unwrap();
    let dry = sandbox.json(&["ingest", fixtures, "--dry-run", "--json"]);
    assert!(!sandbox.path("scenes.parquet").exists());
    let first = sandbox.json(&["ingest", fixtures, "--register", "all", "--json"]);
    let names = |value: &Value| -> Vec<String> {
        let exports = value["exports"].as_array().unwrap().iter();
        exports.map(|exported| exported["format"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&dry), names(&first));
    assert!(names(&first).len() >= 10, "{:?}", names(&first));
    assert!(dry["speakers"]["Captain Voss"] == 1 && dry["days"]["first"].is_string(), "{dry}");
    assert!(first["added"].as_u64() > Some(30), "{first}");
    let again = sandbox.json(&["ingest", fixtures, "--register", "all", "--json"]);
    assert_eq!((again["added"].as_u64(), again["updated"].as_u64()), (Some(0), Some(0)), "{again}");
}

#[test]
fn standard_input_is_read_too() {
    let sandbox = Sandbox::new();
    let chat = "{\"name\":\"Ann\",\"is_user\":true,\"send_date\":\"2025-11-02T20:14:43.000Z\",\"mes\":\"Who lit the lamp?\"}\n";
    let mut command = sandbox.command(&["ingest", "-", "--dry-run"]);
    let mut process = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut process.stdin.take().unwrap(), chat.as_bytes()).unwrap();
    let output = sandbox.output(process.wait_with_output().unwrap());
    assert!(output.stdout.contains("-: SillyTavern chat, 1 turn, 1 scene"), "{output}");
    assert!(output.stdout.contains("Ann: Who lit the lamp?"), "{output}");
}
