//! What the small files of a model folder say.

mod config;
mod json;
mod sentence;
mod settings;

pub(crate) use config::{EncoderConfig, EncoderFamily, ModelTask};
pub(crate) use json::required;
pub(crate) use sentence::Prompts;
pub(crate) use settings::{EmbedderSettings, TokenizerConfig};
