use naragtive::{Metadata, Scene};
use serde_json::{Map, Value};

use crate::excerpt::{excerpt, first_line};

/// Names that are told of one scene, and how long each may be.
const NAMES: usize = 10;
const NAME: usize = 60;
/// The characters of a first line.
const LINE: usize = 160;
/// The characters of a scene that stands beside another one.
pub(crate) const BESIDE: usize = 400;

/// Who is in a scene: its characters, else its speakers.
pub(crate) fn who(metadata: &Metadata) -> Vec<String> {
    let mut names = metadata.characters();
    if names.is_empty() {
        names = metadata.speakers();
    }
    names.iter().take(NAMES).map(|name| first_line(name, NAME)).collect()
}

/// A day or a place as one short line.
pub(crate) fn line_of(text: &str) -> String {
    first_line(text, NAME)
}

/// A score to three places.
pub(crate) fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

/// What is known of a scene, without its text: what isn't known is left out.
pub(crate) fn head(scene: &Scene) -> Map<String, Value> {
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
pub(crate) fn beside(scene: &Scene) -> Value {
    let mut object = head(scene);
    let (text, cut) = excerpt(&scene.text, None, BESIDE);
    object.insert("text".to_owned(), text.into());
    if cut {
        object.insert("cut".to_owned(), true.into());
    }
    object.into()
}

/// A scene in a list.
pub(crate) fn line(scene: &Scene, store: &str) -> Value {
    let mut object = head(scene);
    object.insert("store".to_owned(), store.into());
    object.insert("line".to_owned(), first_line(&scene.text, LINE).into());
    object.into()
}
