//! What each character is to a word.

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

/// What a character is to the word that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A letter or digit of a script with spaces between words.
    Letter,
    /// A letter of a script whose words nothing parts, or whose words take endings: see [`crate::units`].
    Unspaced,
    /// A picture, which is a word of its own.
    Emoji,
    /// An accent, a vowel sign, a joiner: part of the character before it.
    Mark,
    /// Nobody sees it.
    Invisible,
    /// An apostrophe or a dash, which may stand within a word.
    Joint,
    /// No part of any word.
    Other,
}

impl Class {
    #[inline]
    pub(crate) fn of(c: char) -> Self {
        if c.is_ascii() {
            return match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' => Self::Letter,
                '\'' | '-' | '`' => Self::Joint,
                _ => Self::Other,
            };
        }
        Self::of_rare(c)
    }

    fn of_rare(c: char) -> Self {
        if joint(c).is_some() {
            Self::Joint
        } else if is_invisible(c) {
            Self::Invisible
        } else if is_emoji(c) {
            Self::Emoji
        } else if is_unspaced(c) {
            Self::Unspaced
        } else if is_combining_mark(c)
            || canonical_combining_class(c) > 0
            || matches!(c, '\u{ff9e}' | '\u{ff9f}')
        {
            Self::Mark
        } else if c.is_alphanumeric() {
            Self::Letter
        } else {
            Self::Other
        }
    }
}

/// Whether a word may begin with `c`.
pub fn starts_word(c: char) -> bool {
    matches!(Class::of(c), Class::Letter | Class::Unspaced | Class::Emoji)
}

/// Whether `c` is a form of the hyphen.
pub fn is_hyphen(c: char) -> bool {
    joint(c) == Some('-')
}

/// Whether `c` is a form of the apostrophe.
pub fn is_apostrophe(c: char) -> bool {
    joint(c) == Some('\'')
}

/// The apostrophe or hyphen that `c` is a form of. The em dash is none: it stands between words.
pub(crate) fn joint(c: char) -> Option<char> {
    match c {
        '\'' | '`' | '´' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ˈ' | '\u{2bf}' | '‘' | '’' | '‛' | '′' | '׳' | 'ꞌ'
        | '＇' | '｀' => Some('\''),
        '-' | '־' | '᠆' | '‐' | '‑' | '‒' | '–' | '−' | '﹣' | '－' => Some('-'),
        _ => None,
    }
}

/// What Unicode calls default ignorable, tags but for flags, and the marks of direction.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Pictures, without those signs that are mostly typed as signs (arrows, ©).
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{231a}'..='\u{231b}' | '\u{2328}' | '\u{23cf}' | '\u{23e9}'..='\u{23fa}' | '\u{2600}'..='\u{2712}'
        | '\u{2714}'..='\u{275a}' | '\u{2763}'..='\u{2767}' | '\u{2795}'..='\u{27bf}' | '\u{2b1b}'..='\u{2b1c}'
        | '\u{2b50}' | '\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1f0ff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f201}'..='\u{1faff}')
}

/// Han, kana, bopomofo, Yi; Hangul; Thai, Lao, Burmese, Khmer and their relatives. Digits are letters.
fn is_unspaced(c: char) -> bool {
    if c.is_numeric()
        && !matches!(c, '\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
    {
        return false;
    }
    matches!(c,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{eff}'
        | '\u{1000}'..='\u{1049}' | '\u{1050}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{17d7}' | '\u{17dc}'..='\u{17dd}' | '\u{1950}'..='\u{19df}' | '\u{1a20}'..='\u{1a7f}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{318e}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{a48c}'
        | '\u{a960}'..='\u{a97c}' | '\u{a9e0}'..='\u{a9fe}' | '\u{aa60}'..='\u{aa7f}' | '\u{ac00}'..='\u{d7fb}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{ffa1}'..='\u{ffdc}' | '\u{1b000}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether `c` is shown together with the character before it, so that nothing may be cut between them.
pub fn hangs_on(c: char) -> bool {
    !c.is_ascii()
        && (matches!(c, '\u{e33}' | '\u{eb3}') || is_combining_mark(c) || is_invisible(c) || continues(c))
}

/// Whether `c` can't be told from the character before it: a mark, or the second or third part of a syllable of Hangul.
pub(crate) fn continues(c: char) -> bool {
    canonical_combining_class(c) > 0
        || matches!(c, '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}')
        || Class::of(c) == Class::Mark
}

/// A mark that says how a letter sounds; where a script can't do without its marks, they aren't among these.
pub(crate) fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Signs that most people leave out, so that they never count: vowels of Arabic and Hebrew, the kashida, forms of alef,
/// dots under letters of India.
pub(crate) fn is_silent(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8d3}'..='\u{8ff}'
        | '\u{711}' | '\u{730}'..='\u{74a}'
        | '\u{93c}' | '\u{9bc}' | '\u{a3c}' | '\u{abc}' | '\u{b3c}' | '\u{cbc}')
}
