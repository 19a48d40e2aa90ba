use std::io;

use naragtive::StoreError;

/// Why a call wasn't answered. What a model can mend says what was expected; story text is in none of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No tool, or no prompt, has this name.
    #[error("there is no {what} `{name}`; known: {known}")]
    Unknown {
        /// A tool or a prompt.
        what: &'static str,
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The tool has no such argument.
    #[error("unknown argument `{name}`, expected one of {}", ticked(known))]
    UnknownArgument {
        /// The argument.
        name: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// An argument has to be given and wasn't.
    #[error("an argument is missing: expected {expected}")]
    Missing {
        /// Which.
        expected: &'static str,
    },
    /// An argument is something else than it should be.
    #[error("argument `{name}`: expected {expected}, found {found}")]
    BadArgument {
        /// The argument.
        name: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// No registered store has this name.
    #[error("there is no store `{name}`")]
    UnknownStore {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
        /// The one most like it.
        nearest: Option<String>,
    },
    /// No scene has this id.
    #[error("there is no scene `{id}` in {store}")]
    UnknownScene {
        /// The id.
        id: String,
        /// Where it was looked for.
        store: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },
    /// A cursor that this program didn't make, or for other arguments.
    #[error("the cursor doesn't belong to this call")]
    BadCursor,
    /// A cursor of a store that is another one by now.
    #[error("what was searched has changed since the cursor was made")]
    StaleCursor,
    /// A resource's address that names no scene.
    #[error("expected naragtive://STORE/ID, found `{uri}`")]
    BadUri {
        /// The address.
        uri: String,
    },
    /// More calls wait than are ever answered in time.
    #[error("too many calls wait already")]
    Busy,
    /// The client took the call back.
    #[error("the call was cancelled")]
    Cancelled,
    /// A fault of this program.
    #[error("this is a bug in naragtive, please report it")]
    Bug,
    /// A program's configuration can't be read or isn't what it should be.
    #[error("can't use `{path}`: {problem}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong.
        problem: String,
    },
    /// The connection.
    #[error("the connection to the client: {0}")]
    Connection(String),
    /// The threads that answer can't be started.
    #[error("can't start the server: {0}")]
    Start(io::Error),
    /// The library.
    #[error(transparent)]
    Library(#[from] naragtive::Error),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Library(error.into())
    }
}

impl Error {
    /// What to do next, in words for whoever called.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownArgument { name, known } => {
                let nearest = naragtive::nearest(name, known.iter().copied());
                format!("did you mean `{}`?", nearest.first()?)
            }
            Self::UnknownStore { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownStore { known, .. } if known.is_empty() => NO_STORE.to_owned(),
            Self::UnknownStore { known, .. } => format!("the stores: {}; all of them: `*`", ticked(known)),
            Self::UnknownScene { nearest, .. } => match nearest.first() {
                Some(id) => format!("did you mean `{id}`?"),
                None => "give `store` as the hit has it, or `*` to look through all stores".to_owned(),
            },
            Self::BadCursor => "give back `next` as it came, with the same other arguments".to_owned(),
            Self::StaleCursor => "call again without `cursor`".to_owned(),
            Self::Busy => "call again in a few seconds".to_owned(),
            Self::Library(naragtive::Error::NoStore | naragtive::Error::NoDefault) => NO_STORE.to_owned(),
            Self::Library(naragtive::Error::Hub(_)) => {
                "the user has to type once: naragtive model pull; `mode` keyword works without".to_owned()
            }
            Self::Library(_) => "the user can look for what is wrong: naragtive doctor".to_owned(),
            _ => return None,
        })
    }
}

const NO_STORE: &str = "the user has to make a store first: naragtive ingest FILE --register NAME";

/// Each in backticks, with commas.
pub(crate) fn ticked(names: &[impl AsRef<str>]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
