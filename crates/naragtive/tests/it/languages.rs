//! Stories in another language than the model's. The tiny model has English words and letters alone.

use naragtive::{Mode, Query, StoryLanguage};

use crate::home::Place;

const RUSSIAN: [(&str, &str); 4] = [
    ("Ада", "Капитан закопал монеты под полом часовни, и никто их не нашёл."),
    ("Боб", "Смотритель маяка признался, что солгал о буре."),
    ("Ада", "Корабль вышел из гавани в полночь без огней."),
    ("Боб", "Чёрная кошка всё утро спала на крыше пекарни."),
];

#[test]
fn an_ingest_says_what_language_the_stories_are_in_and_which_model_knows_it() {
    let place = Place::new();
    let stored = place.chat("tales", &RUSSIAN).stored;
    assert_eq!(stored.language.map(StoryLanguage::name), Some("Russian"));
    let foreign = stored.foreign.unwrap();
    assert_eq!(foreign.better, "multilingual-e5-small");
    let english =
        [("Ada", "The captain counted the gold under the floor, and nobody found it in the night.")];
    let stored = place.chat("others", &english).stored;
    assert_eq!((stored.language.map(StoryLanguage::name), stored.foreign), (Some("English"), None));
}

#[test]
fn where_the_model_knows_none_of_a_query_words_decide() {
    let place = Place::new();
    place.chat("tales", &RUSSIAN);
    let session = place.library.session(&place.all()).unwrap();
    let search = |text: &str, mode: Mode| session.search(&Query { mode, ..Query::new(text, 5) }).unwrap();
    let texts = |mode| -> Vec<String> {
        search("смотритель солгал", mode).hits.into_iter().map(|hit| hit.scene.text).collect()
    };
    let found = search("смотритель солгал", Mode::Hybrid);
    assert_eq!(found.hits[0].scene.text, RUSSIAN[1].1);
    assert!(found.unknown_to.is_some());
    let told = found.about_unknown().unwrap();
    assert!(told.ends_with("knows few of these words, so that words alone decide"), "{told}");
    assert_eq!(texts(Mode::Hybrid)[0], texts(Mode::Keyword)[0]);
    // Nothing holds the word, and what is near it by a vector of unknown tokens is no answer.
    let nothing = search("дракон", Mode::Hybrid);
    assert!(nothing.hits.is_empty() && nothing.unknown_to.is_some());
    let by_meaning = search("дракон", Mode::Semantic);
    assert_eq!(by_meaning.hits.len(), 4);
    assert!(by_meaning.about_unknown().unwrap().contains("says little"));
    for (text, mode) in [("the captain found the gold", Mode::Hybrid), ("смотритель", Mode::Keyword)]
    {
        assert_eq!(search(text, mode).unknown_to, None, "{text}");
    }
}
