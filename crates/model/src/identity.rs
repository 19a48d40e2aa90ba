use std::fmt;

use sha2::{Digest, Sha256};

use crate::folder::{EmbedderSettings, Prompts};

/// Which model it is, by all that decides about its vectors.
///
/// A folder's name says nothing: anybody may call theirs `all-MiniLM-L6-v2`, and a fine-tuned model keeps the name of
/// the one it was made from. What counts are the weights, the vocabulary, how a text becomes tokens and how their
/// vectors become one. What doesn't count is how they are computed: the vectors of all precisions and instruction sets
/// can be compared. Stores keep an identity for years, so it may never change for a model that is computed as before;
/// what is new (a prefix, say) is summed up only for models that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity(String);

/// How much of an identity tells models apart for people.
const SHORT: usize = 12;

impl Identity {
    /// The model of these files of weights, by their sums, and these tokens: what is said of them by every model, and what is
    /// by few.
    pub(crate) fn new<'a>(
        weights: impl Iterator<Item = &'a str>,
        (tokens, rare): (Vec<String>, Vec<String>),
        settings: &EmbedderSettings,
    ) -> Self {
        let EmbedderSettings { config, pooling, prompts: Prompts { query, passage }, .. } = settings;
        let mut lines = vec!["an embedding model, 1".to_owned()];
        lines.extend(weights.map(|sum| format!("weights {sum}")));
        lines.push(format!("{:?}, {} layers", config.family, config.num_hidden_layers));
        lines.push(format!("{} heads, epsilon {:?}", config.num_attention_heads, config.layer_norm_eps));
        lines.extend(tokens);
        lines.push(format!("pooling {pooling:?}, to length 1"));
        lines.extend(rare);
        let prompts =
            [("query", query), ("passage", passage)].into_iter().filter(|(_, text)| !text.is_empty());
        lines.extend(prompts.map(|(of, text)| format!("before a {of} {text:?}")));
        Self(sum_of(lines.join("\n").as_bytes()))
    }

    /// 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve.
    pub fn short(&self) -> &str {
        self.0.get(..SHORT).unwrap_or(&self.0)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// SHA-256, in hex.
pub(crate) fn sum_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
