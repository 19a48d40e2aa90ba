//! The second look at what a search found: which reranker, and what happens where it can't be had.

use std::path::PathBuf;

use naragtive::hub::{self, Kind, ServerSettings};
use naragtive::rerank::Reranker;
use naragtive::{Hits, Model, Query, Retriever};

use super::common;
use crate::args::{Rerank, RerankArgs, RerankerArgs};
use crate::error::{Failure, ticked};
use crate::settings::{Origin, Setting, Settings};
use crate::ui::{RerankBar, Ui};

/// Whether and by what a command's searches are reranked. The reranker is opened once.
pub struct Reranking<'a> {
    settings: &'a Settings,
    ui: &'a Ui,
    args: RerankArgs,
    wanted: Rerank,
    reranker: Option<Reranker>,
}

impl<'a> Reranking<'a> {
    /// Opens the reranker where one is wanted. One that can't be had is an error only where it is required.
    pub fn start(args: &RerankArgs, settings: &'a Settings, ui: &'a Ui) -> Result<Self, Failure> {
        let mut this = Self { settings, ui, args: args.clone(), wanted: Rerank::Off, reranker: None };
        this.switch(wanted(args, settings))?;
        Ok(this)
    }

    /// Reranks from now on, or no longer.
    pub fn switch(&mut self, wanted: Rerank) -> Result<(), Failure> {
        self.wanted = wanted;
        if wanted != Rerank::Off && self.reranker.is_none() {
            match open(&self.args.which, self.settings) {
                Ok(reranker) => self.reranker = Some(reranker),
                Err(failure) => self.do_without(failure)?,
            }
        }
        Ok(())
    }

    /// What to call the reranker, if searches are reranked.
    pub fn name(&self) -> Option<String> {
        self.in_use().map(Reranker::name)
    }

    fn in_use(&self) -> Option<&Reranker> {
        self.reranker.as_ref().filter(|_| self.wanted != Rerank::Off)
    }

    fn do_without(&self, failure: Failure) -> Result<(), Failure> {
        if self.wanted == Rerank::Require {
            return Err(failure);
        }
        self.ui.warn_of("not reranked", &failure);
        Ok(())
    }

    /// Searches, and has what was found reranked where that is wanted and works.
    pub fn search(&self, retriever: &mut Retriever, query: &Query, model: &Model) -> Result<Hits, Failure> {
        let Some(reranker) = self.in_use() else { return Ok(retriever.search(query, model)?) };
        if query.like.is_some() {
            self.do_without(
                Failure::new("scenes like another one answer no question that a reranker could read")
                    .hint("leave reranking out: --rerank=off"),
            )?;
            return Ok(retriever.search(query, model)?);
        }
        let initial_k = self.settings.initial_k.or_flag("--initial-k", self.args.initial_k).value.get();
        // The threshold is for the score that ranks in the end.
        let wide =
            Query { limit: initial_k.max(query.limit), min_score: 0.0, passages: true, ..query.clone() };
        let mut hits = retriever.search(&wide, model)?;
        let bar = RerankBar::new(self.ui);
        let done = reranker.rerank(&mut hits, &mut |done| bar.show(done));
        bar.finish();
        done.or_else(|error| self.do_without(error.into()))?;
        hits.keep(query.limit, query.min_score);
        Ok(hits)
    }
}

/// Naming a reranker is asking for it.
fn wanted(args: &RerankArgs, settings: &Settings) -> Rerank {
    let names_one = args.which.rerank_model.is_some() || args.which.rerank_url.is_some();
    match args.rerank {
        Some(wanted) => wanted,
        None if names_one && settings.rerank.value == Rerank::Off => Rerank::Prefer,
        None => settings.rerank.value,
    }
}

/// Which reranker is meant.
pub enum Chosen {
    /// A known model or a folder.
    Model(Setting<String>),
    /// A server, and the model it is asked for.
    Server { url: Setting<String>, model: Option<String> },
}

/// A server goes before a model, unless the model was named nearer to the user: by a flag, say, and the server in the
/// config file.
pub fn chosen(args: &RerankerArgs, settings: &Settings) -> Chosen {
    let model = settings.rerank_model.or_flag("--rerank-model", args.rerank_model.clone());
    let url = settings.rerank_url.or_flag("--rerank-url", args.rerank_url.clone().map(Some));
    match url.value {
        Some(value) if !model.origin.is_stronger_than(url.origin) => Chosen::Server {
            url: Setting { value, origin: url.origin },
            model: (model.origin != Origin::Default).then_some(model.value),
        },
        _ => Chosen::Model(model),
    }
}

impl Chosen {
    /// What to call it before it is opened.
    pub fn name(&self) -> String {
        match self {
            Self::Model(model) => model.value.clone(),
            Self::Server { url, .. } => hub::shown(&url.value),
        }
    }

    /// Whether the user named it.
    pub fn is_named(&self) -> bool {
        match self {
            Self::Model(model) => model.origin != Origin::Default,
            Self::Server { .. } => true,
        }
    }

    /// Opens it. A model that isn't on this machine is not fetched: that may be gigabytes.
    pub fn open(&self, settings: &Settings) -> Result<Reranker, Failure> {
        match self {
            Self::Model(model) => {
                let found = found(model, settings)?;
                Ok(Reranker::open(&found, common::model_options(settings))?)
            }
            Self::Server { url, model } => Ok(Reranker::at(&ServerSettings {
                model: model.clone(),
                key: settings.rerank_key(),
                proxy: settings.hub().proxy,
                ..ServerSettings::new(&url.value)
            })?),
        }
    }
}

pub fn open(args: &RerankerArgs, settings: &Settings) -> Result<Reranker, Failure> {
    chosen(args, settings).open(settings)
}

/// A model's folder: a known name, else a folder; in the config file one from where that is.
fn found(model: &Setting<String>, settings: &Settings) -> Result<hub::Found, Failure> {
    if let Ok(spec) = hub::lookup(&model.value) {
        return match spec.kind {
            Kind::Reranker { .. } => Ok(hub::find(spec, &settings.hub_of(spec).places)?),
            Kind::Embedder { .. } => Err(unknown(&model.value)),
        };
    }
    let folder = match model.origin {
        Origin::File => settings.home.root().join(&model.value),
        _ => PathBuf::from(&model.value),
    };
    if folder.is_dir() { Ok(hub::named(&folder)?) } else { Err(unknown(&model.value)) }
}

fn unknown(name: &str) -> Failure {
    let known = ticked(hub::rerankers().map(|spec| spec.name));
    Failure::new(format!("expected a reranker's name or folder, found `{name}`; known: {known}"))
        .hint("what each is: naragtive model list")
}
