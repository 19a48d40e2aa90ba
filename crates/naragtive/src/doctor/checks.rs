use std::fs;
use std::path::{Path, PathBuf};

use naragtive_hub::{self as hub, HubError, ModelKind, ModelSpec, catalogue};
use naragtive_shared::About;
use naragtive_store::{ModelTag, Registry, StoreEntry, StoreError, StoreName, check_writable};

use super::{Checkup, DefaultFile, default_file, examine};
use crate::home::{Rerank, Settings, UnknownKey};
use crate::models::{ChosenReranker, FoundModel, is_absent};
use crate::rerank::RerankerStatus;
use crate::{Error, Library};

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
    /// How many stores are registered, and where.
    Registry(usize, PathBuf),
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

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The home folder is no folder.
    #[error("`{}` should be a folder", .0.display())]
    HomeNotAFolder(PathBuf),
    /// The home folder can't be used.
    #[error("`{}` can't be used: {}", .0.display(), .1)]
    HomeUnusable(PathBuf, StoreError),
    /// Keys of the config file mean nothing; one at least.
    #[error("{}", unknown(path, keys))]
    UnknownKeys {
        /// The file.
        path: PathBuf,
        /// The keys.
        keys: Vec<UnknownKey>,
    },
    /// default.txt names a store that isn't registered.
    #[error("default.txt names `{name}`, which is not registered")]
    Dangling {
        /// The name.
        name: String,
        /// The store that is the default for want of it.
        instead: Option<String>,
        /// The file.
        file: PathBuf,
    },
    /// A store can't be read, or not all of it.
    #[error("{source}")]
    Damaged {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: StoreError,
    },
    /// A store's path is from another folder.
    #[error("its path `{}` only works in this folder", .0.at)]
    Relative(Box<StoreEntry>),
    /// Several scenes of a store have one id.
    #[error("{}", repeated(ids))]
    RepeatedIds {
        /// The ids.
        ids: Vec<String>,
        /// The store.
        entry: Box<StoreEntry>,
    },
    /// A store holds another number of scenes than is registered.
    #[error("it holds {found} scenes, registered are {}", entry.record_count)]
    Changed {
        /// The store.
        entry: Box<StoreEntry>,
        /// How many it holds.
        found: usize,
    },
    /// The program's own copy of a model is not as it should be.
    #[error("{source}")]
    BadCopy {
        /// What is wrong.
        source: Box<Error>,
        /// Its folder.
        folder: PathBuf,
    },
    /// Something else.
    #[error("{0}")]
    Other(Box<Error>),
}

/// How many ids a message names.
const SHOWN: usize = 3;

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Other(Box::new(error.into()))
    }
}

/// Everything, in the order in which a fault may cause the next one.
pub fn check_all(library: &Library) -> Vec<Check> {
    let (settings, registry) = (library.settings(), library.settings().registry());
    let check = |subject, verdict| Check { subject, verdict };
    let mut checks = vec![check(Subject::Home, home(settings)), check(Subject::Config, config(settings))];
    match registry.list() {
        Err(error) => checks.push(check(Subject::Registry, Err(error.into()))),
        Ok(entries) => {
            let found = Finding::Registry(entries.len(), registry.path());
            checks.push(check(Subject::Registry, Ok(found)));
            checks.push(check(Subject::Default, default(&registry)));
            let store = |entry: &StoreEntry| check(Subject::Store(entry.name.clone()), store(entry, library));
            checks.extend(entries.iter().map(store));
        }
    }
    let models = catalogue().iter().filter(|spec| is_looked_at(spec, settings));
    checks.extend(models.map(|spec| check(Subject::Model(spec.name), model(spec, library))));
    checks.push(check(Subject::Reranker, reranker(library)));
    match library.shared().hosts().list() {
        Err(error) => checks.push(check(Subject::Servers, Err(error.into()))),
        Ok(hosts) => checks.extend(
            hosts
                .iter()
                .map(|host| check(Subject::Server(host.name.to_string()), server(library, &host.name))),
        ),
    }
    checks
}

fn server(library: &Library, host: &StoreName) -> Result<Finding, Fault> {
    let shared = library.shared();
    let about = shared.about(host)?;
    Ok(Finding::Server(about, shared.stores(host)?.len()))
}

fn home(settings: &Settings) -> Result<Finding, Fault> {
    let root = settings.home.value.root();
    match fs::metadata(root) {
        Err(_) => Ok(Finding::Home(root.to_owned(), false)),
        Ok(found) if !found.is_dir() => Err(Fault::HomeNotAFolder(root.to_owned())),
        Ok(_) => match check_writable(root.join("doctor.parquet")) {
            Ok(()) => Ok(Finding::Home(root.to_owned(), true)),
            Err(error) => Err(Fault::HomeUnusable(root.to_owned(), error)),
        },
    }
}

/// A config file that can't be used at all has ended the command before.
fn config(settings: &Settings) -> Result<Finding, Fault> {
    let path = settings.home.value.config();
    if settings.unknown_keys.is_empty() {
        let is_there = path.exists();
        return Ok(Finding::Config(path, is_there));
    }
    Err(Fault::UnknownKeys { path, keys: settings.unknown_keys.clone() })
}

fn default(registry: &Registry) -> Result<Finding, Fault> {
    let fallback = registry.default_store()?.map(|entry| entry.name);
    match default_file(registry)? {
        DefaultFile::Names(name) => Ok(Finding::Default(name)),
        DefaultFile::Absent => Ok(Finding::FirstByName(fallback)),
        DefaultFile::Dangling(name) => {
            let file = registry.root().join("default.txt");
            Err(Fault::Dangling { name, instead: fallback, file })
        }
    }
}

fn store(entry: &StoreEntry, library: &Library) -> Result<Finding, Fault> {
    let (name, at) = (entry.name.clone(), entry.at.clone());
    let checkup = match examine(&at) {
        Err(error) if error.is_not_found() => {
            return Err(Error::StoreMoved { name, relative: at.is_relative(), path: at.into() }.into());
        }
        Err(source) => return Err(Fault::Damaged { name, source }),
        Ok(checkup) => checkup,
    };
    let Checkup { records, model, lacking_passages, of_other_recipe, saying_nothing, duplicates } = checkup;
    // The model that a search would take; what is wrong with a model itself is said below.
    let own = library.models().embedder_of_here(Some(&model)).ok().map(|own| own.tag.clone());
    if let Some(own) = own.clone().filter(|own| own.is_called_like(&model) && !own.agrees_with(&model)) {
        let (expected, found) = (Box::new(own), Box::new(model));
        return Err(StoreError::OtherModel { path: at.into(), expected, found }.into());
    }
    if entry.at.is_relative() {
        return Err(Fault::Relative(Box::new(entry.clone())));
    }
    if !duplicates.is_empty() {
        return Err(Fault::RepeatedIds { ids: duplicates, entry: Box::new(entry.clone()) });
    }
    if records != entry.record_count {
        return Err(Fault::Changed { entry: Box::new(entry.clone()), found: records });
    }
    // A store of a model that nobody here knows is whole, but searching it takes that model.
    let is_known = hub::lookup(model.bare_name()).is_ok() || own.is_some_and(|own| own.agrees_with(&model));
    let is_of_other = library.settings().model_dir.value.is_none() && !is_known;
    let scenes = records;
    Ok(Finding::Store { name, scenes, model, is_of_other, lacking_passages, of_other_recipe, saying_nothing })
}

/// The embedding model that is settled, and others with files of their own in the home folder.
fn is_looked_at(spec: &ModelSpec, settings: &Settings) -> bool {
    let settled = hub::lookup(&settings.model.value).ok();
    let is_settled = settled.is_some_and(|settled| settled.name == spec.name);
    let has_others_files = settled.is_some_and(|settled| settled.base().name == spec.base().name);
    let has_files = || !has_others_files && settings.hub().places.own(spec).is_dir();
    matches!(spec.kind, ModelKind::Embedder { .. }) && (is_settled || has_files())
}

/// Every file is summed up again, whatever was noted about it before.
fn model(spec: &'static ModelSpec, library: &Library) -> Result<Finding, Fault> {
    let settings = library.settings();
    let places = settings.hub_of(spec).places;
    let own = places.own(spec);
    if places.model_dir.is_none() && own.is_dir() {
        sum_up(&own, spec, settings)?;
    }
    let found = match hub::find(spec, &places) {
        Err(HubError::NotFound { .. }) => return Ok(Finding::NoModel(spec.name)),
        found => found?,
    };
    if found.pinned && found.folder != own {
        sum_up(&found.folder, spec, settings)?;
    }
    let dimension = library.models().open_found(&found)?.tag.dimension;
    Ok(Finding::Model(found, dimension))
}

/// One that nobody asked for need not be here.
fn reranker(library: &Library) -> Result<Finding, Fault> {
    let settings = library.settings();
    let chosen = ChosenReranker::of(settings, None, None);
    let name = chosen.name();
    if let Ok(spec) = hub::lookup(&name) {
        let is_wanted = settings.rerank.value != Rerank::Off || chosen.is_named();
        match library.models().find_here(spec.name) {
            Err(error) if is_absent(&error) && !is_wanted => return Ok(Finding::NoReranker(name)),
            found => sum_up(&found?.folder, spec, settings)?,
        }
    }
    let RerankerStatus { name, device, .. } = library.models().reranker(&chosen)?.status()?;
    Ok(Finding::Reranker(name, device))
}

/// Checks without the notes of earlier checks, and leaves none.
fn sum_up(folder: &Path, spec: &ModelSpec, settings: &Settings) -> Result<(), Fault> {
    let notes: PathBuf = settings.home.value.checkup(std::process::id());
    let checked = hub::check(folder, spec, &notes);
    // Nothing else is in there, and one that stays is taken for a fault by nobody.
    fs::remove_dir_all(&notes).ok();
    match checked {
        Err(error) if folder == settings.hub().places.own(spec) => {
            Err(Fault::BadCopy { source: Box::new(error.into()), folder: folder.to_owned() })
        }
        checked => Ok(checked?),
    }
}

fn unknown(path: &Path, keys: &[UnknownKey]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", key.key)).collect();
    let what = if keys.len() == 1 { "an unknown key" } else { "unknown keys" };
    format!("`{}` has {what} {}", path.display(), keys.join(", "))
}

fn repeated(ids: &[String]) -> String {
    let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
    let more = if ids.len() > SHOWN { ", ..." } else { "" };
    let said = match ids.len() {
        1 => "one id is".to_owned(),
        several => format!("{several} ids are"),
    };
    format!("{said} used by more than one scene: {}{more}", shown.join(", "))
}
