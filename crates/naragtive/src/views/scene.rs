use naragtive_scene::Scene;
use serde_json::{Value, json};

/// A scene as it is stored.
pub fn scene(scene: &Scene) -> Value {
    json!({"id": scene.id.as_str(), "text": scene.text, "metadata": scene.metadata.to_value()})
}
