use naragtive_scene::SceneId;

use super::Note;
use crate::embedding::passage::MOST;
use crate::jobs::{Forgotten, Stored};
use crate::{Foreign, StoryLanguage, count, quoted};

/// Names scenes that are too long to be embedded whole.
pub fn embedded_in_part(scenes: &[SceneId]) -> Vec<Note> {
    let told = scenes.iter().map(|id| {
        Note::warn(format!(
            "scene {id} is very long: it is stored whole and found by all of its words, but by meaning only in its \
             first {MOST} passages (about 150,000 words)"
        ))
    });
    told.collect()
}

impl Stored {
    /// Names scenes that are too long to be embedded whole.
    pub fn notes(&self) -> Vec<Note> {
        embedded_in_part(&self.added.cut)
    }

    /// Says which model knows the language of the stories, where the store's doesn't.
    pub fn about_language(&self) -> Option<Note> {
        let Foreign { model, better } = self.foreign.as_ref()?;
        let language = self.language.map_or("another language", StoryLanguage::name);
        let store = self.registered.clone().unwrap_or_else(|| quoted(&self.at));
        Some(Note::tell(format!(
            "these stories are in {language}, of which {model} knows little: their words are found, what they mean hardly is. \
             With a model that knows it: naragtive upgrade {store} --model {better}"
        )))
    }
}

impl Forgotten {
    /// Says that messages beside what is gone are found a little worse, where they are.
    pub fn note(&self) -> Option<Note> {
        let told = || {
            Note::tell(format!(
                "{} beside what is gone will be found a little worse: there is no model to read them with the neighbours they \
                 have now",
                count(self.unread, "message")
            ))
        };
        (self.unread > 0).then(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_that_is_embedded_in_part_is_warned_of_by_its_id() {
        let notes = embedded_in_part(&["scene_1", "scene_2"].map(SceneId::new));
        let [first, second] = notes.as_slice() else { panic!("{notes:?}") };
        assert!(first.is_warning && first.text.starts_with("scene scene_1 is very long: "), "{first}");
        assert!(second.text.contains("first 4096 passages"), "{second}");
    }

    #[test]
    fn messages_that_were_not_read_anew_are_told_where_there_are_any() {
        let forgotten =
            |unread| Forgotten { at: std::path::Path::new("s.parquet").into(), scenes: 1, total: 1, unread };
        assert_eq!(forgotten(0).note(), None);
        let told = forgotten(1).note().map(|note| note.text).unwrap_or_default();
        assert!(told.starts_with("1 message beside what is gone will be found a little worse"), "{told}");
    }
}
