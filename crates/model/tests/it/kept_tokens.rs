//! What is kept of a large tokenizer: taken when whole, made anew when not, never needed.

use std::fs;
use std::path::{Path, PathBuf};

use naragtive_model::{Embedder, ModelOptions};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::made::{Made, Tensor, one_thread};
use crate::rerank::fixture;

/// So many pieces that their file is worth keeping in another form.
const PIECES: usize = 60_000;
const TEXT: &str = "the ferry came piece31234 in under fog";

/// A folder of a small BERT with a large Unigram vocabulary, and a cache beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        let mut made = Made::new(16, 1, 16);
        made.config["vocab_size"] = (PIECES + 1000).into();
        let words: Vec<f32> = (0..(PIECES + 1000) * 16).map(|at| (at as f32 * 0.37).sin()).collect();
        let table = "embeddings.word_embeddings.weight";
        made.tensors.insert(table.into(), Tensor::f32(&[PIECES + 1000, 16], &words));
        made.write(&place.model());
        fs::remove_file(place.model().join("vocab.txt")).unwrap();
        place.write(0);
        place
    }

    /// The tokenizer, with many pieces that are numbered from `first` on.
    fn write(&self, first: usize) {
        let bytes = fs::read(fixture("tiny-cross-xlmr").join("tokenizer.json")).unwrap();
        let mut file: Value = serde_json::from_slice(&bytes).unwrap();
        let pieces = file["model"]["vocab"].as_array_mut().unwrap();
        pieces.extend((first..first + PIECES).map(|number| json!([format!("▁piece{number}"), -3.0])));
        fs::write(self.tokenizer(), file.to_string()).unwrap();
        assert!(fs::metadata(self.tokenizer()).unwrap().len() > 1 << 20);
    }

    fn model(&self) -> PathBuf {
        self.folder.path().join("model")
    }

    fn tokenizer(&self) -> PathBuf {
        self.model().join("tokenizer.json")
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn opened(&self, cache: Option<&Path>, sum: Option<&str>) -> (Vec<u32>, String) {
        let sums = sum.map(|sum| ("tokenizer.json".to_owned(), sum.to_owned())).into_iter().collect();
        let options = ModelOptions { cache: cache.map(Path::to_owned), sums, ..one_thread() };
        let embedder = Embedder::open(&self.model(), options).unwrap();
        (embedder.tokens(TEXT), embedder.identity().as_str().to_owned())
    }

    /// What is kept of the tokenizer.
    fn kept(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.cache()).unwrap().map(|file| file.unwrap().path());
        let is_tokens = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("tokens-") && name.ends_with(".bin")
        };
        files.filter(is_tokens).collect()
    }
}

#[test]
fn what_was_kept_is_taken_and_is_the_same() {
    let place = Place::new();
    let expected = place.opened(None, None);
    let cache = place.cache();
    assert_eq!(place.opened(Some(&cache), None), expected);
    let kept = place.kept();
    assert_eq!(kept.len(), 1);
    assert_eq!(place.opened(Some(&cache), None), expected);
    assert!(kept[0].with_extension("used").is_file(), "that it was used is noted");

    // Whoever knows the sum of the file needs the file no more.
    let sum = "5".repeat(64);
    assert_eq!(place.opened(Some(&cache), Some(&sum)), expected);
    fs::write(place.tokenizer(), vec![b'{'; 2 << 20]).unwrap();
    assert_eq!(place.opened(Some(&cache), Some(&sum)), expected);
    assert_eq!(place.kept().len(), 2);
}

#[test]
fn a_damaged_file_is_made_anew() {
    let place = Place::new();
    let (expected, cache) = (place.opened(None, None), place.cache());
    place.opened(Some(&cache), None);
    let file = place.kept()[0].clone();
    let good = fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let longer = [good.as_slice(), &[0; 64]].concat();
    let cases = [
        vec![],
        good[..100].to_vec(),
        good[..good.len() / 2].to_vec(),
        longer,
        flipped(0),
        flipped(9),
        flipped(40),
        flipped(good.len() / 2),
        flipped(good.len() - 1),
    ];
    for bytes in cases {
        fs::write(&file, &bytes).unwrap();
        assert_eq!(place.opened(Some(&cache), None), expected);
        assert!(fs::read(&file).unwrap() == good);
    }
}

#[test]
fn another_tokenizer_in_the_same_folder_is_not_mistaken_for_the_old_one() {
    let place = Place::new();
    let old = place.opened(Some(&place.cache()), None);
    place.write(1);
    let new = place.opened(Some(&place.cache()), None);
    assert!(new.0 != old.0 && new.1 != old.1);
    assert_eq!(new, place.opened(None, None));
    let blocked = place.folder.path().join("a file");
    fs::write(&blocked, "not a folder").unwrap();
    assert_eq!(place.opened(Some(&blocked), None), new, "a cache that can't be written only costs time");
}
