use std::fmt::Display;

use naragtive::harmless;

/// How our own words stand out.
#[derive(Clone, Copy)]
pub enum Paint {
    Bold,
    Dim,
    Red,
    Yellow,
    Cyan,
}

/// Signs that stand for our own colours until the text is written. They are no characters of any writing, so what is
/// foreign in a text can be made harmless as a whole, and nothing in it can pass for ours but a colour.
const SIGNS: [(char, &str); 6] = [
    ('\u{fdd0}', "\x1b[1m"),
    ('\u{fdd1}', "\x1b[2m"),
    ('\u{fdd2}', "\x1b[1;31m"),
    ('\u{fdd3}', "\x1b[1;33m"),
    ('\u{fdd4}', "\x1b[1;36m"),
    (END, "\x1b[0m"),
];
const END: char = '\u{fdd5}';

pub fn is_sign(c: char) -> bool {
    SIGNS.iter().any(|(sign, _)| *sign == c)
}

pub fn paint(on: bool, paint: Paint, text: &str) -> String {
    let (sign, _) = SIGNS[paint as usize];
    if on { format!("{sign}{text}{END}") } else { text.to_owned() }
}

/// What a person is shown of a text: everything foreign in it harmless, our own colours in place.
pub fn shown(text: &dyn Display) -> String {
    let text = text.to_string();
    let text = harmless(&text);
    SIGNS.iter().fold(text.into_owned(), |text, (sign, code)| text.replace(*sign, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_does_nothing_and_our_own_colours_stay() {
        for (text, expected) in [
            ("\x1b]0;title\x07", "␛]0;title␇"),
            ("\x1b[31mred", "␛[31mred"),
            ("\u{9b}2J", "�2J"),
            ("a\u{202e}b\u{2066}c", "a�b�c"),
            ("a\tb\r\nc\rd", "a\tb\nc␍d"),
            ("日本 é 🤔", "日本 é 🤔"),
        ] {
            assert_eq!(shown(&text), expected, "{text:?}");
            assert_eq!(shown(&paint(true, Paint::Bold, text)), format!("\x1b[1m{expected}\x1b[0m"));
        }
    }
}
