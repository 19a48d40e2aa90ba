use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::route::Place;
use crate::Error;
use crate::arguments::Arguments;
use crate::parameter::Parameter;

/// A request that came in: what it is for, and what it says.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) place: Place,
    /// The variable parts of the path by name, decoded once.
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: String,
    /// None of a request that has none.
    pub(crate) body: Option<Bytes>,
    /// Whether a reader meant to come here now, as far as a browser tells.
    pub(crate) is_meant: bool,
}

/// Whether a reader meant to come: no link on another site led here, and no browser loads ahead of its reader.
pub(super) fn is_meant(method: &Method, headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let comes_from_here = matches!(said("sec-fetch-site"), "" | "none" | "same-origin");
    *method != Method::HEAD && comes_from_here && !said("sec-purpose").contains("prefetch")
}

impl Asked {
    /// A variable part of the path.
    pub(crate) fn part(&self, name: &str) -> Result<&str, Error> {
        let part = self.path.iter().find(|(known, _)| known == name);
        part.map(|(_, value)| value.as_str()).ok_or(Error::Bug)
    }

    /// The arguments: of the body where there is one, else of the query string.
    pub(crate) fn arguments(&self, parameters: &[Parameter]) -> Result<Arguments, Error> {
        match &self.body {
            None => Arguments::read(parameters, &self.query),
            Some(_) => match self.json()? {
                Value::Object(given) => Arguments::check(parameters, given),
                _ => Err(Error::BadBody { problem: "expected a JSON object".to_owned() }),
            },
        }
    }

    /// The body as what it should be. What it repeats of the path says nothing new: some clients put all that they were given
    /// into both.
    pub(crate) fn fields<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let mut body: Value = self.json()?;
        if let Some(fields) = body.as_object_mut() {
            fields
                .retain(|name, value| !self.path.iter().any(|(known, part)| known == name && value == part));
        }
        serde_json::from_value(body).map_err(|error| Error::BadBody { problem: error.to_string() })
    }

    /// The body as what it should be.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_slice(body).map_err(|error| Error::BadBody { problem: told(&error) })
    }
}

/// What is wrong with JSON, without its text: that is the guest's own, and is told to nobody.
fn told(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => error.to_string(),
        _ => format!("isn't JSON, at line {} column {}", error.line(), error.column()),
    }
}
