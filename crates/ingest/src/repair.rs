//! Texts that another program spoilt on the way: letters decoded wrongly, and text escaped for HTML. Whether a file is
//! spoilt is told by all its texts, so that a message about `&amp;` stays one.

use std::sync::Arc;

use naragtive_scene::Turn;

use crate::IngestReport;

/// Repairs the texts and speakers of a file where all of them show that they are spoilt.
pub(crate) fn texts(turns: &mut [Turn], report: &mut IngestReport) {
    if turns.iter().any(|turn| !turn.text.is_ascii()) && all(turns, is_mojibake_or_ascii) {
        report.mended.mojibake += each(turns, unmangled);
    }
    if turns.iter().any(|turn| turn.text.contains('&')) && all(turns, is_escaped) {
        report.mended.entities += each(turns, unescaped);
    }
}

fn all(turns: &[Turn], holds: fn(&str) -> bool) -> bool {
    turns.iter().all(|turn| holds(&turn.text) && turn.speaker.as_deref().is_none_or(holds))
}

/// Repairs every text, and says how many of them changed.
fn each(turns: &mut [Turn], repaired: fn(&str) -> Option<String>) -> usize {
    let mut changed = 0;
    for turn in turns {
        if let Some(text) = repaired(&turn.text) {
            turn.text = text;
            changed += 1;
        }
        if let Some(speaker) = turn.speaker.as_deref().and_then(repaired) {
            turn.speaker = Some(Arc::from(speaker));
        }
    }
    changed
}

/// Whether each character stands for one byte of a text in UTF-8.
fn is_mojibake_or_ascii(text: &str) -> bool {
    text.is_ascii() || unmangled(text).is_some()
}

/// A text in UTF-8 whose bytes were taken for characters, as it was.
fn unmangled(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    String::from_utf8(bytes?).ok()
}

/// Whether no `&` stands for itself.
fn is_escaped(text: &str) -> bool {
    text.match_indices('&').all(|(at, _)| text.get(at..).is_some_and(|rest| entity(rest).is_some()))
}

/// The text with characters for entities, and with line ends for `<br>`.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    if !text.contains('&') && !text.contains("<br") {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        let (before, behind) = rest.split_at(at);
        plain.push_str(before);
        let (kept, length) = entity(behind).or_else(|| line_break(behind)).unwrap_or_else(|| {
            let first = behind.chars().next().unwrap_or_default();
            (first, first.len_utf8())
        });
        plain.push(kept);
        rest = behind.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    Some(plain).filter(|plain| plain != text)
}

fn line_break(text: &str) -> Option<(char, usize)> {
    ["<br>", "<br/>", "<br />", "<BR>"]
        .iter()
        .find(|tag| text.starts_with(**tag))
        .map(|tag| ('\n', tag.len()))
}

/// The character of the entity that `text` begins with, and how long the entity is.
fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 16] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("hellip", '…'),
        ("mdash", '—'),
        ("ndash", '–'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("eacute", 'é'),
    ];
    let name =
        text.strip_prefix('&')?.split_once(';').map(|(name, _)| name).filter(|name| name.len() <= 8)?;
    let c = match name.strip_prefix('#') {
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?
        }
    };
    Some((c, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(given: &[&str]) -> Vec<String> {
        let mut turns: Vec<Turn> =
            given.iter().map(|text| Turn { text: (*text).to_owned(), ..Turn::default() }).collect();
        texts(&mut turns, &mut IngestReport::default());
        turns.into_iter().map(|turn| turn.text).collect()
    }

    #[test]
    fn texts_are_repaired_where_the_whole_file_is_spoilt() {
        for (given, kept) in [
            (&["O&#x27;Brien &amp; Sons<br>go", "&lt;3"][..], &["O'Brien & Sons\ngo", "<3"][..]),
            (&["write &amp; for &"], &["write &amp; for &"]),
            (&["a <br> b"], &["a <br> b"]),
            (&["a &unknown; b"], &["a &unknown; b"]),
            (&["ZoÃ«", "plain"], &["Zoë", "plain"]),
            (&["ZoÃ«", "Zoë"], &["ZoÃ«", "Zoë"]),
            (&["ZoÃ« 灯"], &["ZoÃ« 灯"]),
            (&["&amp;amp;"], &["&amp;"]),
        ] {
            assert_eq!(repaired(given), kept, "{given:?}");
        }
    }
}
