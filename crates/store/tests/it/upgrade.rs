//! Rows that get the passages they lack.

use std::fs;
use std::path::Path;

use naragtive_store::{EmbeddedScene, LackingRow, ModelTag, Passages, Span, Store, StoreError, StoredRow};

use crate::kept::raw;
use crate::support::{
    append, begin, fixture, fixtures, folder, names_in, replace, row, rows, stored, tiny, vector,
};

/// Two passages and a window that follow from the row's number, in numbers that 16 bits can hold.
fn passages(row: usize, dimension: usize) -> Passages {
    let spans = vec![Span { start: 0, end: 1 }, Span { start: row % 2, end: 2 }];
    Passages { spans, vectors: vector(row % 16, dimension * 2), window: Some(vector(row % 8, dimension)) }
}

fn give(rows: &[LackingRow]) -> Vec<Passages> {
    rows.iter().map(|row| passages(row.row, row.embedding.len())).collect()
}

fn lacking(path: &Path) -> (usize, Vec<usize>) {
    let store = Store::open(path).unwrap();
    (store.lacking_passages(), store.rows_without_passages().unwrap())
}

#[test]
fn a_file_of_any_form_keeps_every_value_and_type_and_gets_passages() {
    for name in fixtures(|name| ["form-", "codec-", "polars", "more-"].iter().any(|at| name.starts_with(at)))
    {
        let folder = folder();
        let path = folder.path().join("copy.parquet");
        fs::copy(fixture(&name), &path).unwrap();
        let (before, _) = raw(&path);
        let texts = Store::open(&path).unwrap().texts().unwrap();
        let with_text: Vec<usize> = (0..3).filter(|row| !texts[*row].trim().is_empty()).collect();
        assert_eq!(lacking(&path), (3, with_text.clone()), "{name}");
        let left = begin(&path, &ModelTag::legacy()).unwrap().write(give).unwrap();
        let (after, pairs) = raw(&path);
        assert_eq!((left, lacking(&path)), (0, (0, vec![])), "{name}");
        for (old, new) in before.schema().fields().iter().zip(after.schema().fields()) {
            assert_eq!((old.name(), old.data_type()), (new.name(), new.data_type()), "{name}");
        }
        assert_eq!(before.columns(), after.columns().split_at(before.num_columns()).0, "{name}");
        let given = |row| if with_text.contains(&row) { passages(row, 384) } else { Passages::default() };
        let expected: Vec<_> = (0..3).map(given).collect();
        let found: Vec<_> = stored(&path).into_iter().map(|row| row.passages).collect();
        assert_eq!(found, expected, "{name}");
        assert!(
            pairs.contains(&("naragtive.model".to_owned(), Some("all-MiniLM-L6-v2".to_owned()))),
            "{name}"
        );
    }
}

#[test]
fn only_what_lacks_passages_gets_some() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    replace(&path, rows(0..2000), &tiny()).unwrap();
    let with = |number: usize| EmbeddedScene {
        passages: passages(number + 50, 4),
        ..row(&format!("new {number}"), "new", number)
    };
    append(&path, vec![with(2000), row("blank", " \n", 2001), row("bare", "bare", 2002)], &tiny()).unwrap();
    let mut missing: Vec<usize> = (0..2000).collect();
    missing.push(2002);
    assert_eq!(lacking(&path), (2001, missing.clone()));
    let before = stored(&path);
    let upgrade = begin(&path, &tiny()).unwrap();
    assert_eq!(upgrade.lacking(), missing);
    let mut asked = Vec::new();
    let given = upgrade.write(|rows| {
        for row in rows {
            assert_eq!(row.embedding, vector(row.row, 4));
            asked.push(row.row);
        }
        give(rows)
    });
    assert_eq!((given.unwrap(), asked), (0, missing.clone()));
    assert_eq!(lacking(&path), (0, vec![]));
    for (at, (before, after)) in before.into_iter().zip(stored(&path)).enumerate() {
        let passages = if missing.contains(&at) { passages(at, 4) } else { before.passages.clone() };
        assert_eq!(after, StoredRow { passages, ..before }, "{at}");
    }
}

#[test]
fn a_stop_keeps_what_was_given_and_the_next_time_asks_for_the_rest() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    replace(&path, rows(0..3000), &tiny()).unwrap();
    let mut room = 1500;
    let some = |rows: &[LackingRow]| {
        let given: Vec<_> = give(rows).into_iter().take(room).collect();
        room -= given.len();
        given
    };
    assert_eq!(begin(&path, &tiny()).unwrap().write(some).unwrap(), 1500);
    assert_eq!(lacking(&path), (1500, (1500..3000).collect()));
    append(&path, rows(3000..3001), &tiny()).unwrap();
    assert_eq!(lacking(&path).0, 1501);
    assert_eq!(begin(&path, &tiny()).unwrap().write(|_| Vec::new()).unwrap(), 1501);
    assert_eq!(begin(&path, &tiny()).unwrap().write(give).unwrap(), 0);
    let found = stored(&path);
    assert!(found.iter().enumerate().all(|(at, row)| row.passages == passages(at, 4)));
    assert_eq!(found.len(), 3001);
}

#[test]
fn what_is_refused_leaves_the_file_as_it_was() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    replace(&path, rows(0..3), &tiny()).unwrap();
    let before = fs::read(&path).unwrap();
    let other = ModelTag { name: "other".into(), ..tiny() };
    assert!(matches!(begin(&path, &other), Err(StoreError::OtherModel { .. })));
    let wrong = |rows: &[LackingRow]| rows.iter().map(|row| passages(row.row, 5)).collect();
    let refused = begin(&path, &tiny()).unwrap().write(wrong);
    assert!(matches!(refused, Err(StoreError::BadRow { row: 0, .. })), "{refused:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(begin(&folder.path().join("none.parquet"), &tiny()).unwrap_err().is_not_found());
    assert_eq!(names_in(folder.path()), [".s.parquet.lock", "s.parquet"]);
}
