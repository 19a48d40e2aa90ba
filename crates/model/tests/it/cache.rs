//! Packed weights in a cache folder: taken when whole, made anew when not, never needed.

use std::fs;
use std::path::{Path, PathBuf};

use naragtive_model::{Embedder, ModelOptions, Precision};
use tempfile::TempDir;

use crate::made::{Made, TEXTS, one_thread};

/// A model folder and a cache folder beside it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(made: &Made) -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        made.write(&place.model());
        place
    }

    fn model(&self) -> PathBuf {
        self.folder.path().join("model")
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache/packed")
    }

    fn vectors(&self, cache: Option<&Path>, precision: Precision) -> Vec<f32> {
        let options = ModelOptions { cache: cache.map(Path::to_owned), precision, ..one_thread() };
        Embedder::open(&self.model(), options).unwrap().embed(&TEXTS)
    }

    fn cached(&self) -> Vec<f32> {
        self.vectors(Some(&self.cache()), Precision::F32)
    }

    /// The only file of the cache.
    fn file(&self) -> PathBuf {
        let files = packed_in(&self.cache());
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

/// The packed weights in a folder, without the stamps that say when each was used.
fn packed_in(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "bin")).collect()
}

#[test]
fn a_second_opening_takes_what_the_first_one_kept() {
    let place = Place::new(&Made::new(48, 4, 80));
    for precision in [Precision::F32, Precision::Bf16, Precision::Int16, Precision::Int8] {
        let cache = place.folder.path().join(precision.name());
        let expected = place.vectors(None, precision);
        assert_eq!(place.vectors(Some(&cache), precision), expected);
        let file = packed_in(&cache).pop().unwrap();
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        assert_eq!(place.vectors(Some(&cache), precision), expected);
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written, "it was not written again");
        assert_eq!(packed_in(&cache).len(), 1);
        assert!(file.with_extension("used").is_file(), "that it was used is noted");
    }
}

#[test]
fn a_damaged_file_is_made_anew() {
    let place = Place::new(&Made::new(48, 4, 80));
    let expected = place.cached();
    let good = fs::read(place.file()).unwrap();
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let longer = [good.as_slice(), &[0; 64]].concat();
    let cases =
        [vec![], good[..good.len() / 2].to_vec(), longer, flipped(0), flipped(20), flipped(good.len() - 1)];
    for bytes in cases {
        fs::write(place.file(), &bytes).unwrap();
        assert_eq!(place.cached(), expected);
        assert!(fs::read(place.file()).unwrap() == good);
    }
}

#[test]
fn other_weights_in_the_same_folder_are_not_mistaken_for_the_old_ones() {
    let mut made = Made::new(48, 4, 80);
    let place = Place::new(&made);
    let old = place.cached();
    let tensor = made.tensors.get_mut("encoder.layer.0.output.dense.weight").unwrap();
    tensor.bytes = tensor.values().into_iter().rev().flat_map(f32::to_le_bytes).collect();
    made.write(&place.model());
    let new = place.cached();
    assert_ne!(new, old);
    assert_eq!(new, place.vectors(None, Precision::F32));
}

/// As from an archive, a layer of an image or `cp -p`.
#[test]
fn other_weights_of_the_same_length_and_time_are_not_mistaken_for_the_old_ones() {
    let mut made = Made::new(48, 4, 80);
    let place = Place::new(&made);
    let weights = place.model().join("model.safetensors");
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let dated = || fs::File::options().write(true).open(&weights).unwrap().set_modified(time).unwrap();
    dated();
    let (old, length) = (place.cached(), fs::metadata(&weights).unwrap().len());
    let tensor = made.tensors.get_mut("encoder.layer.1.output.dense.bias").unwrap();
    tensor.bytes = tensor.values().into_iter().flat_map(|value| (value + 1.0).to_le_bytes()).collect();
    made.write(&place.model());
    dated();
    let meta = fs::metadata(&weights).unwrap();
    assert_eq!((meta.len(), meta.modified().unwrap()), (length, time));
    let new = place.cached();
    assert_ne!(new, old);
    assert_eq!(new, place.vectors(None, Precision::F32));
}

#[test]
fn a_cache_that_cannot_be_written_only_costs_time() {
    let place = Place::new(&Made::new(48, 4, 80));
    let file = place.folder.path().join("a file");
    fs::write(&file, "not a folder").unwrap();
    let expected = place.vectors(None, Precision::F32);
    assert_eq!(place.vectors(Some(&file), Precision::F32), expected);
    assert_eq!(place.vectors(Some(&file.join("below")), Precision::F32), expected);
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
}

#[test]
fn several_openings_at_once_all_succeed_and_leave_one_file() {
    let place = Place::new(&Made::new(48, 4, 80));
    let expected = place.vectors(None, Precision::F32);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| place.cached())).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
    place.file();
}
