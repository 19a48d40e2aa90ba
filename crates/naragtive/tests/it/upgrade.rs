//! A store that gets passages while others write to it.

use naragtive::jobs::upgrade_or_move;
use naragtive::{Choice, Error, Flow, How, Query, Scene, Store, StoreRef, Stores, add, move_over, upgrade};
use naragtive_disk::Patience;
use naragtive_store::{EmbeddedScene, Passages, StoredRow, append, replace};
use naragtive_testkit::{real_model, root};

use crate::home::Place;
use crate::support::{Bench, message, rows, scenes};

#[test]
fn what_is_added_while_a_store_is_upgraded_stays() {
    let bench = Bench::new();
    let chat: Vec<_> = (0..40).map(|at| message(at, "Ann", at as i64, &format!("Number {at}."))).collect();
    bench.add("s", scenes("/a", None, &chat[..30]));
    let bare = bench.rows("s").into_iter().map(|StoredRow { scene, embedding, .. }| EmbeddedScene {
        scene,
        embedding,
        passages: Passages::default(),
    });
    replace(bench.path("s"), bare.collect(), &bench.model.tag, &Patience::default()).unwrap();
    let mut added = None;
    let upgraded = upgrade(&bench.path("s").into(), bench.model, &Patience::default(), |_| {
        added.get_or_insert_with(|| bench.counts("s", scenes("/a", None, &chat[28..])));
        Flow::Continue
    });
    assert_eq!(added, Some([10, 0, 2]));
    assert_eq!(upgraded.unwrap().scenes, 30);
    assert_eq!(bench.texts("s"), (0..40).map(|at| format!("Number {at}.")).collect::<Vec<_>>());
    assert!(bench.rows("s").iter().all(|row| !row.passages.are_lacking_for(&row.scene.text)));
}

#[test]
fn a_stop_keeps_what_is_finished() {
    let bench = Bench::new();
    let chat: Vec<_> = (0..300).map(|at| message(at, "Ann", at as i64, &format!("Number {at}."))).collect();
    let scenes: Vec<Scene> = scenes("/a", None, &chat);
    bench.add("whole", scenes.clone());
    let whole = bench.rows("whole");
    let bare = whole.iter().cloned().map(|StoredRow { scene, embedding, .. }| EmbeddedScene {
        scene,
        embedding,
        passages: Passages::default(),
    });
    replace(bench.path("s"), bare.collect(), &bench.model.tag, &Patience::default()).unwrap();
    let stop = |done: naragtive::Adding| if done.scenes >= 20 { Flow::Stop } else { Flow::Continue };
    let upgraded = upgrade(&bench.path("s").into(), bench.model, &Patience::default(), stop).unwrap();
    assert!((20..300).contains(&upgraded.scenes) && upgraded.left == 300 - upgraded.scenes, "{upgraded:?}");
    let upgraded =
        upgrade(&bench.path("s").into(), bench.model, &Patience::default(), |_| Flow::Continue).unwrap();
    assert_eq!(upgraded.left, 0);
    assert!(bench.rows("s") == whole);
}

#[test]
fn passages_of_another_recipe_are_made_anew_once() {
    let bench = Bench::new();
    let chat: Vec<_> = (0..9).map(|at| message(at, "Ann", at as i64, &format!("Number {at}."))).collect();
    bench.add("s", scenes("/a", None, &chat));
    let path = bench.path("s");
    let gains = || naragtive::would_gain(&naragtive::Store::open(&path).unwrap()).unwrap();
    assert!(!gains());
    let whole = bench.rows("s");
    let odd = whole.iter().cloned().map(|StoredRow { scene, embedding, mut passages }| {
        passages.window = None;
        EmbeddedScene { scene, embedding, passages }
    });
    replace(&path, odd.collect(), &bench.model.tag, &Patience::default()).unwrap();
    assert!(gains());
    let upgraded =
        upgrade(&path.as_path().into(), bench.model, &Patience::default(), |_| Flow::Continue).unwrap();
    assert_eq!((upgraded.scenes, upgraded.left), (9, 0));
    assert!(bench.rows("s") == whole && !gains());
    let upgraded =
        upgrade(&path.as_path().into(), bench.model, &Patience::default(), |_| Flow::Continue).unwrap();
    assert_eq!(upgraded.scenes, 0);
}

#[test]
fn a_store_that_moves_over_is_as_if_it_had_been_made_with_the_other_model() {
    let (bench, other) = (Bench::new(), Bench::of_another_model());
    let said = |at| if at % 50 == 7 { "It rained. ".repeat(80) } else { format!("Number {at}.") };
    let chat: Vec<_> = (0..120).map(|at| message(at, "Ann", at as i64, &said(at))).collect();
    let (scenes, patience) = (scenes("/a", None, &chat), Patience::default());
    other.add("fresh", scenes.clone());
    let expected = other.rows("fresh");
    // Vectors as no model gives them: none of them may stay.
    bench.add("s", scenes.clone());
    let odd = bench.rows("s").into_iter().map(|StoredRow { scene, embedding, mut passages }| {
        passages.vectors.iter_mut().for_each(|value| *value = 0.5);
        EmbeddedScene { scene, embedding: vec![0.5; embedding.len()], passages }
    });
    let at = StoreRef::from(bench.path("s"));
    replace(&at, odd.collect(), &bench.model.tag, &patience).unwrap();
    let before = std::fs::read(at.file()).unwrap();
    let stopped = move_over(&at, other.model, &patience, |_| Flow::Stop);
    assert!(matches!(stopped, Err(Error::Stopped)) && std::fs::read(at.file()).unwrap() == before);
    let moved = move_over(&at, other.model, &patience, |_| Flow::Continue).unwrap();
    assert_eq!((moved.scenes, moved.left, moved.total), (120, 0, 120));
    assert!(bench.rows("s") == expected);
    assert_eq!(Store::open(&at).unwrap().model(), Some(&other.model.tag));
    let again = add(scenes, &at, How::Merge, other.model, &patience, |_| Flow::Continue).unwrap();
    assert_eq!(again.appended.already_there, 120);
}

#[test]
fn only_the_scenes_that_lack_passages_get_some() {
    let bench = Bench::new();
    let chat: Vec<_> = (0..6).map(|at| message(at, "Ann", at as i64, &format!("Number {at}."))).collect();
    bench.add("s", scenes("/a", None, &chat));
    let whole = bench.rows("s");
    let bare = whole.iter().cloned().map(|StoredRow { scene, embedding, .. }| EmbeddedScene {
        scene,
        embedding,
        passages: Passages::default(),
    });
    let (path, patience) = (bench.path("s"), Patience::default());
    replace(&path, bare.collect(), &bench.model.tag, &patience).unwrap();
    let StoredRow { mut scene, embedding, passages } = whole[0].clone();
    scene.text = "another text".into();
    // With its origin it would be the same scene, edited.
    scene.origin = None;
    append(&path, vec![EmbeddedScene { scene, embedding, passages }], &bench.model.tag, &patience).unwrap();
    let appended = bench.rows("s").pop();
    let upgraded = upgrade(&path.as_path().into(), bench.model, &patience, |_| Flow::Continue).unwrap();
    assert_eq!((upgraded.scenes, upgraded.left, upgraded.total), (6, 0, 7));
    assert!(bench.rows("s").pop() == appended);
}

/// The old tool's file with the model it was made with.
#[test]
fn a_store_of_the_python_tool_is_upgraded() {
    let place = Place::with_model(real_model());
    let path = place.path("theirs.parquet");
    std::fs::copy(root().join("crates/store/tests/fixtures/polars.parquet"), &path).unwrap();
    let before = rows(&path);
    let choice = Choice { path: Some(&path), name: None };
    let located = place.library.locate(choice, ".".as_ref(), &mut |_| Flow::Continue).unwrap();
    let done = upgrade_or_move(&place.library, &located, &mut |_| Flow::Continue).unwrap();
    let with_text = before.iter().filter(|row| !row.scene.text.is_empty()).count();
    let upgraded = done.upgraded.unwrap();
    assert_eq!((upgraded.scenes, upgraded.left, done.moved_to), (with_text, 0, None));
    for (before, after) in before.into_iter().zip(rows(&path)) {
        assert_eq!((before.scene, before.embedding), (after.scene.clone(), after.embedding));
        assert_eq!(after.passages.spans.is_empty(), after.scene.text.is_empty());
    }
    let session = place.library.session(&Stores::of(vec![located])).unwrap();
    let hits = session.search(&Query::new("the first scene", 1)).unwrap();
    assert_eq!(hits.hits[0].scene.id.as_str(), "scene_0000_2025-11-10");
}
