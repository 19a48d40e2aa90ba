use super::markdown;
use crate::{Hit, Hits};

/// Nothing but ids and texts. A text of several paragraphs keeps them: a scene ends where the next id stands.
pub(super) fn render(hits: &Hits) -> String {
    hits.hits.iter().map(paragraph).collect::<Vec<_>>().join("\n")
}

fn paragraph(hit: &Hit) -> String {
    let text = hit.scene.text.trim();
    // A fence opens only at the start of a line.
    let gap = if markdown::is_prose(text) { ' ' } else { '\n' };
    let paragraph = format!("[{}]{gap}{}", markdown::line(hit.scene.id.as_str()), markdown::block(text));
    format!("{}\n", paragraph.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::sample;

    #[test]
    fn each_hit_begins_with_its_id() {
        insta::assert_snapshot!(super::render(&sample::hits()), @r#"
        [scene_0001_2025-11-10] I look at Eva Rostova.

        "We burn for home," she says — and smiles.

        [scene_0007_UNKNOWN]
        ```
        Jansen reads the log.

        ---
        ## Source [9]: day "nine"
        ```

        [chat_000002_Ada] home by noon?
        "#);
    }
}
