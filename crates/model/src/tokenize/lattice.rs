use super::trie::Trie;

/// The pieces of a Unigram model with the logarithms of their probabilities, found by their text.
#[derive(Clone, Copy)]
pub(super) struct UnigramPieces<'a> {
    pub(super) trie: Trie<'a>,
    pub(super) scores: &'a [f64],
    /// The score of the least probable piece.
    pub(super) least: f64,
    /// What characters that are no piece become.
    pub(super) unknown: u32,
    /// Whether their bytes are looked up first.
    pub(super) by_bytes: bool,
}

/// How much less probable than the least probable piece a character is that is no piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// The best way to a place in the text: by the piece `id` from `start`.
#[derive(Clone, Copy)]
struct Step {
    id: u32,
    start: usize,
    score: f64,
}

impl UnigramPieces<'_> {
    pub(super) fn id(&self, piece: &str) -> Option<u32> {
        self.trie.get(piece.as_bytes())
    }

    /// Appends the ids of the most probable way to put `word` together. Characters that are no piece, side by side, are
    /// one. Source: Viterbi (1967); as in SentencePiece, of two ways to a place that are as probable the one
    /// whose last piece begins first is kept.
    pub(super) fn best(&self, word: &str, ids: &mut Vec<u32>) {
        let steps = self.steps(word);
        let (before, mut end) = (ids.len(), word.len());
        // From the end of the word to its beginning: unknown characters are put together, and then looked up.
        let mut unknown_to = None;
        while let Some(Step { id, start, .. }) = steps[end].filter(|_| end > 0) {
            if id == self.unknown {
                unknown_to.get_or_insert(end);
            } else {
                if let Some(to) = unknown_to.take() {
                    self.unknown(&word[end..to], ids);
                }
                ids.push(id);
            }
            end = start;
        }
        if let Some(to) = unknown_to {
            self.unknown(&word[..to], ids);
        }
        ids[before..].reverse();
    }

    /// The ids of characters that are no piece, the last one first.
    fn unknown(&self, text: &str, ids: &mut Vec<u32>) {
        if let Some(id) = self.id(text) {
            return ids.push(id);
        }
        let byte = |byte: u8| self.id(&format!("<0x{byte:02X}>"));
        let bytes = || text.bytes().rev().map(byte).collect::<Option<Vec<u32>>>();
        match Some(()).filter(|()| self.by_bytes).and_then(|()| bytes()) {
            Some(bytes) => ids.extend(bytes),
            None => ids.push(self.unknown),
        }
    }

    /// For every place in the word the last step of the best way to it; none for a place within a character.
    fn steps(&self, word: &str) -> Vec<Option<Step>> {
        let mut steps: Vec<Option<Step>> = vec![None; word.len() + 1];
        steps[0] = Some(Step { id: self.unknown, start: 0, score: 0.0 });
        for (start, first) in word.char_indices() {
            let so_far = steps[start].map_or(0.0, |step| step.score);
            let mut take = |end: usize, id: u32, score: f64| {
                let score = so_far + score;
                if steps[end].is_none_or(|step| score > step.score) {
                    steps[end] = Some(Step { id, start, score });
                }
            };
            let mut alone = false;
            self.trie.each_beginning(&word.as_bytes()[start..], |length, id| {
                take(start + length, id, self.scores.get(id as usize).copied().unwrap_or(f64::NEG_INFINITY));
                alone |= length == first.len_utf8();
            });
            if !alone {
                take(start + first.len_utf8(), self.unknown, self.least - UNKNOWN_PENALTY);
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::super::trie::TrieWriter;
    use super::*;

    fn best(word: &str, by_bytes: bool) -> Vec<u32> {
        let pieces = [("<0x7A>", 8), ("<unk>", 0), ("a", 1), ("ab", 3), ("abc", 4), ("b", 6), ("é", 5)];
        let sorted: Vec<(&[u8], u32)> = pieces.iter().map(|(text, id)| (text.as_bytes(), *id)).collect();
        let made = TrieWriter::new(&sorted);
        let trie = Trie { first: &made.first, values: &made.values, labels: &made.labels };
        let scores = [0.0, -1.0, -1.0, -2.5, -2.5, -3.0, -1.5, 0.0, 0.0];
        let mut ids = vec![99];
        UnigramPieces { trie, scores: &scores, least: -3.0, unknown: 0, by_bytes }.best(word, &mut ids);
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
            assert_eq!(best(word, false), expected, "{word}");
        }
    }

    #[test]
    fn unknown_characters_are_their_bytes_where_these_are_pieces() {
        for (word, expected) in [("azzb", vec![1, 8, 8, 6]), ("az鬼b", vec![1, 0, 6]), ("z", vec![8])] {
            assert_eq!(best(word, true), expected, "{word}");
        }
    }
}
