use naragtive::StoreEntry;
use naragtive::doctor::{Fault, Finding, Subject};
use naragtive::models::FoundModel;

use super::super::storing::count;
use crate::error::{Failure, quoted};

pub fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Home => "home".to_owned(),
        Subject::Config => "config".to_owned(),
        Subject::Registry => "registry".to_owned(),
        Subject::Default => "default".to_owned(),
        Subject::Store(name) => format!("store {name}"),
        Subject::Model(name) => format!("model {name}"),
        Subject::Reranker => "reranker".to_owned(),
    }
}

pub fn finding(found: &Finding) -> String {
    match found {
        Finding::Home(path, true) | Finding::Config(path, true) => path.display().to_string(),
        Finding::Home(path, false) => format!("{} (not there yet; made at first use)", path.display()),
        Finding::Config(path, false) => format!("{} (not there; not needed)", path.display()),
        Finding::Registry(stores, path) => format!("{} in {}", count(*stores, "store"), path.display()),
        Finding::Default(name) => name.clone(),
        Finding::FirstByName(Some(name)) => format!("{name} (the first by name; none is chosen)"),
        Finding::FirstByName(None) => "none".to_owned(),
        Finding::Store { name, scenes, model, is_of_other, lacking_passages, of_other_recipe } => {
            let other = if *is_of_other { " (search it with that model: --model-dir FOLDER)" } else { "" };
            let upgrade = match lacking_passages {
                0 if *of_other_recipe => {
                    format!(
                        "; embedded by the rules of another version, better anew: naragtive upgrade {name}"
                    )
                }
                0 => String::new(),
                lacking => {
                    format!("; {lacking} without passages, to be found better: naragtive upgrade {name}")
                }
            };
            format!("{}, {model}{other}{upgrade}", count(*scenes, "scene"))
        }
        Finding::Model(found, dimension) => model(found, *dimension),
        Finding::NoModel(name) => {
            format!("not here; fetched when needed, or with: naragtive model pull {name}")
        }
        Finding::Reranker(name, device) => format!("{name} ({device})"),
        Finding::NoReranker(name) => {
            format!("none, and none is needed; to have one: naragtive model pull {name}")
        }
    }
}

fn model(found: &FoundModel, dimension: usize) -> String {
    let folder = found.folder.display();
    if found.pinned {
        return format!("{folder}, every file checked");
    }
    format!("{folder} in its place: {}, {dimension} dimensions; its files can't be checked", found.model)
}

/// What is wrong, and what to type.
pub fn failure(fault: &Fault) -> Failure {
    let said = Failure::new(fault.to_string());
    match fault {
        Fault::HomeNotAFolder(_) | Fault::HomeUnusable(..) => {
            said.hint("name another folder: export NARAGTIVE_HOME=FOLDER")
        }
        Fault::UnknownKeys { path, keys } => {
            keys.iter().fold(said, |said, key| said.hint(Failure::about_key(path, key)))
        }
        Fault::Dangling { instead: Some(name), .. } => said.hint(format!("naragtive set-default {name}")),
        Fault::Dangling { instead: None, file, .. } => said.hint(format!("rm {}", quoted(file))),
        Fault::Damaged { name, source } => Failure::of_store(source)
            .hint(format!("to forget it (the file stays): naragtive delete-store {name}")),
        Fault::Relative(entry) | Fault::Changed { entry, .. } => said.hint(note(entry)),
        Fault::RepeatedIds { entry, .. } => {
            said.hint(format!("make {} anew from its exports: naragtive ingest-help", entry.at))
        }
        Fault::BadCopy { source, folder } => {
            Failure::of(source).hint(format!("or drop the whole copy first: rm -r {}", quoted(folder)))
        }
        Fault::Other(error) => Failure::of(error),
    }
}

fn note(StoreEntry { name, at, source, .. }: &StoreEntry) -> String {
    format!("naragtive create-store {name} {} {source}", quoted(at))
}
