use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use naragtive_http::{self as http, HttpError};
use serde_json::{Value, json};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, RequestBuilder, Timeout};

use crate::address::{self, ServerAddress};
use crate::error::RemoteError;
use crate::problem::{AnswerProblem, complaint};
use crate::settings::ServerSettings;

/// A complaint longer than this is not read to its end.
const COMPLAINT: u64 = 64 << 10;

/// The way to one server, whatever it is asked for.
#[derive(Clone)]
pub(crate) struct Connection {
    agent: Agent,
    address: Arc<ServerAddress>,
    model: Option<String>,
    key: Option<String>,
    pauses: Arc<[Duration]>,
}

impl Connection {
    /// Asks nothing yet. No request may take longer than `longest`.
    pub(crate) fn new(settings: &ServerSettings, longest: Duration) -> Result<Self, RemoteError> {
        let address = ServerAddress::parse(&settings.url)?;
        if settings.key.is_some() && !http::keeps_secrets(&settings.url) {
            return Err(HttpError::PlainHttp { url: address.shown().to_owned() }.into());
        }
        let proxy = settings.proxy.as_ref().filter(|_| address.is_https());
        let config = http::config(proxy)?
            // A redirect could take the key and the stories elsewhere; the user can name the right address.
            .max_redirects(0)
            .timeout_resolve(Some(settings.connect_timeout))
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_global(Some(longest));
        Ok(Self {
            agent: config.build().new_agent(),
            address: Arc::new(address),
            model: settings.model.clone(),
            key: settings.key.clone(),
            pauses: settings.pauses.clone().into(),
        })
    }

    pub(crate) fn address(&self) -> &ServerAddress {
        &self.address
    }

    pub(crate) fn url(&self) -> String {
        self.address.shown().to_owned()
    }

    /// The model that is asked for, if one was named.
    pub(crate) fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The question, and which model it is for.
    pub(crate) fn question(&self, mut question: Value) -> Value {
        if let Some(model) = &self.model {
            question["model"] = json!(model);
        }
        question
    }

    /// What the server answers to a question, if it answers it.
    pub(crate) fn post(&self, url: &str, question: &Value) -> Result<Response<Body>, RemoteError> {
        let request = self.agent.post(url).header("content-type", "application/json");
        let sent = self.with_key(request).send(question.to_string().as_bytes());
        self.accepted(sent.map_err(|error| self.failure(&error))?)
    }

    /// What is at an address of the server.
    pub(crate) fn get(&self, url: &str) -> Result<Response<Body>, RemoteError> {
        let sent = self.with_key(self.agent.get(url)).call();
        self.accepted(sent.map_err(|error| self.failure(&error))?)
    }

    fn with_key<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.key {
            Some(key) => request.header("authorization", format!("Bearer {key}")),
            None => request,
        }
    }

    fn accepted(&self, response: Response<Body>) -> Result<Response<Body>, RemoteError> {
        match response.status() {
            StatusCode::OK => Ok(response),
            status if status.is_redirection() => {
                let to = response.headers().get("location").and_then(|to| to.to_str().ok());
                let to = address::without_secrets(to.unwrap_or_default());
                Err(RemoteError::Moved { url: self.url(), to })
            }
            status => {
                let mut bytes = Vec::new();
                // Half of a complaint says something too.
                let _ = response.into_body().into_reader().take(COMPLAINT).read_to_end(&mut bytes);
                Err(RemoteError::Refused {
                    url: self.url(),
                    status: status.as_u16(),
                    said: complaint(&bytes),
                })
            }
        }
    }

    /// The whole of an answer.
    pub(crate) fn read(&self, response: Response<Body>, limit: u64) -> Result<Vec<u8>, RemoteError> {
        let mut bytes = Vec::new();
        let mut body = response.into_body().into_reader().take(limit + 1);
        body.read_to_end(&mut bytes).map_err(|error| self.broken(&error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(self.odd(AnswerProblem::TooLong { limit }));
        }
        Ok(bytes)
    }

    /// How long to wait before the same is asked once more after this error, which came after so many tries; none where
    /// that would be a waste. What took too long once is not asked again, and only who says that it is busy is asked more
    /// than twice.
    pub(crate) fn pause(&self, error: &RemoteError, tried: usize) -> Option<Duration> {
        let is_busy = matches!(error, RemoteError::Refused { status: 429 | 503, .. });
        let may_pass = match error {
            RemoteError::Refused { status, .. } => *status >= 500 && *status != 501,
            RemoteError::NoAnswer { reason, .. } => !reason.starts_with("timeout"),
            RemoteError::Http(HttpError::Unreachable { .. }) => true,
            _ => false,
        };
        (is_busy || may_pass && tried == 0).then(|| self.pauses.get(tried).copied()).flatten()
    }

    pub(crate) fn broken(&self, reason: &str) -> RemoteError {
        RemoteError::NoAnswer { url: self.url(), reason: reason.to_owned() }
    }

    pub(crate) fn odd(&self, problem: AnswerProblem) -> RemoteError {
        RemoteError::BadAnswer { url: self.url(), problem }
    }

    fn failure(&self, error: &ureq::Error) -> RemoteError {
        let (url, reason) = (self.url(), error.to_string());
        let connected = match error {
            ureq::Error::Timeout(when) => !matches!(when, Timeout::Resolve | Timeout::Connect),
            error => !http::never_connected(error),
        };
        if connected {
            RemoteError::NoAnswer { url, reason }
        } else {
            HttpError::Unreachable { url, reason }.into()
        }
    }
}
