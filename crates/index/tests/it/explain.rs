//! What is said about a row is what ranked it.

use naragtive_index::*;
use proptest::prelude::*;

use crate::story::{DIMENSION, any_scenes, memory, query, scenes};

const WORDS: &str = "when \"north\" the dragon gave queen rode lan* in June 2023";
const MODES: [Mode; 3] = [Mode::Hybrid, Mode::Semantic, Mode::Keyword];

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-4 * (1.0 + a.abs())
}

fn rows(found: &[RowHit]) -> Vec<usize> {
    found.iter().map(|found| found.row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_shares_of_all_signals_add_up_to_the_score(
        scenes in any_scenes(1..40),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
    ) {
        let index = memory(&scenes);
        for mode in MODES {
            let query = query(&vector, WORDS, mode);
            let found = index.search(&query).unwrap();
            let explained = index.explain(&query, &rows(&found)).unwrap();
            prop_assert_eq!(explained.len(), found.len());
            for (found, explained) in found.iter().zip(&explained) {
                let share = |signal: Option<Signal>| signal.map_or(0.0, |signal| signal.share);
                let lent = explained.neighbour.map_or(0.0, |(_, share)| share);
                let sum = share(explained.meaning) + share(explained.words) + share(explained.around) + lent;
                let sum = sum + explained.session + explained.cue + explained.date + explained.phrases;
                prop_assert!(near(sum, found.score), "{mode:?} {sum} {found:?} {explained:?}");
                prop_assert!(near(lent, found.neighbour));
                let value = |signal: Option<Signal>| signal.map_or(0.0, |signal| signal.value);
                let apart: f32 = explained.terms.iter().map(|(_, worth)| worth).sum();
                prop_assert!(near(apart + explained.near, value(explained.words)), "{explained:?}");
            }
        }
    }

    #[test]
    fn a_rank_by_reciprocal_ranks_is_that_of_a_full_sort(
        scenes in any_scenes(1..40),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
    ) {
        let index = memory(&scenes);
        let query = IndexQuery { limit: scenes.len(), exact: true, ..query(&vector, WORDS, Mode::Hybrid) };
        let all: Vec<usize> = (0..scenes.len()).collect();
        let explained = index.explain(&query, &all).unwrap();
        let part = |signal: Option<Signal>| signal.map_or(0.0, |signal| 1.0 / (60.0 + signal.rank as f32));
        let sums: Vec<f32> = explained.iter().map(|row| part(row.meaning) + part(row.words)).collect();
        for (row, explained) in explained.iter().enumerate() {
            let ahead = |other: &usize| sums[*other] > sums[row] || sums[*other] == sums[row] && *other < row;
            let rank = Some(1 + all.iter().filter(|other| ahead(other)).count()).filter(|_| sums[row] > 0.0);
            prop_assert_eq!(explained.rrf_rank, rank);
        }
    }

    #[test]
    fn what_is_alike_is_alike_in_every_passage(scenes in any_scenes(1..40), which in any::<prop::sample::Index>()) {
        let index = memory(&scenes);
        let row = which.index(scenes.len());
        let vectors = index.vectors(row).unwrap().unwrap();
        let vectors = if vectors.passages.is_empty() { vectors.windows } else { vectors.passages };
        let every = IndexQuery { limit: scenes.len(), exact: true, ..query(&[], "", Mode::Semantic) };
        let mut expected = vec![0.0; scenes.len()];
        for vector in &vectors {
            let found = index.search(&IndexQuery { vector: Some(vector), ..every }).unwrap();
            found.iter().for_each(|found| expected[found.row] += found.dense.unwrap() / vectors.len() as f32);
        }
        let found = index.similar(row, &every).unwrap();
        let has_vectors = |other: &usize| !scenes[*other].passages.is_empty() || !scenes[*other].windows.is_empty();
        let others = (0..scenes.len()).filter(|other| *other != row).filter(has_vectors).count();
        prop_assert_eq!(found.len(), if vectors.is_empty() { 0 } else { others });
        prop_assert!(found.iter().all(|found| found.row != row && near(found.dense.unwrap(), expected[found.row])));
        prop_assert!(found.is_sorted_by(|a, b| (b.dense, a.row) < (a.dense, b.row)));
        let few = index.similar(row, &IndexQuery { limit: 3, ..every }).unwrap();
        prop_assert_eq!(&few[..], &found[..found.len().min(3)]);
    }

    #[test]
    fn several_indexes_answer_as_one_index_of_all_their_rows(
        first in any_scenes(0..25),
        mut second in any_scenes(1..25),
        vector in prop::collection::vec(-1f32..1.0, DIMENSION),
    ) {
        // Groups of different stores are different groups, whatever they are called.
        let together = Index::together(vec![memory(&first), memory(&second)]).unwrap();
        second.iter_mut().filter(|scene| !scene.group.is_empty()).for_each(|scene| scene.group += " of the second");
        let one = memory(&[first, second].concat());
        prop_assert_eq!(together.rows(), one.rows());
        for row in 0..one.rows() {
            prop_assert_eq!(together.neighbours(row).unwrap(), one.neighbours(row).unwrap());
            prop_assert_eq!(together.vectors(row).unwrap(), one.vectors(row).unwrap());
        }
        let ava = |index: &Index| index.bits_where("speaker", &|speaker| speaker == "Ava").unwrap();
        prop_assert_eq!(ava(&together), ava(&one));
        for mode in MODES {
            let all = query(&vector, "\"queen rode\" -sword dragon lan*", mode);
            let keep = ava(&one);
            for query in [all, IndexQuery { keep: Some(&keep), ..all }] {
                prop_assert_eq!(together.search(&query).unwrap(), one.search(&query).unwrap());
            }
        }
    }
}

#[test]
fn words_are_told_as_they_were_typed() {
    let index = memory(&scenes(60, 7));
    let query = query(&[1.0; DIMENSION], "who Rode a castles? -sword lan*", Mode::Hybrid);
    let found = rows(&index.search(&query).unwrap());
    let mut told: Vec<String> = index
        .explain(&query, &found)
        .unwrap()
        .into_iter()
        .flat_map(|row| row.terms)
        .map(|(term, _)| term)
        .collect();
    told.sort();
    told.dedup();
    assert_eq!(told, ["Rode", "castles", "lan*"]);
}

#[test]
fn indexes_that_do_not_fit_together_are_told() {
    let settings = IndexSettings { dimension: DIMENSION + 1, ..crate::story::settings() };
    let other = Builder::in_memory(&settings).finish(&crate::story::FILE).unwrap();
    let error = |indexes| Index::together(indexes).err().map(|error| error.to_string());
    assert_eq!(error(vec![memory(&[]), other]).unwrap(), "expected a vector of 8 values, found one of 9");
    assert_eq!(error(Vec::new()).unwrap(), "expected an index to put together with others, found none");
}
