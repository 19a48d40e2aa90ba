//! `tokenizer.json` of a cross-encoder: WordPiece and Unigram.
#![no_main]

use std::num::NonZeroUsize;
use std::path::Path;

use libfuzzer_sys::fuzz_target;
use naragtive_model::{CrossEncoder, ModelOptions};

fuzz_target!(|bytes: &[u8]| {
    for tiny in ["tiny-cross-bert", "tiny-cross-xlmr"] {
        let folder = tempfile::tempdir().unwrap();
        let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/model/tests/fixtures").join(tiny);
        for name in ["config.json", "model.safetensors", "tokenizer_config.json"] {
            std::fs::copy(tiny.join(name), folder.path().join(name)).unwrap();
        }
        std::fs::write(folder.path().join("tokenizer.json"), bytes).unwrap();
        if let Ok(reranker) = CrossEncoder::open(folder.path(), ModelOptions::new(NonZeroUsize::MIN)) {
            assert_eq!(reranker.score("who lied?", &["The féry came\u{301} in.", ""]).len(), 2);
        }
    }
});
