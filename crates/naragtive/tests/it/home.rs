use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use naragtive::jobs::{Ingest, IngestDone, Target, ingest};
use naragtive::views::skip_reason;
use naragtive::{
    Error, Filter, Flow, Format, How, Library, Settings, Skipped, Step, Store, Stores, Timestamp, Which, list,
};
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

    /// Writes a file into the folder.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Reads a file of the folder as this format, or as what it is, into a store in the folder.
    pub(crate) fn ingest(
        &self,
        format: Option<Format>,
        export: &str,
        store: &str,
    ) -> Result<IngestDone, Error> {
        self.ingest_told(format, export, store).0
    }

    /// The same, and what was told of the export on the way, a line each.
    pub(crate) fn ingest_told(
        &self,
        format: Option<Format>,
        export: &str,
        store: &str,
    ) -> (Result<IngestDone, Error>, String) {
        let job = Ingest {
            folders: format.is_none(),
            ..Ingest::new(vec![self.path(export)], format, self.file(store))
        };
        let mut told = String::new();
        let done = ingest(&self.library, job, Timestamp::UNIX_EPOCH, &mut |step| {
            if let Step::Read(exported) = step {
                let skipped = exported.report.skipped.iter();
                let skipped = skipped.map(|Skipped { reason, count, first }| {
                    format!("skipped {count} {}; the first: {first}\n", skip_reason(*reason))
                });
                told.extend(skipped);
                told.extend(exported.report.told().iter().map(|line| format!("{line}\n")));
            }
            Flow::Continue
        });
        (done, told)
    }

    /// A store in the folder, to which scenes are added.
    pub(crate) fn file(&self, store: &str) -> Target {
        Target {
            path: Some(self.path(store)),
            usual: PathBuf::new(),
            name: None,
            shared: None,
            how: How::Merge,
        }
    }

    /// The texts of a store in the folder, in order.
    pub(crate) fn texts(&self, store: &str) -> Vec<String> {
        let store = Store::open(self.path(store)).unwrap();
        let (_, scenes) = list(&store, &Filter::default(), usize::MAX).unwrap();
        scenes.into_iter().map(|scene| scene.text).collect()
    }

    /// What front ends show of an error: what happened, and what to type.
    pub(crate) fn said(&self, error: &Error) -> String {
        let hints = error.hints().into_iter().map(|hint| format!("hint: {hint}\n"));
        let said = format!("error: {error}\n{}", hints.collect::<String>());
        said.replace(self.folder.path().to_str().unwrap(), "[ROOT]")
    }

    /// Does what must be refused, with a hint, and must leave every file as it is; what is said then.
    pub(crate) fn refused<T, E: Into<Error>>(&self, job: impl FnOnce() -> Result<T, E>) -> String {
        let before = self.contents();
        let error = job().err().expect("it should be refused").into();
        let changed: Vec<_> = self.contents().into_iter().filter(|file| !before.contains(file)).collect();
        assert!(changed.is_empty() && self.contents().len() == before.len(), "{error} changed a file");
        let said = self.said(&error);
        assert!(said.contains("\nhint: "), "{said}");
        said
    }

    /// Every file but locks, which hold nothing, and what can be made again.
    fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut files, mut folders) = (Vec::new(), vec![self.folder.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.extension().and_then(|extension| extension.to_str()) {
                    _ if path.is_dir() && path.file_name() != Some("cache".as_ref()) => folders.push(path),
                    Some("lock") => {}
                    _ if path.is_file() => files.push((path.clone(), fs::read(&path).unwrap())),
                    _ => {}
                }
            }
        }
        files.sort();
        files
    }

    /// Ingests a file, a folder or an archive of this place into a named store.
    pub(crate) fn ingest_named(&self, store: &str, export: &str, format: Option<Format>) -> IngestDone {
        let job = Ingest::new(vec![self.path(export)], format, Target::named(store.parse().unwrap()));
        ingest(&self.library, job, Timestamp::UNIX_EPOCH, &mut |_| Flow::Continue).unwrap()
    }

    pub(crate) fn all(&self) -> Stores {
        self.library.choose(Which::All, self.folder.path()).unwrap()
    }
}
