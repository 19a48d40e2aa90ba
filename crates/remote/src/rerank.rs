//! A server that reranks: llama-server started with `--rerank`, text-embeddings-inference, or one that speaks
//! as Jina's does.

use std::sync::OnceLock;
use std::thread::sleep;

use serde_json::json;

use crate::address::{Endpoint, ServerForm};
use crate::answer;
use crate::connection::Connection;
use crate::error::{RemoteError, Task};
use crate::settings::ServerSettings;

/// So many texts are sent at once: text-embeddings-inference takes no more unless it is told to.
const BATCH: usize = 32;
/// An answer longer than this is not read to its end.
const LONGEST_ANSWER: u64 = 16 << 20;

/// A server that says how well texts answer a query.
pub struct RerankServer {
    connection: Connection,
    /// The endpoint that answered.
    answers: OnceLock<Endpoint>,
}

impl RerankServer {
    /// Asks nothing yet.
    ///
    /// # Errors
    /// [`RemoteError::BadAddress`] for an address that is no URL or holds a password, [`HttpError::BadProxy`],
    /// [`HttpError::PlainHttp`] where the key would be readable on the way.
    ///
    /// [`HttpError::BadProxy`]: naragtive_http::HttpError::BadProxy
    /// [`HttpError::PlainHttp`]: naragtive_http::HttpError::PlainHttp
    pub fn new(settings: &ServerSettings) -> Result<Self, RemoteError> {
        Ok(Self { connection: Connection::new(settings, settings.timeout)?, answers: OnceLock::new() })
    }

    /// Its address without what may be secret in it.
    pub fn address(&self) -> &str {
        self.connection.address().shown()
    }

    /// The model that it is asked for, if one was named.
    pub fn model(&self) -> Option<&str> {
        self.connection.model()
    }

    /// The server's score of each text, in the order of the texts: higher is better, the scale is the server's.
    /// `progress` hears how many texts are scored.
    ///
    /// A connection that fails, a status of 500 or more and one of 429 are tried once more.
    ///
    /// # Errors
    /// [`HttpError::Unreachable`], [`RemoteError::NoAnswer`], [`RemoteError::Refused`], [`RemoteError::Moved`],
    /// [`RemoteError::NoEndpoint`] or [`RemoteError::BadAnswer`].
    ///
    /// [`HttpError::Unreachable`]: naragtive_http::HttpError::Unreachable
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
        for endpoint in self.connection.address().endpoints() {
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
        Err(refusal.unwrap_or(RemoteError::NoEndpoint { does: Task::Rerank, tried: missing }))
    }

    fn post(&self, endpoint: &Endpoint, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        let mut tried = 0;
        loop {
            let done = self.once(endpoint, query, texts);
            match done.as_ref().err().and_then(|error| self.connection.pause(error, tried)) {
                Some(pause) => sleep(pause),
                None => return done,
            }
            tried += 1;
        }
    }

    fn once(&self, endpoint: &Endpoint, query: &str, texts: &[&str]) -> Result<Vec<f32>, RemoteError> {
        let question = match endpoint.form {
            ServerForm::Documents => json!({"query": query, "documents": texts}),
            ServerForm::Texts => json!({"query": query, "texts": texts, "truncate": true}),
        };
        let response = self.connection.post(&endpoint.url, &self.connection.question(question))?;
        let bytes = self.connection.read(response, LONGEST_ANSWER)?;
        answer::scores(&bytes, texts.len()).map_err(|problem| self.connection.odd(problem))
    }
}
