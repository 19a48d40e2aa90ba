//! The reasoning that older versions of the web UI left in a message's content, between markers.

use crate::words;

/// `<think>` counts only where the content begins: further on, it may be what the talk is about.
const THINK: (&str, &str) = ("<think>", "</think>");
/// The web UI's own, which nobody writes by hand.
const MARKED: (&str, &str) = ("<<<reasoning_content_start>>>", "<<<reasoning_content_end>>>");

/// The content without its reasoning, and the reasoning. A marker that isn't closed reaches to the end.
/// Content without markers stays as it is.
pub(super) fn parted(content: String) -> (String, String) {
    let starts = content.trim_start().starts_with(THINK.0);
    if !starts && !content.contains(MARKED.0) {
        return (content, String::new());
    }
    let mut kept = String::new();
    let mut thoughts = Vec::new();
    let mut rest = content.as_str();
    if starts {
        rest = take(rest, THINK, &mut kept, &mut thoughts);
    }
    while rest.contains(MARKED.0) {
        rest = take(rest, MARKED, &mut kept, &mut thoughts);
    }
    kept.push_str(rest);
    (words::trim(&kept).to_owned(), thoughts.join("\n\n"))
}

/// Moves the text before the first marker to `kept` and that between the markers to `thoughts`; what is
/// behind them remains.
fn take<'a>(
    text: &'a str,
    (start, end): (&str, &str),
    kept: &mut String,
    thoughts: &mut Vec<&'a str>,
) -> &'a str {
    let (before, from) = text.split_once(start).unwrap_or((text, ""));
    let (thought, behind) = from.split_once(end).unwrap_or((from, ""));
    kept.push_str(before);
    thoughts.push(words::trim(thought));
    behind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_is_parted_from_what_is_said() {
        for (content, kept, thought) in [
            (" said ", " said ", ""),
            ("<think>\nhm\n</think>\n\nsaid", "said", "hm"),
            ("I wrote <think>x</think>", "I wrote <think>x</think>", ""),
            ("<think>never closed", "", "never closed"),
            (
                "a<<<reasoning_content_start>>>one<<<reasoning_content_end>>>b<<<reasoning_content_start>>>two",
                "ab",
                "one\n\ntwo",
            ),
        ] {
            assert_eq!(parted(content.to_owned()), (kept.to_owned(), thought.to_owned()), "{content}");
        }
    }
}
