//! What is answered at the addresses of the API.

use std::sync::Arc;

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::each;
use crate::web::{TALK, own, web};

#[test]
fn a_search_is_the_object_of_the_command() {
    let (place, web) = web();
    let found = web.found("/api/v1/search?q=ferry+late&mode=keyword&limit=1&explain=true&context=1");
    let hit = &found["results"][0];
    assert_eq!(hit["text"], TALK[1].2);
    assert_eq!((&hit["before"][0]["text"], &hit["after"][0]["text"]), (&json!(TALK[0].2), &json!(TALK[2].2)));
    assert!(hit["explain"]["words"]["terms"].as_array().unwrap().len() > 1);
    let posted = web.post(
        "/api/v1/search",
        &json!({"q": "ferry late", "mode": "keyword", "limit": 1, "explain": true, "context": 1}),
    );
    assert_eq!(posted.json(), found);
    let hybrid = web.found("/api/v1/search?q=lamp&store=table&speaker=ada&since=2025-11-02");
    assert_eq!(each(&hybrid["results"], "text"), [TALK[2].2]);
    let like = web.found("/api/v1/search?similar_to=chat_000000_Ada&limit=2");
    assert_eq!(like["results"].as_array().unwrap().len(), 2);
    // A store that another process adds to is searched as it is now.
    place.chat("table", &[("Dan", "2026-02-01", "A comet crossed the sky.")]);
    assert_eq!(web.found("/api/v1/search?q=comet&mode=keyword")["results"].as_array().unwrap().len(), 1);
}

#[test]
fn a_conversation_is_read_from_any_of_its_scenes() {
    let (_place, web) = web();
    let found = web.found("/api/v1/stores/table/scenes/chat_000002_Ada?before=1&after=5");
    assert_eq!(found["at"], 1);
    assert_eq!(
        each(&found["scenes"], "text"),
        TALK[1..].iter().map(|(_, _, text)| *text).collect::<Vec<_>>()
    );
    let first = web.found("/api/v1/stores/table/scenes?limit=3&order=newest");
    let rest = web.found(&format!(
        "/api/v1/stores/table/scenes?limit=3&order=newest&cursor={}",
        first["next"].as_str().unwrap()
    ));
    assert_eq!((first["found"].as_u64(), first["scenes"][0]["text"].as_str()), (Some(5), Some(TALK[4].2)));
    assert_eq!((rest["scenes"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
}

#[test]
fn a_store_is_seen_from_above() {
    let (_place, web) = web();
    let stores = web.found("/api/v1/stores");
    assert_eq!(
        (stores["default"].as_str(), stores["stores"][0]["records"].as_u64()),
        (Some("table"), Some(5))
    );
    assert_eq!(web.found("/api/v1/stores/table"), stores["stores"][0]);
    assert_eq!(web.found("/api/v1/stores/table/stats")["records"], 5);
    let timeline = web.found("/api/v1/stores/table/timeline?by=month");
    let counts: Vec<u64> =
        timeline["bars"].as_array().unwrap().iter().map(|bar| bar["scenes"].as_u64().unwrap()).collect();
    assert_eq!((timeline["step"].as_str(), counts), (Some("month"), vec![4, 0, 1]));
    assert_eq!(web.found("/api/v1/stores/table/timeline")["step"], "day");
    let people = web.found("/api/v1/stores/table/people?limit=2");
    assert_eq!(
        (each(&people["people"], "name"), people["found"].as_u64()),
        (vec!["Ada".into(), "Bob".into()], Some(3))
    );
    assert_eq!(web.found("/api/v1/stores/table/people?with=Ada")["with"], json!([]));
    let contents = web.found("/api/v1/stores/table/contents");
    assert_eq!(contents["conversations"][0]["scenes"], 5);
}

#[test]
fn what_is_wrong_is_said_with_a_status_and_a_hint() {
    let (_place, web) = web();
    for (path, status, said) in [
        ("/api/v1/search", 400, "an argument is missing: expected `q` or `similar_to`"),
        (
            "/api/v1/search?q=a&limit=0",
            400,
            "argument `limit`: expected a whole number from 1 to 100, found 0",
        ),
        ("/api/v1/search?q=a&limt=1", 400, "unknown argument `limt`"),
        ("/api/v1/search?q=a&q=b", 400, "an argument is given twice"),
        ("/api/v1/search?q=%ff", 400, "the query string isn't percent-encoded text"),
        ("/api/v1/search?q=a&store=tabel", 404, "there is no store `tabel`"),
        ("/api/v1/stores/*/stats", 404, "there is no store `*`"),
        ("/api/v1/stores/..%2F..%2Fetc%2Fpasswd/stats", 404, "there is no store `../../etc/passwd`"),
        ("/api/v1/stores/table/scenes/none", 404, "there is no scene `none` in store `table`"),
        ("/api/v1/stores/table/scenes?cursor=x", 400, "the cursor doesn't belong to this call"),
        ("/api/v1/stores/table/people?with=Adda", 404, "there is nobody called `Adda` in the store"),
        ("/api/v2/search", 404, "there is nothing at this address"),
    ] {
        let answer = web.get(path);
        let error = answer.json()["error"].clone();
        assert_eq!(answer.status.as_u16(), status, "{path}: {error}");
        assert!(error["message"].as_str().unwrap().starts_with(said), "{path}: {error}");
        assert!(error["kind"].is_string() && error["hints"].is_array());
    }
    let hint = web.get("/api/v1/search?q=a&store=tabel").json()["error"]["hints"][0].clone();
    assert_eq!(hint, "did you mean `table`?");
    let deleted = web.send(own("/api/v1/stores").method("DELETE").body(Body::empty()).unwrap());
    assert_eq!(deleted.status, StatusCode::METHOD_NOT_ALLOWED);
    for (body, said) in [
        ("{", "the body of the request: isn't JSON, at line 1 column 1"),
        ("[]", "the body of the request: expected a JSON object"),
        ("{\"q\": 7}", "argument `q`: expected a text, found a number"),
    ] {
        let request = own("/api/v1/search").method("POST").header("content-type", "application/json");
        let answer = web.send(request.body(Body::from(body)).unwrap());
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["message"].as_str()), (400, Some(said)));
    }
}

#[test]
fn a_hundred_searches_at_once_are_all_answered() {
    let (_place, web) = web();
    let web = Arc::new(web);
    let asked = Arc::clone(&web);
    let statuses = web.runtime.block_on(async move {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let (app, router) = (asked.app.clone(), asked.router.clone());
                let path = format!("/api/v1/search?q=ferry+{number}");
                let request = own(&path).body(Body::empty()).unwrap();
                tokio::spawn(async move { app.answer(&router, request).await.unwrap().status() })
            })
            .collect();
        let mut statuses = Vec::new();
        for task in tasks {
            statuses.push(task.await.unwrap());
        }
        statuses
    });
    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
}

#[test]
fn what_a_reader_has_already_is_not_sent_again() {
    let (place, web) = web();
    for path in ["/stats/table", "/api/v1/stores/table/stats", "/api/v1/search?q=lamp&mode=keyword"] {
        let first = web.get(path);
        let tag = first.header("etag").to_owned();
        assert_eq!((first.status, tag.is_empty()), (StatusCode::OK, false), "{path}");
        let ask = |tag: &str| web.send(own(path).header("if-none-match", tag).body(Body::empty()).unwrap());
        for known in [tag.clone(), format!("\"other\", W/{tag}")] {
            let again = ask(&known);
            assert_eq!(
                (again.status, again.text.as_str(), again.header("etag")),
                (StatusCode::NOT_MODIFIED, "", tag.as_str()),
                "{path}"
            );
        }
        assert_eq!(ask("\"other\"").text, first.text);
    }
    let tag = web.get("/stats/table").header("etag").to_owned();
    place.chat("table", &[("Ada", "2025-11-01", "Another lamp.")]);
    let changed = web.send(own("/stats/table").header("if-none-match", &tag).body(Body::empty()).unwrap());
    assert_eq!(changed.status, StatusCode::OK, "a store that has changed is another answer");
    assert_eq!(web.get("/health").header("etag"), "");
    assert_eq!(web.get("/api/v1/stores/nobody").header("etag"), "");
}
