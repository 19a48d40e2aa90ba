//! HTML and XML as other programs write them: damaged, unclosed, half of it missing. The tokens are those of the HTML
//! standard for both; what they mean is up to the formats.
//!
//! Names of elements and attributes are in lower case. Nothing is held but the element that somebody asked for, and
//! elements lie within each other no deeper than [`DEPTH`], so that no file makes a reader recurse without end.

mod element;
mod flow;
mod left_out;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

pub(crate) use self::element::{Child, Element, each_element, element};
pub(crate) use self::flow::{TextBlock, TextFlow, blocks, line, plain, shown};
pub(crate) use self::left_out::LeftOut;

/// How deep elements lie within each other; what is deeper counts as text of the last one.
const DEPTH: usize = 200;

/// Elements that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// By whose rules a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markup {
    /// Scripts are text, `<br/>` is `<br>`, and an end that isn't there is understood.
    Html,
    /// `<a/>` is a whole element.
    Xml,
}

impl Markup {
    /// What a page is written in.
    pub(crate) fn of(text: &str) -> Self {
        if text.trim_start().starts_with("<?xml") { Self::Xml } else { Self::Html }
    }
}

/// The beginning of an element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tag {
    pub(crate) name: Box<str>,
    attributes: Vec<(Box<str>, String)>,
    /// Whether nothing is in it.
    empty: bool,
}

impl Tag {
    fn new(tag: StartTag<()>, markup: Markup) -> Self {
        let name = text_of(&tag.name);
        let attributes =
            tag.attributes.iter().map(|(key, value)| (text_of(key).into(), text_of(&value.value)));
        let empty = VOID.contains(&name.as_str()) || (markup == Markup::Xml && tag.self_closing);
        Self { name: name.into(), attributes: attributes.collect(), empty }
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| &**name == attribute).map(|(_, value)| value.as_str())
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// Whether it is what `marks` say: `name` (also behind the prefix of a name space), `.class`, `#beginning-of-id`, `[attribute]`, all that are there.
    pub(crate) fn is(&self, marks: &str) -> bool {
        let mut rest = marks;
        while let Some(kind) = rest.chars().next() {
            let sign = usize::from(matches!(kind, '.' | '#' | '['));
            let behind = rest.get(sign..).unwrap_or_default();
            let end = behind.find(['.', '#', '[']).unwrap_or(behind.len());
            let (mark, next) = behind.split_at(end);
            let holds = match kind {
                '.' => self.has_class(mark),
                '#' => self.get("id").is_some_and(|id| id.starts_with(mark)),
                '[' => self.get(mark.trim_end_matches(']')).is_some(),
                _ => {
                    &*self.name == mark || self.name.rsplit_once(':').is_some_and(|(_, local)| local == mark)
                }
            };
            if !holds {
                return false;
            }
            rest = next;
        }
        true
    }
}

/// A piece of a text with markup.
#[derive(Debug)]
pub(crate) enum MarkupPiece {
    Open(Tag),
    Close(String),
    Text(String),
}

/// The pieces of a text, one after the other.
pub(crate) fn pieces(text: &str, markup: Markup) -> impl Iterator<Item = MarkupPiece> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(markup == Markup::Html);
    let tokens = Tokenizer::new_with_emitter(text, emitter);
    tokens.filter_map(move |token| match token {
        Ok(Token::StartTag(tag)) => Some(MarkupPiece::Open(Tag::new(tag, markup))),
        Ok(Token::EndTag(tag)) => Some(MarkupPiece::Close(text_of(&tag.name))),
        Ok(Token::String(text)) => Some(MarkupPiece::Text(text_of(&text.value))),
        _ => None,
    })
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_which_element_is_meant() {
        let page = "<ARTICLE class='message  js-post' id=post-12 data-author='Ann &amp; Bo'>";
        let Some(MarkupPiece::Open(tag)) = pieces(page, Markup::Html).next() else { panic!("no tag") };
        assert_eq!(tag.get("data-author"), Some("Ann & Bo"));
        for (marks, is) in [
            ("article", true),
            (".message", true),
            ("article.message#post-[data-author]", true),
            (".mess", false),
            ("div.message", false),
            ("#js", false),
            (".message[hidden]", false),
        ] {
            assert_eq!(tag.is(marks), is, "{marks}");
        }
    }

    #[test]
    fn scripts_are_text_in_html_and_nothing_special_in_xml() {
        let count = |markup| pieces("<script>if (a<b) {}</script>", markup).count();
        assert_eq!(count(Markup::Html), 3);
        assert!(matches!(
            pieces("<w:p/>", Markup::Xml).next(),
            Some(MarkupPiece::Open(Tag { empty: true, .. }))
        ));
        assert_eq!(Markup::of("\n<?xml version='1.0'?>"), Markup::Xml);
    }
}
