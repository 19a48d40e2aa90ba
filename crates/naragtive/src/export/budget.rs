use std::fmt;
use std::ops::Range;

/// English prose in the vocabularies of today's language models.
const CHARACTERS_A_TOKEN: usize = 4;

/// How much of a language model's context a document may take.
///
/// Tokens are estimated, not counted: four characters (Unicode scalar values) a token, but one for each Han character,
/// kana or Hangul syllable, of which those models know few longer pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenBudget(usize);

impl TokenBudget {
    /// A budget of so many tokens.
    pub fn new(tokens: usize) -> Self {
        Self(tokens)
    }

    /// The tokens.
    pub fn tokens(self) -> usize {
        self.0
    }

    /// The tokens that a text takes, estimated.
    pub fn taken_by(text: &str) -> usize {
        letters(text).div_ceil(CHARACTERS_A_TOKEN)
    }

    /// The letters that stand for them, as `letters` counts.
    pub fn characters(self) -> usize {
        self.0.saturating_mul(CHARACTERS_A_TOKEN)
    }
}

/// How many letters `text` counts for: characters, those that take a token each as four.
pub(super) fn letters(text: &str) -> usize {
    text.chars().map(weight).sum()
}

/// The beginning of `text` that counts for no more than `limit` letters, and the character behind it.
pub(super) fn beginning(text: &str, limit: usize) -> &str {
    let mut sum = 0;
    let end = text.char_indices().find(|(_, c)| {
        let before = sum;
        sum += weight(*c);
        before > limit
    });
    end.map_or(text, |(end, _)| text.split_at(end).0)
}

/// What stands within `bytes` and around it, no more than counts for `limit` letters: as much before it as behind it, where
/// there is as much.
pub(crate) fn around(text: &str, bytes: Range<usize>, limit: usize) -> Range<usize> {
    let (mut from, mut to) = (bytes.start.min(text.len()), bytes.end.min(text.len()));
    let inner = text.get(from..to).unwrap_or_default();
    let Some(mut room) = limit.checked_sub(letters(inner)) else {
        return from..from + beginning(inner, limit.saturating_sub(CHARACTERS_A_TOKEN)).len();
    };
    let mut before = text.get(..from).unwrap_or_default().chars().rev();
    let mut behind = text.get(to..).unwrap_or_default().chars();
    loop {
        let (one, other) = (before.next(), behind.next());
        for (c, is_before) in
            [(one, true), (other, false)].into_iter().filter_map(|(c, side)| Some((c?, side)))
        {
            let Some(left) = room.checked_sub(weight(c)) else { return from..to };
            room = left;
            if is_before { from -= c.len_utf8() } else { to += c.len_utf8() }
        }
        if one.is_none() && other.is_none() {
            return from..to;
        }
    }
}

fn weight(c: char) -> usize {
    let takes_a_token = matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3001}'..='\u{30ff}' | '\u{3100}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}');
    if takes_a_token { CHARACTERS_A_TOKEN } else { 1 }
}

impl Default for TokenBudget {
    fn default() -> Self {
        Self(4000)
    }
}

impl fmt::Display for TokenBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 token"),
            tokens => write!(f, "{tokens} tokens"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_han_character_a_kana_or_a_syllable_is_a_token() {
        for (text, tokens) in
            [("word", 1), ("灯台の光が", 5), ("배는 ", 2), ("船 is a ship", 3), ("Ｄ", 1), ("é", 0)]
        {
            assert_eq!(letters(text) / CHARACTERS_A_TOKEN, tokens, "{text}");
        }
        for (text, limit, kept) in
            [("abc", 1, "ab"), ("abc", 9, "abc"), ("灯台の光", 8, "灯台の"), ("灯台", 0, "灯")]
        {
            assert_eq!(beginning(text, limit), kept);
        }
    }

    #[test]
    fn what_is_around_a_passage_is_as_long_as_there_is_room() {
        for (text, passage, limit, expected) in [
            ("abcdefgh", 3..5, 4, "cdef"),
            ("abcdefgh", 3..5, 5, "bcdef"),
            ("abcdefgh", 3..5, 99, "abcdefgh"),
            ("abcdefgh", 0..1, 4, "abcd"),
            ("abcdefgh", 7..8, 4, "efgh"),
            ("abcdefgh", 2..8, 5, "cd"),
            ("灯a台b光", 3..4, 5, "灯a"),
            ("", 0..0, 5, ""),
            ("ab", 7..9, 5, "ab"),
        ] {
            assert_eq!(&text[around(text, passage.clone(), limit)], expected, "{text} {passage:?} {limit}");
        }
    }

    #[test]
    fn a_token_is_four_characters() {
        for (budget, characters) in [
            (TokenBudget::default(), 16_000),
            (TokenBudget::new(0), 0),
            (TokenBudget::new(usize::MAX), usize::MAX),
        ] {
            assert_eq!(budget.characters(), characters, "{budget}");
        }
    }
}
