use std::path::Path;

use super::files;
use super::sequence::Sequence;
use super::unigram::{Keeping, Unigram};
use super::word_piece::WordPiece;
use crate::error::ModelError;
use crate::folder::{EncoderConfig, EncoderFamily, TokenizerConfig};

/// Two texts to the tokens that a cross-encoder reads.
pub(crate) struct Pairs {
    tokenizer: Tokenizer,
    max_tokens: usize,
}

enum Tokenizer {
    /// `[CLS] A [SEP] B [SEP]`; from B on the tokens are of type 1.
    WordPiece(WordPiece),
    /// `<s> A </s></s> B </s>`, which are the marks; all tokens are of one type.
    Unigram(Box<Unigram>, [u32; 2]),
}

impl Pairs {
    /// Reads the tokenizer of a model folder: for BERT `vocab.txt`, `tokenizer.json` or both, for XLM-RoBERTa
    /// `tokenizer.json`; `tokenizer_config.json` where it is there.
    ///
    /// # Errors
    /// When a file is missing or damaged, the files don't agree, or don't fit the model.
    pub(crate) fn open(
        folder: &Path,
        config: &EncoderConfig,
        keeping: Keeping<'_>,
    ) -> Result<Self, ModelError> {
        let settings = TokenizerConfig::read(folder)?;
        let max_tokens = settings.longest().unwrap_or(usize::MAX).min(config.longest());
        let least = 8;
        if max_tokens < least {
            return Err(ModelError::Unsupported {
                path: folder.join("tokenizer_config.json"),
                what: "model_max_length",
                expected: format!("at least {least} tokens for two texts"),
                found: max_tokens.to_string(),
            });
        }
        let tokenizer = match config.family {
            EncoderFamily::Bert => {
                Tokenizer::WordPiece(files::word_piece_of_pairs(folder, &settings, config)?)
            }
            EncoderFamily::XlmRoberta => {
                let unigram = files::unigram(folder, config, keeping)?;
                let marks = unigram.marks_of_pair(&folder.join(files::JSON))?;
                Tokenizer::Unigram(Box::new(unigram), marks)
            }
        };
        Ok(Self { tokenizer, max_tokens })
    }

    /// The most tokens of a pair that count.
    pub(crate) fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The pieces of a pair's first text.
    pub(crate) fn first(&self, text: &str) -> Vec<u32> {
        self.pieces(text, usize::MAX)
    }

    /// The pair of a text whose pieces are `first` and of `text`, each cut as [`shares`] says.
    pub(crate) fn encode(&self, first: &[u32], text: &str) -> Sequence {
        let (start, end, ends) = match &self.tokenizer {
            Tokenizer::WordPiece(tokenizer) => (tokenizer.cls, tokenizer.sep, 1),
            Tokenizer::Unigram(_, [start, end]) => (*start, *end, 2),
        };
        let room = self.max_tokens - 2 - ends;
        // Where the first text is the longer one, how much longer it is must be known.
        let limit = if first.len() <= room / 2 { room } else { usize::MAX };
        let second = self.pieces(text, limit);
        let (from_first, from_second) = shares(first.len(), second.len(), room);
        let mut ids = vec![start];
        ids.extend(&first[..from_first]);
        ids.extend(std::iter::repeat_n(end, ends));
        let middle = ids.len();
        ids.extend(&second[..from_second]);
        ids.push(end);
        let typed = matches!(self.tokenizer, Tokenizer::WordPiece(_));
        Sequence { second: if typed { middle } else { ids.len() }, ids }
    }

    fn pieces(&self, text: &str, limit: usize) -> Vec<u32> {
        match &self.tokenizer {
            Tokenizer::WordPiece(tokenizer) => {
                let mut ids = Vec::new();
                tokenizer.pieces(text, limit, &mut ids);
                ids
            }
            Tokenizer::Unigram(tokenizer, _) => tokenizer.pieces(text, limit),
        }
    }
}

/// How many tokens of each of two texts are kept when there is room for `room`: the longer one is cut, down to the
/// other one's length; then both to half of the room, and the odd token is the longer one's, or the second's.
/// So does the `tokenizers` crate with `longest_first`.
fn shares(first: usize, second: usize, room: usize) -> (usize, usize) {
    let (short, long) = (first.min(second), first.max(second));
    let (short, long) = if short + long <= room {
        (short, long)
    } else if 2 * short <= room {
        (short, room - short)
    } else {
        (room / 2, room - room / 2)
    };
    if first > second { (long, short) } else { (short, long) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_text_is_cut_first() {
        for (first, second, room, kept) in [
            (0, 0, 9, (0, 0)),
            (4, 5, 9, (4, 5)),
            (3, 20, 9, (3, 6)),
            (20, 3, 9, (6, 3)),
            (4, 20, 9, (4, 5)),
            (20, 20, 9, (4, 5)),
            (21, 20, 9, (5, 4)),
            (20, 21, 9, (4, 5)),
            (20, 0, 9, (9, 0)),
            (20, 20, 10, (5, 5)),
        ] {
            assert_eq!(shares(first, second, room), kept, "{first} and {second} in {room}");
        }
    }
}
