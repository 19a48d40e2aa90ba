//! A model that was named, where a folder was named as well.

use naragtive::home::SettingOrigin;
use naragtive::models::HubError;
use naragtive::{Error, Library, Models};

use crate::home::Place;

const TYPED: SettingOrigin = SettingOrigin::Flag("--model");
const SET: SettingOrigin = SettingOrigin::Variable("NARAGTIVE_MODEL_DIR");

/// The models of a home with the tiny model's folder and another model's name.
fn models(place: &Place, name: &str, named: SettingOrigin, folder: SettingOrigin) -> Models {
    let mut settings = place.library.settings().clone();
    settings.model.value = name.to_owned();
    settings.model.origin = named;
    settings.model_dir.origin = folder;
    Models::new(&settings)
}

#[test]
fn a_folder_of_another_model_never_stands_for_the_one_that_was_named() {
    let place = Place::new();
    for name in ["multilingual-e5-small", "bge-small-en-v1.5", "all-MiniLM-L6-v2", "stories"] {
        for folder in [SET, SettingOrigin::File] {
            let error = models(&place, name, TYPED, folder).embedder_here().err();
            assert!(matches!(error, Some(Error::Hub(HubError::NotFound { .. }))), "{name}: {error:?}");
        }
    }
    // Where both were named in one place, they don't fit together.
    for origin in [SettingOrigin::File, SET] {
        let error = models(&place, "multilingual-e5-small", origin, origin).embedder_here().err().unwrap();
        assert!(error.to_string().ends_with("`config.json` says 2 layers, expected 12"), "{error}");
        assert!(error.hints()[0].to_string().ends_with("naragtive model pull multilingual-e5-small"));
    }
}

#[test]
fn a_store_is_not_moved_over_to_a_model_that_is_called_like_a_folder() {
    let place = Place::new();
    place.chat("tales", &[("Ada", "The lamp is lit."), ("Bob", "The ferry is late.")]);
    let mut settings = place.library.settings().clone();
    settings.model.value = "multilingual-e5-small".to_owned();
    settings.model.origin = TYPED;
    settings.model_dir.origin = SET;
    let (library, located) = (Library::new(settings), place.all().found.remove(0));
    let error = naragtive::jobs::upgrade_or_move(&library, &located, &mut |_| naragtive::Flow::Continue);
    assert!(matches!(error, Err(Error::Hub(HubError::Offline { .. }))), "{error:?}");
    assert_eq!(place.library.session(&place.all()).unwrap().stores()[0].records, 2);
}

#[test]
fn a_folder_is_imported_under_the_name_of_its_model_alone() {
    let place = Place::new();
    let tiny = naragtive_testkit::tiny_model();
    for name in ["bge-small-en-v1.5", "ms-marco-MiniLM-L-6-v2"] {
        let error = place.library.models().import(&tiny, Some(name), &mut |_| naragtive::Flow::Continue);
        assert!(matches!(error, Err(Error::Hub(HubError::OtherModel { .. }))), "{name}: {error:?}");
        assert!(!place.library.settings().home.value.models().join(name).exists());
    }
}
