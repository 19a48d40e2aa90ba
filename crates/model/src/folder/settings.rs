use std::path::Path;

use serde::Deserialize;

use super::config::{Config, Task};
use super::json::optional;
use crate::error::ModelError;
use crate::pooling::Pooling;

/// Everything about an embedder's folder but its weights and its vocabulary.
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) pooling: Pooling,
    /// The most tokens of a text that count, with `[CLS]` and `[SEP]`.
    pub(crate) max_tokens: usize,
    pub(crate) lower_case: bool,
}

/// What of `tokenizer_config.json` decides about tokens.
#[derive(Default, Deserialize)]
pub(crate) struct TokenizerConfig {
    pub(crate) do_lower_case: Option<bool>,
    pub(crate) strip_accents: Option<bool>,
    pub(crate) tokenize_chinese_chars: Option<bool>,
    /// Some write an astronomic number for no limit.
    pub(crate) model_max_length: Option<f64>,
}

#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

#[derive(Deserialize)]
struct PoolingConfig {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
}

impl Settings {
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        let config = Config::read(folder, Task::Embed)?;
        let sentence: Option<SentenceConfig> =
            optional(&folder.join("sentence_bert_config.json"), "settings")?;
        let length = sentence.and_then(|sentence| sentence.max_seq_length);
        Ok(Self {
            pooling: pooling(&folder.join("1_Pooling").join("config.json"))?,
            max_tokens: length.unwrap_or(config.longest()).min(config.longest()),
            lower_case: TokenizerConfig::read(folder)?.do_lower_case.unwrap_or(true),
            config,
        })
    }
}

impl TokenizerConfig {
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join("tokenizer_config.json");
        Ok(optional(&path, "settings")?.unwrap_or_default())
    }
}

fn pooling(path: &Path) -> Result<Pooling, ModelError> {
    let Some(config) = optional::<PoolingConfig>(path, "settings")? else { return Ok(Pooling::Mean) };
    match (config.pooling_mode_mean_tokens, config.pooling_mode_cls_token) {
        (true, false) => Ok(Pooling::Mean),
        (false, true) => Ok(Pooling::Cls),
        (mean, cls) => Err(ModelError::Unsupported {
            path: path.to_owned(),
            what: "pooling mode",
            expected: "mean tokens or the [CLS] token".into(),
            found: format!("mean {mean}, [CLS] {cls}"),
        }),
    }
}
