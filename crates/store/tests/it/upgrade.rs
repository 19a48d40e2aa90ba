//! Rows that get the passages they lack.

use std::fs;
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_store::{
    EmbeddedScene, ModelTag, MoveOver, Passages, Span, Store, StoreError, StoredRow, Upgrade,
};

use crate::kept::raw;
use crate::support::{append, fixture, fixtures, folder, names_in, replace, row, rows, stored, tiny, vector};

/// Two passages and a window that follow from the row's number, in numbers that 16 bits can hold.
fn passages(row: usize, dimension: usize) -> Passages {
    let spans = vec![Span { start: 0, end: 1 }, Span { start: row % 2, end: 2 }];
    Passages { spans, vectors: vector(row % 16, dimension * 2), window: Some(vector(row % 8, dimension)) }
}

/// Gives passages to as many of the rows that lack some; how many still do.
fn give(path: &Path, model: &ModelTag, most: usize) -> usize {
    let mut upgrade = Upgrade::begin(path, model).unwrap();
    let rows: Vec<usize> = upgrade.lacking().iter().take(most).copied().collect();
    let left = upgrade.lacking().len() - rows.len();
    upgrade
        .give(
            rows.into_iter().map(|row| (row, passages(row, model.dimension))).collect(),
            &Patience::default(),
        )
        .unwrap();
    left
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
        let left = give(&path, &ModelTag::legacy(), usize::MAX);
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
    assert_eq!(Upgrade::begin(&path, &tiny()).unwrap().lacking(), missing);
    assert_eq!(give(&path, &tiny(), usize::MAX), 0);
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
    assert_eq!(give(&path, &tiny(), 1500), 1500);
    assert_eq!(lacking(&path), (1500, (1500..3000).collect()));
    append(&path, rows(3000..3001), &tiny()).unwrap();
    assert_eq!(lacking(&path).0, 1501);
    assert_eq!(give(&path, &tiny(), 0), 1501);
    assert_eq!(give(&path, &tiny(), usize::MAX), 0);
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
    assert!(matches!(Upgrade::begin(&path, &other), Err(StoreError::OtherModel { .. })));
    let refused =
        Upgrade::begin(&path, &tiny()).unwrap().give(vec![(0, passages(0, 5))], &Patience::default());
    assert!(matches!(refused, Err(StoreError::BadRow { row: 0, .. })), "{refused:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(Upgrade::begin(folder.path().join("none.parquet"), &tiny()).unwrap_err().is_not_found());
    assert_eq!(names_in(folder.path()), [".s.parquet.lock", "s.parquet"]);
}

#[test]
fn what_others_write_meanwhile_stays_and_rows_are_found_wherever_they_are_by_then() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    replace(&path, rows(0..6), &tiny()).unwrap();
    let mut upgrade = Upgrade::begin(&path, &tiny()).unwrap();
    let other = EmbeddedScene { passages: passages(9, 4), ..row("scene_0001", "text one", 1) };
    let kept = |numbers: std::ops::Range<usize>| rows(numbers).into_iter();
    let now = kept(5..9).chain([other.clone()]).chain(kept(2..5)).chain(kept(0..1)).collect();
    replace(&path, now, &tiny()).unwrap();
    upgrade.give((0..3).map(|row| (row, passages(row, 4))).collect(), &Patience::default()).unwrap();
    upgrade.give((3..6).map(|row| (row, passages(row, 4))).collect(), &Patience::default()).unwrap();
    let found = stored(&path);
    let ids: Vec<_> = found.iter().map(|row| row.scene.id.to_string()).collect();
    assert_eq!(ids[..5], ["scene_0005", "scene_0006", "scene_0007", "scene_0008", "scene_0001"]);
    let given: Vec<_> = found.iter().map(|row| row.passages.clone()).collect();
    let none = Passages::default;
    let expected = [passages(5, 4), none(), none(), none(), other.passages, passages(2, 4), passages(3, 4)];
    assert_eq!(given[..7], expected);
    assert_eq!(given[7..], [passages(4, 4), passages(0, 4)]);
}

/// Moves a store over to a model of so many numbers.
fn move_over(path: &Path, model: &ModelTag, rows: usize) -> Result<(), StoreError> {
    let mut moving = MoveOver::begin(&path.into(), model, &Patience::default())?;
    for row in 0..rows {
        moving.add(vector(row, model.dimension), passages(row, model.dimension))?;
    }
    moving.finish("moved")
}

#[test]
fn a_file_of_any_form_moves_over_and_keeps_all_but_its_vectors() {
    let model = ModelTag { name: "other".into(), revision: Some("r2".into()), dimension: 6 };
    for name in fixtures(|name| ["form-", "polars", "more-", "ours-"].iter().any(|at| name.starts_with(at))) {
        let folder = folder();
        let path = folder.path().join("copy.parquet");
        fs::copy(fixture(&name), &path).unwrap();
        let (before, (raw_before, _)) = (stored(&path), raw(&path));
        move_over(&path, &model, before.len()).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!((store.model(), store.recipe()), (Some(&model), Some("moved")), "{name}");
        assert_eq!(store.lacking_passages(), 0, "{name}");
        for (row, (before, after)) in before.into_iter().zip(stored(&path)).enumerate() {
            let expected = StoredRow { embedding: vector(row, 6), passages: passages(row, 6), ..before };
            assert_eq!(after, expected, "{name}");
        }
        let (after, _) = raw(&path);
        for (field, column) in raw_before.schema().fields().iter().zip(raw_before.columns()) {
            let ours = ["embedding", "passage_spans", "passage_vectors", "window_vector"];
            let same = after.column_by_name(field.name()) == Some(column);
            assert!(same || ours.contains(&field.name().as_str()), "{name}: {}", field.name());
        }
    }
}

#[test]
fn a_store_of_many_row_groups_moves_over_whole_or_stays() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    replace(&path, rows(0..20_000), &tiny()).unwrap();
    let (before, other) = (fs::read(&path).unwrap(), ModelTag { name: "other".into(), ..tiny() });
    for refused in [move_over(&path, &other, 19_999), {
        let mut moving = MoveOver::begin(&path.as_path().into(), &other, &Patience::default()).unwrap();
        moving.add(vector(0, 5), Passages::default())
    }] {
        refused.unwrap_err();
        assert!(fs::read(&path).unwrap() == before);
    }
    move_over(&path, &other, 20_000).unwrap();
    let found = stored(&path);
    assert_eq!(found.len(), 20_000);
    assert!(found.iter().enumerate().all(|(at, row)| row.embedding == vector(at, 4)));
    assert!(found.iter().enumerate().all(|(at, row)| row.passages == passages(at, 4)));
    assert!(append(&path, rows(0..1), &tiny()).is_err(), "it is of the other model");
    assert_eq!(names_in(folder.path()), [".s.parquet.lock", "s.parquet"]);
}
