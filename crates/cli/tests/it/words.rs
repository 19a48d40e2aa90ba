//! What is typed into a query: words, phrases, beginnings, what must not be there.

use crate::sandbox::Sandbox;

const MESSAGES: &str = r#"[
    {"user": "ada", "message": "The harbour master counted the sails.", "timestamp": "2026-01-01T10:00:00"},
    {"user": "ada", "message": "A master of the harbour guild lied about it.", "timestamp": "2026-01-01T10:05:00"},
    {"user": "bo", "message": "Nobody sailed that week; the sea was grey.", "timestamp": "2026-01-01T10:10:00"}
]"#;

fn chat() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("chat.json", MESSAGES);
    sandbox.done(&["ingest-chat", "-s", "chat.json", "-o", "chat.parquet"]);
    sandbox
}

#[test]
fn words_phrases_beginnings_and_exclusions_find_what_they_say() {
    let sandbox = chat();
    for (query, starts) in [
        ("harbour", &["The harbour", "A master"][..]),
        ("\"harbour master\"", &["The harbour"]),
        ("harbour -guild", &["The harbour"]),
        ("-\"harbour master\" master", &["A master"]),
        ("sail*", &["Nobody sailed", "The harbour"]),
        ("sailing", &["Nobody sailed", "The harbour"]),
    ] {
        let found =
            sandbox.json(&["search", "-s", "chat.parquet", "--mode", "keyword", "--json", "--", query]);
        let texts: Vec<&str> =
            found["results"].as_array().unwrap().iter().map(|hit| hit["text"].as_str().unwrap()).collect();
        let right = texts.len() == starts.len()
            && starts.iter().all(|start| texts.iter().any(|text| text.starts_with(start)));
        assert!(right, "{query}: {texts:?}");
    }
}

#[test]
fn what_must_not_be_there_has_no_part_in_the_meaning() {
    let sandbox = chat();
    let first = |query: &str| {
        let found = sandbox.json(&["search", "-s", "chat.parquet", "-l", "1", "--json", "--", query]);
        found["results"][0].clone()
    };
    let (plain, without) = (first("sailed"), first("sailed -guild"));
    assert_eq!(plain["text"], without["text"]);
    assert_eq!(plain["scores"]["dense"], without["scores"]["dense"]);
}
