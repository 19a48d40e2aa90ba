//! The words scenes are annotated with: a built-in set, and a campaign file that extends or replaces it.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::IngestError;

const BUILTIN: &str = include_str!("lexicon.toml");

/// The cast, places, ships, events and tone words that annotation looks for.
#[derive(Debug, Clone)]
pub struct Lexicon {
    file: File,
    ship: Option<Regex>,
}

/// A lexicon as TOML has it. The built-in file explains each list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    extends: Extends,
    narrators: Vec<String>,
    players: Vec<String>,
    characters: Vec<Character>,
    locations: Vec<Named>,
    events: Vec<Named>,
    ships: Ships,
    tone: Tone,
    names: Option<Names>,
    llama: Option<Llama>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Extends(bool);

impl Default for Extends {
    fn default() -> Self {
        Self(true)
    }
}

/// A person and the other ways their name is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Character {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
}

/// A label and the words that stand for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) name: String,
    /// Lower-cased; never empty.
    #[serde(default)]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Ships {
    names: Vec<String>,
    prefixes: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tone {
    action: Vec<String>,
    emotion: Vec<String>,
}

/// How people's names are told from other capitalised words; all lower-cased.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Names {
    pub(crate) titles: Vec<String>,
    pub(crate) common: Vec<String>,
    pub(crate) speech: Vec<String>,
    pub(crate) articles: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Llama {
    themes: Vec<Named>,
    tones: Vec<Named>,
}

static BUILTIN_FILE: LazyLock<File> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads it")]
    File::read(BUILTIN).expect("the built-in lexicon is a lexicon")
});

impl Lexicon {
    /// The words that are built in.
    pub fn builtin() -> Self {
        Self::of(BUILTIN_FILE.clone())
    }

    /// The words of a campaign file (TOML), followed by the built-in ones unless it says
    /// `extends = false`.
    ///
    /// # Errors
    /// When it isn't TOML, a value is of another kind than expected, or a key is unknown; with the line.
    pub fn parse(toml: &str) -> Result<Self, IngestError> {
        let own = File::read(toml)?;
        let builtin = BUILTIN_FILE.clone();
        Ok(Self::of(if own.extends.0 { own.followed_by(builtin) } else { own.with_english_of(builtin) }))
    }

    fn of(file: File) -> Self {
        Self { ship: ship_pattern(&file.ships.prefixes), file }
    }

    pub(crate) fn narrators(&self) -> &[String] {
        &self.file.narrators
    }

    pub(crate) fn players(&self) -> &[String] {
        &self.file.players
    }

    pub(crate) fn characters(&self) -> &[Character] {
        &self.file.characters
    }

    pub(crate) fn locations(&self) -> &[Named] {
        &self.file.locations
    }

    pub(crate) fn events(&self) -> &[Named] {
        &self.file.events
    }

    pub(crate) fn ships(&self) -> &[String] {
        &self.file.ships.names
    }

    /// What finds `SRV Name`, the name being group 1, when there is any prefix.
    pub(crate) fn ship_pattern(&self) -> Option<&Regex> {
        self.ship.as_ref()
    }

    pub(crate) fn action(&self) -> &[String] {
        &self.file.tone.action
    }

    pub(crate) fn emotion(&self) -> &[String] {
        &self.file.tone.emotion
    }

    pub(crate) fn names(&self) -> Option<&Names> {
        self.file.names.as_ref()
    }

    pub(crate) fn themes(&self) -> &[Named] {
        self.file.llama.as_ref().map_or(&[], |llama| &llama.themes)
    }

    pub(crate) fn tones(&self) -> &[Named] {
        self.file.llama.as_ref().map_or(&[], |llama| &llama.tones)
    }
}

impl File {
    fn read(text: &str) -> Result<Self, IngestError> {
        toml::from_str::<Self>(text).map(Self::lower_cased).map_err(|error| IngestError::Lexicon {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            problem: error.message().to_owned(),
        })
    }

    /// Words that are looked for in lower-cased text are kept that way.
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

    fn followed_by(self, builtin: Self) -> Self {
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

    fn with_english_of(mut self, builtin: Self) -> Self {
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

fn ship_pattern(prefixes: &[String]) -> Option<Regex> {
    if prefixes.is_empty() {
        return None;
    }
    let any = prefixes.iter().map(|prefix| regex::escape(prefix)).collect::<Vec<_>>().join("|");
    Regex::new(&format!(r"\b(?:{any})\s+([A-Z][A-Za-z0-9_-]+)\b")).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn location_names(lexicon: &Lexicon) -> Vec<&str> {
        lexicon.locations().iter().map(|named| named.name.as_str()).collect()
    }

    #[test]
    fn the_builtin_words_are_read() {
        let lexicon = Lexicon::builtin();
        assert_eq!(lexicon.action().len(), 8);
        assert_eq!(lexicon.emotion().len(), 7);
        assert_eq!(location_names(&lexicon)[..3], ["bridge", "medbay", "captains_lounge"]);
        assert_eq!(
            lexicon.themes().iter().map(|theme| theme.words.len()).collect::<Vec<_>>(),
            [11, 12, 11, 11, 11]
        );
        assert_eq!(lexicon.tones().iter().map(|tone| tone.words.len()).collect::<Vec<_>>(), [9, 11, 9, 9]);
    }

    #[test]
    fn a_campaign_file_comes_before_the_builtin_words() {
        let lexicon = Lexicon::parse(
            "narrators = ['Matt']\nlocations = [{ name = 'Vasselheim' }]\n\
             characters = [{ name = 'Eva Rostova', aliases = ['Eva'] }]\n[ships]\nprefixes = ['HMS']",
        )
        .unwrap();
        assert_eq!(lexicon.narrators(), ["Matt", "Venice"]);
        assert_eq!(location_names(&lexicon)[..2], ["Vasselheim", "bridge"]);
        assert_eq!(lexicon.locations()[0].words, ["vasselheim"]);
        assert_eq!(lexicon.characters()[0].aliases, ["Eva", "Rostova"]);
        assert_eq!(lexicon.characters().len(), Lexicon::builtin().characters().len());
        assert!(lexicon.ship_pattern().unwrap().is_match("the HMS Beagle"));
        assert!(lexicon.ship_pattern().unwrap().is_match("the SRV Beagle"));
    }

    #[test]
    fn a_campaign_file_can_replace_the_builtin_words() {
        let lexicon = Lexicon::parse("extends = false\nlocations = [{ name = 'dock' }]").unwrap();
        assert_eq!(location_names(&lexicon), ["dock"]);
        assert!(lexicon.characters().is_empty() && lexicon.ship_pattern().is_none());
        assert_eq!(lexicon.themes().len(), 5);
        assert!(lexicon.names().is_some());
    }

    #[test]
    fn what_is_wrong_in_a_campaign_file_is_named_with_its_line() {
        for (toml, line, named) in [
            ("narrators = []\nheroes = []", 2, "unknown field `heroes`"),
            ("[tone]\n\naction = 3", 3, "invalid type: integer `3`"),
            ("characters = [\n{ alias = ['x'] },\n]", 2, "unknown field `alias`"),
            ("extends = ", 1, "string values must be quoted"),
        ] {
            let IngestError::Lexicon { line: found, problem } = Lexicon::parse(toml).unwrap_err() else {
                panic!("another error for {toml}");
            };
            assert_eq!((found, problem.contains(named)), (line, true), "{problem}");
        }
    }
}
