//! A store takes vectors and questions of the model it was made with, whatever folders are called.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use naragtive::{
    Metadata, Model, ModelTag, Models, Patience, Precision, Scene, SceneId, Settings, Store, StoreError,
};
use naragtive_store::{EmbeddedScene, Passages, append};
use naragtive_testkit::tiny_model;
use tempfile::TempDir;

const NAME: &str = "all-MiniLM-L6-v2";

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A model folder of that name below `under`, with a byte of its weights changed by `change`, always of one time.
    fn model(&self, under: &str, change: u8) -> PathBuf {
        let folder = self.0.path().join(under).join(NAME);
        fs::create_dir_all(&folder).unwrap();
        for file in ["config.json", "sentence_bert_config.json", "vocab.txt"] {
            fs::copy(tiny_model().join(file), folder.join(file)).unwrap();
        }
        let mut bytes = fs::read(tiny_model().join("model.safetensors")).unwrap();
        let last = bytes.len() - 4;
        bytes[last] ^= change;
        let weights = folder.join("model.safetensors");
        fs::write(&weights, bytes).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(9);
        fs::File::options().write(true).open(weights).unwrap().set_modified(time).unwrap();
        folder
    }

    fn open_in(&self, precision: Precision, folder: &Path) -> Arc<Model> {
        let mut settings = Settings::at(self.0.path().join("home"), NonZeroUsize::MIN).unwrap();
        settings.model_dir.value = Some(folder.to_owned());
        settings.precision.value = precision;
        Models::new(&settings).embedder_here().unwrap()
    }

    fn open(&self, folder: &Path) -> Arc<Model> {
        self.open_in(Precision::F32, folder)
    }
}

fn add(path: &Path, id: &str, tag: &ModelTag) -> Result<(), StoreError> {
    let (id, metadata) = (SceneId::new(id.to_owned()), Metadata::default());
    let scene = Scene { id, text: "A door.".into(), metadata, origin: None };
    let embedding = vec![0.0; tag.dimension];
    let row = EmbeddedScene { scene, embedding, passages: Passages::default() };
    append(path, vec![row], tag, &Patience::default()).map(|_| ())
}

#[test]
fn a_model_of_the_same_name_and_size_with_other_weights_is_another_model() {
    let home = Home::new();
    let real = home.open(&home.model("a", 0)).tag.clone();
    let other = home.open(&home.model("b", 1)).tag.clone();
    assert!(real.is_called_like(&other) && !real.agrees_with(&other));
    assert_eq!(real, home.open(&home.model("c", 0)).tag, "the same files elsewhere are the same model");
}

#[test]
fn every_precision_of_a_model_is_that_model() {
    let home = Home::new();
    let folder = home.model("a", 0);
    let all = [Precision::F32, Precision::Bf16, Precision::Int16, Precision::Int8];
    let tags = all.map(|precision| home.open_in(precision, &folder).tag.clone());
    assert!(tags.iter().all(|tag| *tag == tags[0]), "{tags:?}");
}

/// As tar, `cp -p` and layers of images leave them.
#[test]
fn weights_replaced_by_others_of_the_same_length_and_time_are_used() {
    let home = Home::new();
    let folder = home.model("a", 0);
    let before = home.open(&folder);
    assert_eq!(home.open(&folder).tag, before.tag);
    for change in [1, 2, 3] {
        home.model("a", change);
        let (after, alone) = (home.open(&folder), Home::new());
        let fresh = alone.open(&alone.model("a", change));
        assert_eq!(after.tag, fresh.tag, "{change}");
        assert_eq!(
            after.embedder.embed_one("a door").unwrap(),
            fresh.embedder.embed_one("a door").unwrap(),
            "{change}"
        );
        assert_ne!(after.tag, before.tag, "{change}");
    }
}

#[test]
fn a_store_without_an_identity_is_taken_and_has_one_from_then_on() {
    let home = Home::new();
    let [real, other] = [("a", 0), ("b", 1)].map(|(under, change)| home.open(&home.model(under, change)));
    let (real, other) = (&real.tag, &other.tag);
    let path = home.0.path().join("s.parquet");
    let nameless = ModelTag { revision: None, ..real.clone() };
    add(&path, "one", &nameless).unwrap();
    for tag in [real, other, &nameless] {
        Store::open(&path).unwrap().require_model(tag).unwrap();
    }
    add(&path, "two", real).unwrap();
    assert_eq!(Store::open(&path).unwrap().model(), Some(real));
    let refused = add(&path, "three", other).unwrap_err();
    for tag in [real, other] {
        let short = &tag.revision.as_ref().unwrap()[..12];
        assert!(refused.to_string().contains(&format!("{NAME} (32 numbers), revision {short}")), "{refused}");
    }
    add(&path, "three", &nameless).unwrap();
    assert_eq!(Store::open(&path).unwrap().model(), Some(real), "what is known stays known");
}
