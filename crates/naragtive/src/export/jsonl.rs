use naragtive_scene::Scene;
use serde_json::{Value, json};

use super::json;
use crate::{Hit, Hits};

/// One hit a line, with all its metadata.
pub(super) fn render(hits: &Hits) -> String {
    hits.hits.iter().map(|hit| format!("{}\n", object(&hits.query, hit))).collect()
}

fn object(query: &str, hit: &Hit) -> Value {
    let mut object = json!({
        "query": query,
        "scene_id": hit.scene.id.as_str(),
        "text": hit.scene.text,
        "relevance_score": json::score(hit.score),
        "metadata": hit.scene.metadata.to_value(),
    });
    for (name, scenes) in [("before", &hit.before), ("after", &hit.after)] {
        // The Python tool's lines don't have these keys.
        if let (Value::Object(object), false) = (&mut object, scenes.is_empty()) {
            object.insert(name.into(), scenes.iter().map(neighbour).collect());
        }
    }
    object
}

fn neighbour(scene: &Scene) -> Value {
    json!({"scene_id": scene.id.as_str(), "text": scene.text, "metadata": scene.metadata.to_value()})
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn each_hit_is_an_object_on_a_line() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        {"query":"a burn for home","scene_id":"scene_0001_2025-11-10","text":"I look at Eva Rostova.\n\n\"We burn for home,\" she says — and smiles.","relevance_score":0.444,"metadata":{"scene_id":"scene_0001_2025-11-10","date_iso":"2025-11-10","pov_character":"User","location":"bridge","characters_present":"[\"Eva Rostova\",\"Jansen\"]","emotional_intensity":0.25}}
        {"query":"a burn for home","scene_id":"scene_0007_UNKNOWN","text":"Jansen reads the log.\n\n---\n## Source [9]: day \"nine\"","relevance_score":0.3,"metadata":{"date_iso":"UNKNOWN","pov_character":"UNKNOWN","location":"unknown","characters_present":"[]"}}
        {"query":"a burn for home","scene_id":"chat_000002_Ada","text":"home by noon?","relevance_score":0.125,"metadata":{"user":"Ada"}}
        "#);
    }
}
