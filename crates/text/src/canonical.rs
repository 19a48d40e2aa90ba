use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text by which two are the same to whoever reads them: composed letters, one kind of line end and of space, without
/// what nobody sees at the ends of lines. Who exports a text again may change all of these, and nobody else does.
///
/// What a reader does see stays: case, accents, the kind of a quotation mark, joiners that give a letter its form.
pub fn canonical(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_blank);
    if is_canonical(text) {
        return Cow::Borrowed(text);
    }
    let text: String = text.replace("\r\n", "\n").chars().filter_map(same_blank).nfc().collect();
    let mut lines = text.split('\n').map(|line| line.trim_end_matches(is_blank));
    let first = lines.next().unwrap_or_default().to_owned();
    Cow::Owned(lines.fold(first, |all, line| all + "\n" + line))
}

fn is_canonical(text: &str) -> bool {
    let mut last = ' ';
    for c in text.chars() {
        if same_blank(c) != Some(c) || c == '\n' && is_blank(last) && last != '\n' {
            return false;
        }
        last = c;
    }
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

fn is_blank(c: char) -> bool {
    same_blank(c).is_none_or(char::is_whitespace)
}

/// The space or line end that `c` is a form of; none for what takes no room, any other character itself.
fn same_blank(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Some(' '),
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_cannot_tell_apart_is_the_same() {
        for (reason, one, other, same) in [
            ("composed and not", "Zoe\u{308} réste", "Zoë re\u{301}ste", true),
            ("Hangul", "\u{1112}\u{1161}\u{11ab}", "한", true),
            ("line ends", "one\r\n\r\ntwo\rthree\n", "one\n\ntwo\nthree", true),
            ("blank at the ends of lines", " one \t\n two\u{a0}", "one\n two", true),
            ("a space that does not break", "4:00\u{202f}AM", "4:00 AM", true),
            ("a mark in front", "\u{feff}one", "one", true),
            ("a soft hyphen", "light\u{ad}house", "lighthouse", true),
            ("nothing", " \u{200b}\n", "", true),
            ("case", "One", "one", false),
            ("an accent", "Zoe", "Zoë", false),
            ("an indented line", "a\n  b", "a\nb", false),
            ("an empty line", "a\n\nb", "a\nb", false),
            ("a joiner", "👩\u{200d}🚀", "👩🚀", false),
        ] {
            assert_eq!(canonical(one) == canonical(other), same, "{reason}");
            for text in [one, other] {
                assert_eq!(canonical(&canonical(text)), canonical(text), "{reason}");
            }
        }
        assert!(matches!(canonical("as it is\n\nbelow"), Cow::Borrowed(_)));
        assert!(matches!(canonical("Zoë"), Cow::Borrowed(_)));
    }
}
