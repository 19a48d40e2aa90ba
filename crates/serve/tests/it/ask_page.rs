//! The page on which questions are asked that a server answers in words.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::BodyExt;
use naragtive_serve::http::Access;
use naragtive_testkit::server::{Reply, Server};

use crate::ask::{place, words};
use crate::support::Place;
use crate::web::{Answer, Web, own};

const FERRY: &str = "/ask?q=was+the+ferry+late&mode=keyword";

/// What a reader gets whose browser says these of itself.
fn asked(web: &Web, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request =
        headers.iter().fold(own(path).method(method), |request, (name, value)| request.header(*name, *value));
    web.send(request.body(Body::empty()).unwrap())
}

/// A home whose chat server is there.
fn at(url: &str) -> (Place, Web) {
    let place = place(url);
    let web = Web::new(&place, Access::default());
    (place, web)
}

fn has_all(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn an_answer_stands_on_the_page_with_the_scenes_it_is_from() {
    let server = Server::start(|_, _| words(&["It **was**", " late [1", "][4].\n\n<b>Bob</b> said so."]));
    let (_place, web) = at(&server.url());
    let page = web.get(FERRY);
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    has_all(
        &page.text,
        &[
            "<!DOCTYPE html>",
            "value=\"was the ferry late\"",
            "It <strong>was</strong> late <span class=\"cite\">[<a href=\"/read/table/chat_000001_Bob?q=was%20the%20ferry%20late",
            "<span class=\"nothing\">4 – no such scene</span>",
            "<p dir=\"auto\">&lt;b&gt;Bob&lt;/b&gt; said so.</p>",
            "From these scenes",
            "<mark>ferry</mark>",
            "not among the scenes that were given: 4.",
            "Answered by",
        ],
    );
    assert!(page.text.ends_with("</html>") && !page.text.contains("<b>Bob"));
    // The address is the same as that of a search, which leads here.
    let found = web.get("/?q=ferry&mode=keyword").text;
    has_all(&found, &["href=\"/ask?q=ferry&amp;mode=keyword\""]);
}

#[test]
fn what_is_missing_is_said_in_the_place_of_an_answer() {
    let server = Server::start(|_, _| words(&["Surely."]));
    let (_place, web) = at(&server.url());
    has_all(&web.get("/ask").text, &["What do you want to know?", "aria-current=\"page\">Ask</a>"]);
    let nothing = web.get("/ask?q=zeppelin&mode=keyword").text;
    has_all(
        &nothing,
        &["<p dir=\"auto\">Not in your stories.</p>", "no server was asked", "What comes nearest", "</html>"],
    );
    assert!(server.requests().is_empty());
    has_all(
        &web.get("/ask?q=late+ferry&mode=keyword").text,
        &["Surely.", "No scene is named", "1 scene was given"],
    );

    let refuses = Server::start(|_, _| words(&["Not in your stories."]));
    let (_place, web) = at(&refuses.url());
    let page = web.get(FERRY).text;
    has_all(&page, &["don't say it", "scene was given"]);
    let breaks_off = Server::start(|_, _| words(&["It was"]).cut(20));
    let (_place, web) = at(&breaks_off.url());
    let page = web.get(FERRY).text;
    has_all(&page, &["class=\"told wrong\"", "chat_url in config.toml", "1 scene was given", "</html>"]);

    let without = Place::new();
    without.chat("table", &[("Ada", "2025-11-01", "The lamp is lit.")]);
    let web = Web::new(&without, Access::default());
    for path in ["/ask", "/ask?q=lamp"] {
        has_all(
            &web.get(path).text,
            &["Nobody is there to answer yet", "chat_url = &quot;http://localhost:8080&quot;"],
        );
    }
    has_all(&web.get("/ask?q=lamp").text, &["<a href=\"/?q=lamp\">"]);
    assert!(!web.get("/?q=lamp").text.contains("Have it answered"));
    let empty = Place::new();
    has_all(&Web::new(&empty, Access::default()).get("/ask?q=lamp").text, &["No stories yet"]);
    for (path, status) in
        [("/ask?q=a&store=nobody", 404), ("/ask?q=a&since=3+May", 400), ("/ask?question=a", 400)]
    {
        let (_place, web) = at("http://127.0.0.1:1");
        assert_eq!(web.get(path).status.as_u16(), status, "{path}");
    }
}

#[test]
fn nobody_is_asked_but_by_a_reader_who_means_to() {
    let server = Server::start(|_, _| words(&["It was late [1]."]));
    let (_place, web) = at(&server.url());
    let link =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    let page = asked(&web, "GET", FERRY, &link);
    assert_eq!(page.status, StatusCode::OK);
    has_all(&page.text, &["value=\"was the ferry late\"", "Not asked yet"]);
    asked(&web, "GET", FERRY, &[("sec-fetch-site", "none"), ("sec-purpose", "prefetch;prerender")]);
    assert_eq!(asked(&web, "HEAD", FERRY, &[]).status, StatusCode::OK);
    assert!(server.requests().is_empty());
    for site in ["same-origin", "none"] {
        has_all(&asked(&web, "GET", FERRY, &[("sec-fetch-site", site)]).text, &["It was late"]);
    }
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn words_stand_on_the_page_before_the_last_of_them_is_said() {
    let server = Server::start(|_, _| {
        let first = words(&["It was"]);
        let Reply::Http { head, body } = first else { unreachable!() };
        let said = body.iter().position(|byte| *byte == b'\n').unwrap() + 2;
        let Reply::Http { head, body } = Reply::Http { head, body }.cut(said) else { unreachable!() };
        Reply::Http { head, body }.then_silence(Duration::from_secs(20))
    });
    let place = place(&server.url());
    let web = Web::new(&place, Access::default());
    let began = Instant::now();
    web.runtime.block_on(async {
        let request = own(FERRY).body(Body::empty()).unwrap();
        let mut body = web.app.answer(&web.router, request).await.unwrap().into_body();
        let mut page = String::new();
        while !page.contains("It was") {
            let piece = body.frame().await.unwrap().unwrap().into_data().unwrap();
            page += std::str::from_utf8(&piece).unwrap();
        }
        has_all(
            &page,
            &["<!DOCTYPE html>", "Reading 1 scene …", "<div class=\"text\"><p dir=\"auto\">It was"],
        );
    });
    // The reader has gone, so nobody listens to the server any more.
    drop(web);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}
