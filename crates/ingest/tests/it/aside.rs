//! What is thought, what is asked of tools and files written in as base64 are no part of what is said, in any format.

use naragtive_ingest::{Format, Ingested, SkipReason};

use crate::support::{ingest, texts};

/// An answer of which only `said` is said.
const ANSWER: &str = r"<think>\nhm\n</think>\n\n<tool_call>{}</tool_call>said";

/// A conversation of each program with an answer in it.
fn exports(answer: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            "llama",
            format!(
                r#"{{"conv":{{"id":"c","name":"n","currNode":"b"}},"messages":[{{"id":"a","type":"text","role":"user","content":"q","parent":null,"timestamp":1}},{{"id":"b","type":"text","role":"assistant","content":"{answer}","parent":"a","timestamp":2}}]}}"#
            ),
        ),
        (
            "sillytavern",
            format!(
                "{{\"user_name\":\"A\",\"character_name\":\"S\"}}\n{{\"name\":\"S\",\"is_user\":false,\"mes\":\"{answer}\"}}\n"
            ),
        ),
        (
            "chatgpt",
            format!(
                r#"[{{"title":"t","create_time":1,"mapping":{{"n":{{"id":"n","parent":null,"children":[],"message":{{"author":{{"role":"assistant"}},"content":{{"content_type":"text","parts":["{answer}"]}}}}}}}}}}]"#
            ),
        ),
        (
            "claude",
            format!(
                r#"[{{"uuid":"c","chat_messages":[{{"uuid":"m","sender":"assistant","text":"{answer}"}}]}}]"#
            ),
        ),
        (
            "dialogues",
            format!(
                r#"[{{"messages":[{{"role":"user","content":"q"}},{{"role":"assistant","content":"{answer}"}}]}}]"#
            ),
        ),
        (
            "openwebui",
            format!(
                r#"[{{"id":"c","user_id":"u","chat":{{"messages":[{{"role":"assistant","content":"{answer}"}}]}}}}]"#
            ),
        ),
        (
            "lmstudio",
            format!(
                r#"{{"messages":[{{"versions":[{{"role":"assistant","content":[{{"type":"text","text":"{answer}"}}]}}],"currentlySelected":0}}]}}"#
            ),
        ),
        (
            "jan",
            format!(
                r#"{{"object":"thread.message","thread_id":"t","role":"assistant","content":[{{"type":"text","text":{{"value":"{answer}"}}}}]}}"#
            ),
        ),
        ("textgen", format!(r#"{{"internal":[["q","{answer}"]],"visible":[["q","said"]]}}"#)),
        ("gemini", format!(r#"{{"chunkedPrompt":{{"chunks":[{{"role":"model","text":"{answer}"}}]}}}}"#)),
        (
            "risuai",
            format!(r#"{{"type":"risuChat","data":{{"message":[{{"role":"char","data":"{answer}"}}]}}}}"#),
        ),
        ("agnai", format!(r#"{{"messages":[{{"msg":"{answer}","handle":"S","characterId":"x"}}]}}"#)),
        (
            "characterai",
            format!(
                r#"{{"histories":{{"histories":[{{"msgs":[{{"src":{{"is_human":false}},"text":"{answer}"}}]}}]}}}}"#
            ),
        ),
        ("neptune", format!("***11/10/2025, 4:00:41 AM - Venice:***\n\n{}\n", answer.replace("\\n", "\n"))),
    ]
}

fn read(name: &str, export: &str) -> Ingested {
    let format = Format::detect(export.as_bytes()).unwrap_or_else(|| panic!("{name} is of no format"));
    assert_eq!(format.name(), name);
    ingest(format, export.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn only_what_is_said_is_a_scenes_text_in_every_format() {
    for (name, export) in exports(ANSWER) {
        let ingested = read(name, &export);
        let all = texts(&ingested).concat();
        assert!(all.ends_with("said") && !all.contains("hm") && !all.contains("tool_call"), "{name}: {all}");
        let thought = ingested.scenes.iter().find_map(|scene| scene.metadata.text("thinking_preview"));
        assert_eq!(thought.as_deref(), Some("hm"), "{name}");
        assert_eq!(ingested.report.count(SkipReason::ToolTraffic), 1, "{name}");
    }
}

#[test]
fn an_encoded_file_is_in_no_scene_of_any_format() {
    let file = "iVBORw0KGgo9".repeat(100);
    for answer in [format!("before ![map](data:image/png;base64,{file}) said"), format!("before {file} said")]
    {
        for (name, export) in exports(&answer) {
            let ingested = read(name, &export);
            let all = texts(&ingested).concat();
            assert!(
                all.contains("before") && all.ends_with("said") && !all.contains("iVBOR"),
                "{name}: {all:.99}"
            );
            assert!(ingested.report.count(SkipReason::Encoded) > 0, "{name}");
        }
    }
    let text = format!("It rains.\n\n{file}\n\nIt stops.");
    assert_eq!(texts(&ingest(Format::PLAIN_TEXT, text.as_bytes()).unwrap()), ["It rains.\n\n\n\nIt stops."]);
}
