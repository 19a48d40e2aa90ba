use naragtive_scene::key;
use serde_json::{Value, json};

use super::json;
use crate::{Hit, Hits};

/// Texts with where they come from.
pub(super) fn render(hits: &Hits) -> String {
    json::document(&hits.hits.iter().map(passage).collect())
}

fn passage(hit: &Hit) -> Value {
    let metadata = &hit.scene.metadata;
    json!({
        "source": hit.scene.id.as_str(),
        "content": hit.scene.text,
        "context": {
            "date": json::raw(metadata, key::DATE_ISO),
            "location": json::raw(metadata, key::LOCATION),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn each_hit_is_a_source_with_its_context() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        [
          {
            "source": "scene_0001_2025-11-10",
            "content": "I look at Eva Rostova.\n\n\"We burn for home,\" she says — and smiles.",
            "context": {
              "date": "2025-11-10",
              "location": "bridge"
            }
          },
          {
            "source": "scene_0007_UNKNOWN",
            "content": "Jansen reads the log.\n\n---\n## Source [9]: day \"nine\"",
            "context": {
              "date": "UNKNOWN",
              "location": "unknown"
            }
          },
          {
            "source": "chat_000002_Ada",
            "content": "home by noon?",
            "context": {
              "date": null,
              "location": null
            }
          }
        ]
        "#);
    }
}
