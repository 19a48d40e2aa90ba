use unicode_categories::UnicodeCategories;
use unicode_normalization::UnicodeNormalization;

/// The characters of `text` as BERT sees them: no control characters, all white space a plain space, Chinese
/// characters apart, and in an uncased model no accents and no capitals.
pub(super) fn normalize(text: &str, lower_case: bool) -> Box<dyn Iterator<Item = char> + '_> {
    if text.is_ascii() {
        return Box::new(text.bytes().filter_map(move |byte| ascii(byte, lower_case)));
    }
    let clean = text.chars().filter(|c| !is_dropped(*c)).map(|c| if is_space(c) { ' ' } else { c });
    let apart = clean.flat_map(|c| {
        let around = is_chinese(c).then_some(' ');
        around.into_iter().chain([c]).chain(around)
    });
    if !lower_case {
        return Box::new(apart);
    }
    Box::new(apart.nfd().filter(|c| !c.is_mark_nonspacing()).flat_map(char::to_lowercase))
}

/// The same for one ASCII byte, where accents and Chinese characters can't occur.
fn ascii(byte: u8, lower_case: bool) -> Option<char> {
    let c = if lower_case { byte.to_ascii_lowercase() } else { byte } as char;
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
