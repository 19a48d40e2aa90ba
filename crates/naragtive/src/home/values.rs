use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// Whether output has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Where it goes to a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// Its name in arguments, files and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

impl FromStr for Color {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = "`auto`, `always` or `never`";
        let found = Self::ALL.into_iter().find(|color| color.name() == name);
        found.ok_or_else(|| format!("unknown variant `{name}`, expected {all}"))
    }
}

/// Whether a second model puts what was found in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rerank {
    /// It doesn't.
    Off,
    /// It does where it can be had.
    Prefer,
    /// It does, and a search without it fails.
    Require,
}

impl Rerank {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::Prefer, Self::Require];

    /// Its name in arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Prefer => "prefer",
            Self::Require => "require",
        }
    }

    /// As the config file has it.
    pub fn to_json(self) -> Value {
        match self {
            Self::Off => json!(false),
            Self::Prefer => json!(true),
            Self::Require => json!("require"),
        }
    }
}

impl FromStr for Rerank {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rerank| rerank.name() == name);
        found.ok_or_else(|| format!("expected off, prefer or require, found `{name}`"))
    }
}

impl fmt::Display for Rerank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Rerank {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = toml::Value::deserialize(deserializer)?;
        match (found.as_bool(), found.as_str()) {
            (Some(false), _) => Ok(Self::Off),
            (Some(true), _) => Ok(Self::Prefer),
            (None, Some(name)) if name == Self::Require.name() => Ok(Self::Require),
            _ => Err(D::Error::custom(format!("expected true, false or \"require\", found {found}"))),
        }
    }
}
