//! ChatGPT's canvas: a document beside the chat, which the assistant writes and changes by asking a tool. The tool is called
//! `canmore`, and what it is asked is JSON in the text of a message.

use naragtive_scene::Turn;
use regex::{NoExpand, RegexBuilder};

use super::super::drafts::Drafts;
use crate::json::{Node, Reader};

/// Patterns that mean the whole text, whatever lines it has.
const WHOLE: [&str; 5] = [".*", "(?s).*", "^.*$", "(?s)^.*$", "[\\s\\S]*"];
/// How large a pattern may become as a program, in bytes.
const PATTERN: usize = 1 << 20;
/// How much longer one replacement may make a text, in bytes.
const LONGER: usize = 16 << 20;

/// Takes what the tool was asked; false where that writes no document. `of`: the message that asks; `turns`: how many there
/// are.
pub(super) fn take(recipient: &str, text: &str, of: &Turn, drafts: &mut Drafts, turns: usize) -> bool {
    let Some(asked) = recipient.strip_prefix("canmore.") else { return false };
    let mut call = Reader::new(text, &[]).value().unwrap_or_default();
    match asked {
        "create_textdoc" => {
            let name = call.take("name").name();
            // Code is no text that is read.
            if call.get("type").str().is_some_and(|kind| kind.starts_with("code")) {
                return false;
            }
            let id = drafts.next_id(name.as_deref().unwrap_or("canvas"));
            let text = call.take("content").prose().unwrap_or_default();
            drafts.write(&id, name, text, of, turns)
        }
        "update_textdoc" => {
            let updates = call.take("updates").entries();
            drafts.change(None, |text| updated(text, updates))
        }
        _ => false,
    }
}

/// The text with all replacements; none where one of them finds nothing.
fn updated(text: &str, updates: Vec<Node>) -> Option<String> {
    let mut text = text.to_owned();
    for mut update in updates {
        let pattern = update.take("pattern").prose()?;
        let new = update.take("replacement").prose()?;
        text = replaced(&text, &pattern, &new, update.take("multiple").flag())?;
    }
    Some(text)
}

fn replaced(text: &str, pattern: &str, new: &str, all: bool) -> Option<String> {
    if WHOLE.contains(&pattern) {
        return Some(new.to_owned());
    }
    let limit = if all { 0 } else { 1 };
    let pattern = RegexBuilder::new(pattern).size_limit(PATTERN).dfa_size_limit(PATTERN).build().ok()?;
    let count = pattern.find_iter(text).take(if all { usize::MAX } else { 1 }).count();
    let is_sensible = count > 0 && count.saturating_mul(new.len()) <= LONGER;
    is_sensible.then(|| pattern.replacen(text, limit, NoExpand(new)).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_its_changes_made_of_it() {
        let create = r#"{"name":"story","type":"document","content":"The lamp is out. The lamp."}"#;
        for (updates, text) in [
            ("[]", "The lamp is out. The lamp."),
            (r#"[{"pattern":".*","multiple":false,"replacement":"New\n$1"}]"#, "New\n$1"),
            (r#"[{"pattern":"lamp","multiple":true,"replacement":"bell"}]"#, "The bell is out. The bell."),
            (
                r#"[{"pattern":"lamp","replacement":"bell"},{"pattern":"out\\.","replacement":"lit."}]"#,
                "The bell is lit. The lamp.",
            ),
            (r#"[{"pattern":"gull","replacement":"bell"}]"#, "The lamp is out. The lamp."),
            (r#"[{"pattern":"(?=x","replacement":"bell"}]"#, "The lamp is out. The lamp."),
        ] {
            let mut drafts = Drafts::default();
            let of = Turn { own_id: "m1".into(), ..Turn::default() };
            assert!(take("canmore.create_textdoc", create, &of, &mut drafts, 0));
            let update = format!("{{\"updates\":{updates}}}");
            let done = take("canmore.update_textdoc", &update, &of, &mut drafts, 0);
            let turns = drafts.among(Vec::new());
            assert_eq!((turns.len(), turns[0].text.as_str()), (1, text), "{updates}");
            assert_eq!(done, updates == "[]" || text != "The lamp is out. The lamp.", "{updates}");
        }
    }

    #[test]
    fn what_else_a_tool_is_asked_writes_no_document() {
        for (recipient, text) in [
            ("canmore.create_textdoc", r#"{"name":"x","type":"code/python","content":"print(1)"}"#),
            ("canmore.create_textdoc", "no JSON"),
            ("canmore.update_textdoc", r#"{"updates":[{"pattern":".*","replacement":"x"}]}"#),
            ("canmore.comment_textdoc", r#"{"comments":[]}"#),
            ("browser", "search('x')"),
        ] {
            let mut drafts = Drafts::default();
            assert!(!take(recipient, text, &Turn::default(), &mut drafts, 0), "{text}");
            assert!(drafts.among(Vec::new()).is_empty());
        }
    }
}
