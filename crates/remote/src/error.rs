use std::fmt;

use naragtive_http::HttpError;

use crate::problem::AnswerProblem;

/// What a server is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// To say how well texts answer.
    Rerank,
    /// To answer in words.
    Chat,
    /// To make vectors of texts.
    Embed,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rerank => "reranks",
            Self::Chat => "answers in words",
            Self::Embed => "embeds",
        })
    }
}

/// Every failure of this crate. The parts are public so that a caller can add hints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// Nothing could be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The address of a server makes no sense, or holds a user and a password.
    #[error(
        "expected the address of a server, like http://localhost:8080, without user or password; found `{found}`"
    )]
    BadAddress {
        /// The address without what may be secret in it.
        found: String,
    },
    /// A server did not answer, or not to the end.
    #[error("{url} gave no answer: {reason}")]
    NoAnswer {
        /// The server.
        url: String,
        /// The network's own words.
        reason: String,
    },
    /// A server answered, but not the question.
    #[error("{url} answered with status {status}{}", added(said))]
    Refused {
        /// The server.
        url: String,
        /// HTTP status.
        status: u16,
        /// What it said about it.
        said: String,
    },
    /// A server sends us elsewhere. Nothing is sent there, as it could be anybody's.
    #[error("{url} sends us to `{to}`, where nothing was sent")]
    Moved {
        /// The server.
        url: String,
        /// The other address.
        to: String,
    },
    /// There is a server, and it has no endpoint for this.
    #[error("nothing there {does}; tried {}", ticked(tried))]
    NoEndpoint {
        /// What it was asked to do.
        does: Task,
        /// The addresses that were tried.
        tried: Vec<String>,
    },
    /// It has several models, of which one has to be named.
    #[error("{url} has several models: {}; expected the name of one", ticked(models))]
    SeveralModels {
        /// The server.
        url: String,
        /// Its models.
        models: Vec<String>,
    },
    /// It doesn't say what its model is called, and nobody else did.
    #[error("{url} doesn't say what its model is called: expected the name of one")]
    NamelessModel {
        /// The server.
        url: String,
    },
    /// Whoever waited for the answer didn't want to any longer.
    #[error("stopped")]
    Stopped,
    /// A server's answer makes no sense.
    #[error("{url} gave an answer that can't be used: {problem}")]
    BadAnswer {
        /// The server.
        url: String,
        /// What is wrong with it.
        problem: AnswerProblem,
    },
}

impl RemoteError {
    /// That the server has no endpoint for this at `url`, where it says so by one of these statuses. One that has the
    /// endpoint and not the model answers 404 too, and says so.
    pub(crate) fn or_no_endpoint(self, statuses: &[u16], does: Task, url: &str) -> Self {
        match self {
            Self::Refused { status, said, .. }
                if statuses.contains(&status) && !said.to_lowercase().contains("model") =>
            {
                Self::NoEndpoint { does, tried: vec![url.to_owned()] }
            }
            error => error,
        }
    }
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn added(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}
