//! Rows added to an index.

use std::fs;
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_index::*;
use proptest::prelude::*;

use crate::story::*;

fn of(state: usize) -> Fingerprint {
    Fingerprint([u8::try_from(state).unwrap(); 32])
}

fn extend(folder: &Path, scenes: &[Scene], [before, after]: [usize; 2]) -> Index {
    let mut builder =
        Builder::extending(folder, &of(before), &settings(), &Patience::default()).unwrap().unwrap();
    scenes.iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
    builder.finish(&of(after)).unwrap()
}

fn all(index: &Index) -> Vec<[Option<usize>; 2]> {
    (0..index.rows()).map(|row| index.neighbours(row).unwrap()).collect()
}

/// Adds the scenes part by part; says the file of which state the index is then.
fn build_in_parts(home: &Path, scenes: &[Scene], cuts: &[prop::sample::Index]) -> Fingerprint {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(scenes.len())).collect();
    cuts.sort_unstable();
    let mut from = 0;
    build(home, &[], &of(0));
    for (state, to) in cuts.iter().copied().chain([scenes.len()]).enumerate() {
        extend(home, &scenes[from..to], [state, state + 1]);
        from = to;
    }
    of(cuts.len() + 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_extended_index_answers_like_one_built_at_once(
        scenes in any_scenes(1..60),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..14)
    ) {
        let home = tempfile::tempdir().unwrap();
        let last = build_in_parts(home.path(), &scenes, &cuts);
        let extended = ready(home.path(), &last);
        let whole = memory(&scenes);
        extended.verify().unwrap();
        prop_assert_eq!(answers(&extended).unwrap(), answers(&whole).unwrap());
        prop_assert_eq!(all(&extended), all(&whole));
        prop_assert_eq!(extended.values("speaker").unwrap(), whole.values("speaker").unwrap());
        for row in 0..scenes.len() {
            prop_assert_eq!(extended.vectors(row).unwrap(), whole.vectors(row).unwrap());
        }
    }
}

#[test]
fn many_small_segments_become_few() {
    let home = tempfile::tempdir().unwrap();
    let scenes = scenes(40, 3);
    build(home.path(), &scenes[..1], &of(0));
    for (state, scene) in scenes[1..].iter().enumerate() {
        let index = extend(home.path(), std::slice::from_ref(scene), [state, state + 1]);
        assert!(index.status().segments <= 8, "{}", index.status().segments);
    }
    let files = fs::read_dir(home.path()).unwrap().count();
    let index = ready(home.path(), &of(39));
    assert_eq!(index.rows(), 40);
    assert_eq!(files, index.status().segments + 2, "the segments, the manifest, the lock");
}

#[test]
fn an_index_of_another_file_is_not_extended() {
    let home = tempfile::tempdir().unwrap();
    assert!(Builder::extending(home.path(), &of(0), &settings(), &Patience::default()).unwrap().is_none());
    build(home.path(), &scenes(3, 1), &of(1));
    assert!(Builder::extending(home.path(), &of(2), &settings(), &Patience::default()).unwrap().is_none());
    let other = IndexSettings { language: Language::NONE, ..settings() };
    assert!(Builder::extending(home.path(), &of(1), &other, &Patience::default()).unwrap().is_none());
    assert_eq!(ready(home.path(), &of(1)).rows(), 3);
}

#[test]
fn an_extension_of_what_was_replaced_meanwhile_fails_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &scenes(3, 1), &of(1));
    let mut slow =
        Builder::extending(home.path(), &of(1), &settings(), &Patience::default()).unwrap().unwrap();
    let before = answers(&extend(home.path(), &scenes(4, 2), [1, 2])).unwrap();
    scenes(5, 3)[4].add_to(&mut slow).unwrap();
    assert!(matches!(slow.finish(&of(3)), Err(IndexError::Replaced { .. })));
    assert_eq!(answers(&ready(home.path(), &of(2))).unwrap(), before);
}

#[test]
fn a_vector_of_another_dimension_is_refused() {
    let mut builder = Builder::in_memory(&settings());
    let row = Row { passages: &[&[1.0, 2.0]], ..Row::default() };
    assert!(matches!(builder.add(&row), Err(IndexError::Dimension { expected: DIMENSION, found: 2 })));
    assert_eq!(builder.rows(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_renewed_index_answers_like_one_built_at_once(
        scenes in any_scenes(2..30),
        others in any_scenes(30..31),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
        changed in any::<prop::sample::Index>(),
    ) {
        let home = tempfile::tempdir().unwrap();
        let last = build_in_parts(home.path(), &scenes, &cuts);
        let changed = changed.index(scenes.len());
        let mut scenes = scenes;
        let group = std::mem::replace(&mut scenes[changed], others[changed].clone()).group;
        scenes[changed].group = group;

        let mut builder =
            Builder::extending(home.path(), &last, &settings(), &Patience::default()).unwrap().unwrap();
        let mut rows = std::collections::BTreeSet::from([changed]);
        while let Some(row) = rows.pop_first() {
            let range = builder.begin_renewal(row).unwrap();
            scenes[range.clone()].iter().for_each(|scene| scene.add_to(&mut builder).unwrap());
            rows.retain(|row| *row >= range.end);
            rows.extend(builder.end_renewal().unwrap());
        }
        let renewed = builder.finish(&of(99)).unwrap();
        prop_assert_eq!(answers(&renewed).unwrap(), answers(&memory(&scenes)).unwrap());
    }
}
