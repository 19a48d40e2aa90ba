use std::fmt::Display;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use naragtive::{Language, Precision};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::args::{Color, Rerank};
use crate::error::Failure;

/// `config.toml` in the home folder: what a user doesn't want to type every time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub color: Option<Color>,
    #[serde(default, deserialize_with = "number")]
    pub limit: Option<NonZeroUsize>,
    #[serde(default, deserialize_with = "number")]
    pub initial_k: Option<NonZeroUsize>,
    pub rerank: Option<Rerank>,
    pub rerank_model: Option<String>,
    pub rerank_url: Option<String>,
    pub model: Option<String>,
    pub model_dir: Option<PathBuf>,
    pub lexicon: Option<PathBuf>,
    #[serde(default, deserialize_with = "number")]
    pub threads: Option<NonZeroUsize>,
    #[serde(default, deserialize_with = "named")]
    pub precision: Option<Precision>,
    #[serde(default, deserialize_with = "named")]
    pub language: Option<Language>,
}

/// Every key, for those that are nearly right.
pub const KEYS: [&str; 12] = [
    "color",
    "limit",
    "initial_k",
    "rerank",
    "rerank_model",
    "rerank_url",
    "model",
    "model_dir",
    "lexicon",
    "threads",
    "precision",
    "language",
];

impl Config {
    /// Reads the file; one that isn't there says nothing.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(naragtive::Error::Read { path: path.to_owned(), source }.into()),
        };
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let table: toml::Table = toml::from_str(text).map_err(|error| Failure::bad_config(path, &error))?;
        if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(Failure::unknown_key(path, unknown, &KEYS));
        }
        toml::from_str(text).map_err(|error| Failure::bad_config(path, &error))
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

    fn parse(text: &str) -> Result<Config, Failure> {
        Config::parse(Path::new("config.toml"), text)
    }

    #[test]
    fn every_key_is_known_and_read() {
        let text = "color = 'never'\nlimit = 3\ninitial_k = 20\nrerank = true\nrerank_model = 'r'\n\
                    rerank_url = 'u'\nmodel = 'm'\nmodel_dir = 'd'\n\
                    lexicon = 'l.toml'\nthreads = 2\nprecision = 'f32'\nlanguage = 'german'";
        let table: toml::Table = toml::from_str(text).unwrap();
        assert!(KEYS.iter().all(|key| table.contains_key(*key)));
        let config = parse(text).unwrap();
        assert_eq!(config.color, Some(Color::Never));
        assert_eq!(config.limit, NonZeroUsize::new(3));
        assert_eq!(config.initial_k, NonZeroUsize::new(20));
        assert_eq!(config.rerank, Some(Rerank::Prefer));
        assert_eq!(config.rerank_model.as_deref(), Some("r"));
        assert_eq!(config.rerank_url.as_deref(), Some("u"));
        assert_eq!(config.model.as_deref(), Some("m"));
        assert_eq!(config.model_dir, Some("d".into()));
        assert_eq!(config.lexicon, Some("l.toml".into()));
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
    fn what_is_wrong_is_said_with_the_line_or_the_nearest_key() {
        for (text, message, hint) in [
            ("limt = 3", "has an unknown key `limt`", Some("did you mean `limit`?")),
            ("zzz = 3", "has an unknown key `zzz`", None),
            ("limit = 0", "line 1", Some("mend the line")),
            ("limit = 'ten'", "expected a whole number from 1 up, found \"ten\"", Some("mend the line")),
            ("\nprecision = 'f16'", "line 2", Some("mend the line")),
            ("limit = ", "line 1", Some("mend the line")),
            (
                "rerank = 'maybe'",
                "expected true, false or \"require\", found \"maybe\"",
                Some("mend the line"),
            ),
        ] {
            let failure = parse(text).unwrap_err();
            assert!(failure.message.contains(message), "{text}: {}", failure.message);
            let found = failure.hints.first().map(String::as_str);
            assert!(
                found.map_or(hint.is_none(), |found| hint.is_some_and(|hint| found.starts_with(hint))),
                "{text}: {found:?}"
            );
        }
    }
}
