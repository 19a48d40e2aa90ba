//! What is found is what a plain reading of the formula finds.

use naragtive_index::*;
use proptest::prelude::*;

use crate::formula;
use crate::story::{DIMENSION, Scene, any_scenes, in_segments, memory, query};

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() < 2e-4
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn hybrid_is_what_the_formula_says(
        scenes in any_scenes(1..40),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
        asked in prop::sample::select(&[
            "the dragon gave queen rode lantern",
            "when did the queen rode \"north lantern\" sings in June 2023",
            "how many dragon dragon castle yesterday",
            "why \"queen\" rode the harbour on June 3",
        ][..]),
        mask in prop::collection::vec(any::<bool>(), 40),
        masked in any::<bool>(),
        spread in any::<bool>(),
        exact in any::<bool>(),
        cut in 0usize..40,
    ) {
        let index = in_segments(&scenes, cut);
        let keep: Vec<bool> = (0..scenes.len()).map(|row| !masked || mask[row]).collect();
        let mut bits = Bits::none(scenes.len());
        (0..scenes.len()).filter(|row| keep[*row]).for_each(|row| bits.insert(row));
        let keep_bits = masked.then_some(&bits);
        let every = IndexQuery { limit: scenes.len(), exact, spread, keep: keep_bits, ..query(&vector, asked, Mode::Hybrid) };
        let found = index.search(&every).unwrap();

        let expected = formula::scores(&scenes, &vector, asked, &keep, spread);
        prop_assert_eq!(found.len(), bits.count());
        for found in &found {
            prop_assert!(keep[found.row]);
            prop_assert!(near(found.score, expected[found.row] as f32), "{found:?} {}", expected[found.row]);
        }
        let place = |found: &RowHit| (std::cmp::Reverse(found.score.to_bits()), found.row);
        prop_assert!(found.is_sorted_by_key(place));
        let few = index.search(&IndexQuery { limit: 3, ..every }).unwrap();
        prop_assert_eq!(&few[..], &found[..found.len().min(3)]);
        // What speaks for a row by itself is the same whatever else may be found.
        let all = index.search(&IndexQuery { keep: None, ..every }).unwrap();
        for found in &found {
            let same = all.iter().find(|other| other.row == found.row).unwrap();
            prop_assert_eq!(same.features, found.features);
        }
    }

    #[test]
    fn exact_search_by_meaning_is_a_full_sort(
        vectors in prop::collection::vec(prop::collection::vec(-1f32..1.0, DIMENSION), 1..300),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
        limit in 0usize..20
    ) {
        let scenes: Vec<Scene> = vectors.iter().map(|vector| scene("", "", &[vector])).collect();
        let exact = IndexQuery { exact: true, limit, ..query(&vector, "", Mode::Semantic) };
        let found = memory(&scenes).search(&exact).unwrap();
        let sorted = nearest(&vectors.concat(), &vector, limit, |_| true);
        let pairs: Vec<_> = found.iter().map(|found| (found.row, found.dense.unwrap())).collect();
        let expected: Vec<_> = sorted.iter().map(|ranked| (ranked.row, ranked.score)).collect();
        prop_assert_eq!(pairs, expected);
    }
}

fn scene(text: &str, group: &str, passages: &[&[f32]]) -> Scene {
    let passages = passages.iter().map(|vector| vector.to_vec()).collect();
    Scene {
        text: text.to_owned(),
        name: "",
        group: group.to_owned(),
        day: None,
        passages,
        windows: Vec::new(),
    }
}

fn unit(place: usize) -> Vec<f32> {
    (0..DIMENSION).map(|other| f32::from(u8::from(other == place))).collect()
}

#[test]
fn the_compact_form_finds_what_the_exact_one_finds() {
    let scenes = crate::story::scenes(9000, 5);
    let index = memory(&scenes);
    let (mut same, mut all) = (0, 0);
    for seed in 0..40 {
        let vector: Vec<f32> = crate::story::scenes(1, 1000 + seed)[0].passages[0].clone();
        for mode in [Mode::Semantic, Mode::Hybrid] {
            let compact = query(&vector, "queen harbour", mode);
            let exact = index.search(&IndexQuery { exact: true, ..compact }).unwrap();
            let found = index.search(&compact).unwrap();
            all += exact.len();
            same += exact.iter().filter(|hit| found.contains(hit)).count();
        }
    }
    assert!(same * 1000 >= all * 995, "{same} of {all}");
}

#[test]
fn the_passage_that_won_is_told() {
    let mut windowed = scene("x", "", &[&unit(1), &unit(0)]);
    windowed.windows = vec![unit(2), unit(3)];
    let index = memory(&[windowed, scene("y", "", &[])]);
    for (place, expected, cosine) in [
        (0, PassageRef::Own(1), 0.5),
        (1, PassageRef::Own(0), 0.5),
        (3, PassageRef::Window(1), 0.5),
        (5, PassageRef::Own(0), 0.0),
    ] {
        let found = index.search(&query(&unit(place), "", Mode::Semantic)).unwrap();
        assert_eq!(found.len(), 1, "a row without vectors is not found by meaning");
        assert_eq!((found[0].passage, found[0].dense), (Some(expected), Some(cosine)), "{place}");
    }
    let vectors = index.vectors(0).unwrap().unwrap();
    assert_eq!((vectors.passages, vectors.windows), (vec![unit(1), unit(0)], vec![unit(2), unit(3)]));
    assert_eq!(index.vectors(2).unwrap(), None);
}

#[test]
fn what_a_query_lacks_decides_how_it_is_answered() {
    let scenes = [scene("a dragon", "", &[&unit(0)]), scene("a castle", "", &[&unit(1)])];
    let index = memory(&scenes);
    let rows = |query: IndexQuery<'_>| {
        index.search(&query).map(|found| found.iter().map(|found| found.row).collect::<Vec<_>>())
    };
    let vector = unit(1);
    let asked = |words, mode| query(&vector, words, mode);
    assert_eq!(rows(asked("dragon", Mode::Hybrid)).unwrap(), [0, 1]);
    assert_eq!(rows(asked("?", Mode::Hybrid)).unwrap(), [1, 0], "no words: by meaning");
    assert_eq!(rows(asked("dragon -castle", Mode::Hybrid)).unwrap(), [0]);
    assert_eq!(rows(asked("-castle", Mode::Hybrid)).unwrap(), [] as [usize; 0]);
    assert_eq!(rows(asked("-castle", Mode::Keyword)).unwrap(), [] as [usize; 0]);
    let without = |mode| IndexQuery { vector: None, ..asked("dragon", mode) };
    assert_eq!(rows(without(Mode::Hybrid)).unwrap(), [0], "no vector: by words");
    assert!(matches!(rows(without(Mode::Semantic)), Err(IndexError::NoVector)));
    let short = IndexQuery { vector: Some(&[1.0]), ..asked("dragon", Mode::Hybrid) };
    assert!(matches!(rows(short), Err(IndexError::Dimension { expected: DIMENSION, found: 1 })));
    assert_eq!(rows(IndexQuery { limit: 0, ..asked("dragon", Mode::Hybrid) }).unwrap(), [] as [usize; 0]);
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = memory(&[]);
    for mode in [Mode::Hybrid, Mode::Semantic, Mode::Keyword] {
        assert_eq!(index.search(&query(&unit(0), "dragon", mode)).unwrap(), []);
    }
    assert_eq!((index.rows(), index.status().segments), (0, 0));
}

#[test]
fn odd_vectors_are_near_to_nothing() {
    let odd = [f32::NAN; DIMENSION];
    let huge = [f32::MAX; DIMENSION];
    let index = memory(&[scene("a", "", &[&odd]), scene("a", "", &[&huge]), scene("a", "", &[&unit(0)])]);
    for vector in [&unit(0)[..], &odd, &huge] {
        for exact in [false, true] {
            for mode in [Mode::Semantic, Mode::Hybrid] {
                let found = index.search(&IndexQuery { exact, ..query(vector, "a", mode) }).unwrap();
                assert_eq!(found.len(), 3);
                assert!(found.iter().all(|found| (0.0..=1.0).contains(&found.score)), "{found:?}");
            }
        }
    }
}

#[test]
fn neighbours_are_the_rows_before_and_after_in_the_group() {
    let groups = ["a", "b", "a", "", "a", "", "b"];
    let index = memory(&groups.map(|group| scene("x", group, &[])));
    let expected = [
        [None, Some(2)],
        [None, Some(6)],
        [Some(0), Some(4)],
        [None, None],
        [Some(2), None],
        [None, None],
        [Some(1), None],
        [None, None],
    ];
    for (row, expected) in expected.into_iter().enumerate() {
        assert_eq!(index.neighbours(row).unwrap(), expected, "{row}");
    }
}
