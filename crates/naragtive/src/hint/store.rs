use naragtive_hub::lookup;
use naragtive_store::{StoreError, check_replaceable};

use super::disk::{mend, of_disk};
use super::{Hint, quoted};

pub(super) fn of_store(error: &StoreError) -> Vec<Hint> {
    let one = match error {
        StoreError::UnknownStore { nearest, .. } => Hint::to(
            match nearest.first() {
                Some(nearest) => format!("did you mean `{nearest}`? all of them"),
                None => "the stores there are".to_owned(),
            },
            "naragtive list-stores",
        ),
        StoreError::NameTaken { name, .. } => {
            Hint::to("take another name, or free this one", format!("naragtive delete-store {name}"))
        }
        StoreError::BadName { .. } => {
            Hint::to("a name has 1 to 64 letters, digits, `-`, `_` or `.`", "my-campaign")
        }
        StoreError::RelativePath { name, .. } => {
            return vec![
                Hint::to(
                    "give the whole path first",
                    format!("naragtive create-store {name} /WHOLE/PATH TYPE"),
                ),
                Hint::to("or forget the name alone, no file", format!("naragtive delete-store {name}")),
            ];
        }
        StoreError::OtherStore { other, .. } => {
            return vec![
                Hint::say("name another file"),
                Hint::to("or give the store another name", format!("naragtive rename-store {other} NAME")),
                Hint::to("or forget its name, the file stays", format!("naragtive delete-store {other}")),
            ];
        }
        StoreError::BadRegistry { path, .. } => mend(path),
        StoreError::OtherModel { path, expected, .. } if expected.is_of_server() => {
            return vec![
                Hint::say(
                    "name the server that made the store, or leave out --embed-url to use the store's own model",
                ),
                Hint::to(
                    "or move the store over",
                    format!("naragtive upgrade {} --embed-url URL", quoted(path)),
                ),
            ];
        }
        StoreError::OtherModel { path, found, expected } if found.is_of_server() => {
            let command = format!("naragtive upgrade {} --model {}", quoted(path), expected.bare_name());
            return vec![
                Hint::to("name the server that made the store", "--embed-url URL"),
                Hint::to("or move the store over", command),
            ];
        }
        StoreError::OtherModel { found, expected, .. } if found.is_called_like(expected) => Hint::say(
            "another model has the same name: name the folder of the one that made the store with --model-dir, or ingest \
             the exports into a new store with --output",
        ),
        StoreError::OtherModel { path, found, expected } if lookup(expected.bare_name()).is_ok() => {
            let command = format!("naragtive upgrade {} --model {}", quoted(path), expected.bare_name());
            let own = match lookup(found.bare_name()) {
                Ok(_) => "leave out --model and --model-dir to use the store's own model".to_owned(),
                Err(_) => format!("name the folder of `{}` with --model-dir", found.bare_name()),
            };
            return vec![Hint::say(own), Hint::to("or move the store over", command)];
        }
        StoreError::OtherModel { .. } => Hint::say(
            "name that model's folder with --model-dir, or ingest the exports into a new store with --output",
        ),
        StoreError::NotParquet { path, .. }
        | StoreError::RowCount { path, .. }
        | StoreError::BadTag { path, .. } => Hint::to(
            "take it from a backup, or make it anew from the export",
            // What is no damaged store is somebody's file of another kind, which nothing is written over.
            match check_replaceable(path.as_path()) {
                Ok(()) => format!("naragtive ingest EXPORT --output {} --no-append", quoted(path)),
                Err(_) => "naragtive ingest-help".to_owned(),
            },
        ),
        StoreError::MissingColumn { .. } | StoreError::ColumnType { .. } => {
            Hint::to("a store is made by the ingest commands", "naragtive ingest-help")
        }
        StoreError::NewerSchema { .. } => Hint::say("update naragtive"),
        StoreError::BadRow { .. } => {
            Hint::to("make the store anew from its exports", "naragtive ingest-help")
        }
        StoreError::Disk(error) => of_disk(error),
        StoreError::BadDefault { .. } => Hint::to("choose the default store", "naragtive set-default NAME"),
        StoreError::PathNotText { .. } => Hint::say("move the file to a path that is plain text"),
        StoreError::NoSuchRow { .. } | StoreError::BadScene { .. } => {
            Hint::to("look for what else is wrong", "naragtive doctor")
        }
    };
    vec![one]
}
