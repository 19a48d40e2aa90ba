use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::letters::{continues, is_invisible};

/// A character of a run without spaces, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The character.
    pub letter: char,
    /// The bytes of the run that it comes from, with all marks on it. Units may share them.
    pub range: Range<usize>,
}

/// The characters of a run without spaces.
///
/// Nobody can tell where its words are without a dictionary, so it is searched by characters and by pairs of neighbours:
/// any part of two or more is found, whatever the words are. The same serves Hangul, whose nouns take endings.
pub fn units(run: &str) -> Vec<Unit> {
    let mut units = Vec::with_capacity(run.len() / 3);
    let mut chars = run.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        while let Some((at, mark)) = chars.next_if(|(_, next)| continues(*next) || is_invisible(*next)) {
            end = at + mark.len_utf8();
        }
        let visible = run.get(start..end).unwrap_or_default().chars().filter(|c| !is_invisible(*c));
        units.extend(visible.nfkc().map(|letter| Unit { letter, range: start..end }));
    }
    units
}
