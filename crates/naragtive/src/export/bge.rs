use serde_json::{Value, json};

use super::json;
use crate::{Hit, Hits};

/// Pairs of query and text, as a BGE reranker takes them.
pub(super) fn render(hits: &Hits) -> String {
    json::document(&hits.hits.iter().map(|hit| pair(&hits.query, hit)).collect())
}

fn pair(query: &str, hit: &Hit) -> Value {
    json!({"text": hit.scene.text, "query": query, "doc_id": hit.scene.id.as_str()})
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn each_hit_is_a_pair_of_text_and_query() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        [
          {
            "text": "I look at Eva Rostova.\n\n\"We burn for home,\" she says — and smiles.",
            "query": "a burn for home",
            "doc_id": "scene_0001_2025-11-10"
          },
          {
            "text": "Jansen reads the log.\n\n---\n## Source [9]: day \"nine\"",
            "query": "a burn for home",
            "doc_id": "scene_0007_UNKNOWN"
          },
          {
            "text": "home by noon?",
            "query": "a burn for home",
            "doc_id": "chat_000002_Ada"
          }
        ]
        "#);
    }
}
