use naragtive_http::HttpError;

use crate::answer::AnswerProblem;

/// Every failure of this crate. The parts are public so that a caller can add hints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// Nothing could be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The address of a reranking server makes no sense, or holds a user and a password.
    #[error(
        "expected the address of a server, like http://localhost:8080, without user or password; found `{found}`"
    )]
    BadAddress {
        /// The address without what may be secret in it.
        found: String,
    },
    /// A reranking server did not answer, or not to the end.
    #[error("{url} gave no answer: {reason}")]
    NoAnswer {
        /// The server.
        url: String,
        /// The network's own words.
        reason: String,
    },
    /// A reranking server answered, but not with scores.
    #[error("{url} answered with status {status}{}", added(said))]
    Refused {
        /// The server.
        url: String,
        /// HTTP status.
        status: u16,
        /// What it said about it.
        said: String,
    },
    /// A reranking server sends us elsewhere. Nothing is sent there, as it could be anybody's.
    #[error("{url} sends us to `{to}`, where nothing was sent")]
    Moved {
        /// The server.
        url: String,
        /// The other address.
        to: String,
    },
    /// There is a server, and it has no endpoint that reranks.
    #[error("nothing there reranks; tried {}", ticked(tried))]
    NoReranker {
        /// The addresses that were tried.
        tried: Vec<String>,
    },
    /// A reranking server's answer makes no sense.
    #[error("{url} gave an answer that can't be used: {problem}")]
    BadAnswer {
        /// The server.
        url: String,
        /// What is wrong with it.
        problem: AnswerProblem,
    },
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn added(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}
