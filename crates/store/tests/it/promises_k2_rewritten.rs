//! Stores of ours that another program wrote again, in any physical form and any order of rows and columns.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, Schema};
use naragtive_disk::Patience;
use naragtive_store::{EmbeddedScene, ModelTag, Passages, Span, Store, StoredRow, Upgrade};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::support::{append, folder, row, stored, tiny, vector};

fn with_passages(number: usize) -> EmbeddedScene {
    let text = format!("Text {number} of a scene.");
    let mut scene = row(&format!("scene_{number:04}"), &text, number);
    let spans = vec![Span { start: 0, end: 6 }, Span { start: 4, end: 12 + number % 5 }];
    let vectors =
        vector(number, 4).into_iter().chain(vector(number + 1, 4)).map(|value| value / 64.0).collect();
    let window = number.is_multiple_of(2).then(|| vec![0.5, 0.25, 0.0, 1.0]);
    scene.passages = Passages { spans, vectors, window };
    scene
}

/// Everything in a parquet file, as one batch.
fn whole(path: &Path) -> RecordBatch {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().with_batch_size(1 << 20);
    reader.build().unwrap().next().unwrap().unwrap()
}

/// Writes a batch as another program does, with or without what the file says about its model.
fn write(path: &Path, batch: &RecordBatch, pairs: Option<Vec<KeyValue>>) {
    let properties =
        WriterProperties::builder().set_key_value_metadata(pairs).set_created_by("another 1.0".into());
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties.build())).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn pairs() -> Vec<KeyValue> {
    [("schema_version", "1"), ("model", "tiny"), ("model_revision", "r1"), ("dimension", "4")]
        .map(|(key, value)| KeyValue::new(format!("naragtive.{key}"), value.to_owned()))
        .into()
}

/// The batch with one column in another form.
fn formed(batch: &RecordBatch, name: &str, kind: &DataType) -> RecordBatch {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns()).map(|(field, array)| {
        if field.name() != name {
            return (Arc::clone(field), Arc::clone(array));
        }
        let array = cast(array, kind).unwrap_or_else(|error| panic!("{name} as {kind}: {error}"));
        (Arc::new(Field::new(name, kind.clone(), true)), array)
    });
    let (fields, arrays): (Vec<_>, Vec<ArrayRef>) = columns.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", of, true)))
}

fn large_list(of: DataType) -> DataType {
    DataType::LargeList(Arc::new(Field::new("l", of, true)))
}

fn categories(keys: DataType, of: DataType) -> DataType {
    DataType::Dictionary(Box::new(keys), Box::new(of))
}

/// Every form of each column that a writer is known to make, and some that none is.
fn forms() -> Vec<(&'static str, DataType)> {
    use DataType::{
        BinaryView, FixedSizeList, Float16, Float32, Float64, Int8, Int16, Int32, Int64, LargeBinary,
        LargeUtf8, UInt8, UInt16, UInt32, UInt64, Utf8, Utf8View,
    };
    let mut forms = Vec::new();
    for name in ["id", "text", "metadata"] {
        forms.extend([LargeUtf8, Utf8View, categories(UInt32, LargeUtf8)].map(|kind| (name, kind)));
        forms.extend([categories(Int32, Utf8), categories(UInt8, Utf8)].map(|kind| (name, kind)));
    }
    let fixed = |of| FixedSizeList(Arc::new(Field::new("x", of, true)), 4);
    for of in [Float16, Float32, Float64] {
        forms.extend([list(of.clone()), large_list(of.clone()), fixed(of)].map(|kind| ("embedding", kind)));
    }
    for of in [Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64] {
        forms.extend([list(of.clone()), large_list(of)].map(|kind| ("passage_spans", kind)));
    }
    for name in ["passage_vectors", "window_vector"] {
        forms.extend([LargeBinary, BinaryView].map(|kind| (name, kind)));
    }
    forms
}

/// A store of eight scenes with passages, and what is in it.
fn original(folder: &Path) -> (RecordBatch, Vec<StoredRow>) {
    let path = folder.join("original.parquet");
    append(&path, (0..8).map(with_passages).collect(), &tiny()).unwrap();
    (whole(&path), stored(&path))
}

#[test]
fn every_column_in_every_form_reads_as_it_was_written_and_can_be_added_to() {
    let folder = folder();
    let (batch, expected) = original(folder.path());
    for (name, kind) in forms() {
        let path = folder.path().join("rewritten.parquet");
        write(&path, &formed(&batch, name, &kind), Some(pairs()));
        let store = Store::open(&path).unwrap_or_else(|error| panic!("{name} as {kind}: {error}"));
        assert!(stored(&path) == expected, "{name} as {kind}");
        assert_eq!((store.has_passages(), store.lacking_passages()), (true, 0), "{name} as {kind}");
        assert_eq!(
            store.scenes_and_spans(&[3]).unwrap()[0].1,
            expected[3].passages.spans,
            "{name} as {kind}"
        );
        drop(store);
        let appended = append(&path, vec![with_passages(7), with_passages(8)], &tiny()).unwrap();
        assert_eq!((appended.added, appended.already_there), (1, 1), "{name} as {kind}");
        let after = stored(&path);
        assert!(after[..8] == expected && after[8].scene.id.as_str() == "scene_0008", "{name} as {kind}");
        assert_eq!(after[8].passages, with_passages(8).passages, "{name} as {kind}");
    }
}

#[test]
fn rows_and_columns_in_another_order_more_columns_and_empty_groups_are_no_matter() {
    let folder = folder();
    let (batch, expected) = original(folder.path());
    let path = folder.path().join("rewritten.parquet");
    let mut order: Vec<usize> = (0..batch.num_columns()).rev().collect();
    order.rotate_left(3);
    let turned = batch.project(&order).unwrap();
    let count = Arc::new(Int64Array::from_iter_values(0..8)) as ArrayRef;
    let note = Arc::new(StringArray::from(vec!["kept"; 8])) as ArrayRef;
    let note = cast(&note, &categories(DataType::Int8, DataType::Utf8)).unwrap();
    let fields = turned.schema_ref().fields().iter().cloned().chain([
        Arc::new(Field::new("n", DataType::Int64, false)),
        Arc::new(Field::new("note", note.data_type().clone(), true)),
    ]);
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = turned.columns().iter().cloned().chain([count, note]).collect();
    let wider = RecordBatch::try_new(schema, columns).unwrap();
    let (filtered, rest) = (wider.slice(2, 3), wider.slice(5, 1));
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), wider.schema(), None).unwrap();
    for part in [&wider.slice(0, 0), &rest, &wider.slice(0, 0), &filtered] {
        writer.write(part).unwrap();
        writer.flush().unwrap();
    }
    pairs().into_iter().for_each(|pair| writer.append_key_value_metadata(pair));
    writer.close().unwrap();
    let wanted = [5, 2, 3, 4].map(|at: usize| expected[at].clone());
    assert!(stored(&path) == wanted);
    append(&path, vec![with_passages(9)], &tiny()).unwrap();
    assert!(stored(&path)[..4] == wanted);
    let after = whole(&path);
    assert_eq!(
        after.column_by_name("n").unwrap().null_count(),
        1,
        "the column of others has null in the new row only"
    );
    assert!(after.column_by_name("note").is_some());
}

#[test]
fn a_column_of_passages_that_cannot_be_read_counts_as_none_and_an_upgrade_mends_it() {
    let folder = folder();
    let (batch, expected) = original(folder.path());
    let path = folder.path().join("rewritten.parquet");
    for (name, kind) in [
        ("passage_spans", DataType::Utf8),
        ("passage_vectors", DataType::Int64),
        ("window_vector", list(DataType::Float32)),
        ("origin", DataType::Boolean),
    ] {
        let columns = batch.schema_ref().fields().iter().zip(batch.columns()).map(|(field, array)| {
            if field.name() == name {
                let odd = Arc::new(Field::new(name, kind.clone(), true));
                return (odd, new_null_array(&kind, batch.num_rows()));
            }
            (Arc::clone(field), Arc::clone(array))
        });
        let (fields, arrays): (Vec<_>, Vec<ArrayRef>) = columns.unzip();
        write(&path, &RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap(), Some(pairs()));
        let lacking = if name == "origin" { 0 } else { 8 };
        let store = Store::open(&path).unwrap();
        assert_eq!((store.has_passages(), store.lacking_passages()), (lacking == 0, lacking), "{name}");
        let scenes = |rows: &[StoredRow]| rows.iter().map(|row| row.scene.clone()).collect::<Vec<_>>();
        assert_eq!(scenes(&stored(&path)), scenes(&expected), "{name}");
        let mut upgrade = Upgrade::begin(&path, &tiny()).unwrap();
        assert_eq!(upgrade.lacking().len(), lacking, "{name}");
        let given = upgrade.lacking().iter().map(|row| (*row, expected[*row].passages.clone())).collect();
        upgrade.give(given, &Patience::default()).unwrap();
        assert_eq!(Store::open(&path).unwrap().lacking_passages(), 0, "{name}");
        assert!(stored(&path) == expected, "{name}");
    }
}

#[test]
fn rows_without_passages_are_counted_where_another_program_chose_the_rows() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, (0..4).map(with_passages).collect(), &tiny()).unwrap();
    append(&path, vec![row("bare", "No passages.", 4), row("bare2", "None.", 5)], &tiny()).unwrap();
    assert_eq!(Store::open(&path).unwrap().lacking_passages(), 2);
    let batch = whole(&path);
    let stale: Vec<KeyValue> = pairs()
        .into_iter()
        .chain([KeyValue::new("naragtive.rows_without_passages".into(), "2".to_owned())])
        .collect();
    for (from, count, lacking) in [(0, 4, 0), (3, 2, 1), (4, 2, 2)] {
        write(&path, &batch.slice(from, count), Some(stale.clone()));
        assert_eq!(Store::open(&path).unwrap().lacking_passages(), lacking, "{from}");
    }
}

#[test]
fn a_null_among_the_embeddings_is_named_and_costs_no_other_row() {
    let folder = folder();
    let (batch, _) = original(folder.path());
    let path = folder.path().join("rewritten.parquet");
    let kind = large_list(DataType::Float16);
    let odd = formed(&batch, "embedding", &kind);
    let (before, after) = (odd.slice(0, 2), odd.slice(3, 5));
    let mut columns = odd.slice(2, 1).columns().to_vec();
    columns[odd.schema().index_of("embedding").unwrap()] = new_null_array(&kind, 1);
    let null = RecordBatch::try_new(odd.schema(), columns).unwrap();
    let joined = joined_by_file(&[before, null, after]);
    write(&path, &joined, Some(pairs()));
    let store = Store::open(&path).unwrap();
    let error = store.embeddings().unwrap_err().to_string();
    assert!(error.contains("row 2 (counted from 0), scene `scene_0002`: expected a value"), "{error}");
    assert_eq!(store.scenes(&[0, 2, 7]).unwrap().len(), 3);
}

/// The batches one after the other, by way of a file.
fn joined_by_file(batches: &[RecordBatch]) -> RecordBatch {
    let folder = folder();
    let path = folder.path().join("all");
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batches[0].schema(), None).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
    whole(&path)
}

#[test]
fn a_store_that_polars_or_pyarrow_wrote_again_is_a_store() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/faults/inputs");
    for name in ["rewritten-by-polars", "polars-categorical-id", "rewritten-by-pyarrow"] {
        let folder = folder();
        let path = folder.path().join("s.parquet");
        std::fs::write(&path, std::fs::read(shared.join(format!("store-{name}.parquet"))).unwrap()).unwrap();
        let before = stored(&path);
        assert!(!before.is_empty(), "{name}");
        let store = Store::open(&path).unwrap();
        store.require_model(&ModelTag::legacy()).unwrap();
        let scene = EmbeddedScene { embedding: vec![0.5; 384], ..row("new", "A new scene.", 1) };
        append(&path, vec![scene], &ModelTag::legacy()).unwrap();
        let after = stored(&path);
        assert!(after[..before.len()] == before[..] && after.len() == before.len() + 1, "{name}");
    }
}
