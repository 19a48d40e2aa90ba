use crate::{Metadata, key};

/// Which scenes a user wants to see at all. An empty filter keeps every scene.
///
/// Each condition looks at the field it means and nowhere else. Names are compared word by word
/// without regard to case, so `rostova` meets `Eva Rostova` and `captains lounge` meets
/// `captains_lounge`, but `li` does not meet `Lila`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Among the speakers, or the user.
    pub speaker: Option<String>,
    /// Among the characters, the speakers or the user.
    pub character: Option<String>,
    /// The location.
    pub location: Option<String>,
    /// How the date begins: a day, a month or a year.
    pub date: Option<String>,
    /// The first day, month or year.
    pub since: Option<String>,
    /// The last day, month or year.
    pub until: Option<String>,
    /// Words of the name of the file the scene was read from, or its end.
    pub source: Option<String>,
    /// Metadata keys and the values they must have, to the letter but for case.
    pub having: Vec<(String, String)>,
}

/// One condition of a filter: one of the values under one of the keys must meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<'a> {
    /// The metadata keys it looks at.
    pub keys: Vec<&'a str>,
    test: Test,
    wanted: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Words,
    Begins,
    NotBefore,
    NotAfter,
    Ends,
    Equals,
}

impl Filter {
    /// Whether every scene is kept.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a scene with this metadata is wanted.
    pub fn keeps(&self, metadata: &Metadata) -> bool {
        self.conditions().iter().all(|condition| {
            condition.keys.iter().any(|key| metadata.values(key).iter().any(|value| condition.meets(value)))
        })
    }

    /// The conditions, all of which must be met.
    pub fn conditions(&self) -> Vec<Condition<'_>> {
        const SPEAKERS: [&str; 2] = [key::SPEAKERS, key::USER];
        const PEOPLE: [&str; 3] = [key::CHARACTERS_PRESENT, key::SPEAKERS, key::USER];
        let named = [
            (&self.speaker, SPEAKERS.as_slice(), Test::Words),
            (&self.character, PEOPLE.as_slice(), Test::Words),
            (&self.location, &[key::LOCATION], Test::Words),
            (&self.date, &[key::DATE_ISO], Test::Begins),
            (&self.since, &[key::DATE_ISO], Test::NotBefore),
            (&self.until, &[key::DATE_ISO], Test::NotAfter),
            (&self.source, &[key::SOURCE_FILE], Test::Ends),
        ];
        let named = named.into_iter().filter_map(|(wanted, keys, test)| {
            Some(Condition { keys: keys.to_vec(), test, wanted: wanted.as_deref()? })
        });
        let having = self.having.iter();
        let having = having.map(|(key, wanted)| Condition { keys: vec![key], test: Test::Equals, wanted });
        named.chain(having).collect()
    }
}

impl Condition<'_> {
    /// Whether `value` is what is wanted.
    pub fn meets(&self, value: &str) -> bool {
        let day = |value: &str| value.starts_with(|c: char| c.is_ascii_digit());
        match self.test {
            Test::Words => holds_words(value, self.wanted),
            Test::Begins => value.starts_with(self.wanted),
            Test::NotBefore => day(value) && value >= self.wanted,
            // A month ends with its last day: 2025-11-30 is within 2025-11.
            Test::NotAfter => day(value) && (value <= self.wanted || value.starts_with(self.wanted)),
            Test::Ends => value.ends_with(self.wanted) || holds_words(value, self.wanted),
            Test::Equals => value.to_lowercase() == self.wanted.to_lowercase(),
        }
    }
}

/// Whether the words of `wanted` stand one after the other in `text`.
fn holds_words(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (words(text), words(wanted));
    !wanted.is_empty() && text.windows(wanted.len()).any(|window| window == wanted)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene() -> Metadata {
        Metadata::default()
            .with("date_iso", "2025-11-10")
            .with("location", "captains_lounge")
            .with("speakers", vec!["User", "Venice"])
            .with("characters_present", r#"["Eva Rostova","Lila"]"#)
            .with("source_file", "exports/chapter_3.txt")
            .with("msg_id", 77)
    }

    #[test]
    fn a_condition_meets_the_field_it_means() {
        let with = |set: fn(&mut Filter, String), wanted: &str| {
            let mut filter = Filter::default();
            set(&mut filter, wanted.to_owned());
            filter
        };
        let speaker = |name: &str| with(|filter, name| filter.speaker = Some(name), name);
        let character = |name: &str| with(|filter, name| filter.character = Some(name), name);
        let location = |name: &str| with(|filter, name| filter.location = Some(name), name);
        let date = |date: &str| with(|filter, date| filter.date = Some(date), date);
        let since = |date: &str| with(|filter, date| filter.since = Some(date), date);
        let until = |date: &str| with(|filter, date| filter.until = Some(date), date);
        let source = |file: &str| with(|filter, file| filter.source = Some(file), file);
        let having =
            |value: &str| with(|filter, value| filter.having = vec![("msg_id".into(), value)], value);
        for (filter, kept) in [
            (Filter::default(), true),
            (speaker("venice"), true),
            (speaker("Eva Rostova"), false),
            (character("rostova"), true),
            (character("EVA ROSTOVA"), true),
            (character("venice"), true),
            (character("li"), false),
            (character("lounge"), false),
            (character(""), false),
            (location("Captains Lounge"), true),
            (location("captains_lounge"), true),
            (location("rostova"), false),
            (date("2025-11-10"), true),
            (date("2025-11"), true),
            (date("2025"), true),
            (date("11-10"), false),
            (since("2025-11-10"), true),
            (since("2025-11"), true),
            (since("2025-11-11"), false),
            (until("2025-11-10"), true),
            (until("2025-11"), true),
            (until("2025-11-09"), false),
            (source("chapter_3.txt"), true),
            (source("chapter_4.txt"), false),
            (having("77"), true),
            (having("7"), false),
        ] {
            assert_eq!(filter.keeps(&scene()), kept, "{filter:?}");
        }
        assert!(!since("2020").keeps(&Metadata::default().with("date_iso", "UNKNOWN")));
    }
}
