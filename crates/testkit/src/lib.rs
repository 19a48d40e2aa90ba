//! What the tests and benches of several crates need: the shared data, the tiny model, the real model, a server that
//! can misbehave.

pub mod postgres;
pub mod server;

use std::env;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use naragtive_hub::{FetchSettings, Places, Programs, ensure, lookup};

/// A registry.json with one store, as the Python tool writes it.
pub const REGISTRY: &str = r#"{
  "old": {
    "name": "old",
    "path": "scenes.parquet",
    "created_at": "2025-12-13T10:00:00.123456",
    "source_type": "neptune",
    "record_count": 4,
    "description": null
  }
}"#;

/// The checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file or folder of the shared data beside the checkout.
pub fn shared(path: &str) -> PathBuf {
    root().join("../shared").join(path)
}

/// A BERT of two layers with random weights: the true path in a millisecond.
pub fn tiny_model() -> PathBuf {
    root().join("crates/model/tests/fixtures/tiny-bert")
}

/// The folder of the default model, every file checked.
///
/// It is the one that `NARAGTIVE_MODEL_DIR` names; else one is fetched, once, into `target/testkit`.
///
/// # Panics
/// When it can't be had: a test that needs the real model fails without it.
#[allow(clippy::panic)]
pub fn real_model() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let model_dir = env::var_os("NARAGTIVE_MODEL_DIR").map(PathBuf::from);
        let mut settings =
            FetchSettings::new(Places { model_dir, ..Places::new(root().join("target/testkit")) });
        settings.programs = Programs::on(&env::var_os("PATH").unwrap_or_default(), &root());
        let found = lookup("all-MiniLM-L6-v2")
            .and_then(|spec| ensure(spec, &settings, &mut |_| ControlFlow::Continue(())));
        found.unwrap_or_else(|error| panic!("the tests need the real model: {error}")).folder
    });
    &FOLDER
}
