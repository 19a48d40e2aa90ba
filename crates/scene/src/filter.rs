use crate::Metadata;

/// Which scenes a user wants to see at all. An empty filter keeps every scene.
///
/// Each condition looks at the field it means and nowhere else. Names are compared word by word
/// without regard to case, so `rostova` meets `Eva Rostova` and `captains lounge` meets
/// `captains_lounge`, but `li` does not meet `Lila`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Among the characters, the speakers or the user.
    pub character: Option<String>,
    /// The location.
    pub location: Option<String>,
    /// How the date begins: a day, a month or a year.
    pub date: Option<String>,
}

impl Filter {
    /// Whether a scene with this metadata is wanted.
    pub fn keeps(&self, metadata: &Metadata) -> bool {
        self.keeps_character(metadata) && self.keeps_location(metadata) && self.keeps_date(metadata)
    }

    fn keeps_character(&self, metadata: &Metadata) -> bool {
        self.character.as_deref().is_none_or(|wanted| {
            let mut people = metadata.characters().into_iter().chain(metadata.speakers());
            people.any(|name| holds_words(&name, wanted))
        })
    }

    fn keeps_location(&self, metadata: &Metadata) -> bool {
        self.location.as_deref().is_none_or(|wanted| {
            metadata.text(crate::key::LOCATION).is_some_and(|place| holds_words(&place, wanted))
        })
    }

    fn keeps_date(&self, metadata: &Metadata) -> bool {
        self.date.as_deref().is_none_or(|wanted| metadata.date().is_some_and(|date| date.starts_with(wanted)))
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
    }

    #[test]
    fn a_condition_meets_the_field_it_means() {
        let character = |name: &str| Filter { character: Some(name.into()), ..Filter::default() };
        let location = |name: &str| Filter { location: Some(name.into()), ..Filter::default() };
        let date = |name: &str| Filter { date: Some(name.into()), ..Filter::default() };
        for (filter, kept) in [
            (Filter::default(), true),
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
        ] {
            assert_eq!(filter.keeps(&scene()), kept, "{filter:?}");
        }
    }
}
