use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use naragtive_hub::{self as hub, FoundModel, HubError, ModelSpec};
use naragtive_model::{Embedder, Flow, ModelOptions};
use naragtive_remote::{EmbedServer, ServerSettings};
use naragtive_store::ModelTag;

use super::any_embedder::failed;
use super::maker::{Maker, Own, nowhere};
use super::{ChosenReranker, Model, ModelStatus, catalogue, export};
use crate::Error;
use crate::flow::control;
use crate::home::{Setting, SettingOrigin, Settings};
use crate::progress::{Step, Watch};
use crate::rerank::{Reranker, RerankerStatus};

/// A server that is busy or loads its model is asked again for a quarter of a minute.
const SERVER_TRIES: u32 = 5;

/// The models of one home. Each is opened once, when it is needed first, and shared by all who ask for it.
pub struct Models {
    settings: Settings,
    open: Mutex<HashMap<String, Arc<Model>>>,
    /// The model of the one server that the settings name.
    server: Mutex<Option<Arc<Model>>>,
    rerankers: Mutex<HashMap<String, Arc<Reranker>>>,
    /// Whether somebody heard that packed weights can't be kept.
    told_unkept: AtomicBool,
    /// See [`Models::names_folder_of_users_own`]: to look through a folder's files takes longer than many a search.
    folder_of_users_own: OnceLock<bool>,
}

impl Models {
    /// None is opened yet.
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: settings.clone(),
            open: Mutex::default(),
            server: Mutex::default(),
            rerankers: Mutex::default(),
            told_unkept: AtomicBool::new(false),
            folder_of_users_own: OnceLock::new(),
        }
    }

    /// How models compute.
    pub fn options(&self) -> ModelOptions {
        let mut options = ModelOptions::new(self.settings.threads.value);
        options.isa = self.settings.isa.value;
        options.precision = self.settings.precision.value;
        options.cache = Some(self.settings.home.value.weights());
        options
    }

    /// The embedding model that the settings name, fetched first if it is nowhere on this machine; of a server that they name
    /// the model that it has.
    ///
    /// # Errors
    /// When there is none by that name, it can't be had or can't be used, or `watch` says stop.
    pub fn embedder(&self, watch: &mut Watch<'_>) -> Result<Arc<Model>, Error> {
        self.made_by(Maker::settled(&self.settings), watch)
    }

    /// The one that the settings name, without fetching anything.
    ///
    /// # Errors
    /// When it isn't on this machine, can't be used, or its server can't be asked.
    pub fn embedder_here(&self) -> Result<Arc<Model>, Error> {
        match Maker::settled(&self.settings) {
            Maker::Server => self.server(&mut |_| Flow::Continue),
            _ => self.settled(|spec| self.here(spec)),
        }
    }

    /// The known one of this name, without fetching anything.
    ///
    /// # Errors
    /// When there is none by that name, it isn't on this machine or can't be used.
    pub fn embedder_called_here(&self, name: &str) -> Result<Arc<Model>, Error> {
        self.called(name, |spec| self.here(spec))
    }

    /// The embedding model that a store with this tag is searched with and added to: the store's own, if it is known, lies
    /// among the home's models or is that of the server that is named. Where the user typed another one, or named a folder
    /// with a model of their own, it is that one, and a store of another says so.
    ///
    /// # Errors
    /// As [`Models::embedder`]; [`Error::NoEmbedServer`].
    pub(crate) fn embedder_of(
        &self,
        tag: Option<&ModelTag>,
        watch: &mut Watch<'_>,
    ) -> Result<Arc<Model>, Error> {
        self.made_by(Maker::of(tag, &self.settings, &|| self.names_folder_of_users_own())?, watch)
    }

    /// The same without fetching anything, and without asking a server what it has.
    ///
    /// # Errors
    /// As [`Models::embedder_here`].
    pub(crate) fn embedder_of_here(&self, tag: Option<&ModelTag>) -> Result<Arc<Model>, Error> {
        match Maker::of(tag, &self.settings, &|| self.names_folder_of_users_own())? {
            Maker::Own(own) => self.open_own(own, |spec| self.here(spec)),
            Maker::Settled => self.settled(|spec| self.here(spec)),
            Maker::Server => {
                let open = self.server.lock().unwrap_or_else(PoisonError::into_inner);
                open.clone().ok_or_else(|| nowhere(tag))
            }
        }
    }

    fn made_by(&self, maker: Maker, watch: &mut Watch<'_>) -> Result<Arc<Model>, Error> {
        let model = match maker {
            Maker::Server => return self.server(watch),
            Maker::Settled => self.settled(|spec| self.find(spec.name, watch))?,
            Maker::Own(own) => self.open_own(own, |spec| self.find(spec.name, watch))?,
        };
        self.tell_unkept(&model, watch);
        Ok(model)
    }

    /// The model of the server that the settings name, which is asked once what it has.
    fn server(&self, watch: &mut Watch<'_>) -> Result<Arc<Model>, Error> {
        // Held while it is asked, so that two who need it at once ask it once.
        let mut open = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = &*open {
            return Ok(Arc::clone(model));
        }
        let Settings { embed_url, embed_key, model, network, .. } = &self.settings;
        let url = embed_url.value.clone().unwrap_or_default();
        let names_its_model =
            model.origin != SettingOrigin::Default && !embed_url.origin.is_stronger_than(model.origin);
        let settings = ServerSettings {
            model: names_its_model.then(|| model.value.clone()),
            key: embed_key.clone(),
            proxy: network.proxy.clone(),
            ..ServerSettings::new(&url).tried(SERVER_TRIES)
        };
        let shown = naragtive_remote::shown(&url);
        let server = EmbedServer::connect(&settings, &mut || control(watch(Step::Connecting(&shown))));
        let model = Arc::new(Model::of_server(server.map_err(failed)?));
        *open = Some(Arc::clone(&model));
        Ok(model)
    }

    /// Whoever watches hears once that packed weights can't be kept.
    fn tell_unkept(&self, model: &Model, watch: &mut Watch<'_>) {
        if let Some(reason) = model
            .embedder
            .local()
            .and_then(Embedder::unkept)
            .filter(|_| !self.told_unkept.swap(true, Relaxed))
        {
            let folder = self.settings.home.value.weights();
            watch(Step::NotKept { reason: &format!("can't write into `{}`: {reason}", folder.display()) });
        }
    }

    /// Whether a folder was named, and what is in it isn't the files that the settled model has everywhere.
    fn names_folder_of_users_own(&self) -> bool {
        let is_pinned = || {
            let found = hub::lookup(&self.settings.model.value).map(|spec| self.here(spec));
            matches!(found, Ok(Ok(found)) if found.pinned)
        };
        self.settings.model_dir.value.is_some() && *self.folder_of_users_own.get_or_init(|| !is_pinned())
    }

    fn here(&self, spec: &ModelSpec) -> Result<FoundModel, Error> {
        Ok(hub::find(spec, &self.settings.hub_of(spec).places)?)
    }

    fn open_own(
        &self,
        own: Own,
        find: impl FnOnce(&ModelSpec) -> Result<FoundModel, Error>,
    ) -> Result<Arc<Model>, Error> {
        match own {
            Own::Known(spec) => self.opened(spec.name, || find(spec)),
            Own::Folder(name, folder) => {
                self.opened(&name, || Ok(hub::named(&folder, &self.settings.hub().places)?))
            }
        }
    }

    /// The model that the settings name, which is no reranker.
    fn settled(
        &self,
        find: impl FnOnce(&ModelSpec) -> Result<FoundModel, Error>,
    ) -> Result<Arc<Model>, Error> {
        let Setting { value, origin } = &self.settings.model;
        self.called(value, find).map_err(|error| match (error, *origin) {
            (
                Error::Hub(source @ HubError::UnknownModel { .. }),
                origin @ (SettingOrigin::File | SettingOrigin::Variable(_)),
            ) => Error::UnknownSetting { origin, source: Box::new(source) },
            (error, _) => error,
        })
    }

    fn called(
        &self,
        name: &str,
        find: impl FnOnce(&ModelSpec) -> Result<FoundModel, Error>,
    ) -> Result<Arc<Model>, Error> {
        self.opened(name, || {
            export::check(name)?;
            find(hub::lookup(name)?)
        })
    }

    /// The model that is open by this name, or the one that is found for it.
    fn opened(
        &self,
        name: &str,
        find: impl FnOnce() -> Result<FoundModel, Error>,
    ) -> Result<Arc<Model>, Error> {
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
    pub(crate) fn open_found(&self, found: &FoundModel) -> Result<Model, Error> {
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

    /// How it stands with the reranker that is meant.
    ///
    /// # Errors
    /// As [`Models::reranker`]; when a server can't be asked.
    pub fn reranker_status(&self, chosen: &ChosenReranker) -> Result<RerankerStatus, Error> {
        self.reranker(chosen)?.status()
    }

    /// The folder of the model called `name`, fetched first if it is nowhere on this machine.
    ///
    /// # Errors
    /// When there is none by that name, it can't be had, or `watch` says stop.
    pub fn find(&self, name: &str, watch: &mut Watch<'_>) -> Result<FoundModel, Error> {
        let spec = hub::lookup(name)?;
        Ok(hub::ensure(spec, &self.settings.hub_of(spec), &mut |event| tell(watch, &event))?)
    }

    /// The folder of the model called `name`, if it is on this machine.
    ///
    /// # Errors
    /// When it isn't, or there is none by that name.
    pub fn find_here(&self, name: &str) -> Result<FoundModel, Error> {
        self.here(hub::lookup(name)?)
    }

    /// Takes a model from a folder or an archive. Without a name it is the model the folder is called after, else the
    /// embedding model that the settings name.
    ///
    /// # Errors
    /// When it isn't such a model, or can't be copied.
    pub fn import(
        &self,
        from: &Path,
        name: Option<&str>,
        watch: &mut Watch<'_>,
    ) -> Result<FoundModel, Error> {
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

fn tell(watch: &mut Watch<'_>, event: &hub::FetchEvent<'_>) -> ControlFlow<()> {
    control(watch(Step::Fetching(event)))
}

/// Whether this is about a model that simply isn't here.
pub(crate) fn is_absent(error: &Error) -> bool {
    matches!(error, Error::Hub(HubError::NotFound { .. }))
}
