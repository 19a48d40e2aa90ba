//! The model `stories`: another model with a change of its weights.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use naragtive::home::SettingOrigin;
use naragtive::jobs::{Ingest, Target, ingest, move_store};
use naragtive::{
    Choice, Error, Flow, Format, Library, Mode, Model, Precision, Query, SceneId, Settings, Store,
    StoreError, Stores, Timestamp, Which, locate,
};
use naragtive_testkit::real_model;
use serde::Deserialize;
use tempfile::TempDir;

/// What `tools/make-story-vectors.py` computes.
#[derive(Deserialize)]
struct Row {
    text: String,
    vector: Vec<f32>,
}

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("../fixtures/story-vectors.json")).unwrap()
}

fn library(home: &Path, model: &str, folder: &Path) -> Library {
    let mut settings = Settings::at(home, NonZeroUsize::new(2).unwrap()).unwrap();
    settings.model.value = model.to_owned();
    settings.model.origin = SettingOrigin::File;
    settings.model_dir.value = Some(folder.to_owned());
    settings.precision.value = Precision::F32;
    Library::new(settings)
}

fn open(home: &Path, model: &str, folder: &Path) -> Arc<Model> {
    library(home, model, folder).models().embedder_here().unwrap()
}

fn least_cosine(model: &Model) -> f32 {
    let cosine = |row: &Row| -> f32 {
        model
            .embedder
            .embed_one(&row.text)
            .unwrap()
            .iter()
            .zip(&row.vector)
            .map(|(own, other)| own * other)
            .sum()
    };
    rows().iter().map(cosine).fold(1.0, f32::min)
}

#[test]
fn its_vectors_are_those_of_another_program_packed_anew_or_from_the_cache() {
    let home = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let model = open(home.path(), "stories", real_model());
        let cosine = least_cosine(&model);
        assert!(cosine > 0.9999, "{cosine}");
    }
    let plain = open(home.path(), "all-MiniLM-L6-v2", real_model());
    assert!(least_cosine(&plain) < 0.9, "its base is another model");
}

#[test]
fn exported_it_is_a_folder_with_the_same_model() {
    let home = tempfile::tempdir().unwrap();
    let (library, to) = (library(home.path(), "stories", real_model()), home.path().join("out"));
    let export = |name: &str| library.models().export(name, &to, &mut |_| Flow::Continue);
    export("stories").unwrap();
    assert!(export("stories").unwrap_err().to_string().contains("there is something in"));
    let (own, exported) = (library.models().embedder_here().unwrap(), open(home.path(), "stories", &to));
    assert!(least_cosine(&exported) > 0.9999);
    assert_eq!(exported.tag, own.tag, "its content says which model it is");
    assert!(export("bge-reranker-base").is_err());
}

/// A home of settings that name a model, in a file of which one message each is added to a store.
struct Campaign {
    home: TempDir,
}

impl Campaign {
    fn library(&self, model: &str) -> Library {
        library(&self.home.path().join("home"), model, real_model())
    }

    /// The same, where the user typed the model.
    fn typed(&self, model: &str) -> Library {
        let mut settings = self.library(model).settings().clone();
        settings.model.origin = SettingOrigin::Flag("--model");
        Library::new(settings)
    }

    fn add(&self, library: &Library, store: &str, number: usize) -> Result<PathBuf, Error> {
        let path = self.home.path().join(format!("{number}.txt"));
        let text =
            format!("***11/10/2025, 4:00:4{number} AM - User:***\n\nI lied to harbour master {number}.\n");
        std::fs::write(&path, text).unwrap();
        let job = Ingest::new(vec![path], Some(Format::NEPTUNE), Target::named(store.parse().unwrap()));
        ingest(library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).map(|done| done.stored.at.into())
    }

    fn search(&self, library: &Library) -> Result<usize, Error> {
        let session = library.session(&library.choose(Which::All, self.home.path())?)?;
        session.search(&Query::new("who lied", 5)).map(|hits| hits.hits.len())
    }
}

fn model_of(store: &Path) -> String {
    Store::open(store).unwrap().model_or_legacy().bare_name().to_owned()
}

fn is_of_other(error: &Error) -> bool {
    matches!(error, Error::Store(StoreError::OtherModel { .. }))
}

#[test]
fn a_store_stays_one_of_its_model_whatever_the_settings_name() {
    for (model, other) in [("all-MiniLM-L6-v2", "stories"), ("stories", "all-MiniLM-L6-v2")] {
        let campaign = Campaign { home: tempfile::tempdir().unwrap() };
        let path = campaign.add(&campaign.library(model), "campaign", 1).unwrap();
        let other = campaign.library(other);
        campaign.add(&other, "campaign", 2).unwrap();
        assert_eq!((Store::open(&path).unwrap().len(), model_of(&path).as_str()), (2, model));
        assert_eq!(campaign.search(&other).unwrap(), 2);
        let typed = campaign.typed(&other.settings().model.value);
        for refused in [campaign.add(&typed, "campaign", 3).map(drop), campaign.search(&typed).map(drop)] {
            assert!(is_of_other(&refused.unwrap_err()), "{model}");
        }
    }
}

#[test]
fn a_store_moves_over_to_a_model_that_is_typed_and_back() {
    let campaign = Campaign { home: tempfile::tempdir().unwrap() };
    let path = campaign.add(&campaign.library("all-MiniLM-L6-v2"), "campaign", 1).unwrap();
    let vectors = || Store::open(&path).unwrap().embeddings().unwrap().values;
    let plain = vectors();
    for (model, moved_to) in
        [("stories", Some("stories")), ("stories", None), ("all-MiniLM-L6-v2", Some("all-MiniLM-L6-v2"))]
    {
        let library = campaign.typed(model);
        let located = locate(Choice::word("campaign"), &library.registry(), campaign.home.path()).unwrap();
        let done = move_store(&library, &located, &mut |_| Flow::Continue).unwrap();
        assert_eq!((done.moved_to.as_deref(), model_of(&path).as_str()), (moved_to, model));
        assert_eq!(campaign.search(&campaign.library("all-MiniLM-L6-v2")).unwrap(), 1);
        assert_eq!(vectors() == plain, model == "all-MiniLM-L6-v2");
    }
}

#[test]
fn stores_of_two_models_are_searched_in_one_search_each_with_its_own() {
    let campaign = Campaign { home: tempfile::tempdir().unwrap() };
    let [plain, stories] = ["all-MiniLM-L6-v2", "stories"].map(|model| campaign.library(model));
    campaign.add(&plain, "old", 1).unwrap();
    campaign.add(&stories, "new", 2).unwrap();
    campaign.add(&stories, "new", 3).unwrap();
    for library in [&plain, &stories] {
        let stores = library.choose(Which::All, campaign.home.path()).unwrap();
        let session = library.session(&stores).unwrap();
        assert_eq!(session.stores().len(), 2);
        session.prepare(Mode::Hybrid, &mut |_| Flow::Continue).unwrap();
        for mode in [Mode::Hybrid, Mode::Semantic, Mode::Keyword] {
            let hits =
                |limit| session.search(&Query { mode, ..Query::new("harbour master 2", limit) }).unwrap();
            let all = hits(5);
            assert_eq!((all.hits.len(), all.stores.len()), (3, 2), "{mode:?}");
            assert!(all.hits[0].scene.text.contains("master 2"), "{mode:?}");
            assert_eq!(all.hits.iter().map(|hit| hit.rank).collect::<Vec<_>>(), [1, 2, 3]);
            assert_eq!(hits(2).hits, all.hits[..2]);
            let alone = library.session(&Stores::of(vec![stores.found[0].clone()])).unwrap();
            let alone = alone.search(&Query { mode, ..Query::new("harbour master 2", 5) }).unwrap().hits;
            assert!(all.hits.iter().any(|hit| hit.scores == alone[0].scores), "{mode:?}");
        }
        let third = session.search(&Query::new("harbour master 3", 1)).unwrap().hits.remove(0).scene.id;
        let like = session.search(&Query { like: Some(third), ..Query::new("", 5) }).unwrap();
        assert_eq!(like.stores[0].name.as_deref(), Some("new"));
        assert_eq!((like.stores.len(), like.hits.len()), (1, 1), "vectors of one model can be alike");
        let unknown = session.surroundings(&SceneId::new("nobody"), [1, 1]).unwrap_err();
        assert!(matches!(unknown, Error::UnknownScene { stores, .. } if stores.len() == 2));
    }
}
