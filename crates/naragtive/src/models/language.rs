//! What language stories are in, and whether a model knows it.

use naragtive_hub::Languages;
use naragtive_scene::Scenes;
use whatlang::{Lang, detect};

use crate::Model;
use crate::models::MULTILINGUAL_MODEL;

/// So many scenes are looked at, from all over what there is.
const SCENES: usize = 64;
/// So many characters of each, which with the others are more than enough to tell a language by.
const CHARACTERS: usize = 400;
/// A text of which a larger part than this says nothing to a model is none of its languages.
const STRANGE: f32 = 0.5;

/// The language of stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoryLanguage(Lang);

/// That a model knows little of the language that stories are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The model.
    pub model: String,
    /// A model that knows it.
    pub better: &'static str,
}

impl StoryLanguage {
    /// Its name in English.
    pub fn name(self) -> &'static str {
        self.0.eng_name()
    }
}

/// Some of the texts, as one.
pub(crate) fn sample(scenes: &impl Scenes) -> String {
    let step = (scenes.len() / SCENES).max(1);
    let mut sample = String::new();
    for at in (0..scenes.len()).step_by(step).take(SCENES) {
        sample.extend(scenes.text(at).chars().take(CHARACTERS));
        sample.push('\n');
    }
    sample
}

/// The language of a sample, where it can be told: of a few words, or of several languages in turn, it can't.
pub(crate) fn of(sample: &str) -> Option<StoryLanguage> {
    detect(sample).filter(whatlang::Info::is_reliable).map(|found| StoryLanguage(found.lang()))
}

/// What to say where the model knows little of the language that a sample is in. Of a model that nobody has told us of, its
/// tokens tell: a language in letters that it has no words of.
pub(crate) fn foreign(model: &Model, language: Option<StoryLanguage>, sample: &str) -> Option<Foreign> {
    let is_foreign = match model.languages() {
        Some(Languages::Hundred) => false,
        Some(Languages::English) => language.is_some_and(|language| language.0 != Lang::Eng),
        None => is_strange(model, sample),
    };
    is_foreign.then(|| Foreign { model: model.tag.name.clone(), better: MULTILINGUAL_MODEL })
}

/// Whether most of a text says nothing to a model.
pub(crate) fn is_strange(model: &Model, text: &str) -> bool {
    model.embedder.local().is_some_and(|embedder| embedder.tokenizer().strange_share(text) > STRANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_a_few_sentences_and_not_by_a_word() {
        for (text, expected) in [
            (
                "The captain buried the coins beneath the chapel floor, and the keeper lied about the storm.",
                Some("English"),
            ),
            (
                "Der Kapitän vergrub die Münzen unter dem Boden der Kapelle, und der Wärter hatte gelogen.",
                Some("German"),
            ),
            (
                "Капитан закопал монеты под полом часовни, а смотритель маяка солгал о буре. Потом они пошли к морю, и \
                 никто не знал, что было этой ночью; это была их тайна, и она осталась с ними.",
                Some("Russian"),
            ),
            ("船長は礼拝堂の床下に金貨を埋めた。灯台守は嵐について嘘をついた。", Some("Japanese")),
            ("선장은 예배당 바닥 밑에 금화를 묻었다. 등대지기는 거짓말했다고 인정했다.", Some("Korean")),
            ("船长把金币埋在教堂的地板下面。", Some("Mandarin")),
            ("", None),
            ("1 + 1 = 2", None),
        ] {
            assert_eq!(of(text).map(StoryLanguage::name), expected, "{text}");
        }
    }

    #[test]
    fn a_sample_is_taken_from_all_over() {
        let scene = |at: usize| naragtive_scene::Scene {
            id: naragtive_scene::SceneId::new(at.to_string()),
            text: format!("{at} {}", "é".repeat(1000)),
            metadata: naragtive_scene::Metadata::default(),
            origin: None,
        };
        let scenes: Vec<_> = (0..1000).map(scene).collect();
        let sample = sample(&scenes);
        let lines: Vec<&str> = sample.lines().collect();
        assert!(lines.len() == SCENES && lines.iter().all(|line| line.chars().count() == CHARACTERS));
        assert!(lines[0].starts_with("0 ") && lines[63].starts_with("945 "), "{}", lines[63]);
    }
}
