use crate::letters::is_invisible;

const JOINER: char = '\u{200d}';

/// An emoji as it is compared: without the selector that says whether it is shown in colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji {
    /// The whole of it.
    pub whole: String,
    /// What it is found by besides: the same without a tone of skin, and each picture that it is joined from.
    pub parts: Vec<String>,
}

/// Folds what [`crate::tokens`] says is an emoji.
pub fn emoji(text: &str) -> Emoji {
    let whole: String = text.chars().filter(|c| *c == JOINER || is_tag(*c) || !is_invisible(*c)).collect();
    let toneless = |text: &str| text.chars().filter(|c| !is_tone(*c)).collect::<String>();
    let mut parts = vec![toneless(&whole)];
    for picture in whole.split(JOINER).filter(|picture| !matches!(*picture, "♀" | "♂" | "⚕" | "⚖")) {
        parts.extend([picture.to_owned(), toneless(picture)]);
    }
    parts.sort();
    parts.dedup();
    parts.retain(|part| !part.is_empty() && *part != whole);
    Emoji { whole, parts }
}

/// Letters of an invisible alphabet, which spell the flags of regions.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

pub(crate) fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

pub(crate) fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// The bytes of the emoji that `text` starts with.
pub(crate) fn length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, first)) = chars.next() else { return 0 };
    let mut end = first.len_utf8();
    if let Some((at, second)) = chars.next_if(|(_, second)| is_regional(first) && is_regional(*second)) {
        end = at + second.len_utf8();
    }
    let mut joined = false;
    for (at, c) in chars {
        let picture = joined && crate::letters::is_emoji(c);
        if !(picture || is_tone(c) || c == JOINER || c == '\u{20e3}' || is_invisible(c)) {
            break;
        }
        joined = c == JOINER;
        end = at + c.len_utf8();
    }
    end
}
