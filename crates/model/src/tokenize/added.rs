use serde::{Deserialize, Serialize};

/// A text that stands for a token wherever it occurs.
#[derive(Serialize, Deserialize)]
pub(super) struct AddedText {
    pub(super) content: String,
    pub(super) id: u32,
    /// White space before and after belongs to it.
    pub(super) lstrip: bool,
    pub(super) rstrip: bool,
}

/// Gives the ids of the tokens in `text` to `ids`, and what is between them to `other`, until there are `limit` ids. Of tokens
/// that begin at one place the longest counts.
pub(super) fn apart(
    text: &str,
    tokens: &[AddedText],
    limit: usize,
    ids: &mut Vec<u32>,
    other: &mut impl FnMut(&str, &mut Vec<u32>),
) {
    let mut done = 0;
    let mut at = 0;
    while at < text.len() && ids.len() < limit {
        let here = tokens.iter().filter(|token| text.as_bytes()[at..].starts_with(token.content.as_bytes()));
        let Some(token) = here.max_by_key(|token| token.content.len()) else {
            at += 1;
            continue;
        };
        let mut end = at + token.content.len();
        let before = &text[done.min(at)..at];
        let start = if token.lstrip { at - (before.len() - before.trim_end().len()) } else { at };
        if start > done {
            other(&text[done..start], ids);
        }
        ids.push(token.id);
        at = end;
        if token.rstrip {
            end += text[end..].len() - text[end..].trim_start().len();
        }
        done = end;
    }
    if let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty()) {
        other(rest, ids);
    }
}
