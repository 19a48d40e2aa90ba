//! What the small files of a model folder say.

mod config;
mod json;
mod settings;

pub(crate) use config::{Config, Family, Task};
pub(crate) use json::required;
pub(crate) use settings::{Settings, TokenizerConfig};
