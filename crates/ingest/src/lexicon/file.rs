use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::IngestError;

/// A lexicon as TOML has it. The built-in file explains each list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) extends: Extends,
    #[serde(deserialize_with = "words")]
    pub(super) narrators: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(super) players: Vec<String>,
    pub(super) characters: Vec<Character>,
    pub(super) locations: Vec<Named>,
    pub(super) events: Vec<Named>,
    pub(super) ships: Ships,
    pub(super) tone: Tone,
    pub(super) names: Option<Names>,
    pub(super) llama: Option<Llama>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Extends(pub(super) bool);

impl Default for Extends {
    fn default() -> Self {
        Self(true)
    }
}

/// A person and the other ways their name is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Character {
    #[serde(deserialize_with = "word")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "words")]
    pub(crate) aliases: Vec<String>,
}

/// A label and the words that stand for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    #[serde(deserialize_with = "word")]
    pub(crate) name: String,
    /// Lower-cased; never empty.
    #[serde(default, deserialize_with = "words")]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Ships {
    #[serde(deserialize_with = "words")]
    pub(super) names: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(super) prefixes: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tone {
    #[serde(deserialize_with = "words")]
    pub(super) action: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(super) emotion: Vec<String>,
}

/// How people's names are told from other capitalised words; all lower-cased.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Names {
    #[serde(deserialize_with = "words")]
    pub(crate) titles: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(crate) common: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(crate) speech: Vec<String>,
    #[serde(deserialize_with = "words")]
    pub(crate) articles: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Llama {
    pub(super) themes: Vec<Named>,
    pub(super) tones: Vec<Named>,
}

/// A word with something in it: a blank one would be found in every text.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        if word.trim().is_empty() {
            return Err(D::Error::custom("expected a word, found a blank one"));
        }
        Ok(Self(word))
    }
}

fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Word::deserialize(deserializer).map(|word| word.0)
}

fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Vec::<Word>::deserialize(deserializer)?.into_iter().map(|word| word.0).collect())
}

impl File {
    /// Reads a lexicon; words that are looked for in lower-cased text are kept that way.
    pub(super) fn read(text: &str) -> Result<Self, IngestError> {
        toml::from_str::<Self>(text).map(Self::lower_cased).map_err(|error| IngestError::Lexicon {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            problem: error.message().to_owned(),
        })
    }

    fn lower_cased(mut self) -> Self {
        for named in self.locations.iter_mut().chain(&mut self.events) {
            named.lower();
        }
        lower(&mut self.tone.action);
        lower(&mut self.tone.emotion);
        if let Some(names) = &mut self.names {
            for list in [&mut names.titles, &mut names.common, &mut names.speech, &mut names.articles] {
                lower(list);
            }
        }
        if let Some(llama) = &mut self.llama {
            llama.themes.iter_mut().chain(&mut llama.tones).for_each(Named::lower);
        }
        self
    }

    /// Its own words, and behind them those of `builtin` that it lacks.
    pub(super) fn followed_by(self, builtin: Self) -> Self {
        Self {
            extends: self.extends,
            narrators: joined(self.narrators, builtin.narrators),
            players: joined(self.players, builtin.players),
            characters: joined_cast(self.characters, builtin.characters),
            locations: [self.locations, builtin.locations].concat(),
            events: [self.events, builtin.events].concat(),
            ships: Ships {
                names: joined(self.ships.names, builtin.ships.names),
                prefixes: joined(self.ships.prefixes, builtin.ships.prefixes),
            },
            tone: Tone {
                action: joined(self.tone.action, builtin.tone.action),
                emotion: joined(self.tone.emotion, builtin.tone.emotion),
            },
            names: both(self.names, builtin.names, Names::followed_by),
            llama: both(self.llama, builtin.llama, Llama::followed_by),
        }
    }

    /// Its own words alone, but for the sections that are about English.
    pub(super) fn with_english_of(mut self, builtin: Self) -> Self {
        self.names = self.names.or(builtin.names);
        self.llama = self.llama.or(builtin.llama);
        self
    }
}

impl Named {
    fn lower(&mut self) {
        if self.words.is_empty() {
            self.words.push(self.name.clone());
        }
        lower(&mut self.words);
    }
}

impl Names {
    fn followed_by(self, other: Self) -> Self {
        Self {
            titles: joined(self.titles, other.titles),
            common: joined(self.common, other.common),
            speech: joined(self.speech, other.speech),
            articles: joined(self.articles, other.articles),
        }
    }
}

impl Llama {
    fn followed_by(self, other: Self) -> Self {
        Self { themes: merged(self.themes, other.themes), tones: merged(self.tones, other.tones) }
    }
}

fn both<T>(first: Option<T>, second: Option<T>, join: fn(T, T) -> T) -> Option<T> {
    match (first, second) {
        (Some(first), Some(second)) => Some(join(first, second)),
        (first, second) => first.or(second),
    }
}

/// `second` behind `first`, without what is there already: a word counts once.
fn joined(mut first: Vec<String>, second: Vec<String>) -> Vec<String> {
    for word in second {
        if !first.contains(&word) {
            first.push(word);
        }
    }
    first
}

/// `second` behind `first`; labels that both have get the words of both.
fn merged(mut first: Vec<Named>, second: Vec<Named>) -> Vec<Named> {
    for named in second {
        match first.iter_mut().find(|own| own.name == named.name) {
            Some(own) => own.words = joined(std::mem::take(&mut own.words), named.words),
            None => first.push(named),
        }
    }
    first
}

fn joined_cast(mut first: Vec<Character>, second: Vec<Character>) -> Vec<Character> {
    for character in second {
        match first.iter_mut().find(|own| own.name == character.name) {
            Some(own) => own.aliases = joined(std::mem::take(&mut own.aliases), character.aliases),
            None => first.push(character),
        }
    }
    first
}

fn lower(words: &mut [String]) {
    for word in words {
        *word = word.to_lowercase();
    }
}

fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}
