use std::iter;
use std::ops::Range;

use crate::emoji;
use crate::letters::Class;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits, with single hyphens and apostrophes between them.
    Word,
    /// A run of a script without spaces, or of Hangul: [`crate::units`] cuts it.
    Unspaced,
    /// A picture: [`crate::emoji`] folds it.
    Emoji,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// The words of `text` in order. An underscore is no part of a word, so that neither `_emphasis_` nor `snake_case` hides
/// the words in it; nor is anything invisible at a word's edge.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    iter::from_fn(move || {
        let (start, kind) = start(text, at)?;
        let rest = text.get(start..)?;
        let length = match kind {
            Kind::Word => word_length(rest),
            Kind::Unspaced => run_length(rest),
            Kind::Emoji => emoji::length(rest),
        };
        at = start + length.max(1);
        Some(Token { range: start..at, kind })
    })
}

/// The words of `text` as they stand in it.
pub fn spelt(text: &str) -> impl Iterator<Item = &str> {
    tokens(text).filter_map(|token| text.get(token.range))
}

/// Where the next token starts.
fn start(text: &str, at: usize) -> Option<(usize, Kind)> {
    let rest = text.get(at..)?;
    rest.char_indices().find_map(|(offset, c)| {
        let kind = match Class::of(c) {
            Class::Letter => Kind::Word,
            Class::Unspaced => Kind::Unspaced,
            Class::Emoji => Kind::Emoji,
            _ if matches!(c, '#' | '*') && is_keycap(rest.get(offset + 1..)?) => Kind::Emoji,
            _ => return None,
        };
        Some((at + offset, kind))
    })
}

fn is_keycap(behind: &str) -> bool {
    behind.strip_prefix('\u{fe0f}').unwrap_or(behind).starts_with('\u{20e3}')
}

/// The bytes of the word that `text` starts with.
fn word_length(text: &str) -> usize {
    let (mut end, mut joint) = (0, false);
    for (at, c) in text.char_indices() {
        match Class::of(c) {
            Class::Letter => joint = false,
            Class::Mark if !joint => {}
            Class::Invisible => continue,
            Class::Joint if !joint => {
                joint = true;
                continue;
            }
            _ => break,
        }
        end = at + c.len_utf8();
    }
    end
}

fn run_length(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        match Class::of(c) {
            Class::Unspaced | Class::Mark => end = at + c.len_utf8(),
            Class::Invisible => {}
            _ => break,
        }
    }
    end
}
