//! The words scenes are annotated with: a built-in set, and a campaign file that extends or replaces it.

mod file;
mod wordings;

use std::sync::LazyLock;

use regex::Regex;

use self::file::File;
pub(crate) use self::file::{Character, Named, Names};
pub(crate) use self::wordings::Present;
use self::wordings::Wordings;
use crate::IngestError;

const BUILTIN: &str = include_str!("lexicon.toml");

/// The cast, places, ships, events and tone words that annotation looks for.
#[derive(Debug, Clone)]
pub struct Lexicon {
    file: File,
    ship: Option<Regex>,
    wordings: Wordings,
}

static BUILTIN_LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads it")]
    File::read(BUILTIN).and_then(Lexicon::of).expect("the built-in lexicon is a lexicon")
});

impl Lexicon {
    /// The words that are built in.
    pub fn builtin() -> Self {
        BUILTIN_LEXICON.clone()
    }

    /// The words of a campaign file (TOML), followed by the built-in ones unless it says
    /// `extends = false`.
    ///
    /// # Errors
    /// When it isn't TOML, a value is of another kind than expected, or a key is unknown; with the line.
    pub fn parse(toml: &str) -> Result<Self, IngestError> {
        let own = File::read(toml)?;
        let builtin = BUILTIN_LEXICON.file.clone();
        Self::of(if own.extends.0 { own.followed_by(builtin) } else { own.with_english_of(builtin) })
    }

    fn of(file: File) -> Result<Self, IngestError> {
        let wordings = Wordings::of(&file)
            .map_err(|error| IngestError::Lexicon { line: 1, problem: error.to_string() })?;
        Ok(Self { ship: ship_pattern(&file.ships.prefixes), wordings, file })
    }

    /// Which of the words stand in a text that is in lower case.
    pub(crate) fn present(&self, low: &str) -> Present<'_> {
        Present::of(self, low)
    }

    /// All names of the characters that are called `name`, by their name or an alias: what else a filter for it may find.
    pub fn names_of(&self, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        for character in &self.file.characters {
            let all = || std::iter::once(&character.name).chain(&character.aliases);
            if all().any(|known| naragtive_text::holds_words(known, name)) {
                names.extend(all().filter(|known| *known != name).cloned());
            }
        }
        names
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

fn ship_pattern(prefixes: &[String]) -> Option<Regex> {
    if prefixes.is_empty() {
        return None;
    }
    let any = prefixes.iter().map(|prefix| regex::escape(prefix)).collect::<Vec<_>>().join("|");
    Regex::new(&format!(r"\b(?:{any})\s+([A-Z][A-Za-z0-9_-]+)\b")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location_names(lexicon: &Lexicon) -> Vec<&str> {
        lexicon.locations().iter().map(|named| named.name.as_str()).collect()
    }

    #[test]
    fn an_alias_leads_to_all_names_of_its_character() {
        let toml = "[[characters]]\nname = 'Elizabeth Harrow'\naliases = ['Liz', 'Lizzie']\n\n[[characters]]\nname = 'Zoë'";
        let lexicon = Lexicon::parse(toml).unwrap();
        assert_eq!(lexicon.names_of("liz"), ["Elizabeth Harrow", "Liz", "Lizzie"]);
        assert_eq!(lexicon.names_of("Liz"), ["Elizabeth Harrow", "Lizzie"]);
        assert_eq!(lexicon.names_of("Harrow"), ["Elizabeth Harrow", "Liz", "Lizzie"]);
        assert_eq!(lexicon.names_of("zoe"), ["Zoë"]);
        assert!(lexicon.names_of("Li").is_empty() && lexicon.names_of("").is_empty());
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
            ("[tone]\naction = [\n'burn',\n' ']", 2, "found a blank one"),
            ("locations = [\n{ name = '' }]", 2, "found a blank one"),
            ("characters = [{ name = 'Eva',\naliases = ['Ev', ''] }]", 2, "found a blank one"),
            ("events = [{ name = 'x', words = [''] }]", 1, "found a blank one"),
            ("extends = ", 1, "string values must be quoted"),
        ] {
            let IngestError::Lexicon { line: found, problem } = Lexicon::parse(toml).unwrap_err() else {
                panic!("another error for {toml}");
            };
            assert_eq!((found, problem.contains(named)), (line, true), "{problem}");
        }
    }
}
