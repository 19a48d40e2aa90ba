//! Pages: text with headings as chapters. What leads around on a page, and what makes it look as it does, is no text.

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{Markup, MarkupPiece, TextFlow, each_element, line, pieces};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, words};

/// How many characters of a page are looked at for its title.
const HEAD: usize = 64 << 10;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "html",
    called: "web page",
    help: "a page: its text, with headings as chapters; menus and scripts are left out",
    export: "a browser: Save page as, HTML only; most word processors: save as web page",
    command: "naragtive ingest --as html",
    source: "html",
    extensions: &["html", "htm", "xhtml", "xht"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

/// Whether the first thing is an element that pages begin with.
fn sniff(input: &Input<'_>) -> Certainty {
    if !is_markup(input) {
        return Certainty::No;
    }
    let mut tags = pieces(words::prefix(input.head(), 4096), Markup::Html).filter_map(|piece| match piece {
        MarkupPiece::Open(tag) => Some(tag.name),
        _ => None,
    });
    let is_page = |name: &str| matches!(name, "html" | "head" | "body" | "title" | "meta");
    let is_part = |name: &str| {
        matches!(name, "p" | "div" | "article" | "section" | "main" | "h1" | "h2" | "center" | "table")
    };
    match tags.next() {
        Some(name) if is_page(&name) => Certainty::Likely,
        Some(name) if is_part(&name) => Certainty::Maybe,
        _ => Certainty::No,
    }
}

/// Whether the text begins with a tag.
pub(crate) fn is_markup(input: &Input<'_>) -> bool {
    let text = input.head().trim_start();
    text.strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(|c: char| c == '!' || c == '?' || c.is_ascii_alphabetic()))
        && input.not_text_at().is_none()
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut chapters = about(&text);
    chapters.report.dropped_bytes = nuls;
    page(&text, &mut chapters);
    Ok(chapters.parsed())
}

/// The title of a page and who wrote it, by its head.
pub(crate) fn about(text: &str) -> Chapters {
    let mut chapters = Chapters::default();
    let is_told = |tag: &crate::markup::Tag| tag.is("title") || (tag.is("meta") && tag.get("name").is_some());
    each_element(words::prefix(text, HEAD), Markup::of(text), &is_told, &mut |element| {
        let is_author = element.tag.get("name").is_some_and(|name| name.eq_ignore_ascii_case("author"));
        if element.tag.is("title") && chapters.title.is_none() {
            chapters.title = Some(line(&element));
        } else if is_author {
            chapters.author = element.tag.get("content").map(str::to_owned);
        }
    });
    chapters
}

/// The text of a page; where it says what its main part is, of that part.
fn page(text: &str, chapters: &mut Chapters) {
    let markup = Markup::of(text);
    let mut take = |block| chapters.block(&block, 0);
    let mut flow = TextFlow::new(|_| false, &mut take);
    let has_main =
        pieces(text, markup).any(|piece| matches!(piece, MarkupPiece::Open(tag) if tag.is("main")));
    let mut within = usize::from(!has_main);
    for piece in pieces(text, markup) {
        match &piece {
            MarkupPiece::Open(tag) if tag.is("main") => within += 1,
            MarkupPiece::Close(name) if name == "main" => within = within.saturating_sub(1),
            _ => {}
        }
        if within > 0 {
            flow.piece(piece);
        }
    }
    flow.finish();
}
