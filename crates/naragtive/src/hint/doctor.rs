use naragtive_store::StoreEntry;

use super::disk::look_at;
use super::store::of_store;
use super::{Hint, quoted};
use crate::doctor::Fault;

impl Fault {
    /// What to type.
    pub fn hints(&self) -> Vec<Hint> {
        let one = |hint: Hint| vec![hint];
        match self {
            Self::HomeNotAFolder(_) | Self::HomeUnusable(..) => {
                one(Hint::to("name another folder", "export NARAGTIVE_HOME=FOLDER"))
            }
            Self::NoRoom(folder, source) => one(look_at(&folder.join("x"), source)),
            Self::UnknownKeys { path, keys } => keys.iter().map(|key| key.hint(path)).collect(),
            Self::Dangling { instead: Some(name), .. } => {
                one(Hint::run(format!("naragtive set-default {name}")))
            }
            Self::Dangling { instead: None, file, .. } => one(Hint::run(format!("rm {}", quoted(file)))),
            Self::Damaged { name, source } => {
                let forget = format!("naragtive delete-store {name}");
                with(of_store(source), Hint::to("to forget it (the file stays)", forget))
            }
            Self::Relative(entry) | Self::Changed { entry, .. } => one(Hint::run(register_anew(entry))),
            Self::RepeatedIds { entry, .. } => {
                one(Hint::to(format!("make {} anew from its exports", entry.at), "naragtive ingest-help"))
            }
            Self::BadCopy { source, folder } => with(
                source.hints(),
                Hint::to("or drop the whole copy first", format!("rm -r {}", quoted(folder))),
            ),
            Self::Other(error) => error.hints(),
        }
    }
}

fn with(mut hints: Vec<Hint>, last: Hint) -> Vec<Hint> {
    hints.push(last);
    hints
}

fn register_anew(StoreEntry { name, at, source, .. }: &StoreEntry) -> String {
    format!("naragtive create-store {name} {} {source}", quoted(at))
}
