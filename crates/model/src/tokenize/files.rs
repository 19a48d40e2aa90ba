//! Which files of a folder say how a text becomes tokens, and what they say.

use std::path::Path;

use serde::Deserialize;

use super::json::TokenizerJson;
use super::normalize::Letters;
use super::unigram::{Keeping, Unigram};
use super::vocabulary::Vocabulary;
use super::word_piece::WordPiece;
use crate::error::ModelError;
use crate::folder::{EncoderConfig, TokenizerConfig, required};

/// One token a line.
pub(super) const TEXT: &str = "vocab.txt";
/// All about a tokenizer, in the form of the `tokenizers` crate.
pub(super) const JSON: &str = "tokenizer.json";

/// A sentence encoder's WordPiece tokenizer: of `vocab.txt` where that is there, else of `tokenizer.json`. What is made of
/// letters says `tokenizer_config.json` first.
pub(super) fn word_piece(
    folder: &Path,
    settings: &TokenizerConfig,
    config: &EncoderConfig,
    max_tokens: usize,
) -> Result<WordPiece, ModelError> {
    let (text, json) = (folder.join(TEXT), folder.join(JSON));
    let (path, vocabulary, usual) = if text.exists() || !json.exists() {
        let vocabulary = Vocabulary::read(&text)?;
        (text, vocabulary, Letters::usual(settings.do_lower_case.unwrap_or(true)))
    } else {
        let TokenizerJson { vocabulary, letters } = TokenizerJson::read(&json)?;
        (json, vocabulary, letters)
    };
    fits(&path, vocabulary.len(), config)?;
    WordPiece::new(vocabulary, &path, settings.letters(usual), max_tokens)
}

/// A cross-encoder's: of `vocab.txt`, `tokenizer.json` or both, which must agree.
pub(super) fn word_piece_of_pairs(
    folder: &Path,
    settings: &TokenizerConfig,
    config: &EncoderConfig,
) -> Result<WordPiece, ModelError> {
    let (text, json) = (folder.join(TEXT), folder.join(JSON));
    let found = if json.exists() { Some(TokenizerJson::read(&json)?) } else { None };
    let stated = found.as_ref().map(|found| found.letters);
    let letters = settings.letters(stated.unwrap_or(Letters::usual(true)));
    if let Some(stated) = stated.filter(|stated| *stated != letters) {
        let expected = format!("{letters}, as in tokenizer_config.json");
        let (what, found) = ("normalizer", stated.to_string());
        return Err(ModelError::Unsupported { path: json, what, expected, found });
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
    WordPiece::new(vocabulary, &path, letters, config.longest())
}

/// Whether a `tokenizer.json` describes a WordPiece tokenizer.
pub(super) fn is_word_piece(path: &Path) -> Result<bool, ModelError> {
    let file: KindOfFile = required(path, "tokenizer")?;
    // Older files don't name it, but are of a model whose words have a mark inside.
    let Model { r#type, continuing_subword_prefix: mark } = file.model;
    Ok(r#type.map_or(mark.is_some(), |kind| kind == "WordPiece"))
}

#[derive(Deserialize)]
struct KindOfFile {
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    r#type: Option<String>,
    continuing_subword_prefix: Option<String>,
}

/// A Unigram tokenizer, which `tokenizer.json` alone describes.
pub(super) fn unigram(
    folder: &Path,
    config: &EncoderConfig,
    keeping: Keeping<'_>,
) -> Result<Unigram, ModelError> {
    let path = folder.join(JSON);
    let tokenizer = Unigram::open(&path, keeping)?;
    fits(&path, tokenizer.vocabulary_size(), config)?;
    Ok(tokenizer)
}

impl TokenizerConfig {
    /// What is made of letters, which is `usual` where this says nothing.
    fn letters(&self, usual: Letters) -> Letters {
        let small = self.do_lower_case.unwrap_or(usual.small);
        Letters {
            small,
            bare: self.strip_accents.unwrap_or(if small == usual.small { usual.bare } else { small }),
            chinese_apart: self.tokenize_chinese_chars.unwrap_or(usual.chinese_apart),
        }
    }
}

fn agree(path: &Path, vocabulary: &Vocabulary, json: &Vocabulary) -> Result<(), ModelError> {
    let Some(id) = vocabulary.difference(json) else { return Ok(()) };
    let reason = format!("expected the tokens of tokenizer.json, found another one for the id {id}");
    Err(ModelError::Vocabulary { path: path.to_owned(), reason })
}

/// Whether there is a row of the word table for every one of `tokens` tokens.
///
/// # Errors
/// When there isn't; `path` is where the tokens come from.
fn fits(path: &Path, tokens: usize, config: &EncoderConfig) -> Result<(), ModelError> {
    if tokens <= config.vocab_size {
        return Ok(());
    }
    let reason = format!("expected at most {} tokens as in config.json, found {tokens}", config.vocab_size);
    Err(ModelError::Vocabulary { path: path.to_owned(), reason })
}
