use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// The pieces of a Unigram model with the logarithms of their probabilities, found by their text.
///
/// An open hash table over one string, as [`super::vocabulary`] has it: a quarter of a million pieces are in it in some
/// milliseconds, without an allocation each.
#[derive(Default)]
pub(super) struct Pieces {
    text: String,
    spans: Vec<(u32, u32)>,
    scores: Vec<f64>,
    /// A power of two in length, at most half full: the hash of a piece, and its id plus one, or zeros.
    table: Vec<(u32, u32)>,
    longest: usize,
    least: f64,
}

/// How much less probable than the least probable piece a character is that is no piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The best way to a place in the text: by the piece `id` from `start`.
#[derive(Clone, Copy)]
struct Step {
    id: Option<u32>,
    start: usize,
    score: f64,
}

impl Pieces {
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn id(&self, piece: &str) -> Option<u32> {
        self.find(finish(piece.bytes().fold(SEED, mix)), piece)
    }

    /// Appends the ids of the most probable way to put `word` together. Characters that are no piece, side by side, are
    /// `unknown` once. Source: Viterbi (1967); as in SentencePiece, of two ways to a place that are as probable the one
    /// whose last piece begins first is kept.
    pub(super) fn best(&self, word: &str, unknown: u32, ids: &mut Vec<u32>) {
        let steps = self.steps(word, unknown);
        let (before, mut end) = (ids.len(), word.len());
        // From the end of the word to its beginning: unknown characters are put together, and then looked up.
        let mut unknown_to = None;
        while let Some(Step { id, start, .. }) = steps[end].filter(|_| end > 0) {
            if id == Some(unknown) {
                unknown_to.get_or_insert(end);
            } else {
                ids.extend(unknown_to.take().map(|to| self.id(&word[end..to]).unwrap_or(unknown)));
                ids.extend(id);
            }
            end = start;
        }
        ids.extend(unknown_to.map(|to| self.id(&word[..to]).unwrap_or(unknown)));
        ids[before..].reverse();
    }

    /// For every place in the word the last step of the best way to it; none for a place within a character.
    fn steps(&self, word: &str, unknown: u32) -> Vec<Option<Step>> {
        let mut steps: Vec<Option<Step>> = vec![None; word.len() + 1];
        steps[0] = Some(Step { id: None, start: 0, score: 0.0 });
        for (start, first) in word.char_indices() {
            let so_far = steps[start].map_or(0.0, |step| step.score);
            let mut take = |end: usize, id: u32, score: f64| {
                let score = so_far + score;
                if steps[end].is_none_or(|step| score > step.score) {
                    steps[end] = Some(Step { id: Some(id), start, score });
                }
            };
            let (mut hash, mut end, mut alone) = (SEED, start, false);
            for c in word[start..].chars() {
                hash = word.as_bytes()[end..end + c.len_utf8()].iter().copied().fold(hash, mix);
                end += c.len_utf8();
                if end - start > self.longest {
                    break;
                }
                if let Some(id) = self.find(finish(hash), &word[start..end]) {
                    take(end, id, self.scores[id as usize]);
                    alone |= end - start == first.len_utf8();
                }
            }
            if !alone {
                take(start + first.len_utf8(), unknown, self.least - UNKNOWN_PENALTY);
            }
        }
        steps
    }

    fn find(&self, hash: u32, piece: &str) -> Option<u32> {
        if self.table.is_empty() {
            return None;
        }
        self.table[self.place(hash, piece)].1.checked_sub(1)
    }

    /// The place of a piece, or the empty one where it would be put.
    fn place(&self, hash: u32, piece: &str) -> usize {
        let mut at = hash as usize & (self.table.len() - 1);
        while let (found, next @ 1..) = self.table[at] {
            if found == hash && self.piece(next - 1) == piece {
                break;
            }
            at = (at + 1) & (self.table.len() - 1);
        }
        at
    }

    fn piece(&self, id: u32) -> &str {
        let (start, end) = self.spans[id as usize];
        &self.text[start as usize..end as usize]
    }

    fn push(&mut self, piece: &str, score: f64) {
        let start = self.text.len() as u32;
        self.text.push_str(piece);
        self.spans.push((start, self.text.len() as u32));
        self.scores.push(score);
        self.longest = self.longest.max(piece.len());
    }

    /// Fills the table. A piece that stands twice keeps its last id; an empty one is never found.
    fn index(&mut self) {
        self.least = self.scores.iter().copied().fold(f64::INFINITY, f64::min);
        self.table = vec![(0, 0); (self.spans.len() * 2).next_power_of_two().max(2)];
        for id in 0..self.spans.len() as u32 {
            let piece = self.piece(id);
            if !piece.is_empty() {
                let hash = finish(piece.bytes().fold(SEED, mix));
                let place = self.place(hash, piece);
                self.table[place] = (hash, id + 1);
            }
        }
    }
}

/// Fowler, Noll and Vo's hash, a byte at a time, so that the hash of a longer piece goes on from that of a shorter one.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

fn mix(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
}

fn finish(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

impl<'de> Deserialize<'de> for Pieces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Pieces;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of pieces with their scores")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pieces, A::Error> {
                let mut pieces = Pieces::default();
                while let Some(Piece(piece, score)) = list.next_element()? {
                    pieces.push(&piece, score);
                }
                pieces.index();
                Ok(pieces)
            }
        }

        /// Borrowed from the file where nothing in it is escaped.
        #[derive(serde::Deserialize)]
        struct Piece<'a>(#[serde(borrow)] Cow<'a, str>, f64);

        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(word: &str) -> Vec<u32> {
        let json =
            r#"[["<unk>",0.0],["a",-1.0],["b",-1.0],["ab",-2.5],["abc",-2.5],["\u00e9",-3.0],["b",-1.5]]"#;
        let pieces: Pieces = serde_json::from_str(json).unwrap();
        let mut ids = vec![99];
        pieces.best(word, 0, &mut ids);
        assert_eq!(ids.remove(0), 99);
        ids
    }

    #[test]
    fn the_most_probable_pieces_are_taken_and_unknown_characters_are_one() {
        for (word, expected) in [
            ("", vec![]),
            ("ab", vec![3]),
            ("abc", vec![4]),
            ("éa", vec![5, 1]),
            ("xyz", vec![0]),
            ("axyzb鬼", vec![1, 0, 6, 0]),
            ("<unk>", vec![0]),
        ] {
            assert_eq!(best(word), expected, "{word}");
        }
    }
}
