//! Scenes and hits in few characters, for readers that count them: a language model has little room.

use naragtive_scene::{Metadata, Scene};
use serde_json::{Map, Value};

use crate::Hit;
use crate::excerpt::{excerpt, first_line};

/// Names that are told of one scene, and how long each may be.
const NAMES: usize = 10;
const NAME: usize = 60;
/// The characters of a first line.
const LINE: usize = 160;
/// The characters of a scene that stands beside another one.
const BESIDE: usize = 400;
/// A scene that was found comes whole up to this length.
const WHOLE: usize = 1_500;
/// The characters of the passage that says why.
const PASSAGE: usize = 300;

/// Who is in a scene: its characters, else its speakers.
pub fn who(metadata: &Metadata) -> Vec<String> {
    let mut names = metadata.characters();
    if names.is_empty() {
        names = metadata.speakers();
    }
    names.iter().take(NAMES).map(|name| first_line(name, NAME)).collect()
}

/// A day or a place as one short line.
pub fn line_of(text: &str) -> String {
    first_line(text, NAME)
}

/// A score to three places.
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

/// What is known of a scene, without its text: what isn't known is left out.
pub fn head(scene: &Scene) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), scene.id.as_str().into());
    if let Some(date) = scene.metadata.date() {
        object.insert("date".to_owned(), first_line(date, NAME).into());
    }
    let who = who(&scene.metadata);
    if !who.is_empty() {
        object.insert("who".to_owned(), who.into());
    }
    if let Some(place) = scene.metadata.location() {
        object.insert("where".to_owned(), first_line(place, NAME).into());
    }
    object
}

/// A scene beside another one.
pub fn beside(scene: &Scene) -> Value {
    let mut object = head(scene);
    let (text, cut) = excerpt(&scene.text, None, BESIDE);
    object.insert("text".to_owned(), text.into());
    if cut {
        object.insert("cut".to_owned(), true.into());
    }
    object.into()
}

/// A scene in a list.
pub fn line(scene: &Scene, store: &str) -> Value {
    let mut object = head(scene);
    object.insert("store".to_owned(), store.into());
    object.insert("line".to_owned(), first_line(&scene.text, LINE).into());
    object.into()
}

/// A scene that was found: `address` is where it can be read whole.
pub fn hit(hit: &Hit, address: &str) -> Value {
    let store = hit.store.name.as_deref().unwrap_or_default();
    let mut object = head(&hit.scene);
    let (text, cut) = excerpt(&hit.scene.text, hit.passage.as_ref(), WHOLE);
    object.insert("store".to_owned(), store.into());
    object.insert("score".to_owned(), rounded(hit.score).into());
    object.insert("uri".to_owned(), address.into());
    let passage = hit.passage.clone().and_then(|bytes| hit.scene.text.get(bytes)).unwrap_or_default();
    if !passage.is_empty() && passage.len() < hit.scene.text.len() {
        object.insert("passage".to_owned(), excerpt(passage, None, PASSAGE).0.into());
    }
    object.insert("text".to_owned(), text.into());
    object.insert("cut".to_owned(), cut.into());
    for (side, scenes) in [("before", &hit.before), ("after", &hit.after)] {
        if !scenes.is_empty() {
            object.insert(side.to_owned(), scenes.iter().map(beside).collect());
        }
    }
    object.into()
}
