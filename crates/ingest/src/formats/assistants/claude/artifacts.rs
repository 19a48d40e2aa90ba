//! Claude's artifacts, and the files that it writes: documents beside the chat. They are made and changed by what a tool is
//! asked: `artifacts` by its commands, files by `create_file` and `str_replace`.

use naragtive_scene::Turn;

use super::super::drafts::Drafts;
use crate::json::Node;
use crate::turns::file_name;

/// Kinds of artifacts that are no text that is read.
const NO_TEXT: [&str; 5] = [
    "application/vnd.ant.code",
    "application/vnd.ant.react",
    "application/vnd.ant.mermaid",
    "image/svg+xml",
    "text/html",
];
/// What the names of files end in that are text.
const TEXTS: [&str; 3] = [".md", ".markdown", ".txt"];

/// Takes what a tool was asked; false where that writes no document. `of`: the message that asks; `turns`: how many there are.
pub(super) fn take(mut call: Node, of: &Turn, drafts: &mut Drafts, turns: usize) -> bool {
    let name = call.take("name").name().unwrap_or_default();
    let mut asked = call.take("input");
    let mut text = |key: &str| asked.take(key).prose().unwrap_or_default();
    match name.as_str() {
        "artifacts" => {
            let (id, title) = (text("id"), text("title"));
            let id = if id.is_empty() { title.clone() } else { id };
            if NO_TEXT.contains(&text("type").as_str()) {
                return false;
            }
            let name = if title.is_empty() { id.clone() } else { title };
            match text("command").as_str() {
                "create" | "rewrite" => drafts.write(&id, Some(name), text("content"), of, turns),
                "update" => drafts.change(Some(&id), |old| replaced(old, &text("old_str"), &text("new_str"))),
                _ => false,
            }
        }
        "create_file" | "str_replace" => {
            let path = text("path");
            if !TEXTS.iter().any(|end| path.to_ascii_lowercase().ends_with(end)) {
                return false;
            }
            if name == "create_file" {
                return drafts.write(&path, file_name(&path), text("file_text"), of, turns);
            }
            drafts.change(Some(&path), |old| replaced(old, &text("old_str"), &text("new_str")))
        }
        _ => false,
    }
}

/// The text with `new` in the place of `old`, which has to be there.
fn replaced(text: &str, old: &str, new: &str) -> Option<String> {
    (!old.is_empty() && text.contains(old)).then(|| text.replacen(old, new, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Reader;

    #[test]
    fn a_document_is_what_was_made_of_it_last() {
        let calls = [
            (
                r#"{"name":"artifacts","input":{"id":"s","type":"text/markdown","title":"The Lamp","command":"create","content":"One lamp."}}"#,
                true,
            ),
            (
                r#"{"name":"artifacts","input":{"id":"s","command":"update","old_str":"lamp","new_str":"bell"}}"#,
                true,
            ),
            (
                r#"{"name":"artifacts","input":{"id":"s","command":"update","old_str":"gull","new_str":"x"}}"#,
                false,
            ),
            (
                r#"{"name":"artifacts","input":{"id":"t","type":"text/markdown","command":"create","content":"Two."}}"#,
                true,
            ),
            (r#"{"name":"artifacts","input":{"id":"t","command":"rewrite","content":"Three."}}"#, true),
            (
                r#"{"name":"artifacts","input":{"id":"c","type":"application/vnd.ant.code","command":"create","content":"1"}}"#,
                false,
            ),
            (r#"{"name":"create_file","input":{"path":"/out/ch1.md","file_text":"Four."}}"#, true),
            (
                r#"{"name":"str_replace","input":{"path":"/out/ch1.md","old_str":"Four","new_str":"Five"}}"#,
                true,
            ),
            (r#"{"name":"create_file","input":{"path":"/out/x.py","file_text":"1"}}"#, false),
            (r#"{"name":"web_search","input":{"query":"lamp"}}"#, false),
        ];
        let mut drafts = Drafts::default();
        let of = Turn { own_id: "m1".into(), ..Turn::default() };
        for (call, is_taken) in calls {
            let call_read = Reader::new(call, &[]).value().unwrap();
            assert_eq!(take(call_read, &of, &mut drafts, 0), is_taken, "{call}");
        }
        let turns = drafts.among(Vec::new());
        let shown: Vec<_> =
            turns.iter().map(|turn| (turn.attachments[0].as_str(), turn.text.as_str())).collect();
        assert_eq!(shown, [("The Lamp", "One bell."), ("t", "Three."), ("ch1.md", "Five.")]);
    }
}
