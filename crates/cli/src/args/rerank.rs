use std::fmt;
use std::num::NonZeroUsize;

use clap::{Args as ClapArgs, ValueEnum};
use clap_complete::ArgValueCandidates;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::whole;
use crate::names;

/// Whether a second model puts what was found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rerank {
    Off,
    Prefer,
    Require,
}

impl Rerank {
    /// As the config file has it.
    pub fn to_json(self) -> Value {
        match self {
            Self::Off => json!(false),
            Self::Prefer => json!(true),
            Self::Require => json!("require"),
        }
    }
}

impl<'de> Deserialize<'de> for Rerank {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = toml::Value::deserialize(deserializer)?;
        match (found.as_bool(), found.as_str()) {
            (Some(false), _) => Ok(Self::Off),
            (Some(true), _) => Ok(Self::Prefer),
            (None, Some(name)) if name == Self::Require.to_string() => Ok(Self::Require),
            _ => Err(D::Error::custom(format!("expected true, false or \"require\", found {found}"))),
        }
    }
}

impl fmt::Display for Rerank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Prefer => "prefer",
            Self::Require => "require",
        })
    }
}

/// Which one that is.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Reranking")]
pub struct RerankerArgs {
    /// The reranker: a name of `model list`, or a folder [env: NARAGTIVE_RERANK_MODEL]
    #[arg(long, value_name = "NAME|FOLDER", add = ArgValueCandidates::new(names::rerankers))]
    pub rerank_model: Option<String>,
    /// A server that reranks, like llama-server --rerank [env: NARAGTIVE_RERANK_URL]
    #[arg(long, value_name = "URL")]
    pub rerank_url: Option<String>,
}

/// All about reranking.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Reranking")]
pub struct RerankArgs {
    /// Let a second model read what was found and put it in order; =require fails where there is none, =off does
    /// without
    #[arg(long, value_name = "WHEN", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "prefer", hide_possible_values = true)]
    pub rerank: Option<Rerank>,
    #[command(flatten)]
    pub which: RerankerArgs,
    /// How many scenes the reranker reads [default: 50]
    #[arg(long, value_name = "N", value_parser = whole)]
    pub initial_k: Option<NonZeroUsize>,
}
