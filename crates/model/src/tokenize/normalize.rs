use std::fmt;

use unicode_categories::UnicodeCategories;
use unicode_normalization::UnicodeNormalization;

/// What a BERT model makes of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Letters {
    /// Capitals become small ones.
    pub(crate) small: bool,
    /// Accents are taken off.
    pub(crate) bare: bool,
    /// Chinese characters are words of their own.
    pub(crate) chinese_apart: bool,
}

impl Letters {
    /// As in BERT's two models: small and without accents, or as they are.
    pub(crate) fn usual(lower_case: bool) -> Self {
        Self { small: lower_case, bare: lower_case, chinese_apart: true }
    }

    pub(super) fn is_usual(self) -> bool {
        self == Self::usual(self.small)
    }
}

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let case = if self.small { "small letters" } else { "letters as they are" };
        let accents = if self.bare { "without" } else { "with" };
        let chinese = if self.chinese_apart { "apart" } else { "as others" };
        write!(f, "{case}, {accents} accents, Chinese ones {chinese}")
    }
}

/// The characters of `text` as BERT sees them: no control characters, all white space a plain space, Chinese
/// characters apart, and in an uncased model no accents and no capitals.
pub(super) fn normalize(text: &str, letters: Letters) -> Box<dyn Iterator<Item = char> + '_> {
    if text.is_ascii() {
        return Box::new(text.bytes().filter_map(move |byte| ascii(byte, letters.small)));
    }
    let clean = text.chars().filter(|c| !is_dropped(*c)).map(|c| if is_space(c) { ' ' } else { c });
    let apart = clean.flat_map(move |c| {
        let around = (letters.chinese_apart && is_chinese(c)).then_some(' ');
        around.into_iter().chain([c]).chain(around)
    });
    match (letters.bare, letters.small) {
        (false, false) => Box::new(apart),
        (false, true) => Box::new(apart.flat_map(char::to_lowercase)),
        (true, false) => Box::new(bare(apart)),
        (true, true) => Box::new(bare(apart).flat_map(char::to_lowercase)),
    }
}

fn bare(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.nfd().filter(|c| !c.is_mark_nonspacing())
}

/// The same for one ASCII byte, where accents and Chinese characters can't occur.
fn ascii(byte: u8, small: bool) -> Option<char> {
    let c = if small { byte.to_ascii_lowercase() } else { byte } as char;
    if is_dropped(c) {
        return None;
    }
    Some(if is_space(c) { ' ' } else { c })
}

/// Splits words and is a word itself.
pub(super) fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || (!c.is_ascii() && c.is_punctuation())
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || c.is_whitespace()
}

fn is_dropped(c: char) -> bool {
    c == '\0' || c == '\u{fffd}' || (!matches!(c, '\t' | '\n' | '\r') && c.is_other())
}

fn is_chinese(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF
        | 0x3400..=0x4DBF
        | 0x20000..=0x2A6DF
        | 0x2A700..=0x2B73F
        | 0x2B740..=0x2B81F
        | 0x2B920..=0x2CEAF
        | 0xF900..=0xFAFF
        | 0x2F800..=0x2FA1F)
}
