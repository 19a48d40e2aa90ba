use std::path::PathBuf;

use naragtive_shared::About;
use naragtive_store::ModelTag;

use super::Fault;
use crate::models::FoundModel;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    /// What it is.
    pub subject: Subject,
    /// What was found, or what is wrong.
    pub verdict: Result<Finding, Fault>,
}

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The home folder.
    Home,
    /// The config file.
    Config,
    /// The names of the stores.
    Registry,
    /// Which store is the default.
    Default,
    /// A registered store, by name.
    Store(String),
    /// An embedding model, by name.
    Model(&'static str),
    /// The reranker.
    Reranker,
    /// The servers of shared stores.
    Servers,
    /// One of them, by name.
    Server(String),
}

/// What is as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The home folder, and whether it is there.
    Home(PathBuf, bool),
    /// The config file, and whether it is there.
    Config(PathBuf, bool),
    /// How many stores are registered, where, and the files of stores beside these that have no name.
    Registry(usize, PathBuf, Vec<PathBuf>),
    /// The default store that was chosen.
    Default(String),
    /// The default store where none was chosen: the first by name, if there is one.
    FirstByName(Option<String>),
    /// A whole store.
    Store {
        /// Its name.
        name: String,
        /// Scenes.
        scenes: usize,
        /// Whose embeddings it holds.
        model: ModelTag,
        /// Whether it takes another model to search it than those that are known here.
        is_of_other: bool,
        /// Scenes without passages.
        lacking_passages: usize,
        /// Whether the passages are of another version's recipe.
        of_other_recipe: bool,
        /// The rows that have no text or no metadata, counted from 0.
        saying_nothing: Vec<usize>,
    },
    /// A model, and how many numbers its vectors have.
    Model(FoundModel, usize),
    /// A known model that isn't here, by name.
    NoModel(&'static str),
    /// The reranker, and what computes.
    Reranker(String, String),
    /// There is no reranker, which nobody asked for; what it would be called.
    NoReranker(String),
    /// A server of shared stores, and how many of these may be read.
    Server(About, usize),
}
