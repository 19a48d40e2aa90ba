use naragtive_text::WantedName;

use crate::{DateRange, Day, Metadata, key};

/// Which scenes a user wants to see at all. An empty filter keeps every scene.
///
/// Each condition looks at the field it means and nowhere else. Names are compared word by word as words are
/// everywhere: without regard to case, to accents that weren't typed, to the kind of a dash. So `rostova` meets
/// `Eva Rostova`, `jean luc` meets `Jean-Luc` and `captains lounge` meets `captains_lounge`, but `li` does not meet `Lila`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Among the speakers, or the user.
    pub speaker: Option<String>,
    /// Other names of the speaker, any of which will do.
    pub speaker_aliases: Vec<String>,
    /// Among the characters, the speakers or the user.
    pub character: Option<String>,
    /// Other names of the character, any of which will do.
    pub character_aliases: Vec<String>,
    /// The location.
    pub location: Option<String>,
    /// The days that the date may be.
    pub date: Option<DateRange>,
    /// The day, month or year before which it may not be.
    pub since: Option<DateRange>,
    /// The day, month or year after which it may not be.
    pub until: Option<DateRange>,
    /// Words of the name of the file the scene was read from, or its end.
    pub source: Option<String>,
    /// Metadata keys and the values they must have, whole but in any spelling that is compared alike.
    pub having: Vec<(String, String)>,
}

/// One condition of a filter: one of the values under one of the keys must meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition<'a> {
    /// The metadata keys it looks at.
    pub keys: Vec<&'a str>,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    /// Any of these names is in it.
    Names(Vec<WantedName>),
    Within(DateRange),
    Since(DateRange),
    Until(DateRange),
    Ends(WantedName),
    Equals(WantedName),
}

impl Filter {
    /// Whether every scene is kept.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The first and the last day that are asked for, where the first lies behind the last, so that there is none.
    pub fn no_day(&self) -> Option<[Day; 2]> {
        let first = [self.date, self.since].into_iter().flatten().map(|range| range.first).max()?;
        let last = [self.date, self.until].into_iter().flatten().map(|range| range.last).min()?;
        (first > last).then_some([first, last])
    }

    /// Whether a scene with this metadata is wanted.
    pub fn keeps(&self, metadata: &Metadata) -> bool {
        self.conditions().iter().all(|condition| condition.keeps(metadata))
    }

    /// The conditions, all of which must be met.
    pub fn conditions(&self) -> Vec<Condition<'_>> {
        const SPEAKERS: [&str; 2] = [key::SPEAKERS, key::USER];
        const PEOPLE: [&str; 3] = [key::CHARACTERS_PRESENT, key::SPEAKERS, key::USER];
        let names = |wanted: &Option<String>, aliases: &[String]| {
            let all = wanted.iter().chain(aliases.iter().filter(|_| wanted.is_some()));
            let all: Vec<WantedName> = all.map(|name| WantedName::new(name)).collect();
            Some(Test::Names(all)).filter(|_| wanted.is_some())
        };
        let named = [
            (names(&self.speaker, &self.speaker_aliases), SPEAKERS.as_slice()),
            (names(&self.character, &self.character_aliases), PEOPLE.as_slice()),
            (names(&self.location, &[]), &[key::LOCATION]),
            (self.date.map(Test::Within), &[key::DATE_ISO]),
            (self.since.map(Test::Since), &[key::DATE_ISO]),
            (self.until.map(Test::Until), &[key::DATE_ISO]),
            (self.source.as_deref().map(|file| Test::Ends(WantedName::new(file))), &[key::SOURCE_FILE]),
        ];
        let named =
            named.into_iter().filter_map(|(test, keys)| Some(Condition { keys: keys.to_vec(), test: test? }));
        let having = self.having.iter();
        let having = having
            .map(|(key, value)| Condition { keys: vec![key], test: Test::Equals(WantedName::new(value)) });
        named.chain(having).collect()
    }
}

impl Condition<'_> {
    /// Whether a scene with this metadata meets it.
    pub fn keeps(&self, metadata: &Metadata) -> bool {
        self.keys.iter().any(|key| metadata.values(key).iter().any(|value| self.meets(value)))
    }

    /// Whether `value` is what is wanted.
    pub fn meets(&self, value: &str) -> bool {
        let date =
            |meets: &dyn Fn(&DateRange) -> bool| DateRange::of_stored(value).is_some_and(|days| meets(&days));
        match &self.test {
            Test::Names(names) => names.iter().any(|name| name.is_in(value)),
            Test::Within(range) => date(&|days| range.holds(days)),
            Test::Since(range) => date(&|days| range.first <= days.first),
            Test::Until(range) => date(&|days| days.last <= range.last),
            Test::Ends(file) => file.ends(value) || file.is_in(value),
            Test::Equals(wanted) => wanted.is(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(typed: &str) -> DateRange {
        let today = crate::Day::new(2025, 11, 11).unwrap();
        typed.parse::<crate::DateSpec>().unwrap().range(|| today)
    }

    #[test]
    fn names_are_met_however_they_are_written() {
        let with = |name: &str| Metadata::default().with("speakers", vec![name]);
        for (stored, typed, met) in [
            ("Zoë", "Zoe", true),
            ("Zoe\u{308}", "Zoë", true),
            ("Zoe", "Zoë", false),
            ("O'Malley", "O’Malley", true),
            ("Captain O´Malley", "omalley", false),
            ("Jean-Luc Mercier", "jean luc", true),
            ("Jean‑Luc", "Jean–Luc", true),
            ("Ｚｅｄ", "zed", true),
            ("Siobhán's", "siobhan", true),
            ("İpek", "ipek", true),
            ("Кузьма Ёлкин", "елкин", true),
            ("李小龙", "小龙", true),
            ("⚔️ Bot", "⚔", true),
            ("***", "***", true),
            ("x***", "***", false),
        ] {
            let filter = Filter { speaker: Some(typed.to_owned()), ..Filter::default() };
            assert_eq!(filter.keeps(&with(stored)), met, "{typed} {stored}");
        }
    }

    #[test]
    fn of_days_that_end_before_they_begin_there_is_none() {
        for (date, since, until, none) in [
            ("", "2025-12", "2025-11", true),
            ("", "2025-11", "2025-11", false),
            ("", "2025-11-10", "2025-11", false),
            ("", "today", "yesterday", true),
            ("2025-01", "2025-02", "", true),
            ("2025-01", "", "2024", true),
            ("2025-01", "2025-01-05", "", false),
            ("", "2025-02", "", false),
            ("", "", "", false),
        ] {
            let [date, since, until] =
                [date, since, until].map(|typed| Some(typed).filter(|it| !it.is_empty()).map(days));
            let filter = Filter { date, since, until, ..Filter::default() };
            assert_eq!(filter.no_day().is_some(), none, "{filter:?}");
        }
    }

    #[test]
    fn an_alias_counts_as_the_name() {
        let filter = Filter {
            character: Some("Liz".to_owned()),
            character_aliases: vec!["Elizabeth Harrow".to_owned()],
            ..Filter::default()
        };
        for (stored, kept) in
            [("Elizabeth Harrow", true), ("Liz", true), ("Elizabeth", false), ("Lizard", false)]
        {
            assert_eq!(filter.keeps(&Metadata::default().with("speakers", vec![stored])), kept, "{stored}");
        }
    }

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
        let date = |date: &str| Filter { date: Some(days(date)), ..Filter::default() };
        let since = |date: &str| Filter { since: Some(days(date)), ..Filter::default() };
        let until = |date: &str| Filter { until: Some(days(date)), ..Filter::default() };
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
            (date("2025-1"), false),
            (since("2025-11-10"), true),
            (since("2025-11"), true),
            (since("2025-11-11"), false),
            (until("2025-11-10"), true),
            (until("2025-11"), true),
            (until("2026"), true),
            (since("2026"), false),
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
