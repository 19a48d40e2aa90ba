use std::num::NonZeroUsize;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use naragtive_serve::http::{Access, App};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::support::Place;

pub(crate) const PORT: u16 = 7600;

/// What is said in the store `table`.
pub(crate) const TALK: [(&str, &str, &str); 5] = [
    ("Ada", "2025-11-01", "The lighthouse keeper lit the lamp."),
    ("Bob", "2025-11-02", "The ferry was late again, and nobody knew why."),
    ("Ada", "2025-11-03", "A chest of letters stood in the attic."),
    ("Cleo", "2025-11-03", "Nobody had opened the letters."),
    ("Bob", "2026-01-09", "The ferry never came back, and the keeper waited."),
];

/// A home with that store.
pub(crate) fn table() -> Place {
    let place = Place::new();
    place.chat("table", &TALK);
    place
}

/// The server on it.
pub(crate) fn web() -> (Place, Web) {
    let place = table();
    let web = Web::new(&place, Access::default());
    (place, web)
}

/// The server as it answers requests.
pub(crate) struct Web {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) runtime: Runtime,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Web {
    pub(crate) fn new(place: &Place, access: Access) -> Self {
        let app = App::new(Arc::new(place.another_service()), access, PORT, NonZeroUsize::new(2).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { router: app.router(), app, runtime }
    }

    /// Sends a request.
    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.app.answer(&self.router, request).await.unwrap();
            let (parts, body) = response.into_parts();
            let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
            Answer { status: parts.status, headers: parts.headers, text }
        })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(own(path).body(Body::empty()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let request = own(path).method("POST").header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
    }

    /// What is answered where all is well.
    pub(crate) fn found(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }
}

/// A request of a program on this machine.
pub(crate) fn own(path: &str) -> axum::http::request::Builder {
    Request::builder().uri(path).header("host", format!("127.0.0.1:{PORT}"))
}
