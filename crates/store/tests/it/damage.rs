//! Files with bytes changed or cut off: an error or an answer, never a panic.

use std::fs;
use std::path::Path;

use naragtive_store::{ModelTag, Store, StoreError};

use crate::support::{Dice, append, fixture, folder, replace, rows, tiny};

/// Reads everything there is to read.
fn read_all(path: &Path) -> Result<(), StoreError> {
    let store = Store::open(path)?;
    let rows: Vec<usize> = (0..store.len().min(10)).collect();
    let read = [
        store.ids().map(drop),
        store.texts().map(drop),
        store.metadata().map(drop),
        store.embeddings().map(drop),
        store.scenes(&rows).map(drop),
    ];
    read.into_iter().collect()
}

#[test]
fn damaged_pages_are_an_error_not_an_answer() {
    let error = read_all(&fixture("bad-pages.parquet")).unwrap_err();
    assert!(matches!(error, StoreError::NotParquet { .. }), "{error}");
}

#[test]
fn a_page_that_claims_more_than_there_is_ends_with_the_file() {
    let path = fixture("bad-endless.parquet");
    assert!(read_all(&path).is_err());
    if let Ok(store) = Store::open(&path) {
        let _ = (store.rows_without_passages(), store.scenes_and_spans(&[0]));
    }
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let folder = folder();
    let path = folder.path().join("cut.parquet");
    replace(&path, rows(0..20), &tiny()).unwrap();
    let whole = fs::read(&path).unwrap();
    for cut in (0..whole.len()).step_by(7) {
        fs::write(&path, &whole[..cut]).unwrap();
        assert!(matches!(read_all(&path), Err(StoreError::NotParquet { .. })), "{cut}");
        assert!(append(&path, rows(20..21), &tiny()).is_err());
        assert_eq!(fs::read(&path).unwrap(), &whole[..cut]);
    }
}

#[test]
fn a_file_with_changed_bytes_never_panics() {
    let folder = folder();
    let path = folder.path().join("changed.parquet");
    replace(&path, rows(0..20), &tiny()).unwrap();
    let ours = fs::read(&path).unwrap();
    let theirs = ["codec-none", "form-fixed_size_list-f64-utf8_view", "codec-snappy", "polars"];
    let theirs = theirs.map(|name| fs::read(fixture(&format!("{name}.parquet"))).unwrap());
    let mut dice = Dice::new(7);
    let mut errors = 0;
    for whole in theirs.into_iter().chain([ours]) {
        for _ in 0..300 {
            let mut changed = whole.clone();
            for _ in 0..=dice.roll(2) {
                let at = dice.roll(changed.len());
                changed[at] = dice.roll(256) as u8;
            }
            fs::remove_file(&path).unwrap();
            fs::write(&path, changed).unwrap();
            errors += usize::from(read_all(&path).is_err());
        }
    }
    assert!(errors > 300, "{errors}");
}

#[test]
fn appending_to_a_damaged_store_leaves_it_as_it_is() {
    let folder = folder();
    for name in
        ["bad-short-embedding", "bad-null-embedding", "bad-nan", "bad-null-id", "bad-pages", "bad-text"]
    {
        let path = folder.path().join(name);
        fs::copy(fixture(&format!("{name}.parquet")), &path).unwrap();
        let before = fs::read(&path).unwrap();
        let mut new = rows(0..1);
        new[0].embedding = vec![0.5; 384];
        assert!(append(&path, new, &ModelTag::legacy()).is_err(), "{name}");
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
    }
}
