//! Where to look and how to fetch, as the caller decided.

use std::path::PathBuf;
use std::time::Duration;

use naragtive_http::Proxy;

use crate::catalogue::ModelSpec;
use crate::programs::Programs;

/// Where a model's files are collected.
pub(crate) const PARTIAL: &str = "partial";
/// Where pip works.
pub(crate) const SCRATCH: &str = "pip";
/// What a model is moved to that another one takes the place of.
pub(crate) const OLD: &str = "old";

/// The folders a model may be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The program's home. Models live in `models/` in it, stamps of checked files in `cache/checked/`.
    pub home: PathBuf,
    /// The cache folder of the Hugging Face libraries (usually `~/.cache/huggingface/hub`). Only read.
    pub hub_cache: Option<PathBuf>,
    /// A model folder the user named; when there is one, no other place counts.
    pub model_dir: Option<PathBuf>,
}

/// How to fetch a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchSettings {
    /// Where to look first and where to put what was fetched.
    pub places: Places,
    /// The hub's address, `https://huggingface.co` unless the user has a mirror.
    pub endpoint: String,
    /// Sent to the endpoint's host as a bearer token, and to no other.
    pub token: Option<String>,
    /// The proxy for HTTP. Pip finds its own, in its own settings.
    pub proxy: Option<Proxy>,
    /// Fetch nothing.
    pub offline: bool,
    /// Where the programs of these commands are; nowhere, unless the caller says.
    pub programs: Programs,
    /// Commands that may be a pip, each a program and its first arguments, in the order to try them.
    pub pips: Vec<Vec<String>>,
    /// How long looking up the hub's address and connecting may take, each.
    pub connect_timeout: Duration,
    /// How long the hub may be silent before a transfer counts as broken.
    pub stall_timeout: Duration,
}

impl Places {
    /// These places in a home folder, with nothing else.
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { home: home.into(), hub_cache: None, model_dir: None }
    }

    /// The folder our own copy of a model is in, whether or not it is there.
    pub fn own(&self, spec: &ModelSpec) -> PathBuf {
        self.models().join(spec.base().name)
    }

    pub(crate) fn models(&self) -> PathBuf {
        self.home.join("models")
    }

    /// Where a model's files are collected before they are moved into place as a whole.
    pub(crate) fn partial(&self, spec: &ModelSpec) -> PathBuf {
        self.hidden(spec.base().name, PARTIAL)
    }

    /// What belongs to a model on its way in: `.NAME.WHAT` beside its place.
    pub(crate) fn hidden(&self, name: &str, what: &str) -> PathBuf {
        self.models().join(format!(".{name}.{what}"))
    }

    /// The lock of whoever brings the model of this name in.
    pub(crate) fn lock(&self, name: &str) -> PathBuf {
        self.hidden(name, "lock")
    }

    pub(crate) fn stamps(&self) -> PathBuf {
        self.home.join("cache").join("checked")
    }
}

impl FetchSettings {
    /// The usual settings: the public hub, no token, no proxy, the usual names of pip, 10 s to connect and
    /// 30 s of silence.
    pub fn new(places: Places) -> Self {
        Self {
            places,
            endpoint: "https://huggingface.co".into(),
            token: None,
            proxy: None,
            offline: false,
            programs: Programs::default(),
            pips: usual_pips(),
            connect_timeout: Duration::from_secs(10),
            stall_timeout: Duration::from_secs(30),
        }
    }
}

/// An isolated Python doesn't see what was installed with `--user`: of such a pip the scripts `pip3` and `pip` are left.
fn usual_pips() -> Vec<Vec<String>> {
    let commands: [&[&str]; 6] = [
        &["python3", "-I", "-m", "pip"],
        &["python", "-I", "-m", "pip"],
        &["pip3"],
        &["pip"],
        &["py", "-I", "-m", "pip"],
        &["uvx", "pip"],
    ];
    commands.iter().map(|words| words.iter().map(|&word| word.to_owned()).collect()).collect()
}
