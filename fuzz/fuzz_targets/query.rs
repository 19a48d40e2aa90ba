//! What a user types to search: the words of a query, and the marks they leave in a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use naragtive_index::{Analyzer, Language, WordQuery};

fuzz_target!(|text: &str| {
    let (query, scene) = text.split_once('\n').unwrap_or((text, text));
    for language in [Language::NONE, Language::ENGLISH] {
        let analyzer = Analyzer::new(language);
        let query = WordQuery::parse(query, &analyzer);
        let marks = query.marks(scene, &analyzer);
        assert!(marks.iter().all(|mark| scene.get(mark.clone()).is_some()));
    }
});
