use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Error;

/// Texts at a time: as many as OpenAI's own server takes.
pub(super) const MOST: usize = 2_048;

/// One text, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Texts {
    One(String),
    Several(Vec<String>),
    /// Numbers of tokens: another model's words.
    Other(IgnoredAny),
}

/// A text, bare or in an object.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected each document to be a text, or an object with a `text`")]
pub(super) enum Document {
    Bare(String),
    Object { text: String },
}

impl Texts {
    pub(super) fn list(&self) -> Result<Vec<&str>, Error> {
        let texts: Vec<&str> = match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts.iter().map(String::as_str).collect(),
            Self::Other(_) => {
                let problem = "`input`: expected a text or a list of texts; tokens are numbered otherwise by each model";
                return Err(Error::BadBody { problem: problem.to_owned() });
            }
        };
        counted(texts, "input")
    }
}

impl Document {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Object { text } => text,
        }
    }
}

/// The texts, if there are some and not too many.
pub(super) fn counted<T>(texts: Vec<T>, field: &str) -> Result<Vec<T>, Error> {
    match texts.len() {
        1..=MOST => Ok(texts),
        found => {
            Err(Error::BadBody { problem: format!("`{field}`: expected 1 to {MOST} texts, found {found}") })
        }
    }
}
