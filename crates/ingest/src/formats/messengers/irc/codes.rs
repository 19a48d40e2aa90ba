//! Marks of colours and letters in what is said: mIRC's, which are a control character and for colours the numbers behind it,
//! and those of terminals.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::stamp;

static CODES: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?|[\x02\x0f\x11\x16\x1d-\x1f]|\x1b\[[0-9;]*[A-Za-z]",
    )
});

/// The text without them.
pub(super) fn without_codes(text: &str) -> Cow<'_, str> {
    let is_code =
        |c| matches!(c, '\u{2}'..='\u{4}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1b}' | '\u{1d}'..='\u{1f}');
    if text.contains(is_code) { CODES.replace_all(text, "") } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_takes_its_numbers_along_and_no_others() {
        for (text, plain) in [
            ("\u{3}04,01the\u{3} lamp \u{3}12Bren\u{3} 3 times", "the lamp Bren 3 times"),
            ("\u{3}4the \u{3}123 \u{3}1,a \u{3},2", "the 3 ,a ,2"),
            ("\u{2}b\u{2}\u{1d}i\u{1d}\u{1f}u\u{1f}\u{1e}s\u{1e}\u{11}m\u{11}\u{16}r\u{f}", "biusmr"),
            ("\u{4}FF0000,00ff00red\u{4} FF", "red FF"),
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("[31m and ^C4 are text", "[31m and ^C4 are text"),
        ] {
            assert_eq!(without_codes(text), plain);
        }
    }
}
