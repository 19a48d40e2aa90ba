use std::path::Path;

use super::json::TokenizerJson;
use super::sequence::Sequence;
use super::unigram::Unigram;
use super::vocabulary::Vocabulary;
use super::word_piece::WordPiece;
use crate::error::ModelError;
use crate::folder::{Config, Family, TokenizerConfig};

/// Two texts to the tokens that a cross-encoder reads.
pub(crate) struct Pairs {
    tokenizer: Tokenizer,
    max_tokens: usize,
}

enum Tokenizer {
    /// `[CLS] A [SEP] B [SEP]`; from B on the tokens are of type 1.
    WordPiece(WordPiece),
    /// `<s> A </s></s> B </s>`; all tokens are of one type.
    Unigram(Box<Unigram>),
}

impl Pairs {
    /// Reads the tokenizer of a model folder: for BERT `vocab.txt`, `tokenizer.json` or both, for XLM-RoBERTa
    /// `tokenizer.json`; `tokenizer_config.json` where it is there.
    ///
    /// # Errors
    /// When a file is missing or damaged, the files don't agree, or don't fit the model.
    pub(crate) fn open(folder: &Path, config: &Config) -> Result<Self, ModelError> {
        let settings = TokenizerConfig::read(folder)?;
        let length = settings.model_max_length.map_or(usize::MAX, |length| length as usize);
        let max_tokens = length.min(config.longest());
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
            Family::Bert => Tokenizer::WordPiece(word_piece(folder, &settings, config)?),
            Family::XlmRoberta => Tokenizer::Unigram(Box::new(unigram(folder, config)?)),
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
            Tokenizer::Unigram(tokenizer) => (tokenizer.start, tokenizer.end, 2),
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
            Tokenizer::Unigram(tokenizer) => tokenizer.pieces(text),
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

fn word_piece(folder: &Path, settings: &TokenizerConfig, config: &Config) -> Result<WordPiece, ModelError> {
    let (text, json) = (folder.join("vocab.txt"), folder.join("tokenizer.json"));
    let found = if json.exists() { Some(TokenizerJson::read(&json)?) } else { None };
    let stated = found.as_ref().map(|found| found.lower_case);
    let lower_case = settings.do_lower_case.or(stated).unwrap_or(true);
    let refuse = |path: &Path, what, expected: bool, found: bool| {
        let (expected, found) = (expected.to_string(), found.to_string());
        Err(ModelError::Unsupported { path: path.to_owned(), what, expected, found })
    };
    if let Some(stated) = stated.filter(|stated| *stated != lower_case) {
        return refuse(&json, "lowercase", lower_case, stated);
    }
    let config_json = folder.join("tokenizer_config.json");
    if let Some(strip) = settings.strip_accents.filter(|strip| *strip != lower_case) {
        return refuse(&config_json, "strip_accents", lower_case, strip);
    }
    if settings.tokenize_chinese_chars == Some(false) {
        return refuse(&config_json, "tokenize_chinese_chars", true, false);
    }
    let (path, vocabulary) = match found {
        Some(found) if !text.exists() => (json, found.vocabulary),
        Some(found) => {
            let vocabulary = Vocabulary::read(&text)?;
            agree(&text, &vocabulary, &found.vocabulary)?;
            (text, vocabulary)
        }
        None => (text.clone(), Vocabulary::read(&text)?),
    };
    fits(&path, vocabulary.len(), config)?;
    WordPiece::new(vocabulary, &path, lower_case, config.longest())
}

fn agree(path: &Path, vocabulary: &Vocabulary, json: &Vocabulary) -> Result<(), ModelError> {
    let Some(id) = vocabulary.difference(json) else { return Ok(()) };
    let reason = format!("expected the tokens of tokenizer.json, found another one for the id {id}");
    Err(ModelError::Vocabulary { path: path.to_owned(), reason })
}

fn unigram(folder: &Path, config: &Config) -> Result<Unigram, ModelError> {
    let path = folder.join("tokenizer.json");
    let tokenizer = Unigram::open(&path)?;
    fits(&path, tokenizer.vocabulary_size(), config)?;
    Ok(tokenizer)
}

/// Whether there is a row of the word table for every one of `tokens` tokens.
///
/// # Errors
/// When there isn't; `path` is where the tokens come from.
pub(crate) fn fits(path: &Path, tokens: usize, config: &Config) -> Result<(), ModelError> {
    if tokens <= config.vocab_size {
        return Ok(());
    }
    let reason = format!("expected at most {} tokens as in config.json, found {tokens}", config.vocab_size);
    Err(ModelError::Vocabulary { path: path.to_owned(), reason })
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
