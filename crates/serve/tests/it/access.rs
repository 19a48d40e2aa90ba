//! Who may come in: a table over every address that the router knows.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use naragtive_serve::http::{Access, ROUTES, Room, Route, Verb};

use crate::support::Place;
use crate::web::{PORT, Web};

const TOKEN: &str = "0123456789abcdef";
const LISTED: &str = "http://127.0.0.1:8000";

/// What a guest says of itself, and what becomes of it: at most addresses, and at those that pages have.
struct Guest {
    headers: &'static [(&'static str, &'static str)],
    status: Option<StatusCode>,
    of_page: Option<StatusCode>,
}

const FINE: Option<StatusCode> = None;
const REFUSED: Option<StatusCode> = Some(StatusCode::FORBIDDEN);
const NO_TOKEN: Option<StatusCode> = Some(StatusCode::UNAUTHORIZED);

const fn all(headers: &'static [(&'static str, &'static str)], status: Option<StatusCode>) -> Guest {
    Guest { headers, status, of_page: status }
}

const OWN: (&str, &str) = ("host", "127.0.0.1:7600");

const GUESTS: [Guest; 29] = [
    all(&[OWN], FINE),
    all(&[("host", "localhost:7600")], FINE),
    all(&[("host", "[::1]:7600")], FINE),
    all(&[], REFUSED),
    all(&[("host", "evil.test:7600")], REFUSED),
    all(&[("host", "evil.test")], REFUSED),
    all(&[("host", "127.0.0.1")], REFUSED),
    all(&[("host", "127.0.0.1:80")], REFUSED),
    all(&[("host", "0.0.0.0:7600")], REFUSED),
    all(&[("host", "localhost.evil.test:7600")], REFUSED),
    all(&[OWN, ("host", "evil.test:7600")], REFUSED),
    all(&[OWN, ("origin", "http://127.0.0.1:7600")], FINE),
    all(&[("host", "localhost:7600"), ("origin", "http://localhost:7600")], FINE),
    all(&[("host", "localhost:7600"), ("origin", "http://127.0.0.1:7600")], REFUSED),
    all(&[OWN, ("origin", LISTED)], FINE),
    all(&[OWN, ("origin", LISTED), ("sec-fetch-site", "cross-site")], FINE),
    all(&[OWN, ("origin", "http://127.0.0.1:8001")], REFUSED),
    all(&[OWN, ("origin", "https://127.0.0.1:8000")], REFUSED),
    all(&[OWN, ("origin", "http://127.0.0.1:8000.evil.test")], REFUSED),
    all(&[OWN, ("origin", "http://evil.test")], REFUSED),
    all(&[OWN, ("origin", "null")], REFUSED),
    all(&[OWN, ("origin", "")], REFUSED),
    all(&[OWN, ("origin", LISTED), ("origin", "http://evil.test")], REFUSED),
    all(&[OWN, ("sec-fetch-site", "same-origin")], FINE),
    all(&[OWN, ("sec-fetch-site", "none")], FINE),
    all(&[OWN, ("sec-fetch-site", "cross-site")], REFUSED),
    all(&[OWN, ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")], REFUSED),
    Guest {
        headers: &[
            OWN,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ],
        status: REFUSED,
        of_page: FINE,
    },
    all(
        &[
            OWN,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "iframe"),
        ],
        REFUSED,
    ),
];

fn access(token: Option<&str>) -> Access {
    Access { token: token.map(str::to_owned), origins: vec![LISTED.to_owned()], ..Access::default() }
}

fn place() -> Place {
    let place = Place::new();
    place.chat("table", &[("Ada", "2025-11-01", "The lamp is lit.")]);
    place
}

/// The request of a guest, without its body: it is refused before that is read.
fn request(route: &Route, headers: &[(&str, &str)]) -> Request<Body> {
    let path = route.path.replace("{store}", "table").replace("{id}", "chat_000000_Ada");
    let path = path.replace("{name}", "Ada").replace("{file}", "page.css");
    let mut request = Request::builder().method(route.verb.name()).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn is_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED)
}

#[test]
fn every_address_is_guarded_alike() {
    let web = Web::new(&place(), access(None));
    for route in &ROUTES {
        for guest in &GUESTS {
            let expected = if is_page(route) { guest.of_page } else { guest.status };
            let status = web.send(request(route, guest.headers)).status;
            let fits = expected.map_or(!is_refused(status), |expected| status == expected);
            assert!(fits, "{} {} {:?}: {status}", route.verb.name(), route.path, guest.headers);
        }
    }
}

fn is_page(route: &Route) -> bool {
    route.room == Room::Page
}

#[test]
fn where_there_is_a_token_every_address_wants_it() {
    let web = Web::new(&place(), access(Some(TOKEN)));
    for route in &ROUTES {
        for (said, status) in [
            (None, NO_TOKEN),
            (Some("Bearer 0123456789abcdeg"), NO_TOKEN),
            (Some("Bearer 0123456789abcde"), NO_TOKEN),
            (Some("Bearer "), NO_TOKEN),
            (Some("0123456789abcdef"), NO_TOKEN),
            (Some("Bearer 0123456789abcdef"), FINE),
            (Some("Basic cmVhZGVyOjAxMjM0NTY3ODlhYmNkZWY="), FINE),
        ] {
            let said = said.map(|said| ("authorization", said));
            let headers: Vec<_> = [OWN].into_iter().chain(said).collect();
            let answer = web.send(request(route, &headers));
            let expected = if route.room == Room::Open { FINE } else { status };
            let fits = expected.map_or(!is_refused(answer.status), |expected| answer.status == expected);
            assert!(fits, "{} {said:?}: {}", route.path, answer.status);
            let asks = answer.header("www-authenticate").starts_with("Basic ");
            assert_eq!(asks, answer.status == StatusCode::UNAUTHORIZED);
        }
        // The right token makes no name of this machine right.
        let headers = [("host", "evil.test:7600"), ("authorization", "Bearer 0123456789abcdef")];
        assert_eq!(web.send(request(route, &headers)).status, StatusCode::FORBIDDEN);
    }
}

#[test]
fn every_answer_says_what_a_browser_must_not_do_with_it() {
    let web = Web::new(&place(), access(None));
    let answers = ROUTES.iter().flat_map(|route| {
        [web.send(request(route, &[OWN])), web.send(request(route, &[("host", "evil.test")]))]
    });
    for answer in answers.chain([web.get("/nowhere"), web.get("/api/v1/nowhere")]) {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("'un"), "nothing is let run that stands in the page");
        assert_eq!((answer.header("access-control-allow-origin"), answer.header("set-cookie")), ("", ""));
    }
}

#[test]
fn a_listed_page_may_read_and_is_named_and_nobody_else_is() {
    let web = Web::new(&place(), access(Some(TOKEN)));
    for route in &ROUTES {
        let preflight = |origin: &'static str| {
            let headers = [OWN, ("origin", origin), ("access-control-request-method", route.verb.name())];
            let mut request = request(route, &headers);
            *request.method_mut() = "OPTIONS".parse().unwrap();
            web.send(request)
        };
        let answer = preflight(LISTED);
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", route.path);
        assert_eq!(answer.header("access-control-allow-origin"), LISTED);
        assert_eq!(
            (answer.header("vary"), answer.header("access-control-allow-credentials")),
            ("Origin", "")
        );
        assert_eq!(preflight("http://evil.test").status, StatusCode::FORBIDDEN);
        assert_eq!(preflight("null").header("access-control-allow-origin"), "");
    }
    let headers = [OWN, ("origin", LISTED), ("authorization", "Bearer 0123456789abcdef")];
    let answer = web.send(request(&ROUTES[2], &headers));
    assert_eq!(answer.header("access-control-allow-origin"), LISTED);
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
}

#[test]
fn a_body_is_json_of_a_size_that_makes_sense() {
    let web = Web::new(&place(), access(None));
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Post) {
        for (kind, length, body, status) in [
            ("text/plain", None, "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/x-www-form-urlencoded", None, "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("multipart/form-data", None, "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("", None, "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/json", Some("5000000"), "{}", StatusCode::PAYLOAD_TOO_LARGE),
            ("application/json", None, &"x".repeat(5_000_000), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let mut request = request(route, &[OWN, ("content-type", kind)]);
            if let Some(length) = length {
                request.headers_mut().insert("content-length", length.parse().unwrap());
            }
            *request.body_mut() = Body::from(body.to_owned());
            assert_eq!(web.send(request).status, status, "{} {kind}", route.path);
        }
    }
    assert_eq!(PORT, Access::default().port);
}
