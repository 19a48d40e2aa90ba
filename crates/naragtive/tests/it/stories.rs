//! The model `stories`: another model with a change of its weights.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use naragtive::home::Origin;
use naragtive::jobs::{Ingest, Target, ingest};
use naragtive::{
    Flow, Format, Library, Model, ModelTag, Precision, Query, Settings, Store, StoreError, Timestamp, Which,
};
use naragtive_testkit::real_model;
use serde::Deserialize;

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
    settings.model.origin = Origin::File;
    settings.model_dir.value = Some(folder.to_owned());
    settings.precision.value = Precision::F32;
    Library::new(settings)
}

fn open(home: &Path, model: &str, folder: &Path) -> Arc<Model> {
    library(home, model, folder).models().embedder_here().unwrap()
}

fn least_cosine(model: &Model) -> f32 {
    let cosine = |row: &Row| -> f32 {
        model.embedder.embed_one(&row.text).iter().zip(&row.vector).map(|(own, other)| own * other).sum()
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
    assert!(export("stories").unwrap_err().to_string().contains("is there already"));
    let (own, exported) = (library.models().embedder_here().unwrap(), open(home.path(), "stories", &to));
    assert!(least_cosine(&exported) > 0.9999);
    assert_eq!(exported.tag.revision, own.tag.revision, "its content says which model it is");
    assert!(export("bge-reranker-base").is_err());
}

#[test]
fn a_store_of_the_plain_model_stays_one_and_is_searched_with_it() {
    let home = tempfile::tempdir().unwrap();
    let export = |number: usize| {
        let path = home.path().join(format!("{number}.txt"));
        let text =
            format!("***11/10/2025, 4:00:4{number} AM - User:***\n\nI lied to harbour master {number}.\n");
        std::fs::write(&path, text).unwrap();
        path
    };
    let add = |library: &Library, number: usize| {
        let target = Target::named("campaign".parse().unwrap());
        let job = Ingest::new(vec![export(number)], Some(Format::NEPTUNE), target);
        ingest(library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).map(|done| done.stored.path)
    };
    let plain = library(&home.path().join("home"), "all-MiniLM-L6-v2", real_model());
    let mut stories = library(&home.path().join("home"), "stories", real_model());
    let path = add(&plain, 1).unwrap();
    add(&stories, 2).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!((store.len(), store.model_or_legacy().bare_name()), (2, ModelTag::legacy().bare_name()));
    let search = |library: &Library| {
        let session = library.session(&library.choose(Which::All, home.path())?)?;
        session.search(&Query::new("who lied", 5)).map(|hits| hits.hits.len())
    };
    assert_eq!(search(&stories).unwrap(), 2);

    let mut settings = stories.settings().clone();
    settings.model.origin = Origin::Flag("--model");
    stories = Library::new(settings);
    for refused in [add(&stories, 3).map(drop), search(&stories).map(drop)] {
        let error = refused.unwrap_err();
        assert!(matches!(error, naragtive::Error::Store(StoreError::OtherModel { .. })), "{error}");
    }
}
