use naragtive::is_harmful;
use serde_json::Value;

/// JSON on one line, for every reader of lines.
pub fn one_line(value: &Value) -> String {
    escaped(value.to_string())
}

/// JSON in which every character is escaped that does something on a terminal or that a reader of lines may take for the
/// end of one; JSON itself allows them.
pub fn escaped(json: String) -> String {
    let does_something = |c: char| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') || is_harmful(c);
    if !json.contains(does_something) {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if does_something(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| safe.push_str(&format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_does_nothing_on_a_terminal_and_means_the_same() {
        let value =
            serde_json::json!({"text": "a\u{1b}[31m\u{7f}\u{9b}2J\u{202e}\u{2066}\u{e0001}é 日本 🤔"});
        let shown = escaped(format!("{value:#}"));
        assert!(!shown.contains(is_harmful), "{shown:?}");
        assert!(shown.contains("é 日本 🤔") && shown.contains('\n'), "{shown:?}");
        assert_eq!(serde_json::from_str::<Value>(&shown).ok(), Some(value));
    }

    #[test]
    fn a_line_of_json_is_one_line_to_every_reader() {
        let value = serde_json::json!({"text": "a\u{85}b\u{2028}c\u{2029}d\ne"});
        let line = one_line(&value);
        assert_eq!(line, r#"{"text":"a\u0085b\u2028c\u2029d\ne"}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).ok(), Some(value));
    }
}
