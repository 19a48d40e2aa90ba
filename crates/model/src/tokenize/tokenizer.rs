use std::borrow::Cow;
use std::path::Path;

use super::files;
use super::unigram::{Keeping, Unigram};
use super::word_piece::WordPiece;
use crate::error::ModelError;
use crate::folder::{EmbedderSettings, EncoderFamily};
use crate::identity::sum_of;

/// Text to the tokens that a sentence encoder reads.
pub struct Tokenizer {
    kind: Kind,
    max_tokens: usize,
    small_first: bool,
}

enum Kind {
    WordPiece(WordPiece),
    Unigram(Box<Unigram>),
}

impl Tokenizer {
    /// Reads a folder's tokenizer: `vocab.txt`, which a BERT has that was made with WordPiece, else `tokenizer.json`. Which
    /// tokenizer it is doesn't go by the encoder: multilingual ones of BERT's kind were made with XLM-RoBERTa's.
    ///
    /// # Errors
    /// When a file is missing or damaged, is of a kind that isn't computed here, or doesn't fit the model.
    pub(crate) fn open(
        folder: &Path,
        settings: &EmbedderSettings,
        keeping: Keeping<'_>,
    ) -> Result<Self, ModelError> {
        let (config, max_tokens) = (&settings.config, settings.max_tokens);
        let (text, json) = (folder.join(files::TEXT), folder.join(files::JSON));
        let by_words =
            || files::word_piece(folder, &settings.tokenizer, config, max_tokens).map(Kind::WordPiece);
        let unigram = || files::unigram(folder, config, keeping);
        let kind = match config.family {
            EncoderFamily::Bert if text.exists() || !json.exists() => by_words()?,
            family => match unigram() {
                Ok(tokenizer) => Kind::Unigram(Box::new(tokenizer)),
                Err(_) if family == EncoderFamily::Bert && files::is_word_piece(&json)? => by_words()?,
                Err(error) => return Err(error),
            },
        };
        Ok(Self { kind, max_tokens, small_first: settings.small_first })
    }

    /// The ids of `text` with the marks around it, as many as the model reads.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let text = self.prepared(text);
        match &self.kind {
            Kind::WordPiece(tokenizer) => tokenizer.encode(&text),
            Kind::Unigram(tokenizer) => tokenizer.encode(&text, self.max_tokens),
        }
    }

    /// How many tokens `text` has without the marks around it, as far as the model reads.
    pub fn count(&self, text: &str) -> usize {
        self.pieces(text).len()
    }

    /// The part of a text's tokens that say nothing of it, in 0..=1: of what the model has no token for, and of words in
    /// another script of which it knows but the letters.
    pub fn strange_share(&self, text: &str) -> f32 {
        let pieces = self.pieces(text);
        let strange = match &self.kind {
            Kind::WordPiece(tokenizer) => tokenizer.count_strange(&pieces),
            Kind::Unigram(tokenizer) => pieces.iter().filter(|id| **id == tokenizer.unknown()).count(),
        };
        strange as f32 / pieces.len().max(1) as f32
    }

    /// Whether `word` is one of the model's tokens, whole: a word that it met often while it was trained.
    pub fn is_word(&self, word: &str) -> bool {
        self.count(word) == 1 && self.strange_share(word) == 0.0
    }

    fn pieces(&self, text: &str) -> Vec<u32> {
        let text = self.prepared(text);
        match &self.kind {
            Kind::WordPiece(tokenizer) => {
                let mut ids = Vec::new();
                tokenizer.pieces(&text, self.max_tokens.saturating_sub(2), &mut ids);
                ids
            }
            Kind::Unigram(tokenizer) => tokenizer.pieces(&text, self.max_tokens.saturating_sub(2)),
        }
    }

    /// As sentence-transformers hands a text to the tokenizer. What is at its ends matters to Unigram alone.
    fn prepared<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = match self.kind {
            Kind::WordPiece(_) => text,
            Kind::Unigram(_) => {
                text.trim_matches(|c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c))
            }
        };
        if self.small_first { text.to_lowercase().into() } else { text.into() }
    }

    /// What decides about the tokens of a text, one thing a line: first what every model has, then what is rare.
    pub(crate) fn lines(&self) -> (Vec<String>, Vec<String>) {
        let most = self.max_tokens;
        let mut rare: Vec<String> = Vec::new();
        let usual = match &self.kind {
            Kind::WordPiece(tokenizer) => {
                let letters = tokenizer.letters();
                rare.extend((!letters.is_usual()).then(|| format!("letters: {letters}")));
                let tokens = sum_of(tokenizer.tokens().trim_end().as_bytes());
                vec![format!("tokens {tokens}"), format!("lower case {}, at most {most}", letters.small)]
            }
            Kind::Unigram(tokenizer) => {
                vec![format!("tokens {}", tokenizer.sum()), format!("at most {most}")]
            }
        };
        rare.extend(self.small_first.then(|| "small letters first".to_owned()));
        (usual, rare)
    }
}
