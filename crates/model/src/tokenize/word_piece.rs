//! WordPiece: text to token ids, exactly as BERT's own tokenizer makes them.
//!
//! Source: Devlin et al., "BERT" (2019); the greedy longest match is Wu et al., "Google's Neural Machine
//! Translation System" (2016). The reference is the `tokenizers` crate; tests hold the two side by side.

use std::path::Path;

use super::normalize::{Letters, is_punctuation, normalize};
use super::vocabulary::Vocabulary;
use crate::error::ModelError;

/// A word longer than this many characters is unknown as a whole.
pub(super) const LONGEST_WORD: usize = 100;

/// Tokens that have a meaning of their own.
pub(super) const SPECIALS: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// The WordPiece tokenizer of one model.
pub struct WordPiece {
    vocabulary: Vocabulary,
    /// Texts that stand for a special token wherever they occur, before anything else is looked at.
    specials: Vec<(&'static str, u32)>,
    pub(super) unknown: u32,
    pub(super) cls: u32,
    pub(super) sep: u32,
    letters: Letters,
    max_tokens: usize,
}

impl WordPiece {
    /// Reads `vocab.txt` (one token a line, its number is its id).
    ///
    /// At most `max_tokens` ids are made of a text, counting `[CLS]` and `[SEP]`.
    ///
    /// # Errors
    /// When the file can't be read or lacks `[UNK]`, `[CLS]` or `[SEP]`.
    pub fn open(path: &Path, lower_case: bool, max_tokens: usize) -> Result<Self, ModelError> {
        Self::new(Vocabulary::read(path)?, path, Letters::usual(lower_case), max_tokens)
    }

    /// The same with the tokens from the file at `path`.
    pub(super) fn new(
        vocabulary: Vocabulary,
        path: &Path,
        letters: Letters,
        max_tokens: usize,
    ) -> Result<Self, ModelError> {
        let special = |token: &str| {
            vocabulary.id(token).ok_or_else(|| ModelError::Vocabulary {
                path: path.to_owned(),
                reason: format!("expected the token `{token}`, found none"),
            })
        };
        let (unknown, cls, sep) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        let specials = SPECIALS.into_iter().filter_map(|name| Some((name, vocabulary.id(name)?))).collect();
        Ok(Self { vocabulary, specials, unknown, cls, sep, letters, max_tokens })
    }

    /// The tokens, one a line.
    pub(crate) fn tokens(&self) -> &str {
        self.vocabulary.text()
    }

    /// What is made of letters.
    pub(super) fn letters(&self) -> Letters {
        self.letters
    }

    /// How many tokens the vocabulary has.
    pub fn vocabulary_size(&self) -> usize {
        self.vocabulary.len()
    }

    /// The ids of `text`: `[CLS]`, what fits of its word pieces, `[SEP]`.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let limit = self.max_tokens.saturating_sub(2).saturating_add(1);
        let mut ids = vec![self.cls];
        self.pieces(text, limit, &mut ids);
        ids.push(self.sep);
        ids
    }

    /// Adds the word pieces of `text` until there are `limit` ids.
    pub(super) fn pieces(&self, text: &str, limit: usize, ids: &mut Vec<u32>) {
        let mut rest = text;
        while ids.len() < limit {
            let special = self.next_special(rest);
            let plain = special.map_or(rest, |(at, ..)| &rest[..at]);
            self.encode_plain(plain, limit, ids);
            let Some((at, name, id)) = special else { break };
            ids.push(id);
            rest = &rest[at + name.len()..];
        }
        ids.truncate(limit);
    }

    /// How many of the tokens of a text say nothing of it: those of unknown words, and single letters of another script that a
    /// word was broken into, as by a model that has a script's letters and none of its words.
    pub(super) fn count_strange(&self, ids: &[u32]) -> usize {
        let is_inside = |id: &u32| self.vocabulary.is_continuation(*id);
        let words = ids.chunk_by(|_, next| is_inside(next));
        let of_word = |word: &[u32]| match word {
            [alone] => usize::from(*alone == self.unknown),
            pieces => pieces.iter().filter(|id| self.vocabulary.is_foreign_letter(**id)).count(),
        };
        words.map(of_word).sum()
    }

    fn next_special(&self, text: &str) -> Option<(usize, &'static str, u32)> {
        let places = text.match_indices('[');
        places.into_iter().find_map(|(at, _)| {
            let (name, id) = self.specials.iter().find(|(name, _)| text[at..].starts_with(name))?;
            Some((at, *name, *id))
        })
    }

    /// Word by word, until `ids` holds `limit` or more.
    fn encode_plain(&self, text: &str, limit: usize, ids: &mut Vec<u32>) {
        let mut word = String::new();
        for c in normalize(text, self.letters) {
            let punctuation = is_punctuation(c);
            if punctuation || c.is_whitespace() {
                self.encode_word(&word, ids);
                word.clear();
                if ids.len() >= limit {
                    return;
                }
            }
            if punctuation {
                self.encode_word(c.encode_utf8(&mut [0; 4]), ids);
            } else if !c.is_whitespace() {
                word.push(c);
            }
        }
        self.encode_word(&word, ids);
    }

    /// The longest piece the vocabulary knows, then the longest of what is left, and so on; a word that can't be
    /// put together so is unknown as a whole.
    fn encode_word(&self, word: &str, ids: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        if word.len() > LONGEST_WORD && word.chars().count() > LONGEST_WORD {
            ids.push(self.unknown);
            return;
        }
        let before = ids.len();
        let mut start = 0;
        while start < word.len() {
            let Some((end, id)) = self.longest_piece(word, start) else {
                ids.truncate(before);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            start = end;
        }
    }

    fn longest_piece(&self, word: &str, start: usize) -> Option<(usize, u32)> {
        let longest = word.len().min(start + self.vocabulary.longest(start > 0));
        (start + 1..=longest).rev().filter(|end| word.is_char_boundary(*end)).find_map(|end| {
            let piece = &word[start..end];
            let id = if start == 0 { self.vocabulary.id(piece) } else { self.vocabulary.continuation(piece) };
            Some((end, id?))
        })
    }
}
