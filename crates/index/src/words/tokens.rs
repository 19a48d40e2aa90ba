use std::iter;
use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// The words of `text`, as ranges of bytes: letters, digits and underscores, with single hyphens and apostrophes
/// between them. Where words are written without spaces (Han, kana), each character is a word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.find(is_word_char)?;
        at = start + word_length(text.get(start..)?);
        Some(start..at)
    })
}

/// The bytes of the word that `text` starts with.
fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.chars().peekable();
    while let Some(next) = chars.next() {
        let joins = is_joint(next) && end > 0 && chars.peek().copied().is_some_and(is_spelt);
        if !(joins || is_spelt(next)) {
            return if end == 0 { next.len_utf8() } else { end };
        }
        end += next.len_utf8();
    }
    end
}

pub(crate) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() && (c.is_alphanumeric() || is_combining_mark(c))
}

/// Part of a word that may have more characters.
fn is_spelt(c: char) -> bool {
    is_word_char(c) && !is_whole(c)
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’' | '-')
}

/// Hiragana, katakana, and the Han blocks.
fn is_whole(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_hold_together_what_is_one_name() {
        for (text, expected) in [
            ("Drizzt Do'Urden's half-elf", vec!["Drizzt", "Do'Urden's", "half-elf"]),
            ("a--b 'quoted' dogs' -x", vec!["a", "b", "quoted", "dogs", "x"]),
            ("l’été, e\u{301}te", vec!["l’été", "e\u{301}te"]),
            ("龍と dragon龍", vec!["龍", "と", "dragon", "龍"]),
            ("हिन्दी", vec!["हिन्दी"]),
            ("", vec![]),
        ] {
            assert_eq!(words(text).map(|range| &text[range]).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_letter_is_outside_all_words(text in "[a-b'’\\- é龍\u{301}]{0,30}") {
            let inside = |at| words(&text).any(|range| range.contains(&at));
            for (at, c) in text.char_indices() {
                prop_assert!(!is_word_char(c) || inside(at));
            }
        }
    }
}
