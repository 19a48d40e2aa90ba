//! A file of weights, beside the small files of a tiny model.
#![no_main]

use std::num::NonZeroUsize;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use naragtive_model::{Embedder, ModelOptions};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().unwrap();
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/model/tests/fixtures/tiny-bert");
    for name in ["config.json", "vocab.txt"] {
        std::fs::copy(tiny.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("model.safetensors"), bytes).unwrap();
    if let Ok(embedder) = Embedder::open(folder.path(), ModelOptions::new(NonZeroUsize::MIN)) {
        assert_eq!(embedder.embed_one("a ferry").len(), embedder.dimension());
    }
});
