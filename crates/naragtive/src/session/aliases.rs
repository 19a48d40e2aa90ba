use std::path::Path;

use naragtive_ingest::Lexicon;
use naragtive_scene::Filter;

use crate::jobs::read_lexicon;
use crate::{Error, Library};

/// The filter with what a campaign file knows of the names in it: the one given, else the one of the settings.
///
/// # Errors
/// When the campaign file can't be read. Where no name is asked for, it isn't.
pub fn with_known_names(filter: Filter, lexicon: Option<&Path>, library: &Library) -> Result<Filter, Error> {
    if filter.speaker.is_none() && filter.character.is_none() {
        return Ok(filter);
    }
    let path = lexicon.or(library.settings().lexicon.value.as_deref());
    Ok(with_aliases(filter, &path.map_or_else(|| Ok(Lexicon::builtin()), read_lexicon)?))
}

/// The filter with all names of who is asked for: a scene lists a character by one name, and people type another.
fn with_aliases(filter: Filter, lexicon: &Lexicon) -> Filter {
    let names =
        |name: &Option<String>| name.as_deref().map(|name| lexicon.names_of(name)).unwrap_or_default();
    let (speaker_aliases, character_aliases) = (names(&filter.speaker), names(&filter.character));
    Filter { speaker_aliases, character_aliases, ..filter }
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Metadata;

    use super::*;

    #[test]
    fn who_is_asked_for_by_an_alias_is_found_by_the_name() {
        let toml = "[[characters]]\nname = 'Elizabeth Harrow'\naliases = ['Liz', 'Lizzie']";
        let lexicon = Lexicon::parse(toml).unwrap();
        let scene = Metadata::default()
            .with("characters_present", r#"["Elizabeth Harrow"]"#)
            .with("speakers", vec!["Lizzie"]);
        let asked = |name: &str| Filter { character: Some(name.to_owned()), ..Filter::default() };
        for (name, kept) in [("Liz", true), ("lizzie", true), ("Harrow", true), ("Lily", false)] {
            assert_eq!(with_aliases(asked(name), &lexicon).keeps(&scene), kept, "{name}");
        }
        let speaker = Filter { speaker: Some("Liz".to_owned()), ..Filter::default() };
        assert!(with_aliases(speaker.clone(), &lexicon).keeps(&scene) && !speaker.keeps(&scene));
    }
}
