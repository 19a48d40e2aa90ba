use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive::jobs::{Ingest, IngestDone, Target, ingest};
use naragtive::{Error, Flow, Format, Library, Settings, Step, Stores, Timestamp, Which};
use naragtive_testkit::tiny_model;
use tempfile::TempDir;

/// A home in a folder of its own.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) library: Library,
}

impl Place {
    /// With the model that has random weights.
    pub(crate) fn new() -> Self {
        Self::with_model(&tiny_model())
    }

    /// With a model's folder that need not be there.
    pub(crate) fn with_model(model: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(folder.path().join("home"), NonZeroUsize::new(2).unwrap()).unwrap();
        settings.model_dir.value = Some(model.to_owned());
        settings.network.offline = true;
        Self { library: Library::new(settings), folder }
    }

    /// The same home on a machine without a model.
    pub(crate) fn without_model(&self) -> Library {
        let mut settings = self.library.settings().clone();
        settings.model_dir.value = None;
        Library::new(settings)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Ingests chat messages, each a speaker and a text, into a named store.
    pub(crate) fn chat(&self, store: &str, messages: &[(&str, &str)]) -> IngestDone {
        self.try_chat(store, messages, &mut |_| Flow::Continue).unwrap()
    }

    pub(crate) fn try_chat(
        &self,
        store: &str,
        messages: &[(&str, &str)],
        watch: &mut dyn FnMut(Step<'_>) -> Flow,
    ) -> Result<IngestDone, Error> {
        let export = self.path("chat.json");
        let messages = messages.iter().map(|(user, text)| serde_json::json!({"user": user, "message": text}));
        fs::write(&export, serde_json::Value::from_iter(messages).to_string()).unwrap();
        let job =
            Ingest::new(vec![export], Some(Format::CHAT_MESSAGES), Target::named(store.parse().unwrap()));
        ingest(&self.library, job, Timestamp::UNIX_EPOCH, watch)
    }

    pub(crate) fn all(&self) -> Stores {
        self.library.choose(Which::All, self.folder.path()).unwrap()
    }
}
