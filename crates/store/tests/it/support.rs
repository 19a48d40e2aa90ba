//! Scenes and stores to test with.

use std::path::{Path, PathBuf};

use naragtive_disk::Patience;
use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_store::{Appended, EmbeddedScene, ModelTag, Passages, Store, StoreError, StoredRow};
use tempfile::TempDir;

/// A model of tiny embeddings.
pub(crate) fn tiny() -> ModelTag {
    ModelTag { name: "tiny".into(), revision: Some("r1".into()), dimension: 4 }
}

/// Adds as the library does, waiting as long as it takes.
pub(crate) fn append(
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
) -> Result<Appended, StoreError> {
    naragtive_store::append(path, rows, model, &Patience::default())
}

/// Replaces as the library does, waiting as long as it takes.
pub(crate) fn replace(
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
) -> Result<Appended, StoreError> {
    naragtive_store::replace(path, rows, model, &Patience::default())
}

/// A folder that goes when the test ends.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A scene whose embedding follows from its number.
pub(crate) fn row(id: &str, text: &str, number: usize) -> EmbeddedScene {
    let metadata = Metadata::default().with("scene_id", id).with("number", number as u64);
    let scene = Scene { id: SceneId::new(id), text: text.into(), metadata, origin: None };
    EmbeddedScene { scene, embedding: vector(number, 4), passages: Passages::default() }
}

/// The embedding of a scene with this number.
pub(crate) fn vector(number: usize, dimension: usize) -> Vec<f32> {
    (0..dimension).map(|at| number as f32 + at as f32 / 8.0).collect()
}

/// Scenes with these numbers.
pub(crate) fn rows(numbers: std::ops::Range<usize>) -> Vec<EmbeddedScene> {
    numbers.map(|number| row(&format!("scene_{number:04}"), &format!("text {number}"), number)).collect()
}

/// Checks that the store at `path` is whole and holds exactly these rows.
pub(crate) fn assert_holds(path: &Path, expected: &[EmbeddedScene]) {
    let store = Store::open(path).unwrap();
    let all: Vec<usize> = (0..store.len()).collect();
    let scenes: Vec<_> = expected.iter().map(|row| row.scene.clone()).collect();
    assert_eq!(store.scenes(&all).unwrap(), scenes);
    let vectors: Vec<f32> = expected.iter().flat_map(|row| row.embedding.clone()).collect();
    assert_eq!(store.embeddings().unwrap().values, vectors);
}

/// Every row of the store at `path`.
pub(crate) fn stored(path: &Path) -> Vec<StoredRow> {
    stored_from(path, 0)
}

/// The rows of the store at `path` from number `first` on.
pub(crate) fn stored_from(path: &Path, first: usize) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    let store = Store::open(path).unwrap();
    let read = store.visit_rows(first, |row| {
        rows.push(row);
        Ok::<(), StoreError>(())
    });
    read.unwrap();
    rows
}

/// The names of everything in a folder, sorted.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A file kept with the tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The names of the files kept with the tests that `wanted` picks, sorted.
pub(crate) fn fixtures(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    names_in(&fixture("")).into_iter().filter(|name| wanted(name)).collect()
}

/// A small generator of numbers, the same every time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn roll(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}
