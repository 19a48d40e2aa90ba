use naragtive_scene::key;
use serde_json::{Value, json};

use super::json;
use crate::{Hit, Hits};

const INSTRUCTIONS: &str = "Answer the query from these documents alone. Name the id of each document you use. \
                            If they do not hold the answer, say so.";

/// One object with the documents and what to do with them.
pub(super) fn render(hits: &Hits) -> String {
    json::document(&json!({
        "query": hits.query,
        "document_count": hits.hits.len(),
        "documents": hits.hits.iter().map(document).collect::<Vec<_>>(),
        "instructions": INSTRUCTIONS,
    }))
}

fn document(hit: &Hit) -> Value {
    let metadata = &hit.scene.metadata;
    json!({
        "id": hit.scene.id.as_str(),
        "content": hit.scene.text,
        "metadata": {
            "date": json::raw(metadata, key::DATE_ISO),
            "location": json::raw(metadata, key::LOCATION),
            "pov": json::raw(metadata, key::POV_CHARACTER),
            "characters": metadata.characters(),
            "relevance_score": json::score(hit.score),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn the_documents_come_with_instructions() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        {
          "query": "a burn for home",
          "document_count": 3,
          "documents": [
            {
              "id": "scene_0001_2025-11-10",
              "content": "I look at Eva Rostova.\n\n\"We burn for home,\" she says — and smiles.",
              "metadata": {
                "date": "2025-11-10",
                "location": "bridge",
                "pov": "User",
                "characters": [
                  "Eva Rostova",
                  "Jansen"
                ],
                "relevance_score": 0.444
              }
            },
            {
              "id": "scene_0007_UNKNOWN",
              "content": "Jansen reads the log.\n\n---\n## Source [9]: day \"nine\"",
              "metadata": {
                "date": "UNKNOWN",
                "location": "unknown",
                "pov": "UNKNOWN",
                "characters": [],
                "relevance_score": 0.3
              }
            },
            {
              "id": "chat_000002_Ada",
              "content": "home by noon?",
              "metadata": {
                "date": null,
                "location": null,
                "pov": null,
                "characters": [],
                "relevance_score": 0.125
              }
            }
          ],
          "instructions": "Answer the query from these documents alone. Name the id of each document you use. If they do not hold the answer, say so."
        }
        "#);
    }
}
