use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive_hub::{self as hub, Found, HubError, ModelKind, ModelSpec};
use naragtive_model::{Flow, Options};
use naragtive_store::ModelTag;

use super::{ChosenReranker, Model, ModelStatus, catalogue, export};
use crate::Error;
use crate::home::{Origin, Settings};
use crate::progress::{Step, Watch};
use crate::rerank::Reranker;

/// The models of one home. Each is opened once, when it is needed first, and shared by all who ask for it.
pub struct Models {
    settings: Settings,
    open: Mutex<HashMap<String, Arc<Model>>>,
    rerankers: Mutex<HashMap<String, Arc<Reranker>>>,
    /// Whether somebody heard that packed weights can't be kept.
    told_unkept: AtomicBool,
}

impl Models {
    /// None is opened yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            open: Mutex::default(),
            rerankers: Mutex::default(),
            told_unkept: AtomicBool::new(false),
        }
    }

    /// How models compute.
    pub fn options(&self) -> Options {
        let mut options = Options::new(self.settings.threads.value);
        options.isa = self.settings.isa.value;
        options.precision = self.settings.precision.value;
        options.cache = Some(self.settings.home.value.weights());
        options
    }

    /// The embedding model that the settings name, fetched first if it is nowhere on this machine.
    ///
    /// # Errors
    /// When there is none by that name, it can't be had or can't be used, or `watch` says stop.
    pub fn embedder(&self, watch: &mut Watch<'_>) -> Result<Arc<Model>, Error> {
        let model = self.settled(|spec| self.find(spec.name, watch))?;
        self.tell_unkept(&model, watch);
        Ok(model)
    }

    /// The one that the settings name, without fetching anything.
    ///
    /// # Errors
    /// When it isn't on this machine or can't be used.
    pub fn embedder_here(&self) -> Result<Arc<Model>, Error> {
        self.settled(|spec| self.here(spec))
    }

    /// The embedding model that a store with this tag is searched with and added to: the store's own, if it is known or lies
    /// among the home's models. Where the user typed another one, or named a folder with a model of their own, it is that one,
    /// and a store of another says so.
    ///
    /// # Errors
    /// As [`Models::embedder`].
    pub(crate) fn embedder_of(
        &self,
        tag: Option<&ModelTag>,
        watch: &mut Watch<'_>,
    ) -> Result<Arc<Model>, Error> {
        let Some(own) = self.own_of(tag) else { return self.embedder(watch) };
        let model = self.open_own(own, |spec| self.find(spec.name, watch))?;
        self.tell_unkept(&model, watch);
        Ok(model)
    }

    /// The same without fetching anything.
    ///
    /// # Errors
    /// As [`Models::embedder_here`].
    pub(crate) fn embedder_of_here(&self, tag: Option<&ModelTag>) -> Result<Arc<Model>, Error> {
        match self.own_of(tag) {
            Some(own) => self.open_own(own, |spec| self.here(spec)),
            None => self.embedder_here(),
        }
    }

    /// Whoever watches hears once that packed weights can't be kept.
    fn tell_unkept(&self, model: &Model, watch: &mut Watch<'_>) {
        if let Some(reason) = model.embedder.unkept().filter(|_| !self.told_unkept.swap(true, Relaxed)) {
            let folder = self.settings.home.value.weights();
            watch(Step::NotKept { reason: &format!("can't write into `{}`: {reason}", folder.display()) });
        }
    }

    /// The model of a store with this tag, where it is another one than the settings name.
    fn own_of(&self, tag: Option<&ModelTag>) -> Option<Own> {
        let (settled, name) = (&self.settings.model, tag?.bare_name());
        let known = hub::lookup(name).ok();
        let is_settled = match (known, hub::lookup(&settled.value)) {
            (Some(known), Ok(settled)) => known.name == settled.name,
            _ => name == settled.value,
        };
        if is_settled || matches!(settled.origin, Origin::Flag(_)) || self.names_folder_of_users_own() {
            return None;
        }
        match known {
            Some(spec) => matches!(spec.kind, ModelKind::Embedder { .. }).then_some(Own::Known(spec)),
            None => self.own_folder(name).map(|folder| Own::Folder(name.to_owned(), folder)),
        }
    }

    /// Whether a folder was named, and what is in it isn't the files that the settled model has everywhere.
    fn names_folder_of_users_own(&self) -> bool {
        let is_pinned = || {
            let found = hub::lookup(&self.settings.model.value).map(|spec| self.here(spec));
            matches!(found, Ok(Ok(found)) if found.pinned)
        };
        self.settings.model_dir.value.is_some() && !is_pinned()
    }

    /// The folder of the home's own model of this name, if there is one. The name is a store's word, and may be no way out of
    /// the folder of models.
    fn own_folder(&self, name: &str) -> Option<PathBuf> {
        let is_plain = Path::new(name).file_name() == Some(name.as_ref()) && !name.contains(['/', '\\', ':']);
        let folder = is_plain.then(|| self.settings.home.value.models().join(name));
        folder.filter(|folder| folder.is_dir())
    }

    fn here(&self, spec: &ModelSpec) -> Result<Found, Error> {
        Ok(hub::find(spec, &self.settings.hub_of(spec).places)?)
    }

    fn open_own(
        &self,
        own: Own,
        find: impl FnOnce(&ModelSpec) -> Result<Found, Error>,
    ) -> Result<Arc<Model>, Error> {
        match own {
            Own::Known(spec) => self.opened(spec.name, || find(spec)),
            Own::Folder(name, folder) => {
                self.opened(&name, || Ok(hub::named(&folder, &self.settings.hub().places)?))
            }
        }
    }

    /// The model that the settings name, which is no reranker.
    fn settled(&self, find: impl FnOnce(&ModelSpec) -> Result<Found, Error>) -> Result<Arc<Model>, Error> {
        let name = &self.settings.model.value;
        self.opened(name, || {
            export::check(name)?;
            find(hub::lookup(name)?)
        })
    }

    /// The model that is open by this name, or the one that is found for it.
    fn opened(&self, name: &str, find: impl FnOnce() -> Result<Found, Error>) -> Result<Arc<Model>, Error> {
        // Held while a model is opened, so that two who need it at once open it once.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = open.get(name) {
            return Ok(Arc::clone(model));
        }
        let model = Arc::new(Model::open(&find()?, self.options())?);
        open.insert(name.to_owned(), Arc::clone(&model));
        Ok(model)
    }

    /// The model in this folder, opened for a closer look.
    ///
    /// # Errors
    /// When it can't be used.
    pub(crate) fn open_found(&self, found: &Found) -> Result<Model, Error> {
        Model::open(found, self.options())
    }

    /// The reranker that is meant. A model that isn't on this machine is not fetched: that may be gigabytes.
    ///
    /// # Errors
    /// When there is no such reranker here, or it can't be used.
    pub fn reranker(&self, chosen: &ChosenReranker) -> Result<Arc<Reranker>, Error> {
        let mut open = self.rerankers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reranker) = open.get(&chosen.name()) {
            return Ok(Arc::clone(reranker));
        }
        let reranker = Arc::new(chosen.open(&self.settings, self.options())?);
        open.insert(chosen.name(), Arc::clone(&reranker));
        Ok(reranker)
    }

    /// The folder of the model called `name`, fetched first if it is nowhere on this machine.
    ///
    /// # Errors
    /// When there is none by that name, it can't be had, or `watch` says stop.
    pub fn find(&self, name: &str, watch: &mut Watch<'_>) -> Result<Found, Error> {
        let spec = hub::lookup(name)?;
        Ok(hub::ensure(spec, &self.settings.hub_of(spec), &mut |event| tell(watch, &event))?)
    }

    /// The folder of the model called `name`, if it is on this machine.
    ///
    /// # Errors
    /// When it isn't, or there is none by that name.
    pub fn find_here(&self, name: &str) -> Result<Found, Error> {
        let spec = hub::lookup(name)?;
        Ok(hub::find(spec, &self.settings.hub_of(spec).places)?)
    }

    /// Takes a model from a folder or an archive. Without a name it is the model the folder is called after, else the
    /// embedding model that the settings name.
    ///
    /// # Errors
    /// When it isn't such a model, or can't be copied.
    pub fn import(&self, from: &Path, name: Option<&str>, watch: &mut Watch<'_>) -> Result<Found, Error> {
        let folder = from.file_name().map(|name| name.to_string_lossy());
        let spec = match (name, folder.and_then(|name| hub::lookup(&name).ok())) {
            (Some(name), _) => hub::lookup(name)?,
            (None, Some(spec)) => spec,
            (None, None) => hub::lookup(&self.settings.model.value)?,
        };
        Ok(hub::import(from, spec, &self.settings.hub().places, &mut |event| tell(watch, &event))?)
    }

    /// Writes the embedding model called `name` into a folder that isn't there yet, or is empty, as sentence-transformers has
    /// models: what changes another model is merged into its weights. It is fetched first if it is nowhere on this machine.
    ///
    /// # Errors
    /// When it can't be had, or the folder can't be written or has something in it.
    pub fn export(&self, name: &str, to: &Path, watch: &mut Watch<'_>) -> Result<(), Error> {
        export::check(name)?;
        export::export(&self.find(name, watch)?, to)
    }

    /// How it stands with each known model. Nothing is fetched.
    pub fn known(&self) -> Vec<ModelStatus<'static>> {
        catalogue().iter().map(|spec| hub::status(spec, &self.settings.hub_of(spec).places)).collect()
    }
}

/// A store's own model.
enum Own {
    /// One of the catalogue.
    Known(&'static ModelSpec),
    /// One of the home's, by its name.
    Folder(String, PathBuf),
}

fn tell(watch: &mut Watch<'_>, event: &hub::Event<'_>) -> ControlFlow<()> {
    match watch(Step::Fetching(event)) {
        Flow::Continue => ControlFlow::Continue(()),
        Flow::Stop => ControlFlow::Break(()),
    }
}

/// Whether this is about a model that simply isn't here.
pub(crate) fn is_absent(error: &Error) -> bool {
    matches!(error, Error::Hub(HubError::NotFound { .. }))
}
