//! A server that reranks: llama-server started with `--rerank`, text-embeddings-inference, or one that speaks
//! as Jina's does.

use std::io::Read;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use naragtive_http::{self as http, HttpError, Proxy};
use serde_json::{Value, json};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, Timeout};

use crate::address::{self, Address, Endpoint, Form};
use crate::answer::{self, AnswerProblem};
use crate::error::RemoteError;

/// So many texts are sent at once: text-embeddings-inference takes no more unless it is told to.
const BATCH: usize = 32;
/// How long to wait before the second try.
const PAUSE: Duration = Duration::from_millis(500);
/// An answer longer than this is not read to its end.
const LONGEST_ANSWER: u64 = 16 << 20;

/// Where a reranking server is and how to ask it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Its address. With a path it is used as it is, else `/v1/rerank` is tried, then `/rerank`.
    pub url: String,
    /// The model to ask for, where the server has several.
    pub model: Option<String>,
    /// Sent as a bearer token, to this address only: redirects are not followed.
    pub key: Option<String>,
    /// The proxy for HTTPS.
    pub proxy: Option<Proxy>,
    /// How long looking up the address and connecting may take, each.
    pub connect_timeout: Duration,
    /// How long one request may take as a whole.
    pub timeout: Duration,
}

impl ServerSettings {
    /// The usual settings: 5 s to connect, 60 s for an answer, no model, no key, no proxy.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: None,
            key: None,
            proxy: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(60),
        }
    }
}

/// A server that says how well texts answer a query.
pub struct RerankServer {
    agent: Agent,
    address: Address,
    model: Option<String>,
    key: Option<String>,
    /// The endpoint that answered.
    answers: OnceLock<Endpoint>,
}

impl RerankServer {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// [`RemoteError::BadAddress`] for an address that is no URL or holds a password, [`HttpError::BadProxy`],
    /// [`HttpError::PlainHttp`] where the key would be readable on the way.
    pub fn new(settings: &ServerSettings) -> Result<Self, RemoteError> {
        let address = Address::parse(&settings.url)?;
        if settings.key.is_some() && !http::keeps_secrets(&settings.url) {
            return Err(HttpError::PlainHttp { url: address.shown().to_owned() }.into());
        }
        let proxy = settings.proxy.as_ref().filter(|_| address.is_https());
        let config = http::config(proxy)?
            // A redirect could take the key elsewhere; the user can name the right address.
            .max_redirects(0)
            .timeout_resolve(Some(settings.connect_timeout))
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_global(Some(settings.timeout));
        Ok(Self {
            agent: config.build().new_agent(),
            address,
            model: settings.model.clone(),
            key: settings.key.clone(),
            answers: OnceLock::new(),
        })
    }

    /// Its address without what may be secret in it.
    pub fn address(&self) -> &str {
        self.address.shown()
    }

    /// The model that it is asked for, if one was named.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The server's score of each text, in the order of the texts: higher is better, the scale is the server's.
    /// `progress` hears how many texts are scored.
    ///
    /// A connection that fails, a status of 500 or more and one of 429 are tried once more.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`], [`RemoteError::NoAnswer`], [`RemoteError::Refused`], [`RemoteError::Moved`],
    /// [`RemoteError::NoReranker`] or [`RemoteError::BadAnswer`].
    pub fn score(
        &self,
        query: &str,
        texts: &[&str],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<f32>, RemoteError> {
        let mut scores = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH) {
            scores.extend(self.ask(query, batch)?);
            progress(scores.len());
        }
        Ok(scores)
    }

    fn ask(&self, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        match self.answers.get() {
            Some(endpoint) => self.post(endpoint, query, texts),
            None => self.find_out(query, texts),
        }
    }

    /// Tries each endpoint that there may be, and remembers the one that answers.
    fn find_out(&self, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        let (mut missing, mut refusal) = (Vec::new(), None);
        for endpoint in self.address.endpoints() {
            if missing.contains(&endpoint.url) {
                continue;
            }
            match self.post(&endpoint, query, texts) {
                Ok(scores) => {
                    let _ = self.answers.set(endpoint);
                    return Ok(scores);
                }
                Err(RemoteError::Refused { status: 404 | 405, .. }) => missing.push(endpoint.url),
                Err(error @ RemoteError::Refused { status: 400 | 415 | 422, .. }) => {
                    refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(refusal.unwrap_or(RemoteError::NoReranker { tried: missing }))
    }

    fn post(&self, endpoint: &Endpoint, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        match self.once(endpoint, query, texts) {
            Err(error) if may_pass(&error) => {
                sleep(PAUSE);
                self.once(endpoint, query, texts)
            }
            done => done,
        }
    }

    fn once(&self, endpoint: &Endpoint, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        let mut request = self.agent.post(&endpoint.url).header("content-type", "application/json");
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let body = self.question(endpoint.form, query, texts).to_string();
        let response = request.send(body.as_bytes()).map_err(|error| self.failure(error))?;
        let (status, to) = (response.status(), location(&response));
        let bytes = self.read(response)?;
        match status {
            StatusCode::OK => answer::scores(&bytes, texts.len()).map_err(|problem| self.odd(problem)),
            status if status.is_redirection() => Err(RemoteError::Moved { url: self.url(), to }),
            status => Err(RemoteError::Refused {
                url: self.url(),
                status: status.as_u16(),
                said: answer::complaint(&bytes),
            }),
        }
    }

    fn question(&self, form: Form, query: &str, texts: &[&str]) -> Value {
        let mut question = match form {
            Form::Documents => json!({"query": query, "documents": texts}),
            Form::Texts => json!({"query": query, "texts": texts, "truncate": true}),
        };
        if let Some(model) = &self.model {
            question["model"] = json!(model);
        }
        question
    }

    fn read(&self, response: Response<Body>) -> Result<Vec<u8>, RemoteError> {
        let mut bytes = Vec::new();
        let mut body = response.into_body().into_reader().take(LONGEST_ANSWER + 1);
        body.read_to_end(&mut bytes)
            .map_err(|error| RemoteError::NoAnswer { url: self.url(), reason: error.to_string() })?;
        if bytes.len() as u64 > LONGEST_ANSWER {
            return Err(self.odd(AnswerProblem::TooLong { limit: LONGEST_ANSWER }));
        }
        Ok(bytes)
    }

    fn url(&self) -> String {
        self.address.shown().to_owned()
    }

    fn odd(&self, problem: AnswerProblem) -> RemoteError {
        RemoteError::BadAnswer { url: self.url(), problem }
    }

    fn failure(&self, error: ureq::Error) -> RemoteError {
        let (url, reason) = (self.url(), error.to_string());
        let connected = match &error {
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

/// Where a redirect leads, without what may be secret in it.
fn location(response: &Response<Body>) -> String {
    let to = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    address::without_secrets(to)
}

/// Whether the same question may be answered the second time. What took too long once is not asked again.
fn may_pass(error: &RemoteError) -> bool {
    match error {
        RemoteError::Refused { status, .. } => *status == 429 || *status >= 500 && *status != 501,
        RemoteError::NoAnswer { reason, .. } => !reason.starts_with("timeout"),
        RemoteError::Http(HttpError::Unreachable { .. }) => true,
        _ => false,
    }
}
