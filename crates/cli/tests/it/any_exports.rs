//! `ingest`: what a file is, is told by what is in it.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

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
