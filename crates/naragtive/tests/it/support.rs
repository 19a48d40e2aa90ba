//! Conversations, and stores that they are added to.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use naragtive::{
    Added, Flow, Format, How, Lexicon, Metadata, Model, ModelOptions, ModelTag, ReadOptions, Scene, SceneId,
    Source, Store, StoreError, add, key, read_export,
};
use naragtive_disk::Patience;
use naragtive_ingest::{Known, SceneRule};
use naragtive_scene::{Conversation, Origin};
use naragtive_store::StoredRow;
use tempfile::TempDir;

/// A store, and a model that is quick.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) model: &'static Model,
}

/// Opened once for all benches.
static MODEL: LazyLock<Model> = LazyLock::new(|| model("tiny", None));
static OTHER_MODEL: LazyLock<Model> = LazyLock::new(|| model("other", Some("r".to_owned())));

fn model(name: &str, revision: Option<String>) -> Model {
    let options = ModelOptions::new(NonZeroUsize::new(2).unwrap());
    let embedder = naragtive_model::Embedder::open(&naragtive_testkit::tiny_model(), options).unwrap();
    let tag = ModelTag { name: name.to_owned(), revision, dimension: embedder.dimension() };
    Model { embedder: embedder.into(), tag }
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), model: &MODEL }
    }

    /// One whose model goes by another name.
    pub(crate) fn of_another_model() -> Self {
        Self { model: &OTHER_MODEL, ..Self::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn add(&self, store: &str, scenes: Vec<Scene>) -> Added {
        add(scenes, &self.path(store).into(), How::Merge, self.model, &Patience::default(), |_| {
            Flow::Continue
        })
        .unwrap()
    }

    /// How many were added, updated and there already.
    pub(crate) fn counts(&self, store: &str, scenes: Vec<Scene>) -> [usize; 3] {
        let appended = self.add(store, scenes).appended;
        [appended.added, appended.updated, appended.already_there]
    }

    /// Ingests an input of the faults page under another name.
    pub(crate) fn ingest(&self, store: &str, input: &str, name: &str, format: Format) -> [usize; 3] {
        let input = naragtive_testkit::shared(&format!("faults/inputs/{input}"));
        self.ingest_bytes(store, &std::fs::read(input).unwrap(), name, format)
    }

    pub(crate) fn ingest_bytes(&self, store: &str, bytes: &[u8], name: &str, format: Format) -> [usize; 3] {
        self.ingest_cut(store, bytes, name, format, None)
    }

    /// The same, cut into scenes by a rule.
    pub(crate) fn ingest_cut(
        &self,
        store: &str,
        bytes: &[u8],
        name: &str,
        format: Format,
        scene: Option<SceneRule>,
    ) -> [usize; 3] {
        let file = self.path(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let lexicon = Lexicon::builtin();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let stored = if self.path(store).exists() { self.rows(store) } else { Vec::new() };
        let known = Known::of(stored.into_iter().map(|row| row.scene).collect());
        let options = ReadOptions { known: Some(&known), scene, ..ReadOptions::new(name, &lexicon, now) };
        let read = read_export(&file, format, &options).unwrap();
        self.counts(store, read.scenes)
    }

    pub(crate) fn rows(&self, store: &str) -> Vec<StoredRow> {
        rows(&self.path(store))
    }

    /// The texts in the order of the store.
    pub(crate) fn texts(&self, store: &str) -> Vec<String> {
        self.rows(store).into_iter().map(|row| row.scene.text).collect()
    }

    pub(crate) fn ids(&self, store: &str) -> Vec<String> {
        self.rows(store).into_iter().map(|row| row.scene.id.to_string()).collect()
    }
}

pub(crate) fn rows(path: &Path) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    let store = Store::open(path).unwrap();
    store
        .visit_rows(0, |row| {
            rows.push(row);
            Ok::<(), StoreError>(())
        })
        .unwrap();
    rows
}

/// A message by hand.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) own_id: Option<String>,
    pub(crate) speaker: String,
    pub(crate) moment: Option<i64>,
    pub(crate) channel: Option<String>,
    pub(crate) text: String,
}

/// The scenes of a file of messages.
pub(crate) fn scenes(file: &str, conversation: Option<&str>, messages: &[Message]) -> Vec<Scene> {
    let scene = |(at, message): (usize, &Message)| {
        let Message { own_id, speaker, moment, channel, text } = message.clone();
        let conversation = Conversation {
            source: Source::Json,
            file: file.to_owned(),
            part_of: None,
            id: conversation.map(str::to_owned),
            channel: channel.clone(),
        };
        let conversation = Arc::new(conversation);
        let id = SceneId::new(format!("chat_{at:06}_{speaker}"));
        let metadata = Metadata::default()
            .with(key::USER, speaker.as_str())
            .with(key::CHANNEL, channel.as_deref().unwrap_or("general"));
        let origin = Some(Origin {
            conversation,
            own_id,
            speaker: Some(speaker),
            moment,
            place: at as u64,
            turns: 0,
            spoken: Vec::new(),
            said: Vec::new(),
            wording: 0,
            added: None,
        });
        Scene { id, text, metadata, origin }
    };
    messages.iter().enumerate().map(scene).collect()
}

/// A message with all that it can have.
pub(crate) fn message(id: u64, speaker: &str, moment: i64, text: &str) -> Message {
    Message {
        own_id: Some(id.to_string()),
        speaker: speaker.to_owned(),
        moment: Some(moment),
        channel: None,
        text: text.to_owned(),
    }
}

/// A message without an id of its own.
pub(crate) fn said(speaker: &str, moment: i64, text: &str) -> Message {
    Message { own_id: None, ..message(0, speaker, moment, text) }
}

/// A message that has nothing but its place.
pub(crate) fn placed(speaker: &str, text: &str) -> Message {
    Message { moment: None, ..said(speaker, 0, text) }
}
