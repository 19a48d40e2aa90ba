//! The paragraphs of a document of NovelAI's editor: sections by their ids, the order they stand in, and what was done to
//! them since they were last written together.

use crate::json::Node;

/// What was done: a section was made, changed, taken out.
const MADE: u64 = 0;
const CHANGED: u64 = 1;
const TAKEN_OUT: u64 = 2;

/// The text of a document, a line for each section.
pub(super) fn text(mut document: Node) -> String {
    let mut sections: Vec<(String, String)> = Vec::new();
    let Node::Object(mut known) = document.take("sections") else { return String::new() };
    for id in document.take("order").entries().into_iter().filter_map(Node::name) {
        let found = known.iter_mut().find(|(key, _)| **key == *id).map(|(_, section)| section);
        let text = found.and_then(|section| section.take("text").prose()).unwrap_or_default();
        sections.push((id, text));
    }
    if let Node::Object(steps) = document.take("dirtySections") {
        steps.into_iter().for_each(|(id, step)| apply(&id, step, &mut sections));
    }
    sections.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

fn apply(id: &str, mut step: Node, sections: &mut Vec<(String, String)>) {
    let Node::Number(kind) = step.take("type") else { return };
    let place = |sections: &[(String, String)], id: &str| sections.iter().position(|(known, _)| known == id);
    match kind.as_u64() {
        Some(MADE) => {
            let text = step.take("section").take("text").prose().unwrap_or_default();
            let after = step.take("after").name();
            let at = match after.as_deref() {
                Some("0") => 0,
                Some(after) => place(sections, after).map_or(sections.len(), |at| at + 1),
                None => sections.len(),
            };
            sections.insert(at, (id.to_owned(), text));
        }
        Some(CHANGED) => {
            let at = place(sections, id);
            if let Some((_, text)) = at.and_then(|at| sections.get_mut(at)) {
                change(text, step.take("diff"));
            }
        }
        Some(TAKEN_OUT) => sections.retain(|(known, _)| known != id),
        _ => {}
    }
}

/// Replaces parts of a text, each at its place in what the parts before it made. A part that doesn't fit changes nothing.
fn change(text: &mut String, mut diff: Node) {
    let parts = match diff.take("parts") {
        Node::Array(parts) => parts,
        _ => diff.take("diff").take("parts").entries(),
    };
    for mut part in parts {
        let mut string = |key: &str| part.take(key).prose().unwrap_or_default();
        let (delete, insert) = (string("delete"), string("insert"));
        let Node::Number(from) = part.take("from") else { continue };
        let from = from.as_u64().and_then(|from| usize::try_from(from).ok()).unwrap_or(usize::MAX);
        let Some(start) = byte_of(text, from) else { continue };
        let end = start + delete.len();
        if text.get(start..end) == Some(delete.as_str()) {
            text.replace_range(start..end, &insert);
        }
    }
}

/// Where the `unit`-th unit of UTF-16 of a text is.
fn byte_of(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    let found = text.char_indices().find(|(_, c)| {
        let here = units;
        units += c.len_utf16();
        here >= unit
    });
    found.map(|(at, _)| at).or_else(|| (units == unit).then_some(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Reader;

    #[test]
    fn sections_stand_in_their_order_with_what_was_done_to_them() {
        let base =
            r#""sections":{"1":{"type":1,"text":"Hello World"},"2":{"type":1,"text":"two"}},"order":[1,2]"#;
        for (steps, shown) in [
            ("", "Hello World\ntwo"),
            (r#"{"3":{"type":0,"section":{"text":"new"},"after":1}}"#, "Hello World\nnew\ntwo"),
            (r#"{"3":{"type":0,"section":{"text":"new"},"after":0}}"#, "new\nHello World\ntwo"),
            (r#"{"2":{"type":2}}"#, "Hello World"),
            (
                r#"{"1":{"type":1,"diff":{"parts":[{"from":5,"delete":" World","insert":" Sea"}]}}}"#,
                "Hello Sea\ntwo",
            ),
            (r#"{"1":{"type":1,"diff":{"diff":{"parts":[{"from":99,"delete":"x"}]}}}}"#, "Hello World\ntwo"),
        ] {
            let steps = if steps.is_empty() { String::new() } else { format!(",\"dirtySections\":{steps}") };
            let document = Reader::new(&format!("{{{base}{steps}}}"), &[]).value().unwrap();
            assert_eq!(text(document), shown, "{steps}");
        }
    }
}
