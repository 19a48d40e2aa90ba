use naragtive_scene::Scene;
use serde_json::{Value, json};

use crate::Surroundings;

/// A scene as it is stored.
pub fn scene(scene: &Scene) -> Value {
    json!({"id": scene.id.as_str(), "text": scene.text, "metadata": scene.metadata.to_value()})
}

/// A scene where it stands in its conversation: its place among those shown, from 0.
pub fn surroundings(found: &Surroundings) -> Value {
    let scenes: Vec<Value> = found.scenes.iter().map(scene).collect();
    json!({"store": super::store(&found.store), "at": found.at, "scenes": scenes})
}
