use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::normalize::Letters;
use super::vocabulary::Vocabulary;
use super::word_piece::{LONGEST_WORD, SPECIALS};
use crate::error::ModelError;
use crate::folder::required;

/// What `tokenizer.json` says of a WordPiece tokenizer.
pub(super) struct TokenizerJson {
    pub(super) vocabulary: Vocabulary,
    pub(super) letters: Letters,
}

#[derive(Deserialize)]
struct File {
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<PreTokenizer>,
    model: Model,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
struct Normalizer {
    r#type: String,
    clean_text: Option<bool>,
    handle_chinese_chars: Option<bool>,
    strip_accents: Option<bool>,
    lowercase: Option<bool>,
}

#[derive(Deserialize)]
struct PreTokenizer {
    r#type: String,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
    continuing_subword_prefix: Option<String>,
    max_input_chars_per_word: Option<usize>,
}

#[derive(Deserialize)]
struct AddedToken {
    content: String,
}

impl TokenizerJson {
    /// # Errors
    /// When the file isn't there or isn't JSON, and when it asks for anything that BERT's own tokenizer doesn't do.
    pub(super) fn read(path: &Path) -> Result<Self, ModelError> {
        let file: File = required(path, "WordPiece tokenizer")?;
        if let Some((what, expected, found)) = file.strange() {
            let expected = expected.into();
            return Err(ModelError::Unsupported { path: path.to_owned(), what, expected, found });
        }
        Ok(Self { vocabulary: vocabulary(path, &file.model.vocab)?, letters: file.letters() })
    }
}

impl File {
    fn letters(&self) -> Letters {
        let switch = |pick: fn(&Normalizer) -> Option<bool>| self.normalizer.as_ref().and_then(pick);
        let small = switch(|normalizer| normalizer.lowercase).unwrap_or(true);
        Letters {
            small,
            bare: switch(|normalizer| normalizer.strip_accents).unwrap_or(small),
            chinese_apart: switch(|normalizer| normalizer.handle_chinese_chars).unwrap_or(true),
        }
    }

    /// The first property that isn't computed here, what is, and what is there.
    fn strange(&self) -> Option<(&'static str, &'static str, String)> {
        let kind = self.normalizer.as_ref().map_or("none", |normalizer| &normalizer.r#type);
        if kind != "BertNormalizer" {
            return Some(("normalizer", "`BertNormalizer`", format!("`{kind}`")));
        }
        let kind = self.pre_tokenizer.as_ref().map_or("none", |tokenizer| &tokenizer.r#type);
        if kind != "BertPreTokenizer" {
            return Some(("pre_tokenizer", "`BertPreTokenizer`", format!("`{kind}`")));
        }
        if self.normalizer.as_ref().and_then(|normalizer| normalizer.clean_text) == Some(false) {
            return Some(("normalizer", "clean text", "text as it is".into()));
        }
        let prefix = self.model.continuing_subword_prefix.as_deref().unwrap_or("##");
        if prefix != "##" {
            return Some(("continuing_subword_prefix", "`##`", format!("`{prefix}`")));
        }
        let longest = self.model.max_input_chars_per_word.unwrap_or(LONGEST_WORD);
        if longest != LONGEST_WORD {
            return Some(("max_input_chars_per_word", "100", longest.to_string()));
        }
        let mut added = self.added_tokens.iter().map(|token| token.content.as_str());
        let other = added.find(|token| !SPECIALS.contains(token))?;
        Some(("added token", "none but BERT's own", format!("`{other}`")))
    }
}

/// The tokens in the order of their ids, which are all the numbers from 0.
fn vocabulary(path: &Path, ids: &HashMap<String, u32>) -> Result<Vocabulary, ModelError> {
    let mut tokens: Vec<(u32, &str)> = ids.iter().map(|(token, id)| (*id, token.as_str())).collect();
    tokens.sort_unstable();
    let gap = tokens.iter().zip(0..).find(|((id, token), at)| id != at || token.contains('\n'));
    if let Some(((id, token), at)) = gap {
        let reason = format!("expected a token of one line for the id {at}, found {token:?} for {id}");
        return Err(ModelError::Vocabulary { path: path.to_owned(), reason });
    }
    let tokens: Vec<&str> = tokens.into_iter().map(|(_, token)| token).collect();
    Ok(Vocabulary::new(tokens.join("\n")))
}
