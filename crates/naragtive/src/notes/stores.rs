use naragtive_store::{Store, StoreRef};

use super::Note;
use crate::doctor::{DefaultFile, default_file};
use crate::{Choice, Error, Library, Located, Session, StoreInfo, nothing_said, quoted};

/// What to do about so many scenes without passages.
pub fn lacking_passages(scenes: usize, store: &StoreInfo) -> String {
    let have = if scenes == 1 { "scene has" } else { "scenes have" };
    let store = store.typed();
    format!("{scenes} {have} no passages and would be found better with some: naragtive upgrade {store}")
}

impl StoreInfo {
    /// As it is typed where a name or a file will do.
    pub fn typed(&self) -> String {
        typed(self.name.as_deref(), &self.at)
    }
}

fn typed(name: Option<&str>, at: &StoreRef) -> String {
    name.map_or_else(|| quoted(at), str::to_owned)
}

fn says_nothing(store: &str, rows: &[usize]) -> Note {
    Note::tell(format!("{store}: {}; all else of them is used", nothing_said(rows)))
}

impl Session {
    /// What would make the stores better that are searched, and which of their scenes say nothing.
    pub fn notes(&self) -> Vec<Note> {
        let lacking = self.lacking_passages();
        let lacking = lacking.iter().map(|(store, scenes)| Note::tell(lacking_passages(*scenes, store)));
        let saying_nothing = self.saying_nothing();
        let saying_nothing = saying_nothing.iter().map(|(store, rows)| says_nothing(&store.typed(), rows));
        let other_recipe = self.made_by_other_recipe().into_iter().map(|store| {
            Note::tell(format!(
                "{0} was embedded by the rules of another version and may be found better anew: naragtive upgrade {0}",
                store.typed()
            ))
        });
        let no_index = self.lacking_index().into_iter().map(|store| {
            Note::tell(format!(
                "{0} has no index on its server, which looks at every scene; an owner can have one kept: naragtive shared index {0}",
                store.typed()
            ))
        });
        lacking.chain(saying_nothing).chain(other_recipe).chain(no_index).collect()
    }
}

impl Located {
    /// Opens the store, and says which of its scenes have no text or no metadata.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn open(&self) -> Result<(Store, Option<Note>), Error> {
        let store = self.at.open()?;
        let rows = if store.tells_of_nothing_said() { Some(store.rows_with_nothing_said()?) } else { None };
        let note = rows.map(|rows| says_nothing(&typed(self.name.as_deref(), &self.at), &rows));
        Ok((store, note))
    }

    fn note_on_path(&self) -> Option<Note> {
        let name = self.name.as_deref().filter(|_| self.at.is_relative())?;
        let path = quoted(&self.at);
        Some(Note::warn(format!(
            "store `{name}` is registered with a path that only works in this folder; mend it with: \
             naragtive create-store {name} {path} TYPE"
        )))
    }
}

impl Library {
    /// What is odd about where these stores were found: by a path that works in this folder only, or beside the registry,
    /// as the home was copied or moved.
    ///
    /// # Errors
    /// When the registry can't be read.
    pub fn notes_on(&self, located: &[Located]) -> Result<Vec<Note>, Error> {
        let mut notes: Vec<Note> = located.iter().filter_map(Located::note_on_path).collect();
        let named = |name: &str| located.iter().find(|located| located.name.as_deref() == Some(name));
        for (name, old) in self.settings().registry().moved()? {
            let Some(located) = named(&name) else { continue };
            let path = quoted(&located.at);
            notes.push(Note::tell(format!(
                "store `{name}` is not at {old} any more; using {path}. To keep that: naragtive create-store {name} {path} TYPE"
            )));
        }
        Ok(notes)
    }

    /// Which store is used, where none was named and none is the default that was chosen.
    ///
    /// # Errors
    /// When the registry or default.txt can't be read.
    pub fn note_on_default(&self, choice: &Choice<'_>, located: &Located) -> Result<Option<Note>, Error> {
        let is_default = |name: &str| name.eq_ignore_ascii_case("default");
        let falls_back = choice.path.is_none() && choice.name.is_none_or(is_default);
        let Some(name) = located.name.as_deref().filter(|_| falls_back) else { return Ok(None) };
        let registry = self.settings().registry();
        let why = match default_file(&registry)? {
            DefaultFile::Names(_) => return Ok(None),
            DefaultFile::Absent if registry.list()?.len() < 2 => return Ok(None),
            DefaultFile::Absent => "no default store is chosen".to_owned(),
            DefaultFile::Dangling(gone) => format!("default.txt names `{gone}`, which is not registered"),
        };
        Ok(Some(Note::tell(format!(
            "{why}; using {name}, the first by name. To choose one: naragtive set-default {name}"
        ))))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn scenes_without_passages_come_with_the_command_that_gives_them_some() {
        let store = |name: Option<&str>| StoreInfo {
            name: name.map(str::to_owned),
            at: Path::new("s.parquet").into(),
            records: 3,
        };
        let better = "no passages and would be found better with some: naragtive upgrade";
        assert_eq!(lacking_passages(1, &store(Some("tale"))), format!("1 scene has {better} tale"));
        assert_eq!(lacking_passages(2, &store(None)), format!("2 scenes have {better} s.parquet"));
    }

    #[test]
    fn a_store_by_a_path_of_one_folder_is_warned_of_where_it_was_found_by_its_name() {
        let located = |name: Option<&str>, at: &str| Located {
            name: name.map(str::to_owned),
            at: Path::new(at).into(),
        };
        let whole = std::env::temp_dir().join("s.parquet");
        let note = located(Some("tale"), "s.parquet").note_on_path().unwrap();
        assert!(note.is_warning && note.text.starts_with("store `tale` is registered with a path"), "{note}");
        for located in [located(None, "s.parquet"), located(Some("tale"), whole.to_str().unwrap())] {
            assert_eq!(located.note_on_path(), None, "{located:?}");
        }
    }
}
