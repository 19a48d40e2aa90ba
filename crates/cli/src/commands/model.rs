use std::path::Path;

use naragtive::hub::{self, Found, HubError, Kind, ModelSpec, Place, Status, catalogue};
use serde_json::{Value, json};

use super::common;
use crate::Outcome;
use crate::args::Model;
use crate::error::Failure;
use crate::settings::Settings;
use crate::stop;
use crate::ui::{FetchBar, Ui, bytes};

pub fn run(command: &Model, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    match command {
        Model::List { json } => list(*json, settings, ui),
        Model::Pull { name, json } => pull(name, *json, settings, ui),
        Model::Import { path, name, json } => import(path, name.as_deref(), *json, settings, ui),
        Model::Path { name, json } => path(name, *json, settings, ui),
    }
}

fn list(json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let models: Vec<_> = catalogue().iter().map(|spec| status(spec, settings)).collect();
    if json {
        ui.json(&json!({"models": models.iter().map(to_json).collect::<Vec<_>>()}));
        return Ok(Outcome::Done);
    }
    let (embedders, rerankers): (Vec<_>, Vec<_>) =
        models.iter().partition(|status| matches!(status.spec.kind, Kind::Embedder { .. }));
    for (title, models) in [("EMBEDDING", embedders), ("RERANKING", rerankers)] {
        ui.print(ui.bold(title));
        models.into_iter().for_each(|status| show(status, ui));
    }
    Ok(Outcome::Done)
}

fn status(spec: &'static ModelSpec, settings: &Settings) -> Status<'static> {
    hub::status(spec, &settings.hub_of(spec).places)
}

fn show(Status { spec, found, .. }: &Status<'_>, ui: &Ui) {
    let place = match found {
        Ok(found) => format!("{} ({})", found.folder.display(), describe(found.place)),
        Err(HubError::NotFound { .. }) => {
            format!("not here; fetch it: naragtive model pull {}", spec.name)
        }
        Err(error) => error.to_string(),
    };
    let about = match spec.kind {
        Kind::Embedder { dimension } => format!("{dimension} dimensions"),
        Kind::Reranker { languages } => languages.to_owned(),
    };
    let size = format!("{}{}", if spec.is_pinned() { "" } else { "about " }, bytes(spec.bytes()));
    ui.print(format_args!("  {}", ui.bold(spec.name)));
    ui.print(format_args!("    {}", spec.summary));
    ui.print(format_args!("    {size}, {}, {about}", spec.licence));
    ui.print(format_args!("    {place}"));
}

fn pull(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    report(&common::find_model(name, settings, ui)?, json, ui)
}

/// Without a name it is the model the folder is called after, else the embedding model.
fn import(
    path: &Path,
    name: Option<&str>,
    json: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Outcome, Failure> {
    let folder = path.file_name().map(|name| name.to_string_lossy());
    let spec = match name {
        Some(name) => hub::lookup(name)?,
        None => folder
            .and_then(|name| hub::lookup(&name).ok())
            .map_or_else(|| hub::lookup(&settings.model.value), Ok)?,
    };
    let bar = FetchBar::new(ui);
    let found = hub::import(path, spec, &settings.hub().places, &mut |event| bar.show(&event))?;
    report(&found, json, ui)
}

fn path(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let spec = hub::lookup(name)?;
    report(&hub::find(spec, &settings.hub_of(spec).places)?, json, ui)
}

fn report(found: &Found, json: bool, ui: &Ui) -> Result<Outcome, Failure> {
    let folder = found.folder.display();
    if json {
        let place = describe(found.place);
        ui.json(&json!({"model": found.model, "path": folder.to_string(), "place": place}));
    } else {
        ui.print(folder);
    }
    Ok(Outcome::Done)
}

fn to_json(status: &Status<'_>) -> Value {
    let spec = status.spec;
    let found = status.found.as_ref().ok();
    let (kind, dimension, languages) = match spec.kind {
        Kind::Embedder { dimension } => ("embedding", Some(dimension), None),
        Kind::Reranker { languages } => ("reranking", None, Some(languages)),
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

fn describe(place: Place) -> &'static str {
    match place {
        Place::Given => "as named",
        Place::Own => "fetched by naragtive",
        Place::HubCache => "in the Hugging Face cache",
    }
}
