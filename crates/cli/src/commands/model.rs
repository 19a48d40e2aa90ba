use std::path::Path;

use naragtive::hub::{self, Found, HubError, Place, Status, catalogue};
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
        Model::Import { path, json } => import(path, *json, settings, ui),
        Model::Path { name, json } => path(name, *json, settings, ui),
    }
}

fn list(json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let models = hub::list(catalogue(), &settings.hub().places);
    if json {
        ui.json(&json!({"models": models.iter().map(to_json).collect::<Vec<_>>()}));
        return Ok(Outcome::Done);
    }
    for Status { spec, found, .. } in &models {
        let place = match found {
            Ok(found) => format!("{} ({})", found.folder.display(), describe(found.place)),
            Err(HubError::NotFound { .. }) => {
                format!("not here; fetch it: naragtive model pull {}", spec.name)
            }
            Err(error) => error.to_string(),
        };
        ui.print(ui.bold(spec.name));
        ui.print(format_args!("  {}", spec.summary));
        ui.print(format_args!("  {}, {}, {} dimensions", bytes(spec.bytes()), spec.licence, spec.dimension));
        ui.print(format_args!("  {place}"));
    }
    Ok(Outcome::Done)
}

fn pull(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    stop::listen();
    report(&common::find_model(name, settings, ui)?, json, ui)
}

/// There is one model to import so far, and every file is checked to be its.
fn import(path: &Path, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    let spec = hub::lookup(&settings.model.value)?;
    let bar = FetchBar::new(ui);
    let found = hub::import(path, spec, &settings.hub().places, &mut |event| bar.show(&event))?;
    report(&found, json, ui)
}

fn path(name: &str, json: bool, settings: &Settings, ui: &Ui) -> Result<Outcome, Failure> {
    report(&hub::find(hub::lookup(name)?, &settings.hub().places)?, json, ui)
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
    json!({
        "name": spec.name,
        "repository": spec.repo,
        "revision": spec.revision,
        "licence": spec.licence,
        "dimension": spec.dimension,
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
