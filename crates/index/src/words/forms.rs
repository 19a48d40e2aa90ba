//! The words of texts as they are spelt, and those of them that are spelt almost like another one.
//!
//! ```text
//! letters  u32 for each word in order: which letters it has
//! forms    u32 where it starts, u32 how often it was met, for each word; then the words' bytes
//! ```
//! Words are folded and without accents, so that a word that was typed with other accents is near.

use std::collections::BTreeMap;

use naragtive_text::{fold, hangs_on};

use crate::bytes::numbers::U32s;
use crate::words::analysis::{bare, parts};

/// Shorter words are near too many others, and so stand for none; nor do words of so few letters less one stand for them.
const SHORTEST: usize = 4;
/// From this many letters on a word may be wrong in two places.
const LONG: usize = 8;
/// Longer words are nobody's.
const LONGEST: usize = 32;
/// Words whose letters are looked at together.
const BLOCK: usize = 32;

/// In how many places a word of letters may be wrong and still stand for another one; in none, if it is none of letters.
///
/// Signs of a number are never wrong: nothing tells which number was meant.
pub(crate) fn most_edits(word: &str) -> usize {
    match word.chars().count() {
        _ if !word.chars().all(is_letter) => 0,
        SHORTEST..LONG => 1,
        LONG..=LONGEST => 2,
        _ => 0,
    }
}

/// Vowel signs and the like hang on their letters.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || hangs_on(c)
}

/// A form that may be meant. A word that was typed has no apostrophe; what is meant may have one (`dont`).
fn is_form(word: &str) -> bool {
    let lengths = SHORTEST - 1..=LONGEST + 2;
    lengths.contains(&word.chars().count()) && word.chars().all(|c| is_letter(c) || c == '\'')
}

/// Gathers forms with how often each was met.
#[derive(Default)]
pub(crate) struct FormsWriter {
    times: BTreeMap<String, u32>,
}

impl FormsWriter {
    /// A word of a text, met so often; of a word with hyphens, its parts.
    pub(crate) fn add(&mut self, word: &str, times: u32) {
        for part in parts(word) {
            let form = folded(word.get(part).unwrap_or_default());
            if is_form(&form) {
                let sum = self.times.entry(form).or_default();
                *sum = sum.saturating_add(times);
            }
        }
    }

    /// A form as [`Self::iter`] gave it.
    pub(crate) fn add_form(&mut self, form: &str, times: u32) {
        let sum = self.times.entry(form.to_owned()).or_default();
        *sum = sum.saturating_add(times);
    }

    /// The forms in order, with how often each was met.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.times.iter().map(|(form, times)| (form.as_str(), *times))
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        others.iter().for_each(|(form, times)| self.add_form(form, times));
        self
    }

    /// The bytes of the letters, and of the forms.
    pub(crate) fn finish(self) -> [Vec<u8>; 2] {
        let (mut letters, mut forms, mut words) = (Vec::new(), Vec::new(), Vec::<u8>::new());
        for (form, times) in &self.times {
            letters.extend(letters_of(form.chars()).to_le_bytes());
            forms.extend((words.len() as u32).to_le_bytes());
            forms.extend(times.to_le_bytes());
            words.extend(form.as_bytes());
        }
        forms.extend(words);
        [letters, forms]
    }
}

/// A word as forms are kept.
pub(crate) fn folded(word: &str) -> String {
    bare(fold(word)).plain().to_owned()
}

/// In how many places two folded words differ; none if these are more than `most`.
pub(crate) fn edits(typed: &str, other: &str, most: usize) -> Option<usize> {
    Table::default().edits(&typed.chars().collect::<Vec<_>>(), other, most)
}

/// A bit for each letter, which letters of large alphabets share.
fn letters_of(word: impl Iterator<Item = char>) -> u32 {
    word.fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// A form that is near a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Near<'a> {
    pub(crate) form: &'a str,
    /// How often it was met.
    pub(crate) times: u32,
    /// In how many places they differ.
    pub(crate) edits: usize,
}

/// Stored forms.
#[derive(Clone, Copy)]
pub(crate) struct Forms<'a> {
    letters: &'a [[u8; 4]],
    places: U32s<'a>,
    words: &'a [u8],
}

impl<'a> Forms<'a> {
    /// Of what [`FormsWriter::finish`] made.
    pub(crate) fn new(letters: &'a [u8], forms: &'a [u8]) -> Self {
        let letters = letters.as_chunks().0;
        let (places, words) = forms.split_at_checked(8 * letters.len()).unwrap_or_default();
        Self { letters, places: U32s::new(places), words }
    }

    /// Calls `visit` with each form that differs from `word`, which is folded, in at most so many places: a letter that is
    /// missing, one too many, a wrong one, or two neighbours that changed places (optimal string alignment, after Damerau,
    /// 1964).
    ///
    /// A difference in one place takes away one letter at most, and adds one at most. So nearly all forms are passed by
    /// which letters they have, a dozen in a nanosecond's work each, and only the rest are compared.
    pub(crate) fn each_near(&self, word: &str, most: usize, mut visit: impl FnMut(Near<'a>)) {
        let typed: Vec<char> = word.chars().collect();
        let wanted = letters_of(typed.iter().copied());
        let may_be = |letters: &[u8; 4]| {
            let letters = u32::from_le_bytes(*letters);
            (wanted & !letters).count_ones().max((letters & !wanted).count_ones()) <= most as u32
        };
        let mut table = Table::default();
        for (block, letters) in self.letters.chunks(BLOCK).enumerate() {
            // Without a branch for each word, several are looked at at once.
            if !letters.iter().fold(false, |any, letters| any | may_be(letters)) {
                continue;
            }
            for (place, _) in letters.iter().enumerate().filter(|(_, letters)| may_be(letters)) {
                let Some((form, times)) = self.get(block * BLOCK + place) else { continue };
                if let Some(edits) = table.edits(&typed, form, most) {
                    visit(Near { form, times, edits });
                }
            }
        }
    }

    fn get(&self, place: usize) -> Option<(&'a str, u32)> {
        let (start, times) = (self.places.get(2 * place)?, self.places.get(2 * place + 1)?);
        let last = place + 1 == self.letters.len();
        let end = if last { self.words.len() } else { self.places.get(2 * place + 2)? as usize };
        Some((std::str::from_utf8(self.words.get(start as usize..end)?).ok()?, times))
    }
}

/// Memory to compare in: how far each beginning of one word is from the beginnings of another, the last three rows.
#[derive(Default)]
struct Table {
    form: Vec<char>,
    rows: [Vec<usize>; 3],
}

impl Table {
    /// In how many places two words differ; none if these are more than `most`.
    fn edits(&mut self, typed: &[char], form: &str, most: usize) -> Option<usize> {
        self.form.clear();
        self.form.extend(form.chars());
        if self.form.len().abs_diff(typed.len()) > most {
            return None;
        }
        let [before, last, row] = &mut self.rows;
        last.clear();
        last.extend(0..=typed.len());
        for (place, letter) in self.form.iter().enumerate() {
            let earlier = place.checked_sub(1).and_then(|place| self.form.get(place));
            fill(row, [last, before], typed, *letter, earlier);
            // Neighbours that changed places reach over one row.
            let least = |row: &[usize]| row.iter().copied().min().unwrap_or(0);
            if least(row) > most && least(last) >= most {
                return None;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        last.last().copied().filter(|edits| *edits <= most)
    }
}

/// The row of the next letter of the form, by the two before.
fn fill(
    row: &mut Vec<usize>,
    [last, before]: [&[usize]; 2],
    typed: &[char],
    letter: char,
    earlier: Option<&char>,
) {
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX >> 1);
    row.clear();
    row.push(at(last, 0) + 1);
    let mut left = at(last, 0) + 1;
    for (place, own) in typed.iter().enumerate() {
        let mut least =
            (at(last, place) + usize::from(*own != letter)).min(at(last, place + 1).min(left) + 1);
        let changed =
            earlier == Some(own) && place.checked_sub(1).and_then(|at| typed.get(at)) == Some(&letter);
        if changed {
            least = least.min(at(before, place - 1) + 1);
        }
        row.push(least);
        left = least;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(words: &[String], word: &str, most: usize) -> Vec<(String, usize)> {
        let mut writer = FormsWriter::default();
        words.iter().for_each(|word| writer.add(word, 1));
        let [letters, forms] = writer.finish();
        let mut found = Vec::new();
        Forms::new(&letters, &forms)
            .each_near(word, most, |near| found.push((near.form.to_owned(), near.edits)));
        found
    }

    proptest! {
        #[test]
        fn the_near_forms_are_those_of_a_comparison_with_all(
            mut words in prop::collection::vec("[abcжη]{3,9}", 0..90),
            word in "[abcжη]{3,9}",
            most in 1usize..3,
        ) {
            words.sort();
            words.dedup();
            let edits = |form: &String| (form.clone(), strsim::osa_distance(&word, form));
            let expected: Vec<_> = words.iter().map(edits).filter(|(_, edits)| *edits <= most).collect();
            prop_assert_eq!(near(&words, &word, most), expected);
        }

        #[test]
        fn any_bytes_are_forms_without_a_panic(
            letters in prop::collection::vec(any::<u8>(), 0..40),
            forms in prop::collection::vec(any::<u8>(), 0..90),
        ) {
            let mut found = 0;
            Forms::new(&letters, &forms).each_near("abcdefgh", 2, |_| found += 1);
            prop_assert!(found <= letters.len() / 4);
        }
    }

    #[test]
    fn the_longer_a_word_is_the_more_of_it_may_be_wrong() {
        for (word, most) in [
            ("of", 0),
            ("mar", 0),
            ("mara", 1),
            ("lantern", 1),
            ("lanterns", 2),
            ("маяк", 1),
            ("φαροφυλακας", 2),
            ("1234", 0),
            ("room12", 0),
            ("don't", 0),
            ("well-kept", 0),
        ] {
            assert_eq!(most_edits(word), most, "{word}");
        }
        assert_eq!(most_edits(&"x".repeat(LONGEST + 1)), 0);
    }

    #[test]
    fn forms_are_folded_and_counted_and_parted_at_hyphens() {
        let mut writer = FormsWriter::default();
        for (word, times) in
            [("Half-Orc", 2), ("ORC's", 1), ("Zoë", 4), ("zoe", 1), ("don’t", 1), ("x2y", 9), ("ab", 9)]
        {
            writer.add(word, times);
        }
        let forms: Vec<_> = writer.times.iter().map(|(form, times)| (form.as_str(), *times)).collect();
        assert_eq!(forms, [("don't", 1), ("half", 2), ("orc", 3), ("zoe", 5)]);
    }
}
