use super::{Child, Element, LeftOut, Markup, MarkupPiece, Tag, pieces};
use crate::words;

/// A block of text as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextBlock {
    /// A heading, from 1 for the highest.
    Heading(usize, String),
    Paragraph(String),
    /// A line across the page.
    Rule,
}

impl TextBlock {
    /// What it says; a rule says nothing.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Heading(_, text) | Self::Paragraph(text) => Some(text),
            Self::Rule => None,
        }
    }
}

/// Elements that aren't shown, or are no part of what the page says.
const LEFT_OUT: [&str; 16] = [
    "head", "script", "style", "template", "noscript", "nav", "footer", "svg", "button", "select",
    "textarea", "iframe", "object", "audio", "video", "canvas",
];
/// Elements that begin and end a line of their own.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "header",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];

/// What is said about letters beside them: how they are read. It is no part of the word that they stand over.
const RUBY: [&str; 3] = ["rt", "rp", "rtc"];
/// Classes of programs whose pages keep the lines of what people write: of DiscordChatExporter.
const KEEPS_LINES: [&str; 3] = ["chatlog__markdown-preserve", "preserve-whitespace", "chatlog__markdown-pre"];

/// Text that flows: pieces of markup go in, blocks come out. White space is what HTML makes of it.
pub(crate) struct TextFlow<'a> {
    take: &'a mut dyn FnMut(TextBlock),
    text: String,
    heading: Option<usize>,
    /// How many `pre` are open.
    verbatim: usize,
    left_out: LeftOut,
    /// The element whose ends of lines are kept, while it is open.
    lined: LeftOut,
    /// Whether it is said how the letters before are read.
    is_ruby: bool,
    /// What else is left out.
    also: fn(&Tag) -> bool,
}

impl<'a> TextFlow<'a> {
    pub(crate) fn new(also: fn(&Tag) -> bool, take: &'a mut dyn FnMut(TextBlock)) -> Self {
        let (left_out, lined) = (LeftOut::default(), LeftOut::default());
        Self { take, text: String::new(), heading: None, verbatim: 0, left_out, lined, is_ruby: false, also }
    }

    pub(crate) fn piece(&mut self, piece: MarkupPiece) {
        match piece {
            MarkupPiece::Open(tag) => self.open(&tag),
            MarkupPiece::Close(name) => self.close(&name),
            MarkupPiece::Text(text) => self.text(&text),
        }
    }

    /// All that is in an element.
    pub(crate) fn inside(&mut self, element: &Element) {
        for child in &element.children {
            match child {
                Child::Text(text) => self.text(text),
                Child::Element(element) => {
                    self.open(&element.tag);
                    self.inside(element);
                    if !element.tag.empty {
                        self.close(&element.tag.name);
                    }
                }
            }
        }
    }

    fn open(&mut self, tag: &Tag) {
        if self.left_out.is_open() {
            // What is empty has no end that is counted.
            if !tag.empty {
                self.left_out.opens(tag);
            }
            return;
        }
        if LEFT_OUT.contains(&&*tag.name) || is_hidden(tag) || (self.also)(tag) {
            if !tag.empty {
                self.left_out.begin(tag);
            }
            return;
        }
        if !tag.empty && !self.lined.opens(tag) && keeps_lines(tag) {
            self.lined.begin(tag);
        }
        self.is_ruby = RUBY.contains(&&*tag.name) || (self.is_ruby && !ends_ruby(&tag.name));
        match &*tag.name {
            "br" if self.is_ruby => {}
            "br" => self.text.push('\n'),
            "hr" => {
                self.end();
                (self.take)(TextBlock::Rule);
            }
            "img" if is_emoji(tag) => self.text.push_str(tag.get("alt").unwrap_or_default()),
            "td" | "th" if !words::is_blank(&self.text) => {
                self.text.truncate(self.text.trim_end().len());
                self.text.push_str(" | ");
            }
            name if is_block(name) => self.begin(name),
            _ => {}
        }
    }

    fn begin(&mut self, name: &str) {
        self.end();
        self.heading = level(name);
        self.verbatim += usize::from(name == "pre");
        if name == "li" {
            self.text.push_str("- ");
        }
    }

    fn close(&mut self, name: &str) {
        if self.left_out.closes(name) {
            return;
        }
        self.lined.closes(name);
        self.is_ruby &= !RUBY.contains(&name) && !ends_ruby(name);
        if is_block(name) {
            self.end();
            self.verbatim = self.verbatim.saturating_sub(usize::from(name == "pre"));
        }
    }

    fn text(&mut self, text: &str) {
        if self.left_out.is_open() || self.is_ruby {
            return;
        }
        if self.verbatim > 0 {
            return self.text.push_str(text);
        }
        for c in text.chars() {
            let is_space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            if !is_space {
                self.text.push(c);
            } else if c == '\n' && self.lined.is_open() {
                self.text.truncate(self.text.trim_end_matches(' ').len());
                self.text.push(c);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    fn end(&mut self) {
        let text = std::mem::take(&mut self.text);
        let heading = self.heading.take();
        let lines: Vec<&str> =
            text.lines().map(|line| if self.verbatim > 0 { line } else { line.trim_end() }).collect();
        let text = lines.join("\n");
        let text = words::trim(&text);
        if text.is_empty() || text == "-" {
            return;
        }
        (self.take)(match heading {
            Some(level) => TextBlock::Heading(level, text.replace('\n', " ")),
            None => TextBlock::Paragraph(text.to_owned()),
        });
    }

    pub(crate) fn finish(mut self) {
        self.end();
    }
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || level(name).is_some()
}

fn level(name: &str) -> Option<usize> {
    let digit = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&digit).then_some(digit)
}

fn is_hidden(tag: &Tag) -> bool {
    let hides = |style: &str| style.replace(' ', "").contains("display:none");
    tag.get("hidden").is_some()
        || tag.get("style").is_some_and(hides)
        || matches!(tag.get("role"), Some("navigation" | "banner" | "contentinfo" | "search"))
}

/// Whether the letters of which it is said how they are read end there, or that itself does: its end may be left out.
fn ends_ruby(name: &str) -> bool {
    matches!(name, "ruby" | "rb") || is_block(name)
}

fn keeps_lines(tag: &Tag) -> bool {
    let is_kept = |style: &str| {
        let style = style.replace(' ', "");
        ["white-space:pre", "white-space:break-spaces"].iter().any(|kept| style.contains(kept))
    };
    KEEPS_LINES.iter().any(|class| tag.has_class(class)) || tag.get("style").is_some_and(is_kept)
}

fn is_emoji(tag: &Tag) -> bool {
    tag.get("class").is_some_and(|class| class.to_ascii_lowercase().contains("emoji"))
}

/// The blocks of what is in an element.
pub(crate) fn blocks(element: &Element, left_out: fn(&Tag) -> bool) -> Vec<TextBlock> {
    let mut blocks = Vec::new();
    let mut take = |block| blocks.push(block);
    let mut flow = TextFlow::new(left_out, &mut take);
    flow.inside(element);
    flow.finish();
    blocks
}

/// What a piece of HTML says, its blocks with blank lines between.
pub(crate) fn plain(html: &str) -> String {
    let mut texts = Vec::new();
    let mut take = |block: TextBlock| texts.extend(block.text().map(str::to_owned));
    let mut flow = TextFlow::new(|_| false, &mut take);
    pieces(html, Markup::Html).for_each(|piece| flow.piece(piece));
    flow.finish();
    texts.join("\n\n")
}

/// The blocks of what is in an element as one text.
pub(crate) fn shown(element: &Element, left_out: fn(&Tag) -> bool, between: &str) -> String {
    let blocks = blocks(element, left_out);
    blocks.iter().filter_map(TextBlock::text).collect::<Vec<_>>().join(between)
}

/// What is in an element in one line.
pub(crate) fn line(element: &Element) -> String {
    let blocks = blocks(element, |_| false);
    let texts = blocks.iter().filter_map(TextBlock::text).map(|text| text.replace('\n', " "));
    texts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::element;

    #[test]
    fn lines_are_kept_where_a_page_keeps_them() {
        for (page, shown) in [
            (
                "<span class='chatlog__markdown-preserve'>a \n  b <span>c</span>\nd</span> e\nf",
                "a\nb c\nd e f",
            ),
            ("<span style='white-space: pre-wrap'>a\nb</span>\nc", "a\nb c"),
            ("<span>a\nb</span>", "a b"),
        ] {
            assert_eq!(plain(page), shown, "{page}");
        }
    }

    #[test]
    fn a_word_is_its_letters_without_how_they_are_read() {
        for (page, shown) in [
            ("<ruby>灯<rt>ひ</rt></ruby> light", "灯 light"),
            ("<ruby>灯<rp>(</rp><rt>とう</rt><rp>)</rp>台<rp>(</rp><rt>だい</rt><rp>)</rp></ruby>", "灯台"),
            ("<ruby><rb>灯<rt>とう<rb>台<rt>だい</ruby>が", "灯台が"),
            ("<p><ruby>灯<rt>ひ</p><p>next</p>", "灯\n\nnext"),
            ("<p><ruby>灯<rt>ひ<br>に</rt></ruby>a", "灯a"),
        ] {
            assert_eq!(plain(page), shown, "{page}");
        }
    }

    #[test]
    fn a_page_is_read_as_it_is_shown() {
        let page = "<html><head><title>no</title></head><body><nav>no<nav>no</nav>no</nav><h2>The\n Lamp</h2>\
            <p>One <i>two</i>\n three<br>four&nbsp;&amp; five<p hidden>no</p><script>no</script><hr>\
            <table><tr><td>a<td>b<tr><th>c</table><ul><li>x<li></ul><pre>  k\n  l</pre>end";
        let shown: Vec<TextBlock> = blocks(&element(page, Markup::Html), |_| false);
        let text = |text: &str| TextBlock::Paragraph(text.to_owned());
        assert_eq!(
            shown,
            [
                TextBlock::Heading(2, "The Lamp".to_owned()),
                text("One two three\nfour\u{a0}& five"),
                TextBlock::Rule,
                text("a | b"),
                text("c"),
                text("- x"),
                text("k\n  l"),
                text("end"),
            ]
        );
    }
}
