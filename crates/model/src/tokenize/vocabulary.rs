use std::fs;
use std::path::Path;

use crate::error::ModelError;

/// The tokens of `vocab.txt`, found by their text.
///
/// An open hash table over the file's own bytes: a map of owned strings takes several milliseconds to build, and a
/// search is a new process each time.
pub(super) struct Vocabulary {
    text: String,
    /// Where each token lies in `text`; the index is the id.
    spans: Vec<(u32, u32)>,
    /// A power of two in length, at most half full.
    table: Vec<Place>,
    longest_start: usize,
    longest_continuation: usize,
}

/// A place of the table: the hash of a token, and its id plus one, or zeros.
#[derive(Clone, Copy, Default)]
struct Place {
    hash: u32,
    next_id: u32,
}

const CONTINUATION: &str = "##";

impl Vocabulary {
    pub(super) fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = fs::read(path).map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
        let text = String::from_utf8(bytes).map_err(|error| ModelError::Vocabulary {
            path: path.to_owned(),
            reason: format!("expected UTF-8, found another byte at {}", error.utf8_error().valid_up_to()),
        })?;
        Ok(Self::new(text))
    }

    /// From one token a line.
    pub(super) fn new(text: String) -> Self {
        let mut spans = Vec::with_capacity(32_768);
        let mut start = 0;
        // The lines are so short that a loop over the bytes is faster than a search for their ends.
        for (end, _) in text.bytes().chain([b'\n']).enumerate().filter(|(_, byte)| *byte == b'\n') {
            let length = text[start..end].trim_end_matches('\r').len();
            if start < text.len() {
                spans.push((start as u32, (start + length) as u32));
            }
            start = end + 1;
        }
        let table = vec![Place::default(); (spans.len() * 2).next_power_of_two().max(2)];
        let mut vocabulary = Self { text, spans, table, longest_start: 0, longest_continuation: 0 };
        for id in 0..vocabulary.spans.len() {
            vocabulary.insert(id as u32);
        }
        vocabulary
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The first id whose token isn't the same in `other`, or that one of the two lacks.
    pub(super) fn difference(&self, other: &Self) -> Option<usize> {
        let tokens =
            |own: &Self| (0..own.len() as u32).map(|id| own.token(id).to_owned()).collect::<Vec<_>>();
        let (own, others) = (tokens(self), tokens(other));
        (0..own.len().max(others.len())).find(|id| own.get(*id) != others.get(*id))
    }

    /// The most bytes a piece can have, at the start of a word or inside one.
    pub(super) fn longest(&self, inside: bool) -> usize {
        if inside { self.longest_continuation } else { self.longest_start }
    }

    /// The id of a whole token.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        match token.strip_prefix(CONTINUATION) {
            Some(piece) => self.continuation(piece),
            None => self.find(hash(token, false), |found| found == token),
        }
    }

    /// The id of a piece inside a word, without its `##`.
    pub(super) fn continuation(&self, piece: &str) -> Option<u32> {
        self.find(hash(piece, true), |found| found.strip_prefix(CONTINUATION) == Some(piece))
    }

    /// Whether a token is a piece inside a word.
    pub(super) fn is_continuation(&self, id: u32) -> bool {
        self.token(id).starts_with(CONTINUATION)
    }

    /// Whether it is one letter of another script than the Latin one.
    pub(super) fn is_foreign_letter(&self, id: u32) -> bool {
        let token = self.token(id);
        let mut letters = token.strip_prefix(CONTINUATION).unwrap_or(token).chars();
        letters.next().is_some_and(|letter| !letter.is_ascii()) && letters.next().is_none()
    }

    fn find(&self, hash: u32, is_it: impl Fn(&str) -> bool) -> Option<u32> {
        self.table[self.place(hash, is_it)].next_id.checked_sub(1)
    }

    /// The place of a token, or the empty one where it would be put.
    fn place(&self, hash: u32, is_it: impl Fn(&str) -> bool) -> usize {
        let mut at = hash as usize & (self.table.len() - 1);
        loop {
            let Place { hash: found, next_id } = self.table[at];
            if next_id == 0 || found == hash && is_it(self.token(next_id - 1)) {
                return at;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
    }

    /// A token that stands twice keeps its last id, as in a map that is filled line by line.
    fn insert(&mut self, id: u32) {
        let token = self.token(id);
        let (length, piece) = (token.len(), token.strip_prefix(CONTINUATION));
        let hash = hash(piece.unwrap_or(token), piece.is_some());
        let place = self.place(hash, |found| found == token);
        // A token that begins with ## is found both ways.
        self.longest_continuation = self.longest_continuation.max(piece.map_or(0, str::len));
        self.longest_start = self.longest_start.max(length);
        self.table[place] = Place { hash, next_id: id + 1 };
    }

    fn token(&self, id: u32) -> &str {
        let (start, end) = self.spans[id as usize];
        &self.text[start as usize..end as usize]
    }
}

/// Eight bytes at a time, in the manner of Fowler, Noll and Vo; a piece inside a word has another hash than a word.
fn hash(text: &str, continuation: bool) -> u32 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let (words, rest) = text.as_bytes().as_chunks();
    let start = text.len() as u64 * 2 + u64::from(continuation);
    let hash = words.iter().fold(start, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let last = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    (mix(hash, last) >> 3) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_by_their_text_and_continuations_without_their_mark() {
        let vocabulary = Vocabulary::new("[UNK]\r\nsea\n##sea\nsea\n".to_owned());
        assert_eq!(vocabulary.len(), 4);
        assert_eq!(vocabulary.id("[UNK]"), Some(0));
        assert_eq!(vocabulary.id("sea"), Some(3), "the last of two wins");
        assert_eq!(vocabulary.continuation("sea"), Some(2));
        assert_eq!(vocabulary.id("##sea"), Some(2));
        assert_eq!(vocabulary.id("lake"), None);
        assert_eq!(Vocabulary::new(String::new()).id("sea"), None);
    }
}
