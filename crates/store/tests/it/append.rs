use std::fs::{self, File};
use std::path::Path;

use naragtive_scene::Scene;
use naragtive_store::{Appended, Fate, Passages, Span, Store, StoreError, StoreRef, plan};
use parquet::file::metadata::{ParquetMetaDataReader, RowGroupMetaData};

use crate::support::{
    append, assert_holds, folder, names_in, replace, row, rows, stored, stored_from, tiny, vector,
};

#[test]
fn a_new_store_is_read_back_as_it_was_written() {
    let folder = folder();
    let path = folder.path().join("new.parquet");
    let appended = append(&path, rows(0..5), &tiny()).unwrap();
    assert_eq!(appended, Appended { added: 5, already_there: 0, renamed: 0, total: 5, ..appended.clone() });
    assert_holds(&path, &rows(0..5));
    let store = Store::open(&path).unwrap();
    assert_eq!(store.model(), Some(&tiny()));
    assert_eq!((store.len(), store.size_on_disk()), (5, fs::metadata(&path).unwrap().len()));
    assert_eq!(store.ids().unwrap()[4], "scene_0004");
    assert_eq!(store.texts().unwrap()[4], "text 4");
    assert_eq!(store.metadata().unwrap()[4], rows(4..5)[0].scene.metadata);
    assert_eq!(store.embeddings().unwrap().row(4), Some(vector(4, 4).as_slice()));
    assert_eq!(names_in(folder.path()), [".new.parquet.lock", "new.parquet"]);
}

#[test]
fn a_store_without_scenes_is_a_store() {
    let folder = folder();
    let path = folder.path().join("empty.parquet");
    append(&path, Vec::new(), &tiny()).unwrap();
    assert_holds(&path, &[]);
    append(&path, rows(0..2), &tiny()).unwrap();
    assert_holds(&path, &rows(0..2));
}

#[test]
fn appending_keeps_the_old_rows_first_and_adds_only_what_is_new() {
    let folder = folder();
    let path = folder.path().join("grown.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let scenes: Vec<Scene> = rows(2..5).into_iter().map(|row| row.scene).collect();
    let store = Store::existing(&StoreRef::from(&path), &tiny()).unwrap();
    let planned = plan(store.as_ref(), &scenes).unwrap();
    drop(store);
    assert_eq!(planned.fates, [Fate::AlreadyThere, Fate::New, Fate::New]);
    let appended = append(&path, rows(2..5), &tiny()).unwrap();
    assert_eq!(appended, Appended { added: 2, already_there: 1, renamed: 0, total: 5, ..appended.clone() });
    assert_holds(&path, &rows(0..5));
}

#[test]
fn a_second_chapter_keeps_its_scenes_however_often_it_is_ingested() {
    let folder = folder();
    let path = folder.path().join("chapters.parquet");
    append(&path, vec![row("x", "A", 0)], &tiny()).unwrap();
    let appended = append(&path, vec![row("x", "B", 1)], &tiny()).unwrap();
    assert_eq!(appended, Appended { added: 1, already_there: 0, renamed: 1, total: 2, ..appended.clone() });
    assert_eq!(Store::open(&path).unwrap().ids().unwrap(), ["x", "x-df7e70e5"]);
    let again = append(&path, vec![row("x", "B", 1), row("x", "A", 0)], &tiny()).unwrap();
    assert_eq!(again, Appended { added: 0, already_there: 2, renamed: 0, total: 2, ..again.clone() });
}

#[test]
fn nothing_new_leaves_the_file_untouched() {
    let folder = folder();
    let path = folder.path().join("same.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    append(&path, rows(0..3), &tiny()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[test]
fn replacing_leaves_only_the_new_rows() {
    let folder = folder();
    let path = folder.path().join("replaced.parquet");
    append(&path, rows(0..5), &tiny()).unwrap();
    let mut other = tiny();
    other.name = "other".into();
    let replaced = replace(&path, vec![row("x", "A", 0), row("x", "A", 0)], &other).unwrap();
    assert_eq!(replaced, Appended { added: 1, already_there: 1, renamed: 0, total: 1, ..replaced.clone() });
    assert_holds(&path, &[row("x", "A", 0)]);
    assert_eq!(Store::open(&path).unwrap().model(), Some(&other));
}

/// The bytes of each row group, with how many rows it has.
pub(crate) fn groups(path: &Path) -> Vec<(i64, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let footer = ParquetMetaDataReader::new().parse_and_finish(&File::open(path).unwrap()).unwrap();
    let range = |group: &RowGroupMetaData| {
        let ranges = group.columns().iter().map(|column| column.byte_range());
        let ends = ranges.clone().map(|(start, length)| start + length);
        let start = ranges.map(|(start, _)| start).min().unwrap();
        start as usize..ends.max().unwrap() as usize
    };
    footer.row_groups().iter().map(|group| (group.num_rows(), bytes[range(group)].to_vec())).collect()
}

#[test]
fn what_is_added_costs_no_row_group_that_is_full() {
    let folder = folder();
    let path = folder.path().join("grown.parquet");
    let mut all = rows(0..18_000);
    for row in all.iter_mut().step_by(3) {
        let spans = vec![Span { start: 0, end: 3 }, Span { start: 3, end: 6 }];
        row.passages = Passages { spans, vectors: vec![0.5; 8], window: Some(vec![0.25; 4]) };
    }
    let more = all.split_off(17_000);
    append(&path, all.clone(), &tiny()).unwrap();
    let before = groups(&path);
    let lacking = Store::open(&path).unwrap().lacking_passages();
    for added in more.chunks(500) {
        append(&path, added.to_vec(), &tiny()).unwrap();
    }
    let after = groups(&path);
    assert_eq!(after.iter().map(|(rows, _)| *rows).collect::<Vec<_>>(), [8192, 8192, 1616]);
    assert!(before[..2] == after[..2] && before[2] != after[2]);

    all.extend(more.clone());
    assert_holds(&path, &all);
    let store = Store::open(&path).unwrap();
    let expected = lacking + more.iter().filter(|row| row.passages.spans.is_empty()).count();
    assert_eq!(store.lacking_passages(), expected);
    for row in [0, 8193, 17_001, 17_999] {
        let found = store.scenes_and_spans(&[row]).unwrap();
        assert_eq!(found, [(all[row].scene.clone(), all[row].passages.spans.clone())], "{row}");
    }
    assert!(stored(&path).iter().map(|row| &row.passages).eq(all.iter().map(|row| &row.passages)));
}

#[test]
fn scenes_come_in_the_order_asked_for_from_any_row_group() {
    let folder = folder();
    let path = folder.path().join("large.parquet");
    append(&path, rows(0..20_000), &tiny()).unwrap();
    let store = Store::open(&path).unwrap();
    let wanted = [19_999, 3, 8192, 3, 8191, 12_345];
    let found = store.scenes(&wanted).unwrap();
    let expected: Vec<_> = wanted.iter().map(|row| rows(*row..row + 1)[0].scene.clone()).collect();
    assert_eq!(found, expected);
    assert_eq!(store.scenes(&[]).unwrap(), []);
    let error = store.scenes(&[1, 20_000]).unwrap_err();
    assert!(matches!(error, StoreError::NoSuchRow { row: 20_000, rows: 20_000, .. }), "{error}");
}

#[test]
fn rows_from_any_place_on_are_the_last_ones_of_all() {
    let folder = folder();
    let path = folder.path().join("large.parquet");
    append(&path, rows(0..20_000), &tiny()).unwrap();
    let all = stored(&path);
    assert_eq!(all.len(), 20_000);
    for first in [1, 100, 8191, 8192, 8193, 15_000, 16_384, 19_990, 19_999, 20_000] {
        assert!(stored_from(&path, first) == all[first..], "{first}");
    }
}

#[test]
fn a_snapshot_outlives_the_file_it_was_opened_from() {
    let folder = folder();
    let path = folder.path().join("moving.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let before = Store::open(&path).unwrap();
    replace(&path, rows(7..9), &tiny()).unwrap();
    assert_eq!(before.ids().unwrap(), ["scene_0000", "scene_0001", "scene_0002"]);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| assert_eq!(before.texts().unwrap()[1], "text 1"));
        }
    });
}

#[test]
fn another_models_embeddings_are_refused_and_the_file_stays() {
    let folder = folder();
    let path = folder.path().join("tagged.parquet");
    append(&path, rows(0..3), &tiny()).unwrap();
    let before = fs::read(&path).unwrap();
    let mut other = tiny();
    other.name = "other".into();
    let error = append(&path, rows(3..4), &other).unwrap_err();
    let expected =
        format!("`{}` holds embeddings of tiny (4 numbers), expected other (4 numbers)", path.display());
    assert_eq!(error.to_string(), expected);
    assert!(Store::existing(&StoreRef::from(&path), &other).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_scene_without_a_sound_embedding_is_not_stored() {
    let folder = folder();
    let path = folder.path().join("sound.parquet");
    for (embedding, expected) in [
        (vec![1.0], "scene `x` can't be stored: expected an embedding of 4 numbers, found 1"),
        (vec![1.0, f32::NAN, 0.0, 0.0], "expected an embedding of finite numbers"),
        (vec![1.0, f32::INFINITY, 0.0, 0.0], "expected an embedding of finite numbers"),
    ] {
        let mut row = row("x", "A", 0);
        row.embedding = embedding;
        for error in [append(&path, vec![row.clone()], &tiny()), replace(&path, vec![row], &tiny())] {
            let error = error.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
    assert_eq!(names_in(folder.path()), [""; 0]);
}

#[test]
fn a_file_that_is_not_parquet_is_never_replaced() {
    let folder = folder();
    let path = folder.path().join("export.txt");
    fs::write(&path, "***1/1/2025 - User:*** a story").unwrap();
    let error = replace(&path, rows(0..1), &tiny()).unwrap_err().to_string();
    assert!(
        error.ends_with("export.txt` is not a whole parquet file: Parquet error: it begins with other bytes"),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), b"***1/1/2025 - User:*** a story");
    let damaged = folder.path().join("damaged.parquet");
    for start in ["", "PAR1 and no more"] {
        fs::write(&damaged, start).unwrap();
        replace(&damaged, rows(0..1), &tiny()).unwrap();
        assert_holds(&damaged, &rows(0..1));
    }
}

/// As other programs write it: no column says where its pages begin.
fn rewritten_without_places_of_pages(path: &Path) {
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::properties::WriterProperties;

    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let (schema, said) =
        (reader.schema().clone(), reader.metadata().file_metadata().key_value_metadata().cloned());
    let said = said.map(|said| said.into_iter().filter(|one| one.key.starts_with("naragtive.")).collect());
    let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
    let properties =
        WriterProperties::builder().set_offset_index_disabled(true).set_key_value_metadata(said).build();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), schema, Some(properties)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.close().unwrap();
}

#[test]
fn a_large_store_whose_columns_do_not_say_where_their_pages_begin_can_be_added_to() {
    let folder = folder();
    let path = folder.path().join("large.parquet");
    replace(&path, rows(0..9000), &tiny()).unwrap();
    rewritten_without_places_of_pages(&path);
    append(&path, rows(9000..9010), &tiny()).unwrap();
    assert_holds(&path, &rows(0..9010));
}
