use std::path::Path;

use serde::Deserialize;

use super::config::{EncoderConfig, ModelTask};
use super::json::optional;
use super::sentence::{Prompts, Sentences};
use crate::error::ModelError;
use crate::pooling::Pooling;
use crate::usage::Usage;

/// Everything about an embedder's folder but its weights and its vocabulary.
pub(crate) struct EmbedderSettings {
    pub(crate) config: EncoderConfig,
    pub(crate) pooling: Pooling,
    pub(crate) prompts: Prompts,
    /// The most tokens of a text that count, with those that mark its ends.
    pub(crate) max_tokens: usize,
    /// Whether a text's letters are made small before it is tokenized, whatever the tokenizer does.
    pub(crate) small_first: bool,
    pub(crate) tokenizer: TokenizerConfig,
}

/// What of `tokenizer_config.json` decides about tokens.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct TokenizerConfig {
    pub(crate) do_lower_case: Option<bool>,
    pub(crate) strip_accents: Option<bool>,
    pub(crate) tokenize_chinese_chars: Option<bool>,
    /// Some write an astronomic number for no limit.
    pub(crate) model_max_length: Option<f64>,
}

impl EmbedderSettings {
    pub(crate) fn read(folder: &Path, usage: Usage) -> Result<Self, ModelError> {
        let config = EncoderConfig::read(folder, ModelTask::Embed)?;
        let Sentences { pooling, prompts, config: sentence } = Sentences::read(folder, usage)?;
        let tokenizer = TokenizerConfig::read(folder)?;
        let length = sentence.max_seq_length.or(usage.max_tokens).or_else(|| tokenizer.longest());
        Ok(Self {
            pooling,
            prompts,
            max_tokens: length.unwrap_or(config.longest()).min(config.longest()),
            small_first: sentence.do_lower_case,
            tokenizer,
            config,
        })
    }
}

impl TokenizerConfig {
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("tokenizer_config.json");
        Ok(optional(&path, "settings")?.unwrap_or_default())
    }

    /// The most tokens, if it names a number.
    pub(crate) fn longest(&self) -> Option<usize> {
        self.model_max_length.map(|length| length as usize)
    }
}
