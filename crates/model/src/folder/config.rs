use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::json::required;
use crate::error::ModelError;

/// No pair of texts is longer than this many tokens: what cross-encoders are trained with.
const LONGEST_PAIR: usize = 512;

/// The kinds of encoders. They are one computation, but their positions, token types, tokenizers and the names of
/// some tensors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncoderFamily {
    Bert,
    XlmRoberta,
}

/// What a model is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelTask {
    /// A vector for a text.
    Embed,
    /// One logit for a pair of texts.
    Classify,
}

/// The kind and the sizes of an encoder, from `config.json`, checked.
#[derive(Debug, Clone)]
pub(crate) struct EncoderConfig {
    pub(crate) family: EncoderFamily,
    pub(crate) task: ModelTask,
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) max_position_embeddings: usize,
    pub(crate) vocab_size: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) layer_norm_eps: f32,
    /// XLM-RoBERTa's id of a padding token. It has the position of that number, and all others come after.
    pub(crate) padding: Option<u32>,
}

/// `config.json` as it is written.
#[derive(Debug, Deserialize)]
struct ConfigFile {
    model_type: String,
    architectures: Option<Vec<String>>,
    id2label: Option<BTreeMap<String, IgnoredAny>>,
    num_labels: Option<usize>,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    type_vocab_size: usize,
    pad_token_id: Option<u32>,
    layer_norm_eps: f32,
    hidden_act: String,
    position_embedding_type: Option<String>,
}

impl EncoderConfig {
    /// Reads `config.json` of `folder`.
    ///
    /// # Errors
    /// When it can't be read, and when the model is none for `task` or can't be computed exactly.
    pub(crate) fn read(folder: &Path, task: ModelTask) -> Result<Self, ModelError> {
        let path = folder.join("config.json");
        required::<ConfigFile>(&path, "configuration")?.check(&path, task)
    }

    /// Columns of one attention head.
    pub(crate) fn head_size(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    /// The position of a sequence's first token.
    pub(crate) fn first_position(&self) -> usize {
        self.padding.map_or(0, |padding| padding as usize + 1)
    }

    /// The rows of positions that are kept.
    pub(crate) fn positions(&self) -> usize {
        match self.task {
            ModelTask::Embed => self.max_position_embeddings,
            ModelTask::Classify => self.max_position_embeddings.min(self.first_position() + LONGEST_PAIR),
        }
    }

    /// The token types that are kept.
    pub(crate) fn types(&self) -> usize {
        match (self.task, self.family) {
            (ModelTask::Classify, EncoderFamily::Bert) => 2,
            _ => 1,
        }
    }

    /// The most tokens of a sequence.
    pub(crate) fn longest(&self) -> usize {
        self.positions() - self.first_position()
    }

    /// How many numbers the model consists of.
    pub(crate) fn parameters(&self) -> usize {
        let (hidden, wide) = (self.hidden_size, self.intermediate_size);
        let rows = self.vocab_size + self.max_position_embeddings + self.type_vocab_size;
        let square = hidden * (hidden + 1);
        let layer = 4 * square + wide * (hidden + 1) + hidden * (wide + 1) + 4 * hidden;
        let head = if self.task == ModelTask::Classify { square + hidden + 1 } else { 0 };
        hidden * (rows + 2) + self.num_hidden_layers * layer + head
    }
}

impl ConfigFile {
    /// What can't be computed exactly is refused here, before any work.
    fn check(self, path: &Path, task: ModelTask) -> Result<EncoderConfig, ModelError> {
        let refuse = |what, expected: &str, found: String| {
            Err(ModelError::Unsupported { path: path.to_owned(), what, expected: expected.into(), found })
        };
        let family = match self.model_type.as_str() {
            "bert" => EncoderFamily::Bert,
            "xlm-roberta" => EncoderFamily::XlmRoberta,
            other => return refuse("model_type", "`bert` or `xlm-roberta`", format!("`{other}`")),
        };
        if let (ModelTask::Classify, Err((what, expected, found))) = (task, self.one_logit(family)) {
            return refuse(what, expected, found);
        }
        if self.hidden_act != "gelu" {
            return refuse("hidden_act", "`gelu`", format!("`{}`", self.hidden_act));
        }
        if let Some(kind) = self.position_embedding_type.as_deref().filter(|kind| *kind != "absolute") {
            return refuse("position_embedding_type", "`absolute`", format!("`{kind}`"));
        }
        let config = self.sizes(family, task);
        let sizes =
            [config.num_hidden_layers, config.intermediate_size, config.vocab_size, config.type_vocab_size];
        if sizes.contains(&0) || config.max_position_embeddings < config.first_position() + 3 {
            return refuse("sizes", "at least one of everything and three positions", format!("{config:?}"));
        }
        if config.type_vocab_size < config.types() {
            return refuse("type_vocab_size", "2", config.type_vocab_size.to_string());
        }
        let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
        if hidden == 0 || heads == 0 || hidden % heads != 0 || hidden % 16 != 0 {
            let found = format!("{hidden} columns for {heads} heads");
            return refuse("hidden_size", "a multiple of 16 and of the number of heads", found);
        }
        Ok(config)
    }

    /// Else the property that is wrong, what would be right, and what is there.
    fn one_logit(&self, family: EncoderFamily) -> Result<(), (&'static str, &'static str, String)> {
        let (name, expected) = match family {
            EncoderFamily::Bert => ("BertForSequenceClassification", "`BertForSequenceClassification`"),
            EncoderFamily::XlmRoberta => {
                ("XLMRobertaForSequenceClassification", "`XLMRobertaForSequenceClassification`")
            }
        };
        let found = self.architectures.as_deref().unwrap_or_default();
        if found.iter().all(|found| found != name) {
            let found = if found.is_empty() { "none".into() } else { format!("`{}`", found.join("`, `")) };
            return Err(("architectures", expected, found));
        }
        // Where neither is there, the shape of the last tensor decides.
        let labels = self.id2label.as_ref().map(BTreeMap::len).or(self.num_labels);
        match labels.filter(|labels| *labels != 1) {
            Some(labels) => Err(("number of labels", "1, whose logit is the relevance", labels.to_string())),
            None => Ok(()),
        }
    }

    fn sizes(&self, family: EncoderFamily, task: ModelTask) -> EncoderConfig {
        EncoderConfig {
            family,
            task,
            hidden_size: self.hidden_size,
            num_hidden_layers: self.num_hidden_layers,
            num_attention_heads: self.num_attention_heads,
            intermediate_size: self.intermediate_size,
            max_position_embeddings: self.max_position_embeddings,
            vocab_size: self.vocab_size,
            type_vocab_size: self.type_vocab_size,
            layer_norm_eps: self.layer_norm_eps,
            padding: (family == EncoderFamily::XlmRoberta).then(|| self.pad_token_id.unwrap_or(1)),
        }
    }
}
