use std::path::Path;

use naragtive::models::{FoundModel, HubError, ModelKind, ModelStatus};
use naragtive::views;

use super::common;
use crate::Outcome;
use crate::args::ModelCommand;
use crate::error::Failure;
use crate::settings::CommandSettings;
use crate::stop;
use crate::ui::{Ui, bytes};

pub fn run(command: &ModelCommand, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        ModelCommand::List { json } => list(*json, settings, ui),
        ModelCommand::Pull { name, json } => pull(name, *json, settings, ui),
        ModelCommand::Import { path, name, json } => import(path, name.as_deref(), *json, settings, ui),
        ModelCommand::Export { name, folder, json } => export(name, folder, *json, settings, ui),
        ModelCommand::Path { name, json } => path(name, *json, settings, ui),
    }
}

fn list(json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    let models = settings.library.models().known();
    if json {
        ui.json(&views::models(&models));
        return Ok(Outcome::Done);
    }
    let (embedders, rerankers): (Vec<_>, Vec<_>) =
        models.iter().partition(|status| matches!(status.spec.kind, ModelKind::Embedder { .. }));
    for (title, models) in [("EMBEDDING", embedders), ("RERANKING", rerankers)] {
        ui.print(ui.bold(title));
        models.into_iter().for_each(|status| show(status, ui));
    }
    Ok(Outcome::Done)
}

fn show(ModelStatus { spec, found, .. }: &ModelStatus<'_>, ui: &Ui) {
    let place = match found {
        Ok(found) => format!("{} ({})", found.folder.display(), views::model_place(found.place)),
        Err(HubError::NotFound { .. }) => {
            format!("not here; fetch it: naragtive model pull {}", spec.name)
        }
        Err(error) => error.to_string(),
    };
    let about = match spec.kind {
        ModelKind::Embedder { dimension, languages } => {
            format!("{dimension} dimensions, {}", languages.name())
        }
        ModelKind::Reranker { languages } => languages.to_owned(),
    };
    let size = format!("{}{}", if spec.is_pinned() { "" } else { "about " }, bytes(spec.bytes()));
    ui.print(format_args!("  {}", ui.bold(spec.name)));
    ui.print(format_args!("    {}", spec.summary));
    ui.print(format_args!("    {size}, {}, {about}", spec.licence));
    ui.print(format_args!("    {place}"));
}

fn pull(name: &str, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    let models = settings.library.models();
    report(&common::watched(ui, |watch| models.find(name, watch))?, json, ui)
}

fn import(
    path: &Path,
    name: Option<&str>,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let models = settings.library.models();
    let found = common::watched(ui, |watch| models.import(path, name, watch))?;
    report(&found, json, ui)
}

fn export(
    name: &str,
    folder: &Path,
    json: bool,
    settings: &CommandSettings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    common::watched(ui, |watch| settings.library.models().export(name, folder, watch))?;
    if json {
        ui.json(&views::exported_model(name, folder));
    } else {
        ui.print(folder.display());
    }
    Ok(Outcome::Done)
}

fn path(name: &str, json: bool, settings: &CommandSettings, ui: &Ui) -> Result<Outcome, Failure> {
    report(&settings.library.models().find_here(name)?, json, ui)
}

fn report(found: &FoundModel, json: bool, ui: &Ui) -> Result<Outcome, Failure> {
    if json {
        ui.json(&views::found_model(found));
    } else {
        ui.print(found.folder.display());
    }
    Ok(Outcome::Done)
}
