//! Scenes that are taken out of a store.

use naragtive_disk::Patience;
use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_store::{EmbeddedScene, ModelTag, Passages, Span, Store, StoredRow, append, remove};

use crate::support::folder;

fn tag() -> ModelTag {
    ModelTag { name: "tiny".into(), revision: None, dimension: 2 }
}

/// Messages in two channels, each with a window, of which every third is without passages.
fn rows(count: usize) -> Vec<EmbeddedScene> {
    let row = |at: usize| {
        let channel = if at.is_multiple_of(4) { "pier" } else { "inn" };
        let metadata = Metadata::default().with("channel", channel).with("source_file", "chat.json");
        let text = format!("message {at}");
        let scene = Scene { id: SceneId::new(format!("chat_{at:06}")), text, metadata, origin: None };
        let window = Some(vec![0.0, 1.0]);
        let passages = if at.is_multiple_of(3) {
            Passages::default()
        } else {
            Passages { spans: vec![Span { start: 0, end: 4 }], vectors: vec![1.0, at as f32], window }
        };
        EmbeddedScene { scene, embedding: vec![1.0, at as f32], passages }
    };
    (0..count).map(row).collect()
}

fn all(store: &Store) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    store
        .visit_rows(0, |row| {
            rows.push(row);
            Ok::<_, naragtive_store::StoreError>(())
        })
        .unwrap();
    rows
}

#[test]
fn what_is_removed_is_gone_and_the_rest_is_as_it_was_but_for_windows_beside_it() {
    for count in [1, 40, 9000] {
        let folder = folder();
        let path = folder.path().join("s.parquet");
        append(&path, rows(count), &tag(), &Patience::default()).unwrap();
        let before = all(&Store::open(&path).unwrap());
        let goes = |scene: &Scene| scene.text.ends_with('7') || scene.text.ends_with(" 0");
        let removed = remove(&path, &mut |scene| goes(scene), &Patience::default()).unwrap();
        let store = Store::open(&path).unwrap();
        let after = all(&store);
        let kept: Vec<&StoredRow> = before.iter().filter(|row| !goes(&row.scene)).collect();
        assert_eq!((after.len(), removed.appended.total), (kept.len(), kept.len()));
        assert_eq!((removed.appended.removed, removed.appended.kept), (count - kept.len(), 0));
        assert_eq!(
            store.lacking_passages(),
            after.iter().filter(|row| row.passages.spans.is_empty()).count()
        );
        for (before, after) in kept.into_iter().zip(&after) {
            let mut expected = before.clone();
            if removed.beside.iter().any(|beside| beside.id == after.scene.id) {
                expected.passages.window = None;
            }
            assert_eq!(*after, expected);
        }
        let beside: Vec<&str> = removed.beside.iter().map(|scene| scene.text.as_str()).take(4).collect();
        let expected: &[&str] =
            if count > 1 { &["message 4", "message 6", "message 8", "message 9"] } else { &[] };
        assert!(beside.iter().all(|text| *text != "message 5") || count == 1, "{beside:?}");
        assert_eq!(beside.first().copied(), expected.first().copied());
    }
}

#[test]
fn where_nothing_is_unwanted_the_file_is_not_touched() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, rows(9), &tag(), &Patience::default()).unwrap();
    let before = std::fs::read(&path).unwrap();
    let removed = remove(&path, &mut |_| false, &Patience::default()).unwrap();
    assert_eq!((removed.appended.removed, removed.appended.total, removed.beside.len()), (0, 9, 0));
    assert!(std::fs::read(&path).unwrap() == before);
    assert!(remove(folder.path().join("no.parquet"), &mut |_| true, &Patience::default()).is_err());
}

#[test]
fn a_store_may_lose_all_and_be_added_to_again() {
    let folder = folder();
    let path = folder.path().join("s.parquet");
    append(&path, rows(5), &tag(), &Patience::default()).unwrap();
    let removed = remove(&path, &mut |_| true, &Patience::default()).unwrap();
    assert_eq!((removed.appended.removed, removed.appended.total), (5, 0));
    assert!(Store::open(&path).unwrap().is_empty());
    assert_eq!(append(&path, rows(5), &tag(), &Patience::default()).unwrap().added, 5);
}
