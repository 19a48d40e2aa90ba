use std::fs;
use std::path::{Path, PathBuf};

use naragtive::doctor::{Checkup, DefaultFile, default_file, examine};
use naragtive::hub::{self, Found, HubError, Kind, ModelSpec, catalogue};
use naragtive::rerank::Status;
use naragtive::{ModelTag, Registry, StoreEntry, StoreError, check_writable};

use super::super::common;
use super::super::reranking::chosen;
use super::super::storing::count;
use crate::args::{Rerank, RerankerArgs};
use crate::error::{Failure, quoted};
use crate::settings::Settings;

/// How many ids a message names.
const SHOWN: usize = 3;

/// One thing that was looked at.
pub struct Check {
    pub subject: String,
    /// What was found, or what is wrong and what to type.
    pub verdict: Result<String, Failure>,
}

fn check(subject: impl Into<String>, verdict: Result<String, Failure>) -> Check {
    Check { subject: subject.into(), verdict }
}

/// Everything, in the order in which a fault may cause the next one.
pub fn all(settings: &Settings) -> Vec<Check> {
    let registry = settings.registry();
    let mut checks = vec![check("home", home(settings)), check("config", config(settings))];
    match registry.list() {
        Err(error) => checks.push(check("registry", Err(error.into()))),
        Ok(entries) => {
            let found = format!("{} in {}", count(entries.len(), "store"), registry.path().display());
            checks.push(check("registry", Ok(found)));
            checks.push(check("default", default(&registry)));
            let stores =
                entries.iter().map(|entry| check(format!("store {}", entry.name), store(entry, settings)));
            checks.extend(stores);
        }
    }
    let embedders = catalogue().iter().filter(|spec| matches!(spec.kind, Kind::Embedder { .. }));
    checks.extend(embedders.map(|spec| check(format!("model {}", spec.name), model(spec, settings))));
    checks.push(check("reranker", reranker(settings)));
    checks
}

fn home(settings: &Settings) -> Result<String, Failure> {
    let root = settings.home.root();
    let refuse = |why: &str| {
        Failure::new(format!("`{}` {why}", root.display()))
            .hint("name another folder: export NARAGTIVE_HOME=FOLDER")
    };
    match fs::metadata(root) {
        Err(_) => Ok(format!("{} (not there yet; made at first use)", root.display())),
        Ok(found) if !found.is_dir() => Err(refuse("should be a folder")),
        Ok(_) => {
            check_writable(&root.join("doctor.parquet"))
                .map_err(|error| refuse(&format!("can't be used: {error}")))?;
            Ok(root.display().to_string())
        }
    }
}

/// A config file that can't be used has ended the command before.
fn config(settings: &Settings) -> Result<String, Failure> {
    let path = settings.config_path.display();
    Ok(if settings.config_path.exists() {
        path.to_string()
    } else {
        format!("{path} (not there; not needed)")
    })
}

fn default(registry: &Registry) -> Result<String, Failure> {
    let fallback = registry.default_store()?.map(|entry| entry.name);
    match (default_file(registry)?, fallback) {
        (DefaultFile::Names(name), _) => Ok(name),
        (DefaultFile::Absent, Some(name)) => Ok(format!("{name} (the first by name; none is chosen)")),
        (DefaultFile::Absent, None) => Ok("none".to_owned()),
        (DefaultFile::Dangling(name), fallback) => {
            let failure = Failure::new(format!("default.txt names `{name}`, which is not registered"));
            Err(match fallback {
                Some(name) => failure.hint(format!("naragtive set-default {name}")),
                None => failure.hint(format!("rm {}", quoted(&registry.root().join("default.txt")))),
            })
        }
    }
}

fn store(entry: &StoreEntry, settings: &Settings) -> Result<String, Failure> {
    let (name, path, source) = (&entry.name, quoted(&entry.path), &entry.source);
    let missing = || naragtive::Error::StoreMoved {
        name: name.clone(),
        path: entry.path.clone(),
        relative: entry.path_is_relative(),
    };
    let Checkup { records, model, lacking_passages, duplicates } = match examine(&entry.path) {
        Err(error) if error.is_not_found() => return Err(missing().into()),
        Err(error) => return Err(damaged(name, error)),
        Ok(checkup) => checkup,
    };
    let note = format!("naragtive create-store {name} {path} {source}");
    if entry.path_is_relative() {
        return Err(
            Failure::new(format!("its path `{}` only works in this folder", entry.path.display())).hint(note)
        );
    }
    if !duplicates.is_empty() {
        return Err(repeated(&duplicates, entry));
    }
    if records != entry.record_count {
        let registered = entry.record_count;
        let message = format!("it holds {records} scenes, registered are {registered}");
        return Err(Failure::new(message).hint(note));
    }
    let upgrade = match lacking_passages {
        0 => String::new(),
        lacking => format!("; {lacking} without passages, to be found better: naragtive upgrade {name}"),
    };
    Ok(format!("{}, {}{}{upgrade}", count(records, "scene"), model, elsewhere(&model, settings)))
}

fn damaged(name: &str, error: StoreError) -> Failure {
    Failure::from(error).hint(format!("to forget it (the file stays): naragtive delete-store {name}"))
}

fn repeated(duplicates: &[String], entry: &StoreEntry) -> Failure {
    let shown: Vec<&str> = duplicates.iter().take(SHOWN).map(String::as_str).collect();
    let more = if duplicates.len() > SHOWN { ", ..." } else { "" };
    let ids = match duplicates.len() {
        1 => "one id is".to_owned(),
        several => format!("{several} ids are"),
    };
    Failure::new(format!("{ids} used by more than one scene: {}{more}", shown.join(", ")))
        .hint(format!("make {} anew from its exports: naragtive ingest-help", entry.path.display()))
}

/// A store of another model is whole, but searching it takes that model.
fn elsewhere(model: &ModelTag, settings: &Settings) -> &'static str {
    let own = settings.model_dir.value.is_some() || model.agrees_with(&ModelTag::legacy());
    if own { "" } else { " (search it with that model: --model-dir FOLDER)" }
}

/// Every file is summed up again, whatever was noted about it before.
fn model(spec: &'static ModelSpec, settings: &Settings) -> Result<String, Failure> {
    let places = settings.hub().places;
    let own = places.own(spec);
    if places.model_dir.is_none() && own.is_dir() {
        sum_up(&own, spec, settings)?;
    }
    let found = match hub::find(spec, &places) {
        Err(HubError::NotFound { .. }) => {
            return Ok(format!("not here; fetched when needed, or with: naragtive model pull {}", spec.name));
        }
        found => found?,
    };
    if found.pinned && found.folder != own {
        sum_up(&found.folder, spec, settings)?;
    }
    let dimension = common::open_model(&found, settings)?.tag.dimension;
    Ok(describe(&found, dimension))
}

/// One that nobody asked for need not be here.
fn reranker(settings: &Settings) -> Result<String, Failure> {
    let none = RerankerArgs { rerank_model: None, rerank_url: None };
    let chosen = chosen(&none, settings);
    let name = chosen.name();
    if let Ok(spec) = hub::lookup(&name) {
        let places = settings.hub_of(spec).places;
        match hub::find(spec, &places) {
            Err(HubError::NotFound { .. }) if settings.rerank.value == Rerank::Off && !chosen.is_named() => {
                return Ok(format!("none, and none is needed; to have one: naragtive model pull {name}"));
            }
            found => sum_up(&found?.folder, spec, settings)?,
        }
    }
    let Status { name, device, .. } = chosen.open(settings)?.status()?;
    Ok(format!("{name} ({device})"))
}

fn describe(found: &Found, dimension: usize) -> String {
    let folder = found.folder.display();
    if found.pinned {
        return format!("{folder}, every file checked");
    }
    format!("{folder} in its place: {}, {dimension} dimensions; its files can't be checked", found.model)
}

/// Checks without the notes of earlier checks, and leaves none.
fn sum_up(folder: &Path, spec: &ModelSpec, settings: &Settings) -> Result<(), Failure> {
    let notes: PathBuf = settings.home.cache().join(format!("doctor-{}", std::process::id()));
    let checked = hub::check(folder, spec, &notes);
    let _ = fs::remove_dir_all(&notes);
    checked.map_err(|error| {
        let failure = Failure::from(error);
        if folder != settings.hub().places.own(spec) {
            return failure;
        }
        failure.hint(format!("or drop the whole copy first: rm -r {}", quoted(folder)))
    })
}
