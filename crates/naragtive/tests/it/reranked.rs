//! The second look, by a model in a folder.

use std::fs;
use std::num::NonZeroUsize;

use naragtive::home::SettingOrigin;
use naragtive::models::ChosenReranker;
use naragtive::rerank::Weight;
use naragtive::{Error, Flow, Hits, Query, Rerank, Reranking, SceneId, Session, Setting, Step};
use naragtive_testkit::root;

use crate::home::Place;

const TALK: [(&str, &str); 4] = [
    ("Ada", "Who gives the orders on this ship?"),
    ("Bob", "The captain does, when she is awake."),
    ("Ada", "And who when she is asleep?"),
    ("Bob", "Then nobody gives any."),
];
const QUERY: &str = "who gives the orders";

fn two_stores() -> Place {
    let place = Place::new();
    place.chat("ship", &TALK);
    place.chat("harbour", &[("Zoe", "The orders came too late."), ("Li", "They always do.")]);
    place
}

/// A session on all stores, reranked by a cross-encoder with random weights.
fn session(place: &Place, when: Rerank, initial_k: usize) -> Session {
    let folder = root().join("crates/model/tests/fixtures/tiny-cross-bert");
    let value = folder.to_str().unwrap().to_owned();
    let by = ChosenReranker::Model(Setting { value, origin: SettingOrigin::Flag("--rerank-model") });
    let mut session = place.library.session(&place.all()).unwrap();
    let initial_k = NonZeroUsize::new(initial_k).unwrap();
    let weight = Weight::default();
    session.rerank(Reranking { when, by, initial_k, weight }, &mut |_| Flow::Continue).unwrap();
    session
}

fn ids(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.scene.id.as_str()).collect()
}

#[test]
fn what_several_stores_have_is_put_in_one_order_by_the_search_and_the_reranker_together() {
    let place = two_stores();
    let session = session(&place, Rerank::Require, 50);
    let hits = session.search(&Query::new(QUERY, 50)).unwrap();
    let reranked = hits.reranked.as_ref().unwrap();
    assert_eq!((reranked.by.as_str(), reranked.candidates, hits.hits.len()), ("tiny-cross-bert", 6, 6));
    let scores: Vec<f32> = hits.hits.iter().map(|hit| hit.score).collect();
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
    let weight = Weight::default().value();
    let together: Vec<f32> = hits.hits.iter().map(|hit| hit.blend + weight * hit.score).collect();
    assert!(together.is_sorted_by(|a, b| a >= b), "{together:?}");
    assert!(hits.hits.iter().zip(1..).all(|(hit, rank)| hit.rank == rank));
    assert!(hits.hits.iter().all(|hit| hit.scores.rerank == Some(hit.score)));
    // It reads more than are wanted, and the threshold is for its own score.
    let best = session.search(&Query::new(QUERY, 1)).unwrap();
    assert_eq!((ids(&best), best.reranked.as_ref().unwrap().candidates), (ids(&hits)[..1].to_vec(), 6));
    let mut least = scores.clone();
    least.sort_by(f32::total_cmp);
    let good = session.search(&Query { min_score: least[4], ..Query::new(QUERY, 50) }).unwrap();
    assert!(good.hits.len() >= 2 && good.hits.iter().all(|hit| hit.score >= least[4]));
}

#[test]
fn it_reads_as_many_as_it_is_told() {
    let place = two_stores();
    let hits = session(&place, Rerank::Require, 1).search(&Query::new(QUERY, 1)).unwrap();
    assert_eq!((hits.reranked.unwrap().candidates, hits.hits.len()), (1, 1));
}

#[test]
fn scenes_like_another_one_are_not_reranked_and_that_is_told() {
    let place = two_stores();
    let like = Some(SceneId::new("chat_000001_Bob"));
    let query = Query { like, ..Query::new("", 5) };
    let mut told = 0;
    let hits = session(&place, Rerank::Prefer, 50).search_watched(&query, &mut |step| {
        told += usize::from(matches!(step, Step::NotReranked(Error::LikeReranked)));
        Flow::Continue
    });
    assert_eq!((hits.unwrap().reranked, told), (None, 1));
    let required = session(&place, Rerank::Require, 50).search(&query);
    assert!(matches!(required, Err(Error::LikeReranked)));
}

#[test]
fn a_folder_that_is_no_reranker_is_told_with_what_helps_and_a_failed_one_is_dropped() {
    let place = two_stores();
    let folder = place.path("half");
    fs::create_dir(&folder).unwrap();
    for file in ["config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json"] {
        let from = root().join("crates/model/tests/fixtures/tiny-cross-bert").join(file);
        fs::copy(from, folder.join(file)).unwrap();
    }
    let value = folder.to_str().unwrap().to_owned();
    let by = ChosenReranker::Model(Setting { value, origin: SettingOrigin::Flag("--rerank-model") });
    let reranking = |when| Reranking { when, by: by.clone(), ..Reranking::of(place.library.settings()) };
    let mut session = place.library.session(&place.all()).unwrap();
    let error = session.rerank(reranking(Rerank::Require), &mut |_| Flow::Continue).unwrap_err();
    assert!(place.said(&error).contains("hint: or name another reranker: --rerank-model NAME"), "{error}");
    let mut told = 0;
    session
        .rerank(reranking(Rerank::Prefer), &mut |step| {
            told += usize::from(matches!(step, Step::NotReranked(_)));
            Flow::Continue
        })
        .unwrap();
    assert_eq!((told, session.reranker()), (1, None));
    let hits = session.search(&Query::new(QUERY, 5)).unwrap();
    assert!(!hits.hits.is_empty() && !session.drop_failed_reranker(&hits), "there is none to drop");
}
