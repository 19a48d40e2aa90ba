use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use maud::Markup;
use serde_json::Value;

use super::mark::mark;
use super::pieces::Pieces;

/// Nothing but what this server itself sends is loaded, run or asked by a page, and no page shows it in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What it is.
#[derive(Debug)]
enum Content {
    Whole(Vec<u8>),
    Pieces(Pieces),
}

/// What is sent back.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    kind: &'static str,
    body: Content,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// Bytes of a type.
    pub(crate) fn of(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: StatusCode::OK, kind, body: Content::Whole(body.into()), headers: Vec::new() }
    }

    /// What comes piece by piece.
    pub(crate) fn pieces(kind: &'static str, pieces: Pieces) -> Self {
        Self { body: Content::Pieces(pieces), ..Self::of(kind, "") }
    }

    /// A value as JSON.
    pub(crate) fn json(value: &Value) -> Self {
        Self::of("application/json", value.to_string())
    }

    /// A page, or a piece of one.
    pub(crate) fn html(markup: &Markup) -> Self {
        Self::of(HTML, markup.0.as_str())
    }

    /// The same with another status.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with a header, if its value is one.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// With a tag that tells it from any other, or without its body for who has it already and says its tag. What is
    /// answered is computed nevertheless: what it depends on, the stores, their names, the day, is more than a tag could
    /// tell sooner.
    pub(crate) fn unless_known(self, headers: &HeaderMap) -> Self {
        let Content::Whole(bytes) = &self.body else { return self };
        if self.status != StatusCode::OK {
            return self;
        }
        let tag = format!("\"{:016x}\"", mark(bytes));
        let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|known| known.to_str().ok());
        let mut known =
            known.flat_map(|known| known.split(',')).map(|known| known.trim().trim_start_matches("W/"));
        if known.any(|known| known == tag) {
            let body = Content::Whole(Vec::new());
            return Self { status: StatusCode::NOT_MODIFIED, body, ..self }.with(ETAG, &tag);
        }
        self.with(ETAG, &tag)
    }

    /// As HTTP.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(match self.body {
            Content::Whole(bytes) => Body::from(bytes),
            Content::Pieces(pieces) => Body::new(pieces),
        });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

/// What every answer says, whatever it is: nobody guesses what it is, embeds it or hears from where its links were followed.
pub(super) fn guard(response: &mut Response<Body>, origin: Option<&str>) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) else {
        headers.insert(policy, HeaderValue::from_static("same-origin"));
        return;
    };
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(VARY, HeaderValue::from_static("Origin"));
}

/// What a browser is told that asks what a listed page may send.
pub(super) fn preflight() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    for (name, value) in [
        ("access-control-allow-methods", "GET, POST"),
        (
            "access-control-allow-headers",
            "authorization, content-type, mcp-protocol-version, mcp-method, mcp-name, mcp-session-id",
        ),
        ("access-control-max-age", "600"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}
