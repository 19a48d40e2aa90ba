use std::fs;
use std::path::{Path, PathBuf};

use naragtive_hub::{self as hub, HubError, ModelKind, ModelSpec};

use super::{Fault, Finding};
use crate::Library;
use crate::home::{Rerank, Settings};
use crate::models::{ChosenReranker, is_absent};
use crate::rerank::RerankerStatus;

/// The embedding model that is settled, and others with files of their own in the home folder.
pub(super) fn is_looked_at(spec: &ModelSpec, settings: &Settings) -> bool {
    let settled = hub::lookup(&settings.model.value).ok();
    let is_settled = settled.is_some_and(|settled| settled.name == spec.name);
    let has_others_files = settled.is_some_and(|settled| settled.base().name == spec.base().name);
    let has_files = || !has_others_files && settings.hub().places.own(spec).is_dir();
    matches!(spec.kind, ModelKind::Embedder { .. }) && (is_settled || has_files())
}

/// Every file is summed up again, whatever was noted about it before.
pub(super) fn model(spec: &'static ModelSpec, library: &Library) -> Result<Finding, Fault> {
    let settings = library.settings();
    let places = settings.hub_of(spec).places;
    let own = places.own(spec);
    if places.model_dir.is_none() && own.is_dir() {
        sum_up(&own, spec, settings)?;
    }
    let found = match hub::find(spec, &places) {
        Err(HubError::NotFound { .. }) => return Ok(Finding::NoModel(spec.name)),
        found => found?,
    };
    if found.pinned && found.folder != own {
        sum_up(&found.folder, spec, settings)?;
    }
    let dimension = library.models().open_found(&found)?.tag.dimension;
    Ok(Finding::Model(found, dimension))
}

/// One that nobody asked for need not be here.
pub(super) fn reranker(library: &Library) -> Result<Finding, Fault> {
    let settings = library.settings();
    let chosen = ChosenReranker::of(settings, None, None);
    let name = chosen.name();
    if let Ok(spec) = hub::lookup(&name) {
        let is_wanted = settings.rerank.value != Rerank::Off || chosen.is_named();
        match library.models().find_here(spec.name) {
            Err(error) if is_absent(&error) && !is_wanted => return Ok(Finding::NoReranker(name)),
            found => sum_up(&found?.folder, spec, settings)?,
        }
    }
    let RerankerStatus { name, device, .. } = library.models().reranker_status(&chosen)?;
    Ok(Finding::Reranker(name, device))
}

/// Checks without the notes of earlier checks, and leaves none.
fn sum_up(folder: &Path, spec: &ModelSpec, settings: &Settings) -> Result<(), Fault> {
    let notes: PathBuf = settings.home.value.checkup(std::process::id());
    let checked = hub::check(folder, spec, &notes);
    // Nothing else is in there, and one that stays is taken for a fault by nobody.
    fs::remove_dir_all(&notes).ok();
    match checked {
        Err(error) if folder == settings.hub().places.own(spec) => {
            Err(Fault::BadCopy { source: Box::new(error.into()), folder: folder.to_owned() })
        }
        checked => Ok(checked?),
    }
}
