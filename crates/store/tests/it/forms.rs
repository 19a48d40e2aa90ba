//! Every form of a store that other programs write, as tools/make-store-fixtures.py made them.

use naragtive_scene::Metadata;
use naragtive_store::{EmbeddedScene, ModelTag, Store, StoreError};

use crate::support::{append, fixture, fixtures, folder, row, stored};

/// The numbers that tools/make-store-fixtures.py gives a row.
fn vector(row: usize) -> impl Iterator<Item = f32> {
    (0..384).map(move |at| (((7 * row + 3 * at) % 64) as f32 - 31.0) / 64.0)
}

#[test]
fn every_form_and_codec_is_read() {
    let names = fixtures(|name| ["form-", "codec-", "polars", "more-"].iter().any(|at| name.starts_with(at)));
    assert_eq!(names.len(), 18 + 6 + 3 + 1);
    for name in names {
        let store = Store::open(fixture(&name)).unwrap();
        assert_eq!((store.len(), store.model()), (3, None), "{name}");
        let ids = ["scene_0000_2025-11-10", "scene_0001_2025-11-11", "scene_0002_2025-11-12"];
        assert_eq!(store.ids().unwrap(), ids, "{name}");
        let texts = ["The first scene.", "", "Zo\u{eb}: \u{201c}burn!\u{201d}\n\nAnd then."];
        assert_eq!(store.texts().unwrap(), texts, "{name}");
        let embeddings = store.embeddings().unwrap();
        let expected: Vec<f32> = (0..3).flat_map(vector).collect();
        assert_eq!((embeddings.dimension, embeddings.len()), (384, 3), "{name}");
        assert_eq!(embeddings.values, expected, "{name}");
        let dates = store.metadata().unwrap();
        assert_eq!(dates[2].date(), Some("2025-11-12"), "{name}");
        let scenes = store.scenes(&[2, 0]).unwrap();
        assert_eq!((scenes[0].id.as_str(), scenes[1].text.as_str()), (ids[2], texts[0]), "{name}");
        assert_eq!(scenes[0].metadata, dates[2], "{name}");
    }
}

#[test]
fn a_store_of_the_python_tool_is_of_its_model_and_no_other() {
    let store = Store::open(fixture("polars.parquet")).unwrap();
    store.require_model(&ModelTag::legacy()).unwrap();
    let wanted = ModelTag { name: "sentence-transformers/all-MiniLM-L6-v2".into(), ..ModelTag::legacy() };
    store.require_model(&wanted).unwrap();
    for other in [
        ModelTag { name: "e5-small".into(), ..ModelTag::legacy() },
        ModelTag { dimension: 768, ..ModelTag::legacy() },
    ] {
        assert!(matches!(store.require_model(&other), Err(StoreError::OtherModel { .. })), "{other}");
    }
}

#[test]
fn a_tag_is_read_and_required() {
    for (name, model, dimension) in
        [("other-model", "another-model", 384), ("other-dimension", "all-MiniLM-L6-v2", 512)]
    {
        let store = Store::open(fixture(&format!("{name}.parquet"))).unwrap();
        let found = ModelTag { name: model.into(), revision: None, dimension };
        assert_eq!(store.model(), Some(&found));
        store.require_model(&found).unwrap();
        let error = store.require_model(&ModelTag::legacy()).unwrap_err().to_string();
        let expected = format!("holds embeddings of {found}, expected all-MiniLM-L6-v2 (384 numbers)");
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[test]
fn what_is_not_a_store_says_why() {
    for (name, expected) in [
        ("bad-no-id", "is not a store: expected a column `id`, found `text`, `embedding`, `metadata`"),
        ("bad-no-text", "expected a column `text`"),
        ("bad-no-embedding", "expected a column `embedding`"),
        ("bad-no-metadata", "expected a column `metadata`"),
        ("bad-numbers-as-text", "expected column `text` to hold strings, found Int64"),
        (
            "bad-text-as-embedding",
            "expected column `embedding` to hold lists of 32-bit or 64-bit floats, found Utf8",
        ),
        (
            "bad-whole-numbers",
            "expected column `embedding` to hold lists of 32-bit or 64-bit floats, found List(Int64",
        ),
        ("bad-truncated", "is not a whole parquet file"),
        ("bad-text", "is not a whole parquet file"),
        ("bad-empty", "is not a whole parquet file"),
        ("newer", "is of schema version 2, which is newer than 1, the latest this program knows"),
        ("no-dimension", "has a bad `naragtive.dimension`: expected a number above 0, found `many`"),
    ] {
        let path = fixture(&format!("{name}.parquet"));
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
        assert!(error.contains(&path.display().to_string()), "{name}: {error}");
    }
}

#[test]
fn a_bad_row_is_named_and_the_other_columns_are_read() {
    for (name, expected) in [
        ("null-id", "row 1 (counted from 0): expected a value in column `id`, found null"),
        ("null-embedding", "expected a value in column `embedding`, found null"),
        ("null-number", "expected an embedding of numbers only, found a null among them"),
        ("short-embedding", "expected an embedding of 384 numbers, found 383"),
        ("empty-embedding", "expected an embedding of 384 numbers, found 0"),
        ("nan", "expected an embedding of finite numbers, found one that is not"),
        ("infinite", "expected an embedding of finite numbers, found one that is not"),
        ("too-large", "expected an embedding of finite numbers, found one that is not"),
        ("metadata-not-json", "bad metadata: expected a JSON object, found text that is not JSON"),
        ("metadata-array", "bad metadata: expected a JSON object, found an array"),
    ] {
        let store = Store::open(fixture(&format!("bad-{name}.parquet"))).unwrap();
        let reads = [
            store.ids().err(),
            store.texts().err(),
            store.embeddings().err(),
            store.metadata().err(),
            store.scenes(&[0, 1]).err(),
        ];
        let errors: Vec<String> = reads.iter().flatten().map(ToString::to_string).collect();
        assert!(!errors.is_empty(), "{name}");
        for error in errors {
            assert!(error.contains(expected), "{name}: {error}");
            let id = name != "null-id";
            assert!(
                !id || error.contains("row 1 (counted from 0), scene `scene_0001_2025-11-11`: "),
                "{error}"
            );
        }
        assert!(store.scenes(&[2, 0]).is_ok(), "{name}");
    }
}

#[test]
fn a_text_or_metadata_that_is_null_is_an_empty_one_and_its_row_is_told() {
    for name in ["null-text", "null-metadata"] {
        let folder = folder();
        let path = folder.path().join("s.parquet");
        std::fs::copy(fixture(&format!("bad-{name}.parquet")), &path).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.rows_with_nothing_said().unwrap(), [1], "{name}");
        assert!(store.tells_of_nothing_said(), "{name}");
        let before = stored(&path);
        match name {
            "null-text" => assert_eq!(before[1].scene.text, ""),
            _ => assert_eq!(before[1].scene.metadata, Metadata::default()),
        }
        let new = EmbeddedScene { embedding: vec![0.5; 384], ..row("new", "A new scene.", 1) };
        append(&path, vec![new], &ModelTag::legacy()).unwrap();
        let after = stored(&path);
        assert!(after[..before.len()] == before[..] && after.len() == before.len() + 1, "{name}");
    }
    let whole = Store::open(fixture("polars.parquet")).unwrap();
    assert_eq!((whole.rows_with_nothing_said().unwrap(), whole.tells_of_nothing_said()), (vec![], false));
}
