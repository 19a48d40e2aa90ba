//! What is attached to a message: messages that are shared, what bots show below theirs, and previews of links.

use super::blocks;
use crate::json::Node;
use crate::words;

/// The texts of what is attached beside `own`; empty where there may be one in blocks that weren't read. A preview of a page
/// says nothing of what was said, unless nothing else is.
pub(super) fn texts(attachments: Node, own: &str) -> Vec<String> {
    let is_alone = words::is_blank(own);
    let texts =
        attachments.entries().into_iter().filter(|part| part.is_object() && (is_alone || !is_preview(part)));
    let texts = texts.map(|part| text(part, is_alone));
    texts.filter(|text| words::is_blank(text) || !own.contains(text.as_str())).collect()
}

/// Whether it shows what a link in the message leads to, and no message.
fn is_preview(part: &Node) -> bool {
    let is_shared =
        part.get("is_share").flag() || part.get("is_msg_unfurl").flag() || part.has("message_blocks");
    !is_shared && (part.has("from_url") || part.has("original_url"))
}

/// What stands in it; what a program shows that can show no more, where nothing else does.
fn text(mut part: Node, is_alone: bool) -> String {
    let own = ["pretext", "title", "text"].map(|key| part.take(key).name());
    let fields = part.take("fields").entries().into_iter().filter_map(field);
    let mut texts: Vec<String> = own.into_iter().flatten().chain(fields).collect();
    if texts.is_empty() {
        let shared = part.take("message_blocks").entries().into_iter();
        let shared = shared.map(|mut shared| blocks::text(shared.take("message").take("blocks")));
        texts =
            shared.chain([blocks::text(part.take("blocks"))]).filter(|text| !words::is_blank(text)).collect();
    }
    if texts.is_empty() && is_alone {
        texts.extend(part.take("fallback").name());
    }
    texts.join("\n")
}

fn field(mut field: Node) -> Option<String> {
    match (field.take("title").name(), field.take("value").name()) {
        (Some(title), Some(value)) => Some(format!("{title}: {value}")),
        (title, value) => title.or(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Reader;

    #[test]
    fn what_is_shared_or_shown_by_a_bot_is_said_and_a_preview_of_a_page_is_not() {
        for (attachments, own, said) in [
            (
                r#"[{"is_share":true,"from_url":"https://s/x","text":"Old words","fallback":"[May] Old words"}]"#,
                "shared:",
                &["Old words"][..],
            ),
            (r#"[{"is_msg_unfurl":true,"from_url":"https://s/x","text":"Old words"}]"#, "", &["Old words"]),
            (
                r#"[{"is_share":true,"message_blocks":[{"message":{"blocks":[{"type":"section","text":{"text":"In a block"}}]}}]}]"#,
                "see",
                &["In a block"],
            ),
            (r#"[{"is_share":true,"from_url":"https://s/x"}]"#, "see", &[""]),
            (r#"[{"from_url":"https://x.y","title":"A page","text":"of the web"}]"#, "https://x.y", &[]),
            (
                r#"[{"from_url":"https://x.y","title":"A page","text":"of the web"}]"#,
                "",
                &["A page\nof the web"],
            ),
            (
                r#"[{"title":"Attack","text":"hits","fields":[{"title":"Damage","value":"7"}]}]"#,
                "Roll:",
                &["Attack\nhits\nDamage: 7"],
            ),
            (r#"[{"fallback":"d20: 17"}]"#, "", &["d20: 17"]),
            (r#"[{"text":"17"}]"#, "rolled 17", &[]),
            ("null", "x", &[]),
        ] {
            assert_eq!(texts(Reader::new(attachments, &[]).value().unwrap(), own), said, "{attachments}");
        }
    }
}
