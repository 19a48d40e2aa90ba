use std::fmt;
use std::str::FromStr;

use frostem::Algorithm;

/// Whose word forms are taken for one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(Option<Algorithm>);

/// A name that is no language known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no stemmer for the language `{0}`")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Words are taken as they are written.
    pub const NONE: Self = Self(None);
    /// English, with its irregular forms.
    pub const ENGLISH: Self = Self(Some(Algorithm::English));

    /// All names, `none` first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once(NONE_NAME).chain(Algorithm::all().iter().map(|algorithm| algorithm.name()))
    }

    /// The name that parses to this language.
    pub fn name(self) -> &'static str {
        self.0.map_or(NONE_NAME, Algorithm::name)
    }

    pub(crate) fn algorithm(self) -> Option<Algorithm> {
        self.0
    }
}

const NONE_NAME: &str = "none";

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `none`, a Snowball algorithm's name (`english`) or its two or three letters (`en`).
impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, UnknownLanguage> {
        if name.trim().eq_ignore_ascii_case(NONE_NAME) {
            return Ok(Self::NONE);
        }
        let algorithm = Algorithm::from_name(name).map_err(|_| UnknownLanguage(name.to_owned()))?;
        Ok(Self(Some(algorithm)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_the_name_of_its_language() {
        for name in Language::names() {
            assert_eq!(name.parse::<Language>().map(|language| language.to_string()), Ok(name.to_owned()));
        }
        assert_eq!("EN".parse(), Ok(Language::ENGLISH));
        assert_eq!("None".parse(), Ok(Language::NONE));
        assert_eq!("elvish".parse::<Language>(), Err(UnknownLanguage("elvish".to_owned())));
    }
}
