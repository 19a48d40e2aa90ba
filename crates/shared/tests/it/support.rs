//! A prepared database, scenes, and copies of stores in a folder that goes.

use std::path::Path;

use naragtive_disk::Patience;
use naragtive_scene::{Metadata, Scene, SceneId};
use naragtive_shared::{
    Address, Copied, Digest, Digesting, LocalCopy, Login, NewShared, Server, SharedError, SharedStore,
};
use naragtive_store::{
    EmbeddedScene, ModelTag, Passages, Span, Store, StoreError, StoreRef, StoredRow, append, replace,
};
use naragtive_testkit::postgres::{Database, PASSWORD};
use tempfile::TempDir;

pub(crate) const RECIPE: &str = "as today";

/// A database with the schema in it, and these roles.
pub(crate) fn prepared(test: &str, roles: &[&str]) -> Option<Database> {
    let database = Database::new(test, roles)?;
    connect(&database.url("keeper")).prepare().unwrap();
    Some(database)
}

pub(crate) fn login() -> Login {
    Login { password: Some(PASSWORD.to_owned()), ..Login::default() }
}

pub(crate) fn connect(url: &str) -> Server {
    Server::connect("studio", &url.parse::<Address>().unwrap(), &login()).unwrap()
}

pub(crate) fn model() -> ModelTag {
    ModelTag { name: "tiny".into(), revision: Some("r1".into()), dimension: 4 }
}

pub(crate) fn new(name: &str) -> NewShared {
    NewShared {
        name: name.parse().unwrap(),
        model: model(),
        recipe: Some(RECIPE.to_owned()),
        source: "json".to_owned(),
        description: None,
    }
}

/// What scenes are searched by, which means nothing here: their texts, and the first letters of their ids.
pub(crate) fn digest(language: &str, scenes: &[Scene]) -> Option<Digest> {
    let text = |scene: &Scene| scene.text.clone().into_bytes();
    Some(Digest {
        facts: scenes.iter().flat_map(text).collect(),
        forms: language.into(),
        words: vec![("sc".to_owned(), vec![scenes.len() as u8])],
        facets: vec![("z".to_owned(), vec![7])],
    })
}

pub(crate) fn digesting(digest: &(dyn Fn(&str, &[Scene]) -> Option<Digest> + Sync)) -> Digesting<'_> {
    Digesting { language: "english", recipe: "r1", digest }
}

/// A scene with vectors that follow from its number; halves hold them exactly.
pub(crate) fn scene(number: usize, text: &str) -> EmbeddedScene {
    let id = format!("scene_{number:04}");
    let metadata = Metadata::default()
        .with("z", number)
        .with("engagement", 0.1 + number as f64 / 3.0)
        .with("a", "é\u{0}");
    let vector = |seed: usize| (0..4).map(move |at| ((number * 7 + seed * 3 + at) % 16) as f32 / 16.0 - 0.25);
    let spans = vec![Span { start: 0, end: 2 }, Span { start: 1, end: text.chars().count() }];
    let passages = Passages {
        spans,
        vectors: vector(1).chain(vector(2)).collect(),
        window: number.is_multiple_of(3).then(|| vector(3).collect()),
    };
    let passages = if number % 5 == 4 { Passages::default() } else { passages };
    let scene = Scene { id: SceneId::new(id), text: text.to_owned(), metadata, origin: None };
    EmbeddedScene { scene, embedding: vector(0).map(|value| value + 0.000_123).collect(), passages }
}

pub(crate) fn scenes(numbers: std::ops::Range<usize>) -> Vec<EmbeddedScene> {
    numbers.map(|number| scene(number, &format!("Scene {number} \u{0}."))).collect()
}

/// All that a store holds.
pub(crate) fn rows(at: &StoreRef) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    let visit = |row| {
        rows.push(row);
        Ok::<(), StoreError>(())
    };
    Store::open(at.clone()).unwrap().visit_rows(0, visit).unwrap();
    rows
}

pub(crate) fn ids(at: &StoreRef) -> Vec<String> {
    Store::open(at.clone()).unwrap().ids().unwrap()
}

/// Somebody with a copy of a store.
pub(crate) struct Desk {
    pub(crate) server: Server,
    pub(crate) copy: LocalCopy,
    store: String,
}

impl Desk {
    /// Keeps the copy in this folder.
    pub(crate) fn new(url: &str, store: &str, folder: &TempDir) -> Self {
        Self::at(url, store, &folder.path().join("copy"))
    }

    pub(crate) fn at(url: &str, store: &str, folder: &Path) -> Self {
        Self::with(connect(url), store, folder)
    }

    pub(crate) fn with(server: Server, store: &str, folder: &Path) -> Self {
        let copy = LocalCopy::new(folder.join(format!("{store}.parquet")));
        Self { server, copy, store: store.to_owned() }
    }

    pub(crate) fn sync(&mut self) -> Result<Copied, SharedError> {
        self.copy.sync(&mut self.server, &self.store, RECIPE, &Patience::default(), &mut |_| true)
    }

    pub(crate) fn found(&mut self) -> SharedStore {
        self.server.store(&self.store).unwrap()
    }

    /// Does something to a draft of the store and sends what that changed, as a writer does.
    pub(crate) fn write(&mut self, change: impl Fn(&StoreRef)) -> Result<(), SharedError> {
        let store = self.found();
        self.server.lock(&store, &Patience::default())?;
        let sent = self.send(change);
        self.server.unlock(&store)?;
        sent
    }

    fn send(&mut self, change: impl Fn(&StoreRef)) -> Result<(), SharedError> {
        let store = self.sync()?.store;
        let (at, draft) = (self.copy.at(), self.copy.make_draft()?);
        change(&draft);
        let (base, known) = (at.open()?, self.copy.tracked().unwrap());
        let next = draft.open()?;
        let sent =
            self.server.publish(&store, &known, Some(&base), &next, &digesting(&digest), &mut |_| true)?;
        self.copy.adopt(sent, &Patience::default())
    }

    /// Merges scenes into the store.
    pub(crate) fn append(&mut self, scenes: &[EmbeddedScene]) -> Result<(), SharedError> {
        self.write(|at| drop(append(at.clone(), scenes.to_vec(), &model(), &Patience::default()).unwrap()))
    }

    /// Makes the store one of these scenes.
    pub(crate) fn replace(&mut self, scenes: &[EmbeddedScene]) -> Result<(), SharedError> {
        self.write(|at| drop(replace(at.clone(), scenes.to_vec(), &model(), &Patience::default()).unwrap()))
    }
}
