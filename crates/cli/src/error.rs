//! Errors for people: what happened, and what to type next. The library says both; here they become a message and a code.

use std::path::Path;

use naragtive::home::UnknownKey;
use naragtive::models::HubError;
use naragtive::{Error, StoreError};

use crate::stop;

pub use naragtive::quoted;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What happened, to which file, what was expected and what was found.
    pub message: String,
    /// What to type or do next, each on a line of its own.
    pub hints: Vec<String>,
    /// What the process ends with.
    pub code: u8,
}

/// What a process ends with that could not do what was asked.
pub const CODE: u8 = 2;

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hints: Vec::new(), code: CODE }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same, with which the process ends otherwise.
    #[must_use]
    pub fn code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// One that the library reports.
    pub fn of(error: &Error) -> Self {
        let code = if error.is_stop() { stop::CODE } else { CODE };
        let hints = error.hints().iter().map(ToString::to_string).collect();
        Self { message: error.to_string(), hints, code }
    }

    /// One that a server reports.
    pub fn of_server(error: naragtive_serve::ServeError) -> Self {
        match error {
            naragtive_serve::ServeError::Library(error) => error.into(),
            error => error
                .hints()
                .iter()
                .fold(Self::new(error.to_string()), |said, hint| said.hint(hint.to_string())),
        }
    }

    /// A key of the config file that means nothing.
    pub fn unknown_key(path: &Path, found: &UnknownKey) -> Self {
        Self::new(found.problem(path)).hint(found.hint(path).to_string())
    }
}

/// The one of the known words that is most like the one found, if it is much like it.
pub fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    naragtive::nearest(found, known.iter().copied()).first().copied()
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(&error)
    }
}
