use std::ops::Range;

use maud::{Markup, html};

use super::inline::inline;

/// What a block of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Heading,
    Quote,
    Code,
    Rule,
}

/// The speakers that exports write before what is said.
const SPEAKERS: [&str; 2] = ["User", "Assistant"];
/// The longest name that stands before what somebody says.
const NAME: usize = 60;

/// The text of a scene as it is read: paragraphs, who speaks, what is done, and the marked bytes marked.
pub(super) fn prose(text: &str, marks: &[Range<usize>], names: &[String]) -> Markup {
    let blocks = blocks(text);
    html! {
        @for (kind, bytes) in &blocks {
            (block(text, *kind, bytes, &within(marks, bytes), names))
        }
    }
}

/// The marks that lie in these bytes, counted from their start.
fn within(marks: &[Range<usize>], bytes: &Range<usize>) -> Vec<Range<usize>> {
    let inside = marks.iter().filter(|mark| bytes.start <= mark.start && mark.end <= bytes.end);
    inside.map(|mark| mark.start - bytes.start..mark.end - bytes.start).collect()
}

fn block(text: &str, kind: Kind, bytes: &Range<usize>, marks: &[Range<usize>], names: &[String]) -> Markup {
    let own = text.get(bytes.clone()).unwrap_or_default();
    match kind {
        Kind::Paragraph => match speaker(own, names) {
            Some((name, said)) => {
                let rest = own.get(said..).unwrap_or_default();
                let marks = within(marks, &(said..own.len()));
                html! { h2 class="speaker" dir="auto" { (name) } p dir="auto" { (inline(rest, &marks)) } }
            }
            None => html! { p dir="auto" { (inline(own, marks)) } },
        },
        Kind::Heading => html! { p class="heading" dir="auto" { (inline(own, marks)) } },
        Kind::Quote => html! { blockquote { p dir="auto" { (inline(own, marks)) } } },
        Kind::Code => html! { pre dir="auto" { (own) } },
        Kind::Rule => html! { hr; },
    }
}

/// Who speaks in a paragraph that begins with a name and a colon, and where what is said begins.
fn speaker<'a>(text: &'a str, names: &[String]) -> Option<(&'a str, usize)> {
    let colon = text.bytes().take(NAME).position(|byte| byte == b':')?;
    let name = text.get(..colon)?;
    let is_known = SPEAKERS.contains(&name) || names.iter().any(|known| known == name);
    let said = text.get(colon + 1..)?;
    let blank = said.len() - said.trim_start().len();
    (is_known && blank > 0).then_some((name, colon + 1 + blank))
}

/// The blocks of a text, by their bytes: parted by empty lines, but for code.
fn blocks(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut blocks: Vec<(Kind, Range<usize>)> = Vec::new();
    let (mut at, mut open, mut fence) = (0, false, false);
    for line in text.split_inclusive('\n') {
        let (start, end) = (at, at + line.trim_end().len());
        at += line.len();
        let bare = line.trim();
        if fence || bare.starts_with("```") {
            if bare.starts_with("```") {
                fence = !fence;
                open = fence;
                if fence {
                    blocks.push((Kind::Code, at..at));
                }
            } else if let Some((_, bytes)) = blocks.last_mut() {
                bytes.end = end.max(bytes.start);
            }
            continue;
        }
        if bare.is_empty() {
            open = false;
            continue;
        }
        let (kind, skip) = kind(line);
        match blocks.last_mut() {
            Some((Kind::Paragraph, bytes)) if open && kind == Kind::Paragraph => bytes.end = end,
            _ => blocks.push((kind, (start + skip).min(end)..end)),
        }
        open = kind == Kind::Paragraph;
    }
    blocks
}

/// What a line begins, and how many of its bytes say so.
fn kind(line: &str) -> (Kind, usize) {
    let bare = line.trim();
    let indent = line.len() - line.trim_start().len();
    let is_rule =
        bare.len() >= 3 && ["-", "*", "_", "="].iter().any(|sign| bare.replace(sign, "").is_empty());
    if is_rule {
        return (Kind::Rule, indent);
    }
    let signs = bare.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&signs) && bare.get(signs..).is_some_and(|rest| rest.starts_with(' ')) {
        return (Kind::Heading, indent + signs + 1);
    }
    match bare.strip_prefix('>') {
        Some(rest) => (Kind::Quote, indent + 1 + rest.len() - rest.trim_start().len()),
        None => (Kind::Paragraph, indent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        prose(text, &[], &["Ada".to_owned()]).into_string().replace(" dir=\"auto\"", "")
    }

    #[test]
    fn a_text_is_read_as_what_it_looks_like() {
        for (text, expected) in [
            ("", ""),
            ("One.\nTwo.\n\nThree.", "<p>One.<br>Two.</p><p>Three.</p>"),
            (
                "User: Hi.\n\nAssistant: *nods*",
                "<h2 class=\"speaker\">User</h2><p>Hi.</p><h2 class=\"speaker\">Assistant</h2><p><em>nods</em></p>",
            ),
            ("Ada: Hi.", "<h2 class=\"speaker\">Ada</h2><p>Hi.</p>"),
            ("Bob: Hi.", "<p>Bob: Hi.</p>"),
            ("Note: this", "<p>Note: this</p>"),
            ("a\n---\nb", "<p>a</p><hr><p>b</p>"),
            ("# Chapter\nText", "<p class=\"heading\">Chapter</p><p>Text</p>"),
            ("> said\nnext", "<blockquote><p>said</p></blockquote><p>next</p>"),
            ("```\n<x>\n\n  y\n```\nz", "<pre>&lt;x&gt;\n\n  y</pre><p>z</p>"),
            ("```open\n<x>", "<pre>&lt;x&gt;</pre>"),
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            ("  \n\t\n", ""),
            (">", "<blockquote><p></p></blockquote>"),
        ] {
            assert_eq!(of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn marks_stay_on_their_words() {
        let text = "One lamp.\n\nAda: A lamp, *lamp*.";
        let lamps: Vec<Range<usize>> =
            text.match_indices("lamp").map(|(at, word)| at..at + word.len()).collect();
        let shown = prose(text, &lamps, &["Ada".to_owned()]).into_string();
        assert_eq!(
            shown.matches("<mark>lamp</mark>").count() + shown.matches("<mark><em>lamp</em></mark>").count(),
            3
        );
    }
}
