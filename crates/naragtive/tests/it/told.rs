//! What a search says of itself: words and phrases that no scene has, conditions that none meets, stores that were left out.

use std::fs;

use naragtive::{Error, Filter, Hits, Mode, Query, why_none};

use crate::home::Place;

fn place() -> Place {
    let place = Place::new();
    place.chat(
        "harbour",
        &[
            ("Anselm", "The keeper lit the lamp in the old harbour."),
            ("Bob", "The ferry was late again."),
            ("Anselm", "She bought a lantern and went down to the ferry."),
        ],
    );
    place
}

fn search(place: &Place, query: &Query) -> Hits {
    place.library.session(&place.all()).unwrap().search(query).unwrap()
}

#[test]
fn a_phrase_alone_has_to_be_there_and_one_beside_other_words_is_named_where_it_is_nowhere() {
    let place = place();
    for mode in [Mode::Hybrid, Mode::Keyword] {
        for (text, found, said) in [
            ("\"ferry bought\"", false, "no scene holds \"ferry bought\"; without the quotes"),
            ("\u{201e}zebra crossing\u{201c}", false, "no scene holds \"zebra crossing\"; without"),
            (
                "\"old harbour\" \"the ferry\"",
                false,
                "no scene holds \"old harbour\", \"the ferry\"; without",
            ),
            ("\"old harbour\"", true, ""),
            ("\"old harbour\" -ferry", true, ""),
            ("\"ferry bought\" lamp", true, "no scene holds \"ferry bought\", so its words are searched"),
            ("who lit the lamp and said \"ferry bought\"", true, "no scene holds \"ferry bought\", so"),
            ("ferry bought", true, ""),
        ] {
            let hits = search(&place, &Query { mode, ..Query::new(text, 5) });
            let remarks = hits.remarks().join("; ");
            assert_eq!(!hits.hits.is_empty(), found, "{mode:?} {text}: {remarks}");
            assert!(remarks.contains(said) && remarks.is_empty() == said.is_empty(), "{text}: {remarks}");
        }
    }
    // By meaning alone quotes mean nothing.
    let hits = search(&place, &Query { mode: Mode::Semantic, ..Query::new("\"ferry bought\"", 5) });
    assert!(!hits.hits.is_empty() && hits.phrases_nowhere.is_empty());
}

#[test]
fn a_query_that_only_excludes_says_so() {
    let note = search(&place(), &Query::new("-lamp -\"the ferry\"", 5)).note.unwrap();
    assert!(note.starts_with("the query only says what must not be there"), "{note}");
}

#[test]
fn a_condition_that_no_scene_meets_is_named_with_what_it_may_mean() {
    let place = place();
    let text = |value: &str| Some(value.to_owned());
    let none = Filter::default;
    for (filter, said) in [
        (
            Filter { character: text("Ansel"), ..none() },
            "of 3 scenes `character` keeps 0; all of it together 0; did you mean `Anselm`?",
        ),
        (Filter { speaker: text("Nobody"), ..none() }, "of 3 scenes `speaker` keeps 0; all of it together 0"),
        (
            Filter { source: text("chatt.json"), ..none() },
            "of 3 scenes `source` keeps 0; all of it together 0",
        ),
        (
            Filter { having: vec![("user".into(), "Bobb".into())], character: text("Anselm"), ..none() },
            "of 3 scenes `character` keeps 2, `user` keeps 0; all of it together 0; did you mean `Bob`?",
        ),
    ] {
        let query = Query { filter: filter.clone(), ..Query::new("lamp", 5) };
        assert_eq!(search(&place, &query).note.as_deref(), Some(said));
        let store = place.all().found[0].at.open().unwrap();
        assert_eq!(why_none(&store, &filter).unwrap(), said);
    }
    let met = Filter { character: text("Bob"), ..none() };
    assert_eq!(search(&place, &Query { filter: met, ..Query::new("ferry", 5) }).note, None);
}

#[test]
fn hits_name_the_stores_that_were_left_out() {
    let place = place();
    place.chat("broken", &[("Ada", "The lamp is lit.")]);
    place.chat("gone", &[("Ada", "The lamp is out.")]);
    let stores = place.library.settings().home.value.stores();
    let bytes = fs::read(stores.join("broken.parquet")).unwrap();
    fs::write(stores.join("broken.parquet"), &bytes[..bytes.len() / 2]).unwrap();
    fs::remove_file(stores.join("gone.parquet")).unwrap();
    let hits = search(&place, &Query::new("lamp", 5));
    let names: Vec<&str> = hits.passed_over.iter().map(|passed| passed.store.as_str()).collect();
    assert_eq!((names, hits.hits.is_empty()), (vec!["gone", "broken"], false));
    assert!(hits.passed_over[1].reason.contains("is not a whole parquet file"));
}

#[test]
fn a_model_that_nobody_knows_is_told_with_where_it_was_named() {
    let place = Place::new();
    let mut settings = place.library.settings().clone();
    settings.model.value = "nope".to_owned();
    settings.model.origin = naragtive::SettingOrigin::File;
    let error = naragtive::Models::new(&settings).embedder_here().err().unwrap();
    assert!(matches!(error, Error::UnknownSetting { .. }));
    assert!(error.to_string().ends_with("(`model` is from config.toml)"), "{error}");
    assert!(error.hints()[0].to_string().ends_with("naragtive model list"));
}

#[test]
fn files_of_stores_without_a_name_are_found_and_can_be_named() {
    let place = place();
    let settings = place.library.settings();
    let nameless = || {
        let registered = settings.registry().list().unwrap();
        naragtive::doctor::nameless(settings, &registered)
    };
    assert_eq!(nameless(), Vec::<std::path::PathBuf>::new());
    let registry = settings.registry().path();
    fs::rename(&registry, registry.with_extension("bad")).unwrap();
    fs::write(settings.home.value.stores().join("no-store.parquet"), "nothing").unwrap();
    let file = settings.home.value.store("harbour");
    assert_eq!(nameless(), std::slice::from_ref(&file));
    let said = naragtive::doctor::name_it(&file).to_string();
    assert!(
        said.contains("naragtive create-store harbour ") && said.ends_with("harbour.parquet TYPE"),
        "{said}"
    );
}
