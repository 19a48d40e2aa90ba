use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::ModelError;
use crate::pooling::Pooling;

/// The sizes of a BERT encoder, from `config.json`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Config {
    pub(crate) model_type: String,
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) max_position_embeddings: usize,
    pub(crate) vocab_size: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) layer_norm_eps: f32,
    pub(crate) hidden_act: String,
    pub(crate) position_embedding_type: Option<String>,
}

/// Everything about a model folder but its weights and its vocabulary.
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) pooling: Pooling,
    /// The most tokens of a text that count, with `[CLS]` and `[SEP]`.
    pub(crate) max_tokens: usize,
    pub(crate) lower_case: bool,
}

#[derive(Deserialize)]
struct SentenceConfig {
    max_seq_length: Option<usize>,
}

#[derive(Deserialize)]
struct TokenizerConfig {
    do_lower_case: Option<bool>,
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
        let path = folder.join("config.json");
        let config: Config = required(&path, "configuration")?;
        config.check(&path)?;
        let sentence: Option<SentenceConfig> = optional(&folder.join("sentence_bert_config.json"))?;
        let tokenizer: Option<TokenizerConfig> = optional(&folder.join("tokenizer_config.json"))?;
        let length = sentence.and_then(|sentence| sentence.max_seq_length);
        Ok(Self {
            pooling: pooling(&folder.join("1_Pooling").join("config.json"))?,
            max_tokens: length.unwrap_or(config.max_position_embeddings).min(config.max_position_embeddings),
            lower_case: tokenizer.and_then(|tokenizer| tokenizer.do_lower_case).unwrap_or(true),
            config,
        })
    }
}

impl Config {
    /// Columns of one attention head.
    pub(crate) fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// What the encoder can't compute exactly is refused here, before any work.
    fn check(&self, path: &Path) -> Result<(), ModelError> {
        let refuse = |what, expected: &str, found: String| {
            Err(ModelError::Unsupported { path: path.to_owned(), what, expected: expected.into(), found })
        };
        if self.model_type != "bert" {
            return refuse("model_type", "`bert`", format!("`{}`", self.model_type));
        }
        if self.hidden_act != "gelu" {
            return refuse("hidden_act", "`gelu`", format!("`{}`", self.hidden_act));
        }
        if let Some(kind) = self.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            return refuse("position_embedding_type", "`absolute`", format!("`{kind}`"));
        }
        let sizes = [self.num_hidden_layers, self.intermediate_size, self.vocab_size, self.type_vocab_size];
        if sizes.contains(&0) || self.max_position_embeddings < 3 {
            return refuse("sizes", "at least one of everything and three positions", format!("{self:?}"));
        }
        let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
        if hidden == 0 || heads == 0 || hidden % heads != 0 || hidden % 16 != 0 {
            let found = format!("{hidden} columns for {heads} heads");
            return refuse("hidden_size", "a multiple of 16 and of the number of heads", found);
        }
        Ok(())
    }
}

fn pooling(path: &Path) -> Result<Pooling, ModelError> {
    let Some(config) = optional::<PoolingConfig>(path)? else { return Ok(Pooling::Mean) };
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

fn required<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T, ModelError> {
    let bytes = fs::read(path).map_err(|source| ModelError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| ModelError::Json {
        path: path.to_owned(),
        what,
        reason: error.to_string(),
    })
}

fn optional<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ModelError> {
    if path.exists() { required(path, "settings").map(Some) } else { Ok(None) }
}
