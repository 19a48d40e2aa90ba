use std::borrow::Cow;

/// `text` as it may be shown on a terminal: no character in it does anything.
///
/// Newlines and tabs stay. Other controls become the pictures that Unicode has for them (`␛`), those above ASCII and marks
/// that change the direction of what follows the sign of what can't be shown (`�`). A carriage return before a newline is
/// left out.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\0'..='\u{1f}' if is_harmful(c) => {
                shown.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('�'))
            }
            '\u{7f}' => shown.push('␡'),
            c if is_harmful(c) => shown.push('�'),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character does something on a terminal instead of being shown. Newlines and tabs are no harm.
pub fn is_harmful(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0001}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_is_shown_does_anything() {
        for (text, shown) in [
            ("plain é 龍 👩‍🚀\n\tx", "plain é 龍 👩‍🚀\n\tx"),
            ("\u{1b}]0;title\u{7}", "␛]0;title␇"),
            ("\u{9b}31m\u{85}", "�31m�"),
            ("a\r\nb\rc\u{8}\u{7f}", "a\nb␍c␈␡"),
            ("abc\u{202e}txt.exe\u{2066}\u{2069}\u{200f}", "abc�txt.exe���"),
            ("\u{2028}\u{0}", "�␀"),
        ] {
            assert_eq!(harmless(text), shown, "{text:?}");
        }
        assert!(matches!(harmless("plain"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn what_is_harmless_stays_as_it_is(text in any::<String>()) {
            let once = harmless(&text).into_owned();
            prop_assert!(!once.chars().any(is_harmful));
            prop_assert_eq!(harmless(&once), once.clone());
        }
    }
}
