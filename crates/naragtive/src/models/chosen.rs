use std::path::PathBuf;

use naragtive_hub::{self as hub, FoundModel, ModelKind};
use naragtive_model::ModelOptions;
use naragtive_remote::{self as remote, ServerSettings};

use crate::Error;
use crate::home::{Setting, SettingOrigin, Settings};
use crate::rerank::Reranker;

/// Which reranker is meant.
#[derive(Debug, Clone)]
pub enum ChosenReranker {
    /// A known model or a folder.
    Model(Setting<String>),
    /// A server, and the model it is asked for.
    Server {
        /// Its address.
        url: Setting<String>,
        /// The model, where one was named.
        model: Option<String>,
    },
}

impl ChosenReranker {
    /// The one that is meant by what was typed for one command and by the settings.
    ///
    /// A server goes before a model, unless the model was named nearer to the user: by a flag, say, and the server in
    /// the config file.
    pub fn of(settings: &Settings, model: Option<String>, url: Option<String>) -> Self {
        let model = settings.rerank_model.or_flag("--rerank-model", model);
        let url = settings.rerank_url.or_flag("--rerank-url", url.map(Some));
        match url.value {
            Some(value) if !model.origin.is_stronger_than(url.origin) => Self::Server {
                url: Setting { value, origin: url.origin },
                model: (model.origin != SettingOrigin::Default).then_some(model.value),
            },
            _ => Self::Model(model),
        }
    }

    /// What to call it before it is opened.
    pub fn name(&self) -> String {
        match self {
            Self::Model(model) => model.value.clone(),
            Self::Server { url, .. } => remote::shown(&url.value),
        }
    }

    /// Whether the user named it.
    pub fn is_named(&self) -> bool {
        match self {
            Self::Model(model) => model.origin != SettingOrigin::Default,
            Self::Server { .. } => true,
        }
    }

    /// Opens it. A model that isn't on this machine is not fetched: that may be gigabytes.
    ///
    /// # Errors
    /// When there is no such reranker here, or it can't be used.
    pub(super) fn open(&self, settings: &Settings, options: ModelOptions) -> Result<Reranker, Error> {
        match self {
            Self::Model(model) => Reranker::open(&found(model, settings)?, options),
            Self::Server { url, model } => Reranker::at(&ServerSettings {
                model: model.clone(),
                key: settings.rerank_key.clone(),
                proxy: settings.network.proxy.clone(),
                ..ServerSettings::new(&url.value)
            }),
        }
    }
}

/// A model's folder: a known name, else a folder; in the config file one from where that is.
fn found(model: &Setting<String>, settings: &Settings) -> Result<FoundModel, Error> {
    if let Ok(spec) = hub::lookup(&model.value) {
        return match spec.kind {
            ModelKind::Reranker { .. } => Ok(hub::find(spec, &settings.hub_of(spec).places)?),
            ModelKind::Embedder { .. } => Err(unknown(&model.value)),
        };
    }
    let folder = match model.origin {
        SettingOrigin::File => settings.home.value.root().join(&model.value),
        _ => PathBuf::from(&model.value),
    };
    if folder.is_dir() {
        Ok(hub::named(&folder, &settings.hub().places)?)
    } else {
        Err(unknown(&model.value))
    }
}

fn unknown(name: &str) -> Error {
    let known = hub::rerankers().map(|spec| spec.name.to_owned()).collect();
    Error::NoSuchReranker { name: name.to_owned(), known }
}
