//! Files that this program wrote: those of before open, and what they say about themselves stays.

use naragtive_disk::Patience;
use naragtive_store::{ModelTag, Store};

use crate::kept::raw;
use crate::support::{append, fixture, folder, row, rows, stored, tiny};

/// `ours-with-origins.parquet`: a chat of eight messages in two channels, of the version that first wrote origins and a
/// recipe, with the model of `tiny-bert`.
#[test]
fn a_file_with_origins_of_schema_version_1_opens() {
    let path = fixture("ours-with-origins.parquet");
    let store = Store::open(&path).unwrap();
    assert_eq!((store.len(), store.lacking_passages()), (8, 0));
    assert_eq!(store.recipe(), Some("passages 64/16/4096, windows 2+1"));
    assert_eq!(store.model().map(|model| (model.name.as_str(), model.dimension)), Some(("tiny-bert", 32)));
    let rows = stored(&path);
    assert_eq!(rows[0].scene.text, "Did you bury the coins?");
    assert!(rows.iter().all(|row| row.embedding.len() == 32 && row.passages.window.is_some()));
    let (batch, _) = raw(&path);
    let origins = batch.column_by_name("origin").unwrap();
    assert_eq!(arrow_array::Array::null_count(origins), 0, "every row says where it comes from");
}

#[test]
fn a_file_with_origins_is_added_to_and_keeps_them() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    std::fs::copy(fixture("ours-with-origins.parquet"), &path).unwrap();
    let model = ModelTag { name: "tiny-bert".into(), revision: None, dimension: 32 };
    let mut new = row("new", "A new scene.", 1);
    new.embedding = crate::support::vector(1, 32);
    append(&path, vec![new], &model).unwrap();
    let (before, after) = (raw(&fixture("ours-with-origins.parquet")).0, raw(&path).0);
    assert_eq!(after.num_rows(), 9);
    let origins = |batch: &arrow_array::RecordBatch| batch.column_by_name("origin").unwrap().slice(0, 8);
    assert_eq!(origins(&before).as_ref(), origins(&after).as_ref());
}

/// The recipe is of the passages that are there: it stays whatever else is done to the file.
#[test]
fn a_recipe_outlives_whatever_is_added_and_changed() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    std::fs::copy(fixture("ours-with-origins.parquet"), &path).unwrap();
    let model = ModelTag { name: "tiny-bert".into(), revision: None, dimension: 32 };
    let recipe = || Store::open(&path).unwrap().recipe().map(str::to_owned);
    let before = recipe();
    assert!(before.is_some());
    let scene = |id: &str, text: &str| {
        let mut scene = row(id, text, 1);
        scene.embedding = crate::support::vector(1, 32);
        scene
    };
    for (reason, scenes) in [
        ("scenes were added", vec![scene("one", "One."), scene("two", "Two.")]),
        ("nothing is new", vec![scene("one", "One.")]),
        ("another text under a known id", vec![scene("two", "Another text.")]),
    ] {
        append(&path, scenes, &model).unwrap();
        assert_eq!(recipe(), before, "{reason}");
    }
    naragtive_store::replace(&path, vec![scene("one", "One.")], &model, &Patience::default()).unwrap();
    assert_eq!(recipe(), None, "what is replaced by who names none has none");
}

/// A table that was never a store isn't written over, by nobody's word; a store that is damaged may be made anew.
#[test]
fn of_a_foreign_table_nothing_is_lost_and_a_damaged_store_can_be_replaced() {
    let folder = folder();
    for (name, is_taken) in [
        ("bad-no-embedding.parquet", false),
        ("bad-no-text.parquet", true),
        ("bad-truncated.parquet", true),
        ("bad-nan.parquet", true),
        ("ours-with-origins.parquet", true),
    ] {
        let path = folder.path().join(name);
        std::fs::copy(fixture(name), &path).unwrap();
        let before = std::fs::read(&path).unwrap();
        assert_eq!(naragtive_store::check_replaceable(&path).is_ok(), is_taken, "{name}");
        let replaced = naragtive_store::replace(&path, rows(0..2), &tiny(), &Patience::default());
        assert_eq!(replaced.is_ok(), is_taken, "{name}");
        assert_eq!(std::fs::read(&path).unwrap() == before, !is_taken, "{name}");
    }
}
