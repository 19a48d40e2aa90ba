//! What several commands do: say which store, open the model.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use naragtive::hub::{self, Found, Kind};
use naragtive::{
    Choice, Indexes, Located, Model, ModelOptions, Patience, Query, Registry, Retriever, SceneId, StoreInfo,
    Waiting, locate,
};

use crate::args::{Finding, Mode, StoreArgs, StoresArgs, Which};
use crate::error::{Failure, quoted};
use crate::settings::Settings;
use crate::stop;
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

/// The store that one word or the flags mean.
pub fn chosen(which: &Which, settings: &Settings, ui: &Ui) -> Result<Located, Failure> {
    let named = which.named.as_deref().map(name_or_file);
    store(named.as_ref().unwrap_or(&which.store), settings, ui)
}

/// The model, fetched first if it is nowhere on this machine.
pub fn model(settings: &Settings, ui: &Ui) -> Result<Model, Failure> {
    let name = &settings.model.value;
    if let Kind::Reranker { .. } = hub::lookup(name)?.kind {
        return Err(Failure::new(format!(
            "expected an embedding model as `model`, found the reranker `{name}`"
        ))
        .hint(format!("name it as the reranker: rerank_model = \"{name}\"")));
    }
    open_model(&find_model(name, settings, ui)?, settings)
}

/// The folder of the model called `name`, fetched first if it is nowhere on this machine.
pub fn find_model(name: &str, settings: &Settings, ui: &Ui) -> Result<Found, Failure> {
    let (bar, spec) = (FetchBar::new(ui), hub::lookup(name)?);
    Ok(hub::ensure(spec, &settings.hub_of(spec), &mut |event| bar.show(&event))?)
}

pub fn open_model(found: &Found, settings: &Settings) -> Result<Model, Failure> {
    Ok(Model::open(found, model_options(settings))?)
}

/// How models compute.
pub fn model_options(settings: &Settings) -> ModelOptions {
    let mut options = ModelOptions::new(settings.threads.value);
    options.isa = settings.isa.value;
    options.precision = settings.precision.value;
    options.cache = Some(settings.home.cache().join("weights"));
    options
}

/// How other processes are waited for: after a second that is said, and Ctrl-C ends it.
pub fn patience(settings: &Settings, ui: &Ui) -> Patience {
    let tell = ui.teller();
    let notice = move |waiting: &Waiting| tell(&waiting_for(waiting));
    Patience::new(&settings.environment.command, notice, stop::is_asked_of_waiting)
}

/// The names of the stores, to be changed.
pub fn registry(settings: &Settings, ui: &Ui) -> Registry {
    settings.registry().with_patience(patience(settings, ui))
}

fn waiting_for(Waiting { file, holder }: &Waiting) -> String {
    let file = file.display();
    match (holder.pid, holder.since.and_then(|since| Timestamp::try_from(since).ok())) {
        (Some(pid), Some(since)) => {
            let since = since.to_zoned(TimeZone::system()).strftime("%H:%M");
            format!("waiting for another process (pid {pid}, since {since}) to finish with {file}")
        }
        _ => format!("waiting for another process to finish with {file}"),
    }
}

/// Where the indexes are, and how they are made.
pub fn indexes(settings: &Settings, ui: &Ui) -> Indexes {
    Indexes {
        patience: patience(settings, ui),
        root: settings.home.cache().join("index"),
        language: settings.language.value,
        threads: settings.threads.value,
    }
}

/// The stores that are searched: all of those named, else all registered ones, else the one that [`store`] says.
pub fn stores(args: &StoresArgs, settings: &Settings, ui: &Ui) -> Result<Vec<Located>, Failure> {
    let mut named: Vec<StoreArgs> = args.stores.iter().map(|typed| name_or_file(typed)).collect();
    if args.all_stores {
        let entries = settings.registry().list()?.into_iter();
        named = entries.map(|entry| StoreArgs { store: None, store_name: Some(entry.name) }).collect();
    }
    match named.as_slice() {
        [] if args.all_stores => Err(naragtive::Error::NoStore.into()),
        [] => Ok(vec![store(&args.one, settings, ui)?]),
        named => named.iter().map(|one| store(one, settings, ui)).collect(),
    }
}

/// The store that is meant by a name or a file, typed where either will do.
pub fn name_or_file(typed: &str) -> StoreArgs {
    let is_file = typed.ends_with(".parquet") || Path::new(typed).is_file();
    StoreArgs {
        store: is_file.then(|| PathBuf::from(typed)),
        store_name: (!is_file).then(|| typed.to_owned()),
    }
}

/// Stores ready to be searched, and the model that made them.
pub fn retriever(args: &StoresArgs, settings: &Settings, ui: &Ui) -> Result<(Retriever, Model), Failure> {
    let located = stores(args, settings, ui)?;
    let model = model(settings, ui)?;
    Ok((open_retriever(&located, &model, settings, ui)?, model))
}

/// The stores ready to be searched; an index is built first where there is none.
pub fn open_retriever(
    located: &[Located],
    model: &Model,
    settings: &Settings,
    ui: &Ui,
) -> Result<Retriever, Failure> {
    let bar = IndexBar::new(ui);
    let retriever = Retriever::open_all(located, model, &indexes(settings, ui), &mut |done| bar.show(done));
    bar.finish();
    let retriever = retriever?;
    for (StoreInfo { name, path, .. }, scenes) in retriever.lacking_passages() {
        ui.note(lacking(scenes, name.as_deref(), path));
    }
    Ok(retriever)
}

/// What to do about scenes without passages.
pub fn lacking(scenes: usize, name: Option<&str>, path: &Path) -> String {
    let store = name.map_or_else(|| quoted(path), str::to_owned);
    let have = if scenes == 1 { "scene has" } else { "scenes have" };
    format!("{scenes} {have} no passages and would be found better with some: naragtive upgrade {store}")
}

/// The query that `text` and the flags make.
pub fn query(text: &str, finding: &Finding, settings: &Settings) -> Query {
    Query {
        limit: settings.limit.or_flag("--limit", finding.limit).value.get(),
        mode: finding.mode(),
        filter: finding.filter(),
        min_score: finding.min_score.unwrap_or(0.0),
        context: finding.context,
        ..Query::new(text, 0)
    }
}

/// The query for what was typed: words, or the id of a scene that others are to be like.
pub fn words_or_like(
    text: Option<&str>,
    like: Option<&str>,
    finding: &Finding,
    settings: &Settings,
) -> Result<Query, Failure> {
    if let (Some(_), Some(mode @ (Mode::Hybrid | Mode::Keyword))) = (like, finding.mode) {
        let mode = mode.to_possible_value().map_or_else(String::new, |mode| mode.get_name().to_owned());
        return Err(Failure::new(format!(
            "scenes are like each other in meaning, not by words: `--mode {mode}`"
        ))
        .hint("leave --mode out with --similar-to"));
    }
    let like = like.map(SceneId::new);
    Ok(Query { like, ..query(text.unwrap_or_default(), finding, settings) })
}

/// Names the scenes that are too long to be embedded whole.
pub fn tell_cut(cut: &[SceneId], ui: &Ui) {
    for id in cut {
        ui.warn(format_args!(
            "scene {id} is very long: it is stored whole and found by all of its words, but by meaning only in its \
             first 4096 passages (about 150,000 words)"
        ));
    }
}
