//! What the tests of several crates need: the shared data and the real model.

use std::path::{Path, PathBuf};

/// A file or folder of the shared data beside the checkout.
pub fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path)
}

/// The folder of the default model.
pub fn real_model() -> PathBuf {
    std::env::var_os("NARAGTIVE_MODEL_DIR").map(PathBuf::from).unwrap_or_default()
}
