//! What stands in a message's blocks, where it has no text of its own: bots and programs write so.

use crate::json::Node;

/// The text of blocks, a paragraph for each, with the marks that texts have: `<@U01>`, `<https://x.y|the map>`, `:fire:`.
pub(super) fn text(blocks: Node) -> String {
    paragraphs(blocks.entries().into_iter().map(block))
}

fn paragraphs(parts: impl Iterator<Item = String>) -> String {
    parts.filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// A block: rich text in elements, or a section with a text, fields or both.
fn block(mut block: Node) -> String {
    let own = label(block.take("text"));
    let fields = block.take("fields").entries().into_iter().map(label);
    let rich = block.take("elements").entries().into_iter().map(element);
    paragraphs(std::iter::once(own).chain(fields).chain(rich))
}

fn label(mut text: Node) -> String {
    match text {
        Node::Object(_) => text.take("text").prose().unwrap_or_default(),
        other => other.prose().unwrap_or_default(),
    }
}

/// A part of rich text. A list has its entries in lines.
fn element(mut part: Node) -> String {
    let kind = part.take("type").name().unwrap_or_default();
    let mut own = |key: &str| part.take(key).name().unwrap_or_default();
    match kind.as_str() {
        "user" => format!("<@{}>", own("user_id")),
        "usergroup" => format!("<!subteam^{}>", own("usergroup_id")),
        "channel" => format!("<#{}>", own("channel_id")),
        "broadcast" => format!("<!{}>", own("range")),
        "emoji" => format!(":{}:", own("name")),
        "link" => match (own("url"), own("text")) {
            (url, label) if label.is_empty() => format!("<{url}>"),
            (url, label) => format!("<{url}|{label}>"),
        },
        "rich_text_list" => within(part, "\n"),
        _ if part.has("elements") => within(part, ""),
        _ => label(part.take("text")),
    }
}

fn within(mut part: Node, between: &str) -> String {
    part.take("elements").entries().into_iter().map(element).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Reader;

    #[test]
    fn every_kind_of_block_says_what_it_shows() {
        for (blocks, said) in [
            (
                r#"[{"type":"section","text":{"type":"mrkdwn","text":"Rolled *17* for <@U2>"}}]"#,
                "Rolled *17* for <@U2>",
            ),
            (
                r#"[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"with "},
                {"type":"user","user_id":"U2"},{"type":"emoji","name":"fire"},{"type":"link","url":"https://x.y","text":"map"}]},
                {"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},
                {"type":"rich_text_section","elements":[{"type":"link","url":"https://z"}]}]}]}]"#,
                "with <@U2>:fire:<https://x.y|map>\n\none\n<https://z>",
            ),
            (
                r#"[{"type":"section","fields":[{"text":"Hull"},{"text":"12"}]},{"type":"divider"}]"#,
                "Hull\n\n12",
            ),
            (
                r#"[{"type":"context","elements":[{"type":"mrkdwn","text":"by the sea"},{"type":"image","image_url":"x"}]}]"#,
                "by the sea",
            ),
            (r#"[{"type":"header","text":{"type":"plain_text","text":"A storm"}},3]"#, "A storm"),
            ("null", ""),
        ] {
            assert_eq!(text(Reader::new(blocks, &[]).value().unwrap()), said, "{blocks}");
        }
    }
}
