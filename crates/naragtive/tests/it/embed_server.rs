//! Stores whose vectors a server makes.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use naragtive::jobs::{Ingest, IngestDone, Target, ingest, move_store, upgrade_store};
use naragtive::{
    Error, Flow, Format, HttpError, Library, Mode, ModelTag, Query, RemoteError, Setting, SettingOrigin,
    Settings, StoreError, Timestamp, Which,
};
use naragtive_testkit::server::{Reply, Request, Server};
use naragtive_testkit::tiny_model;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long its vectors are.
const WIDTH: usize = 32;

/// A vector by the letters of a text: those with the same words are near each other.
fn vector(text: &str, width: usize) -> Vec<f64> {
    let mut vector = vec![0.01; width];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2) {
        let place = word.bytes().fold(7_usize, |sum, byte| sum * 31 + usize::from(byte)) % width;
        vector[place] += 1.0;
    }
    vector
}

fn embed(request: &Request, width: usize) -> Reply {
    let question: Value = serde_json::from_slice(&request.body).unwrap();
    let texts = question["input"].as_array().unwrap();
    let row = |(index, text): (usize, &Value)| json!({"index": index, "embedding": vector(text.as_str().unwrap(), width)});
    let rows: Vec<Value> = texts.iter().enumerate().map(row).collect();
    Reply::whole(json!({"data": rows, "model": "nomic"}).to_string().as_bytes())
}

/// A server with one model.
fn serving(model: &'static str, width: usize) -> Server {
    Server::start(move |request, _| match request.method.as_str() {
        "GET" => Reply::whole(json!({"data": [{"id": model}]}).to_string().as_bytes()),
        _ => embed(request, width),
    })
}

/// A home, whose settings name a server or none.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn library(&self, url: Option<&str>) -> Library {
        self.library_by(url, SettingOrigin::File)
    }

    fn library_by(&self, url: Option<&str>, origin: SettingOrigin) -> Library {
        let mut settings = Settings::at(self.0.path().join("home"), NonZeroUsize::new(2).unwrap()).unwrap();
        settings.model_dir.value = Some(tiny_model());
        settings.network.offline = true;
        settings.embed_url = Setting { value: url.map(str::to_owned), origin };
        Library::new(settings)
    }

    fn ingest(&self, library: &Library, store: &str, messages: usize) -> Result<IngestDone, Error> {
        let export = self.0.path().join(format!("{store}.json"));
        let text = |at: usize| match at {
            1 => "The ferry was late.".to_owned(),
            at => format!("Door {at} stands open, and behind it corridor {}.", at * 7),
        };
        let messages: Value = (0..messages)
            .map(|at| json!({"user": "Ada", "message": text(at), "timestamp": format!("2025-11-10T10:{:02}:00Z", at % 60)}))
            .collect();
        fs::write(&export, messages.to_string()).unwrap();
        let job =
            Ingest::new(vec![export], Some(Format::CHAT_MESSAGES), Target::named(store.parse().unwrap()));
        ingest(library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue)
    }
}

fn search(library: &Library, mode: Mode) -> Result<Vec<String>, Error> {
    let session = library.session(&library.choose(Which::All, Path::new(".")).unwrap())?;
    let found = session.search(&Query { mode, ..Query::new("late ferry", 1) })?;
    Ok(found.hits.into_iter().map(|hit| hit.scene.text).collect())
}

fn tag(library: &Library) -> ModelTag {
    let stores = library.choose(Which::All, Path::new(".")).unwrap();
    stores.found[0].at.open().unwrap().model().unwrap().clone()
}

#[test]
fn a_store_is_made_added_to_and_searched_with_a_servers_vectors() {
    let (place, server) = (Place::new(), serving("/models/nomic.gguf", WIDTH));
    let library = place.library(Some(&server.url()));
    place.ingest(&library, "table", 3).unwrap();
    assert_eq!(tag(&library), ModelTag::of_server("nomic", WIDTH));
    let added = place.ingest(&place.library(Some(&server.url())), "table", 5).unwrap().stored.added;
    assert_eq!((added.appended.added, added.appended.total), (2, 5));
    for mode in [Mode::Semantic, Mode::Hybrid, Mode::Keyword] {
        assert_eq!(
            search(&place.library(Some(&server.url())), mode).unwrap(),
            ["The ferry was late."],
            "{mode:?}"
        );
    }
    let asked = server.requests();
    assert!(asked.iter().all(|request| ["/v1/models", "/v1/embeddings"].contains(&request.path.as_str())));
}

#[test]
fn without_its_server_a_store_is_searched_by_words_and_else_says_what_is_missing() {
    let (place, server) = (Place::new(), serving("nomic", WIDTH));
    place.ingest(&place.library(Some(&server.url())), "table", 3).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let asked = server.requests().len();
    for (url, origin) in
        [(None, SettingOrigin::Default), (Some(format!("http://{free}")), SettingOrigin::File)]
    {
        let library = || place.library_by(url.as_deref(), origin);
        assert_eq!(search(&library(), Mode::Keyword).unwrap(), ["The ferry was late."]);
        for error in [
            search(&library(), Mode::Semantic).unwrap_err(),
            place.ingest(&library(), "table", 4).unwrap_err(),
        ] {
            let fits = match &error {
                Error::NoEmbedServer { model, dimension } => {
                    url.is_none() && (model.as_str(), *dimension) == ("nomic", WIDTH)
                }
                Error::Embed(RemoteError::Http(HttpError::Unreachable { .. })) => url.is_some(),
                _ => false,
            };
            assert!(fits, "{error}");
        }
    }
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn a_server_of_another_model_is_refused() {
    let (place, server) = (Place::new(), serving("nomic", WIDTH));
    place.ingest(&place.library(Some(&server.url())), "table", 3).unwrap();
    for (model, width) in [("bge-m3", WIDTH), ("nomic", 2 * WIDTH)] {
        let other = serving(model, width);
        let library = place.library(Some(&other.url()));
        for error in
            [search(&library, Mode::Semantic).unwrap_err(), place.ingest(&library, "table", 4).unwrap_err()]
        {
            let Error::Store(StoreError::OtherModel { found, expected, .. }) = error else {
                panic!("{error}")
            };
            assert_eq!(
                (*found, *expected),
                (ModelTag::of_server("nomic", WIDTH), ModelTag::of_server(model, width))
            );
        }
    }
    assert_eq!(search(&place.library(Some(&server.url())), Mode::Semantic).unwrap(), ["The ferry was late."]);
}

#[test]
fn a_store_of_this_machines_model_keeps_to_it_unless_a_server_is_typed() {
    let (place, server) = (Place::new(), serving("nomic", WIDTH));
    place.ingest(&place.library(None), "own", 3).unwrap();
    let own = tag(&place.library(None));
    assert!(!own.is_of_server());
    place.ingest(&place.library(Some(&server.url())), "own", 4).unwrap();
    assert!(search(&place.library(Some(&server.url())), Mode::Semantic).is_ok());
    assert!(server.requests().is_empty(), "a server in the config file is for new stores");
    let typed = place.library_by(Some(&server.url()), SettingOrigin::Flag("--embed-url"));
    let error = search(&typed, Mode::Semantic).unwrap_err();
    assert!(matches!(error, Error::Store(StoreError::OtherModel { .. })), "{error}");
    assert_eq!(tag(&typed), own);
}

#[test]
fn a_store_moves_over_to_a_server_and_back() {
    let (place, server) = (Place::new(), serving("nomic", WIDTH));
    place.ingest(&place.library(None), "own", 3).unwrap();
    let own = tag(&place.library(None));
    let typed = place.library_by(Some(&server.url()), SettingOrigin::Flag("--embed-url"));
    let located = |library: &Library| library.choose(Which::All, Path::new(".")).unwrap().found.remove(0);
    let moved = move_store(&typed, &located(&typed), &mut |_| Flow::Continue).unwrap();
    assert_eq!((moved.moved_to.as_deref(), moved.upgraded.unwrap().scenes), (Some("nomic"), 3));
    assert_eq!(tag(&typed), ModelTag::of_server("nomic", WIDTH));
    assert_eq!(search(&typed, Mode::Semantic).unwrap(), ["The ferry was late."]);
    let asked = server.requests().len();
    let done = upgrade_store(&typed, &located(&typed), &mut |_| Flow::Continue).unwrap();
    assert!(done.upgraded.is_none() && server.requests().len() == asked, "nothing is lacking");
    let back = place.library(None);
    move_store(&back, &located(&back), &mut |_| Flow::Continue).unwrap();
    assert_eq!(tag(&back), own);
}

#[test]
fn what_was_embedded_before_a_server_failed_is_stored_and_the_rest_comes_later() {
    let place = Place::new();
    let answers = Arc::new(AtomicUsize::new(3));
    let left = Arc::clone(&answers);
    let server = Server::start(move |request, _| match request.method.as_str() {
        "GET" => Reply::whole(br#"{"data": [{"id": "nomic"}]}"#),
        _ if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() => {
            Reply::status(401)
        }
        _ => embed(request, WIDTH),
    });
    let error = place.ingest(&place.library(Some(&server.url())), "table", 100).unwrap_err();
    assert!(matches!(error, Error::Embed(RemoteError::Refused { status: 401, .. })), "{error}");
    let at = place.0.path().join("home/stores/table.parquet");
    let stored = || naragtive::Store::open(at.clone()).ok().map(|store| store.len());
    let before = stored().unwrap();
    assert!((1..100).contains(&before), "{before}");
    answers.store(1000, Ordering::SeqCst);
    let added =
        place.ingest(&place.library(Some(&server.url())), "table", 100).unwrap().stored.added.appended;
    assert_eq!((added.added, added.total, stored()), (100 - before, 100, Some(100)));
    let found = search(&place.library(Some(&server.url())), Mode::Semantic).unwrap();
    assert_eq!(found, ["The ferry was late."]);
}

#[test]
fn whoever_watches_can_stop_while_a_server_is_asked() {
    let place = Place::new();
    let server = Server::start(|request, before| match request.method.as_str() {
        "GET" => Reply::whole(br#"{"data": [{"id": "nomic"}]}"#),
        _ => {
            if before > 1 {
                std::thread::sleep(std::time::Duration::from_secs(20));
            }
            embed(request, WIDTH)
        }
    });
    let library = place.library(Some(&server.url()));
    let export = place.0.path().join("table.json");
    fs::write(
        &export,
        r#"[{"user": "Ada", "message": "The lamp is lit.", "timestamp": "2025-11-10T10:00:00Z"}]"#,
    )
    .unwrap();
    let job = Ingest::new(vec![export], Some(Format::CHAT_MESSAGES), Target::named("table".parse().unwrap()));
    let begun = std::time::Instant::now();
    let mut adding = 0;
    let done = ingest(&library, job, Timestamp::UNIX_EPOCH, &mut |step| {
        adding += usize::from(matches!(step, naragtive::Step::Adding(_)));
        if adding > 3 { Flow::Stop } else { Flow::Continue }
    });
    assert!(done.is_ok_and(|done| done.stored.added.stopped));
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}
