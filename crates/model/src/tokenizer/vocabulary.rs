use std::fs;
use std::path::Path;

use crate::ModelError;

/// The tokens of `vocab.txt`, found by their text.
///
/// An open hash table over the file's own bytes: a map of owned strings takes several milliseconds to build, and a
/// search is a new process each time.
pub(super) struct Vocabulary {
    text: String,
    /// Where each token lies in `text`; the index is the id.
    spans: Vec<(u32, u32)>,
    /// Ids plus one, by hash; zero is an empty place. A power of two in length, at most half full.
    table: Vec<u32>,
    longest_start: usize,
    longest_continuation: usize,
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

    fn new(text: String) -> Self {
        let mut spans = Vec::with_capacity(32_768);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let token = line.trim_end_matches(['\n', '\r']);
            spans.push((start as u32, (start + token.len()) as u32));
            start += line.len();
        }
        let table = vec![0; (spans.len() * 2).next_power_of_two().max(2)];
        let mut vocabulary = Self { text, spans, table, longest_start: 0, longest_continuation: 0 };
        for id in 0..vocabulary.spans.len() {
            vocabulary.insert(id as u32);
        }
        vocabulary
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The most bytes a piece can have, at the start of a word or inside one.
    pub(super) fn longest(&self, inside: bool) -> usize {
        if inside { self.longest_continuation } else { self.longest_start }
    }

    /// The id of a whole token.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.find(hash(FNV_OFFSET, token), |found| found == token)
    }

    /// The id of a piece inside a word, without its `##`.
    pub(super) fn continuation(&self, piece: &str) -> Option<u32> {
        let hash = hash(hash(FNV_OFFSET, CONTINUATION), piece);
        self.find(hash, |found| found.strip_prefix(CONTINUATION) == Some(piece))
    }

    fn find(&self, hash: u32, is_it: impl Fn(&str) -> bool) -> Option<u32> {
        let mut place = hash as usize & (self.table.len() - 1);
        loop {
            let id = self.table[place].checked_sub(1)?;
            if is_it(self.token(id)) {
                return Some(id);
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// A token that stands twice keeps its last id, as in a map that is filled line by line.
    fn insert(&mut self, id: u32) {
        let (start, end) = self.spans[id as usize];
        let token = &self.text[start as usize..end as usize];
        match token.strip_prefix(CONTINUATION) {
            Some(piece) => self.longest_continuation = self.longest_continuation.max(piece.len()),
            None => self.longest_start = self.longest_start.max(token.len()),
        }
        // A token that begins with ## is found both ways.
        self.longest_start = self.longest_start.max(token.len());
        let mut place = hash(FNV_OFFSET, token) as usize & (self.table.len() - 1);
        while let Some(other) = self.table[place].checked_sub(1) {
            if self.token(other) == token {
                break;
            }
            place = (place + 1) & (self.table.len() - 1);
        }
        self.table[place] = id + 1;
    }

    fn token(&self, id: u32) -> &str {
        let (start, end) = self.spans[id as usize];
        &self.text[start as usize..end as usize]
    }
}

const FNV_OFFSET: u32 = 0x811c_9dc5;

/// The 32-bit FNV-1a hash of `text`, going on from `state`.
fn hash(state: u32, text: &str) -> u32 {
    text.bytes().fold(state, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
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
