use std::path::Path;

use naragtive::models::{FoundModel, HubError, ModelKind, ModelPlace, ModelStatus};
use serde_json::{Value, json};

use super::common;
use crate::Outcome;
use crate::args::Model;
use crate::error::Failure;
use crate::settings::Settings;
use crate::stop;
use crate::ui::{Ui, bytes};

pub fn run(command: &Model, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        Model::List { json } => list(*json, settings, ui),
        Model::Pull { name, json } => pull(name, *json, settings, ui),
        Model::Import { path, name, json } => import(path, name.as_deref(), *json, settings, ui),
        Model::Export { name, folder, json } => export(name, folder, *json, settings, ui),
        Model::Path { name, json } => path(name, *json, settings, ui),
    }
}

fn list(json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let models = settings.library.models().known();
    if json {
        ui.json(&json!({"models": models.iter().map(to_json).collect::<Vec<_>>()}));
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
        Ok(found) => format!("{} ({})", found.folder.display(), describe(found.place)),
        Err(HubError::NotFound { .. }) => {
            format!("not here; fetch it: naragtive model pull {}", spec.name)
        }
        Err(error) => error.to_string(),
    };
    let about = match spec.kind {
        ModelKind::Embedder { dimension } => format!("{dimension} dimensions"),
        ModelKind::Reranker { languages } => languages.to_owned(),
    };
    let size = format!("{}{}", if spec.is_pinned() { "" } else { "about " }, bytes(spec.bytes()));
    ui.print(format_args!("  {}", ui.bold(spec.name)));
    ui.print(format_args!("    {}", spec.summary));
    ui.print(format_args!("    {size}, {}, {about}", spec.licence));
    ui.print(format_args!("    {place}"));
}

fn pull(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    let models = settings.library.models();
    report(&common::watched(ui, |watch| models.find(name, watch))?, json, ui)
}

fn import(
    path: &Path,
    name: Option<&str>,
    json: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    stop::listen();
    let models = settings.library.models();
    let found = common::watched(ui, |watch| models.import(path, name, watch))?;
    report(&found, json, ui)
}

fn export(name: &str, folder: &Path, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    common::watched(ui, |watch| settings.library.models().export(name, folder, watch))?;
    let folder = folder.display();
    if json {
        ui.json(&json!({"model": name, "path": folder.to_string()}));
    } else {
        ui.print(folder);
    }
    Ok(Outcome::Done)
}

fn path(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    report(&settings.library.models().find_here(name)?, json, ui)
}

fn report(found: &FoundModel, json: bool, ui: &Ui) -> Result<Outcome, Failure> {
    let folder = found.folder.display();
    if json {
        let place = describe(found.place);
        ui.json(&json!({"model": found.model, "path": folder.to_string(), "place": place}));
    } else {
        ui.print(folder);
    }
    Ok(Outcome::Done)
}

fn to_json(status: &ModelStatus<'_>) -> Value {
    let spec = status.spec;
    let found = status.found.as_ref().ok();
    let (kind, dimension, languages) = match spec.kind {
        ModelKind::Embedder { dimension } => ("embedding", Some(dimension), None),
        ModelKind::Reranker { languages } => ("reranking", None, Some(languages)),
    };
    json!({
        "name": spec.name,
        "repository": spec.repo,
        "revision": spec.revision,
        "licence": spec.licence,
        "kind": kind,
        "dimension": dimension,
        "languages": languages,
        "bytes": spec.bytes(),
        "path": found.map(|found| found.folder.display().to_string()),
        "place": found.map(|found| describe(found.place)),
    })
}

fn describe(place: ModelPlace) -> &'static str {
    match place {
        ModelPlace::Given => "as named",
        ModelPlace::Own => "fetched by naragtive",
        ModelPlace::HubCache => "in the Hugging Face cache",
    }
}
