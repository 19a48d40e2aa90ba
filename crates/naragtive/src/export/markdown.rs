/// A value that must stay on its line: a query, an id, a place.
pub(super) fn line(text: &str) -> String {
    text.trim().replace(char::is_control, " ")
}

/// A scene's text as one block that no line of it can leave: bare where it is prose, fenced otherwise.
pub(super) fn block(text: &str) -> String {
    let text = text.trim();
    if is_prose(text) { text.to_owned() } else { fenced(text) }
}

/// Whether no line of a text could be read as the document's own structure.
///
/// Asks for less than Markdown's grammar does: a fence too many is harmless, one too few is not.
pub(super) fn is_prose(text: &str) -> bool {
    !text.contains("```") && text.split(['\n', '\r']).all(|line| !is_structure(line.trim()))
}

fn is_structure(line: &str) -> bool {
    line.starts_with(['#', '<', '[']) || line.starts_with("~~~") || is_rule(line)
}

/// A thematic break, or the line under a heading.
fn is_rule(line: &str) -> bool {
    !line.is_empty() && line.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' ' | '\t'))
}

fn fenced(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stands_as_it_is() {
        for text in [
            "",
            "She laughs.\n\n\"Orders?\"",
            "*He nods.* - **No**, he says - and `waits`.",
            "> quoted",
            "- one\n- two\n1. three",
            "a # b [c] <d> --- e ===",
            &"a very long line ".repeat(1000),
        ] {
            assert_eq!(block(text), text.trim());
        }
    }

    #[test]
    fn what_looks_like_structure_is_fenced() {
        for text in [
            "# Chapter two",
            "one\n## Source [2]: scene_0002",
            "one\n---\ntwo",
            "one\n  ---  \ntwo",
            "one\r---\rtwo",
            "* * *",
            "___",
            "one\n===",
            "one\n-",
            "~~~\ncode",
            "[2] scene_0002",
            "[scene_0002] He waits.",
            "<!-- nothing after this is seen",
        ] {
            assert_eq!(block(text), format!("```\n{text}\n```"));
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_the_text() {
        for (text, fence) in [
            ("# code: `ls`", "```"),
            ("- ```sh\n  ls", "````"),
            ("````\n```\n````", "`````"),
            ("an unclosed ````` in a line", "``````"),
        ] {
            assert_eq!(block(text), format!("{fence}\n{text}\n{fence}"));
        }
    }

    #[test]
    fn a_value_keeps_its_line() {
        assert_eq!(line(" who\r\nwaits\tthere? "), "who  waits there?");
    }
}
