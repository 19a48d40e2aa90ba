use std::fs;
use std::num::NonZeroUsize;

use naragtive::jobs::{Ingest, Target, ingest};
use naragtive::{Day, Flow, Format, Library, Settings, Timestamp};
use naragtive_serve::{ServeError as Error, Service};
use naragtive_testkit::tiny_model;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What is said in the store `table`.
pub(crate) const TALK: [(&str, &str, &str); 4] = [
    ("Ada", "2025-11-01", "The lighthouse keeper lit the lamp."),
    ("Bob", "2025-11-02", "The ferry was late again, and nobody knew why."),
    ("Ada", "2025-11-03", "A chest of letters stood in the attic."),
    ("Cleo", "2025-11-03", "Nobody had opened the letters."),
];

/// A home with that store.
pub(crate) fn place() -> Place {
    let place = Place::new();
    place.chat("table", &TALK);
    place
}

/// A home with a service on it, in a folder of its own.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) service: Service,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let service = service(&folder);
        Self { folder, service }
    }

    /// A second service on the same home.
    pub(crate) fn another_service(&self) -> Service {
        service(&self.folder)
    }

    /// Ingests chat messages, each a speaker, a day and a text, into a named store.
    pub(crate) fn chat(&self, store: &str, messages: &[(&str, &str, &str)]) {
        let export = self.folder.path().join(format!("{store}.json"));
        let messages: Value = messages
            .iter()
            .map(|(user, day, text)| json!({"user": user, "message": text, "timestamp": format!("{day}T10:00:00Z")}))
            .collect();
        fs::write(&export, messages.to_string()).unwrap();
        let target = Target::named(store.parse().unwrap());
        let job = Ingest::new(vec![export], Some(Format::CHAT_MESSAGES), target);
        ingest(&library(&self.folder), job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap();
    }

    pub(crate) fn call(&self, tool: &str, arguments: Value) -> Result<Value, Error> {
        self.service.call(tool, arguments.as_object().unwrap().clone(), &|| false)
    }

    /// What the call answers.
    pub(crate) fn answer(&self, tool: &str, arguments: Value) -> Value {
        self.call(tool, arguments).unwrap()
    }

    /// What the call is refused with, and what to do about it.
    pub(crate) fn refusal(&self, tool: &str, arguments: Value) -> String {
        let error = self.call(tool, arguments).unwrap_err();
        error.hints().into_iter().fold(error.to_string(), |said, hint| format!("{said}; {hint}"))
    }
}

fn service(folder: &TempDir) -> Service {
    Service::new(library(folder), Box::new(|| Day::new(2025, 11, 12).unwrap()))
}

fn library(folder: &TempDir) -> Library {
    let mut settings = Settings::at(folder.path().join("home"), NonZeroUsize::new(2).unwrap()).unwrap();
    settings.model_dir.value = Some(tiny_model());
    settings.network.offline = true;
    Library::new(settings)
}

/// The values under `key` of a list.
pub(crate) fn each(list: &Value, key: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap_or_default().to_owned()).collect()
}
