use super::markdown;
use crate::{Hit, Hits};

/// Numbered sources with their text.
pub(super) fn render(hits: &Hits) -> String {
    let sources: String = hits.hits.iter().map(source).collect();
    let body = if sources.is_empty() { "\nNo scene was found.\n" } else { &sources };
    format!("# Retrieved Context\n{body}")
}

fn source(hit: &Hit) -> String {
    let (id, text) = (markdown::line(hit.scene.id.as_str()), markdown::block(&hit.scene.text));
    let source = format!("[{}] {id}\n{text}", hit.rank);
    format!("\n{}\n", source.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn each_hit_is_a_numbered_source() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        # Retrieved Context

        [1] scene_0001_2025-11-10
        I look at Eva Rostova.

        "We burn for home," she says — and smiles.

        [2] scene_0007_UNKNOWN
        ```
        Jansen reads the log.

        ---
        ## Source [9]: day "nine"
        ```

        [3] chat_000002_Ada
        home by noon?
        "#);
    }
}
