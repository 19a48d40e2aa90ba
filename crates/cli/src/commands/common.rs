//! What several commands do: say which store, open the model, say that nothing is reranked.

use naragtive::hub::{self, Found};
use naragtive::{Choice, Indexes, Located, Model, ModelOptions, Query, Retriever, locate, rerank};

use crate::args::{Finding, StoreArgs};
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::ui::{FetchBar, IndexBar, Ui};

/// The store a command works on.
pub fn store(args: &StoreArgs, settings: &Settings, ui: &Ui) -> Result<Located, Failure> {
    let choice = Choice { path: args.store.as_deref(), name: args.store_name.as_deref() };
    let located = locate(choice, &settings.registry(), &settings.environment.folder)?;
    if let Some(name) = located.name.as_deref().filter(|_| located.relative) {
        let path = quoted(&located.path);
        ui.warn(format_args!(
            "store `{name}` is registered with a path that only works in this folder; mend it with: \
             naragtive create-store {name} {path} TYPE"
        ));
    }
    Ok(located)
}

/// The model, fetched first if it is nowhere on this machine.
pub fn model(settings: &Settings, ui: &Ui) -> Result<Model, Failure> {
    open_model(&find_model(&settings.model.value, settings, ui)?, settings)
}

/// The folder of the model called `name`, fetched first if it is nowhere on this machine.
pub fn find_model(name: &str, settings: &Settings, ui: &Ui) -> Result<Found, Failure> {
    let bar = FetchBar::new(ui);
    Ok(hub::ensure(hub::lookup(name)?, &settings.hub(), &mut |event| bar.show(&event))?)
}

pub fn open_model(found: &Found, settings: &Settings) -> Result<Model, Failure> {
    let mut options = ModelOptions::new(settings.threads.value);
    options.isa = settings.isa.value;
    options.precision = settings.precision.value;
    options.cache = Some(settings.home.cache().join("weights"));
    Ok(Model::open(found, options)?)
}

/// Where the indexes are, and how they are made.
pub fn indexes(settings: &Settings) -> Indexes {
    Indexes {
        root: settings.home.cache().join("index"),
        language: settings.language.value,
        threads: settings.threads.value,
    }
}

/// A store ready to be searched, and the model that made it.
pub fn retriever(args: &StoreArgs, settings: &Settings, ui: &Ui) -> Result<(Retriever, Model), Failure> {
    let located = store(args, settings, ui)?;
    let model = model(settings, ui)?;
    Ok((open_retriever(&located, &model, settings, ui)?, model))
}

/// The store ready to be searched; its index is built first where there is none.
pub fn open_retriever(
    located: &Located,
    model: &Model,
    settings: &Settings,
    ui: &Ui,
) -> Result<Retriever, Failure> {
    let bar = IndexBar::new(ui);
    let retriever = Retriever::open(located, model, &indexes(settings), &mut |done| bar.show(done));
    bar.finish();
    Ok(retriever?)
}

/// The query that `text` and the flags make.
pub fn query(text: &str, finding: &Finding, settings: &Settings) -> Query {
    Query {
        limit: settings.limit.or_flag("--limit", finding.limit).value.get(),
        mode: finding.mode(),
        filter: finding.filter(),
        min_score: finding.min_score.unwrap_or(0.0),
        ..Query::new(text, 0)
    }
}

/// Says that nothing is reranked, and why, where the user asked for it.
pub fn tell_reranking(typed: bool, settings: &Settings, ui: &Ui) {
    let wanted = settings.rerank.or_flag("--rerank", typed.then_some(true));
    if wanted.value {
        ui.warn(format_args!("not reranked, as {} says: {}", wanted.origin, rerank::status()));
    }
}
