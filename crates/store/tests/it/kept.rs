//! What an append must keep of a file that others wrote.

use std::fs::{self, File};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use naragtive_store::{EmbeddedScene, ModelTag, Store};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};

use crate::support::{append, fixture, fixtures, folder, row, vector};

fn new_row() -> EmbeddedScene {
    EmbeddedScene { embedding: vector(9, 384), ..row("new", "a new scene", 9) }
}

/// All rows of a file as one batch, and the file's key/value metadata.
pub(crate) fn raw(path: &Path) -> (RecordBatch, Vec<(String, Option<String>)>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let pairs = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let batch = builder.build().unwrap().next().unwrap().unwrap();
    (batch, pairs.into_iter().map(|pair| (pair.key, pair.value)).collect())
}

/// Appends a row to a copy of a fixture: what was there before, and what is there now.
fn grown(name: &str) -> (RecordBatch, RecordBatch, Store) {
    let folder = folder();
    let path = folder.path().join("copy.parquet");
    fs::copy(fixture(name), &path).unwrap();
    let (before, _) = raw(&path);
    let appended = append(&path, vec![new_row()], &ModelTag::legacy()).unwrap();
    assert_eq!((appended.added, appended.total), (1, 4), "{name}");
    (before, raw(&path).0, Store::open(&path).unwrap())
}

#[test]
fn old_rows_keep_every_value_and_type_in_every_form() {
    for name in fixtures(|name| ["form-", "codec-", "polars", "more-"].iter().any(|at| name.starts_with(at)))
    {
        let (before, after, store) = grown(&name);
        for (old, new) in before.schema().fields().iter().zip(after.schema().fields()) {
            assert_eq!((old.name(), old.data_type()), (new.name(), new.data_type()), "{name}");
        }
        let kept = after.slice(0, 3);
        let (old, ours) = kept.columns().split_at(before.num_columns());
        assert_eq!(before.columns(), old, "{name}");
        assert!(ours.iter().all(|column| column.null_count() == 3), "{name}");
        assert_eq!(store.scenes(&[3]).unwrap(), [new_row().scene], "{name}");
        assert_eq!(store.embeddings().unwrap().row(3), Some(new_row().embedding.as_slice()), "{name}");
        assert_eq!(store.model(), Some(&ModelTag::legacy()), "{name}");
    }
}

#[test]
fn columns_and_notes_of_others_stay_and_are_null_in_new_rows() {
    let folder = folder();
    let path = folder.path().join("copy.parquet");
    fs::copy(fixture("more-columns.parquet"), &path).unwrap();
    append(&path, vec![new_row()], &ModelTag::legacy()).unwrap();
    append(
        &path,
        vec![EmbeddedScene { embedding: vector(8, 384), ..row("newer", "", 8) }],
        &ModelTag::legacy(),
    )
    .unwrap();
    let (batch, pairs) = raw(&path);
    for name in ["rating", "seen", "tags", "where"] {
        let column = batch.column_by_name(name).unwrap();
        assert!(column.is_null(3) && column.is_null(4) && column.is_valid(0), "{name}");
    }
    assert!(pairs.contains(&("somebody".to_owned(), Some("else's note".to_owned()))), "{pairs:?}");
    let ours = pairs.iter().filter(|(key, _)| key.starts_with("naragtive."));
    let keys: Vec<_> = ours.map(|(key, _)| key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "naragtive.schema_version",
            "naragtive.model",
            "naragtive.dimension",
            "naragtive.writer",
            "naragtive.rows_without_passages"
        ]
    );
    assert_eq!(pairs.iter().filter(|(key, _)| key == "ARROW:schema").count(), 1);
}

#[test]
fn doubles_that_are_no_floats_stay_doubles() {
    let folder = folder();
    let path = folder.path().join("copy.parquet");
    fs::copy(fixture("doubles.parquet"), &path).unwrap();
    append(&path, vec![new_row()], &ModelTag::legacy()).unwrap();
    let (batch, _) = raw(&path);
    let column = batch.column_by_name("embedding").unwrap();
    let list = column.as_list::<i32>();
    assert!(matches!(list.values().data_type(), DataType::Float64));
    assert_eq!(list.value(1).as_primitive::<Float64Type>().value(0), 0.1);
    assert_eq!(Store::open(&path).unwrap().embeddings().unwrap().row(1).unwrap()[0], 0.1_f32);
}

#[test]
fn metadata_keeps_the_very_text_it_was_written_with() {
    let (before, after, _) = grown("spaced-metadata.parquet");
    assert_eq!(before.column(3).as_string::<i32>().value(0), r#"{ "z" : 1.50, "z":1e2,  "a":null }"#);
    assert_eq!(before.column(3), &after.column(3).slice(0, 3));
}

#[test]
fn vectors_are_split_into_planes_of_bytes_in_every_form() {
    let folder = folder();
    let path = folder.path().join("copy.parquet");
    for name in fixtures(|name| name.starts_with("form-") || name.starts_with("polars")) {
        fs::copy(fixture(&name), &path).unwrap();
        append(&path, vec![new_row()], &ModelTag::legacy()).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        let vectors = builder.metadata().row_group(0).column(2);
        assert!(vectors.encodings().any(|found| found == Encoding::BYTE_STREAM_SPLIT), "{name}");
        assert!(matches!(vectors.compression(), Compression::ZSTD(_)), "{name}");
    }
}
