use std::fmt::{self, Display, Formatter};

use super::{Finding, Subject, name_it};
use crate::models::{FoundModel, ModelPlace};
use crate::{count, nothing_said};

impl Display for Subject {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home => out.write_str("home"),
            Self::Config => out.write_str("config"),
            Self::Registry => out.write_str("registry"),
            Self::Default => out.write_str("default"),
            Self::Store(name) => write!(out, "store {name}"),
            Self::Model(name) => write!(out, "model {name}"),
            Self::Reranker => out.write_str("reranker"),
            Self::Servers => out.write_str("servers"),
            Self::Server(name) => write!(out, "server {name}"),
        }
    }
}

impl Display for Finding {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Home(path, true) | Self::Config(path, true) => write!(out, "{}", path.display()),
            Self::Home(path, false) => write!(out, "{} (not there yet; made at first use)", path.display()),
            Self::Config(path, false) => write!(out, "{} (not there; not needed)", path.display()),
            Self::Registry(stores, path, nameless) => {
                write!(out, "{} in {}", count(*stores, "store"), path.display())?;
                nameless.iter().try_for_each(|path| write!(out, "; {}", name_it(path)))
            }
            Self::Default(name) => out.write_str(name),
            Self::FirstByName(Some(name)) => write!(out, "{name} (the first by name; none is chosen)"),
            Self::FirstByName(None) => out.write_str("none"),
            Self::Store {
                name,
                scenes,
                model,
                is_of_other,
                lacking_passages,
                of_other_recipe,
                saying_nothing,
            } => {
                let other =
                    if *is_of_other { " (search it with that model: --model-dir FOLDER)" } else { "" };
                write!(out, "{}, {model}{other}", count(*scenes, "scene"))?;
                if !saying_nothing.is_empty() {
                    write!(out, "; {}", nothing_said(saying_nothing))?;
                }
                match lacking_passages {
                    0 if *of_other_recipe => write!(
                        out,
                        "; embedded by the rules of another version, better anew: naragtive upgrade {name}"
                    ),
                    0 => Ok(()),
                    lacking => write!(
                        out,
                        "; {lacking} without passages, to be found better: naragtive upgrade {name}"
                    ),
                }
            }
            Self::Model(found, dimension) => model(found, *dimension, out),
            Self::NoModel(name) => {
                write!(out, "not here; fetched when needed, or with: naragtive model pull {name}")
            }
            Self::Reranker(name, device) => write!(out, "{name} ({device})"),
            Self::NoReranker(name) => {
                write!(out, "none, and none is needed; to have one: naragtive model pull {name}")
            }
            Self::Server(about, stores) => {
                let vector = about.vector.as_deref().unwrap_or("none");
                let cipher = if about.encrypted { "encrypted" } else { "not encrypted" };
                let (stores, version) = (count(*stores, "store"), &about.postgres);
                write!(out, "{stores} for {}, PostgreSQL {version}, pgvector {vector}, {cipher}", about.user)
            }
        }
    }
}

fn model(found: &FoundModel, dimension: usize, out: &mut Formatter<'_>) -> fmt::Result {
    let folder = found.folder.display();
    if found.place == ModelPlace::Imported {
        return write!(out, "{folder}, as it was imported; its files can't be checked");
    }
    if found.pinned {
        return write!(out, "{folder}, every file checked");
    }
    write!(out, "{folder} in its place: {}, {dimension} dimensions; its files can't be checked", found.model)
}
