use std::thread;

use naragtive::models::ChosenReranker;
use naragtive::{
    Error, Filter, Flow, Hits, Mode, Query, Rerank, Reranking, Scene, SceneId, Session, Setting, Step,
};

use crate::home::Place;

const TALK: [(&str, &str); 3] = [
    ("Ada", "The lighthouse keeper lit the lamp."),
    ("Bob", "The ferry was late again, and nobody knew why."),
    ("Ada", "A chest of letters stood in the attic."),
];

fn texts(hits: &Hits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.scene.text.as_str()).collect()
}

#[test]
fn a_session_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Session>();
    let place = Place::new();
    place.chat("table", &TALK);
    let session = place.library.session(&place.all()).unwrap();
    let expected = session.search(&Query::new("who lit the lamp", 3)).unwrap();
    thread::scope(|scope| {
        let searches = [(); 4].map(|()| {
            scope.spawn(|| {
                session.refresh(&mut |_| Flow::Continue).unwrap();
                session.search(&Query::new("who lit the lamp", 3)).unwrap()
            })
        });
        searches.into_iter().for_each(|search| assert_eq!(search.join().unwrap(), expected));
    });
}

#[test]
fn a_session_sees_what_was_added_once_it_is_refreshed() {
    let place = Place::new();
    place.chat("table", &TALK[..2]);
    let session = place.library.session(&place.all()).unwrap();
    let chest = Query { mode: Mode::Keyword, ..Query::new("chest", 5) };
    assert!(!session.refresh(&mut |_| Flow::Continue).unwrap());
    place.chat("table", &TALK);
    assert!(session.search(&chest).unwrap().hits.is_empty());
    assert!(session.refresh(&mut |_| Flow::Continue).unwrap());
    assert_eq!(texts(&session.search(&chest).unwrap()), [TALK[2].1]);
    assert!(!session.refresh(&mut |_| Flow::Continue).unwrap());
}

#[test]
fn a_list_is_what_reading_every_scene_would_keep() {
    let place = Place::new();
    place.chat("table", &TALK);
    place.chat("other", &[("Cleo", "Nobody had opened the letters."), ("Ada", "The lamp went out.")]);
    let session = place.library.session(&place.all()).unwrap();
    let list =
        |filter: &Filter, newest: bool| session.listed(filter, newest, &mut |_| Flow::Continue).unwrap();
    let all = list(&Filter::default(), false).scenes(0..100).unwrap();
    assert_eq!(all.len(), 5);
    let some = |text: &str| Some(text.to_owned());
    for filter in [
        Filter::default(),
        Filter { speaker: some("ada"), ..Filter::default() },
        Filter { character: some("Cleo"), ..Filter::default() },
        Filter { speaker: some("ada"), speaker_aliases: vec!["Bob".to_owned()], ..Filter::default() },
        Filter { source: some("other.json"), ..Filter::default() },
        Filter { location: some("nowhere"), ..Filter::default() },
    ] {
        let listed = list(&filter, false);
        let kept: Vec<_> = all.iter().filter(|(_, scene)| filter.keeps(&scene.metadata)).cloned().collect();
        assert_eq!((listed.len(), listed.is_empty()), (kept.len(), kept.is_empty()), "{filter:?}");
        assert_eq!(listed.scenes(0..100).unwrap(), kept, "{filter:?}");
        assert_eq!(listed.scenes(1..2).unwrap(), kept.get(1..2).unwrap_or_default());
        let mut newest = list(&filter, true).scenes(0..100).unwrap();
        // Nothing here is younger than anything else but by its place.
        newest.reverse();
        let date = |(_, scene): &(_, Scene)| scene.metadata.date().map(str::to_owned);
        assert!(newest.is_sorted_by_key(date), "{filter:?}");
        assert_eq!(newest.len(), kept.len());
    }
    let unknown = Filter { having: vec![("chaptr".to_owned(), "1".to_owned())], ..Filter::default() };
    let error = session.listed(&unknown, false, &mut |_| Flow::Continue).err().unwrap();
    assert!(matches!(error, Error::UnknownKey { .. }), "{error}");
}

#[test]
fn a_scene_is_read_with_its_neighbours_as_far_as_there_are_any() {
    let place = Place::new();
    place.chat("table", &TALK);
    let session = place.library.session(&place.all()).unwrap();
    for (id, sides, at, read) in [
        ("chat_000000_Ada", [0, 0], 0, &TALK[..1]),
        ("chat_000000_Ada", [5, 1], 0, &TALK[..2]),
        ("chat_000001_Bob", [1, 0], 1, &TALK[..2]),
        ("chat_000001_Bob", [9, 9], 1, &TALK[..]),
    ] {
        let found = session.surroundings(&SceneId::new(id), sides).unwrap();
        let texts: Vec<&str> = found.scenes.iter().map(|scene| scene.text.as_str()).collect();
        let expected: Vec<&str> = read.iter().map(|(_, text)| *text).collect();
        assert_eq!((found.at, texts), (at, expected), "{id} {sides:?}");
        assert_eq!(found.store.name.as_deref(), Some("table"));
    }
    let unknown = session.surroundings(&SceneId::new("chat_000009_Bob"), [0, 0]);
    assert!(matches!(unknown, Err(Error::UnknownScene { .. })));
}

#[test]
fn words_and_likeness_need_no_model() {
    let place = Place::new();
    place.chat("table", &TALK);
    let library = place.without_model();
    let session = library.session(&place.all()).unwrap();
    let words = Query { mode: Mode::Keyword, ..Query::new("lamp", 5) };
    assert_eq!(texts(&session.search(&words).unwrap()), [TALK[0].1]);
    let like = Some(SceneId::new("chat_000000_Ada"));
    assert_eq!(session.search(&Query { like, ..Query::new("", 5) }).unwrap().hits.len(), 2);
    let passages = Query { passages: true, ..words };
    assert_eq!(session.search(&passages).unwrap().hits.len(), 1);
    assert!(matches!(session.search(&Query::new("lamp", 5)), Err(Error::Hub(_))));
}

#[test]
fn of_all_stores_a_damaged_one_costs_the_others_nothing() {
    let place = Place::new();
    place.chat("table", &TALK);
    place.chat("broken", &TALK);
    place.chat("gone", &TALK);
    let home = &place.library.settings().home.value;
    std::fs::write(home.store("broken"), "no parquet").unwrap();
    std::fs::remove_file(home.store("gone")).unwrap();
    let mut passed_over = Vec::new();
    let session = Session::open(&place.library, &place.all(), &mut |step| {
        if let Step::PassedOver { store, .. } = step {
            passed_over.push(store.to_owned());
        }
        Flow::Continue
    });
    assert_eq!(session.unwrap().stores().len(), 1);
    assert_eq!(passed_over, ["gone", "broken"]);
    std::fs::write(home.store("table"), "no parquet").unwrap();
    assert!(matches!(place.library.session(&place.all()), Err(Error::OfStore { .. })));
}

fn reranking(place: &Place, when: Rerank) -> Reranking {
    let url = Setting::flag("--rerank-url", Some("http://127.0.0.1:9".to_owned())).unwrap();
    let by = ChosenReranker::Server { url, model: None };
    Reranking { when, by, ..Reranking::of(place.library.settings()) }
}

#[test]
fn a_reranker_that_fails_is_told_and_only_one_that_is_required_is_an_error() {
    let place = Place::new();
    place.chat("table", &TALK);
    let mut session = place.library.session(&place.all()).unwrap();
    let query = Query { mode: Mode::Keyword, ..Query::new("lamp chest", 1) };
    let plain = session.search(&query).unwrap();
    session.rerank(reranking(&place, Rerank::Prefer), &mut |_| Flow::Continue).unwrap();
    let mut told = 0;
    let hits = session.search_watched(&query, &mut |step| {
        told += usize::from(matches!(step, Step::NotReranked(_)));
        Flow::Continue
    });
    assert_eq!((texts(&hits.unwrap()), told), (texts(&plain), 1));
    session.rerank(reranking(&place, Rerank::Require), &mut |_| Flow::Continue).unwrap();
    assert!(matches!(session.search(&query), Err(Error::Remote(_))));
}

#[test]
fn an_index_that_is_being_built_can_be_stopped() {
    let place = Place::new();
    place.chat("table", &TALK);
    let stores = place.all();
    place.library.indexes().remove(&stores.found[0].at).unwrap();
    assert!(matches!(Session::open(&place.library, &stores, &mut |_| Flow::Stop), Err(Error::Stopped)));
    assert!(place.library.session(&stores).is_ok());
}

/// One home, two models: a store brings its own, if that is here.
#[test]
fn a_store_of_another_model_is_searched_with_its_own() {
    let place = Place::new();
    place.chat("table", &TALK);
    let (bare, query) = (place.without_model(), Query::new("lamp chest", 2));
    let tell_nobody = &mut |_: Step<'_>| Flow::Continue;
    let session = bare.session(&place.all()).unwrap();
    assert!(session.search(&query).is_err(), "nobody knows where that model is");
    let (from, to) =
        (naragtive_testkit::tiny_model(), bare.settings().home.value.root().join("models/tiny-bert"));
    std::fs::create_dir_all(&to).unwrap();
    for file in
        std::fs::read_dir(from).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file())
    {
        std::fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
    let here = place.library.session(&place.all()).unwrap().search(&query).unwrap();
    assert_eq!(texts(&session.search(&query).unwrap()), texts(&here));
    session.prepare(Mode::Hybrid, tell_nobody).unwrap();
    let located = place.all().found.remove(0);
    assert!(naragtive::jobs::upgrade_store(&bare, &located, tell_nobody).unwrap().upgraded.is_none());
}
