use std::path::Path;

use tokenizers::{ModelWrapper, Tokenizer};

use crate::error::ModelError;

/// XLM-RoBERTa's tokenizer: the most probable way to put a text together from pieces, as SentencePiece finds it.
///
/// Source: Kudo, "Subword Regularization" (2018). The `tokenizers` crate computes it.
pub(super) struct Unigram {
    tokenizer: Tokenizer,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Unigram {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// When it can't be read, is of another kind, lacks `<s>` or `</s>`, or puts two texts together in another way
    /// than `<s> A </s></s> B </s>`.
    pub(super) fn open(path: &Path) -> Result<Self, ModelError> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
        let json = |reason| ModelError::Json { path: path.to_owned(), what: "tokenizer", reason };
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| json(error.to_string()))?;
        if !matches!(tokenizer.get_model(), ModelWrapper::Unigram(_)) {
            return Err(json("expected a Unigram model, found another kind".into()));
        }
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| json(error.to_string()))?;
        let special = |token: &str| {
            tokenizer.token_to_id(token).ok_or_else(|| ModelError::Vocabulary {
                path: path.to_owned(),
                reason: format!("expected the token `{token}`, found none"),
            })
        };
        let (start, end) = (special("<s>")?, special("</s>")?);
        let unigram = Self { tokenizer, start, end };
        unigram.check(path)?;
        Ok(unigram)
    }

    /// One more than the largest id.
    pub(super) fn vocabulary_size(&self) -> usize {
        let largest = self.tokenizer.get_vocab(true).into_values().max();
        largest.map_or(0, |largest| largest as usize + 1)
    }

    /// The pieces of `text`.
    pub(super) fn pieces(&self, text: &str) -> Vec<u32> {
        // It fails for a model that knows no unknown token, which [`Unigram::check`] refuses.
        self.tokenizer.encode_fast(text, false).map(|pieces| pieces.get_ids().to_vec()).unwrap_or_default()
    }

    fn check(&self, path: &Path) -> Result<(), ModelError> {
        let refuse = |what, expected: &str, found| {
            Err(ModelError::Unsupported { path: path.to_owned(), what, expected: expected.into(), found })
        };
        // A character that stands for nothing is in no vocabulary.
        if let Err(error) = self.tokenizer.encode_fast("\u{10ffff}", false) {
            return refuse("model", "an unknown token", error.to_string());
        }
        let pair = self.tokenizer.encode_fast(("a", "b"), true);
        let found = pair.map(|pair| pair.get_ids().to_vec()).unwrap_or_default();
        let ends = [self.end; 2];
        let expected = [&[self.start], &*self.pieces("a"), &ends, &self.pieces("b"), &[self.end]].concat();
        if found == expected {
            Ok(())
        } else {
            refuse("post_processor", "`<s> A </s></s> B </s>`", format!("{found:?}"))
        }
    }
}
