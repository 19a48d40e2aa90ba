use std::fmt::Display;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use naragtive_disk::read_text;
use naragtive_index::Language;
use naragtive_model::Precision;
use naragtive_text::nearest;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::values::{Color, Rerank};
use crate::Error;
use crate::hint::{Hint, quoted};
use crate::rerank::Weight;

/// `config.toml` in the home folder: what a user doesn't want to type every time.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Config {
    #[serde(default, deserialize_with = "named")]
    pub(super) color: Option<Color>,
    #[serde(default, deserialize_with = "number")]
    pub(super) limit: Option<NonZeroUsize>,
    #[serde(default, deserialize_with = "number")]
    pub(super) initial_k: Option<NonZeroUsize>,
    pub(super) rerank: Option<Rerank>,
    pub(super) rerank_model: Option<String>,
    pub(super) rerank_url: Option<String>,
    pub(super) rerank_weight: Option<Weight>,
    pub(super) chat_url: Option<String>,
    pub(super) chat_model: Option<String>,
    pub(super) embed_url: Option<String>,
    pub(super) model: Option<String>,
    pub(super) model_dir: Option<PathBuf>,
    pub(super) lexicon: Option<PathBuf>,
    pub(super) day_first: Option<bool>,
    #[serde(default, deserialize_with = "number")]
    pub(super) threads: Option<NonZeroUsize>,
    #[serde(default, deserialize_with = "named")]
    pub(super) precision: Option<Precision>,
    #[serde(default, deserialize_with = "named")]
    pub(super) language: Option<Language>,
}

/// Every key, for those that are nearly right.
pub const KEYS: [&str; 17] = [
    "color",
    "limit",
    "initial_k",
    "rerank",
    "rerank_model",
    "rerank_url",
    "rerank_weight",
    "chat_url",
    "chat_model",
    "embed_url",
    "model",
    "model_dir",
    "lexicon",
    "day_first",
    "threads",
    "precision",
    "language",
];

/// A key of the config file that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// The key that may have been meant.
    pub nearest: Option<&'static str>,
}

impl UnknownKey {
    /// What is wrong, of the config file at this path.
    pub fn problem(&self, path: &Path) -> String {
        let known = KEYS.map(|key| format!("`{key}`")).join(", ");
        format!("`{}` has an unknown key `{}`; known: {known}", path.display(), self.key)
    }

    /// What to do about it.
    pub fn hint(&self, path: &Path) -> Hint {
        match self.nearest {
            Some(nearest) => Hint::say(format!("did you mean `{nearest}`?")),
            None => Hint::say(format!("take `{}` out of {}", self.key, quoted(path))),
        }
    }
}

impl Config {
    /// Reads the file, and which of its keys mean nothing; one that isn't there says nothing.
    pub(super) fn read(path: &Path) -> Result<(Self, Vec<UnknownKey>), Error> {
        let text = match read_text(path) {
            Ok(text) => text,
            Err(error) if error.is_not_found() => return Ok(Default::default()),
            Err(error) => return Err(Error::Read { path: path.to_owned(), source: error.into() }),
        };
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<(Self, Vec<UnknownKey>), Error> {
        // Editors on Windows put a byte order mark before the first key.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let bad = |source: toml::de::Error| Error::Config { path: path.to_owned(), source: Box::new(source) };
        let table: toml::Table = toml::from_str(text).map_err(bad)?;
        let unknown = table.keys().filter(|key| !KEYS.contains(&key.as_str()));
        let unknown = unknown
            .map(|key| UnknownKey { key: key.clone(), nearest: nearest(key, KEYS).first().copied() })
            .collect();
        Ok((toml::from_str(text).map_err(bad)?, unknown))
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NonZeroUsize>, D::Error> {
    let found = toml::Value::deserialize(deserializer)?;
    let number =
        found.as_integer().and_then(|number| usize::try_from(number).ok()).and_then(NonZeroUsize::new);
    let wrong = || D::Error::custom(format!("expected a whole number from 1 up, found {found}"));
    number.map(Some).ok_or_else(wrong)
}

/// A value that is written as its name.
fn named<'de, D: Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map(Some).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, Error> {
        Config::parse(Path::new("config.toml"), text).map(|(config, _)| config)
    }

    #[test]
    fn every_key_is_known_and_read() {
        let text = "color = 'never'\nlimit = 3\ninitial_k = 20\nrerank = true\nrerank_model = 'r'\n\
                    rerank_url = 'u'\nrerank_weight = 0.5\nchat_url = 'c'\nchat_model = 'cm'\nembed_url = 'e'\nmodel = 'm'\nmodel_dir = 'd'\n\
                    lexicon = 'l.toml'\nday_first = true\nthreads = 2\nprecision = 'f32'\nlanguage = 'german'";
        let table: toml::Table = toml::from_str(text).unwrap();
        assert!(KEYS.iter().all(|key| table.contains_key(*key)));
        let config = parse(text).unwrap();
        assert_eq!(config.color, Some(Color::Never));
        assert_eq!(config.limit, NonZeroUsize::new(3));
        assert_eq!(config.initial_k, NonZeroUsize::new(20));
        assert_eq!(config.rerank, Some(Rerank::Prefer));
        assert_eq!(config.rerank_model.as_deref(), Some("r"));
        assert_eq!(config.rerank_url.as_deref(), Some("u"));
        assert_eq!(config.rerank_weight, Weight::new(0.5));
        assert_eq!(config.chat_url.as_deref(), Some("c"));
        assert_eq!(config.chat_model.as_deref(), Some("cm"));
        assert_eq!(config.embed_url.as_deref(), Some("e"));
        assert_eq!(config.model.as_deref(), Some("m"));
        assert_eq!(config.model_dir, Some("d".into()));
        assert_eq!(config.lexicon, Some("l.toml".into()));
        assert_eq!(config.day_first, Some(true));
        assert_eq!(config.threads, NonZeroUsize::new(2));
        assert_eq!(config.precision, Some(Precision::F32));
        assert_eq!(config.language.map(|language| language.to_string()).as_deref(), Some("german"));
    }

    #[test]
    fn reranking_is_off_on_or_required() {
        for (value, expected) in
            [("false", Rerank::Off), ("true", Rerank::Prefer), ("'require'", Rerank::Require)]
        {
            assert_eq!(parse(&format!("rerank = {value}")).unwrap().rerank, Some(expected));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, message) in [
            ("limit = 0", "line 1"),
            ("limit = 'ten'", "expected a whole number from 1 up, found \"ten\""),
            ("\nprecision = 'f16'", "line 2"),
            ("limit = ", "line 1"),
            ("day_first = 'yes'", "expected a boolean"),
            ("color = 'red'", "expected `auto`, `always` or `never`"),
            ("rerank_weight = -1", "expected a number from 0 up, found -1"),
            ("rerank = 'maybe'", "expected true, false or \"require\", found \"maybe\""),
        ] {
            let found = parse(text).unwrap_err().to_string();
            assert!(found.contains(message), "{text}: {found}");
        }
    }

    #[test]
    fn a_key_that_means_nothing_costs_the_others_nothing() {
        let (config, unknown) =
            Config::parse(Path::new("c"), "limt = 3\nthreads = 2\nzzz = [1]\n[extras]\nx = 1").unwrap();
        assert_eq!(config.threads, NonZeroUsize::new(2));
        let unknown: Vec<_> = unknown.iter().map(|key| (key.key.as_str(), key.nearest)).collect();
        assert_eq!(unknown, [("extras", None), ("limt", Some("limit")), ("zzz", None)]);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_key() {
        assert_eq!(parse("\u{feff}limit = 3").unwrap().limit, NonZeroUsize::new(3));
    }
}
