//! Books as EPUB 2 and 3: the parts of the book in the order of its spine, with the headings in them as chapters, or
//! what the table of contents calls them.

use std::collections::HashMap;

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{
    Element, Markup, MarkupPiece, Tag, TextBlock, TextFlow, each_element, element, line, pieces, shown,
};
use crate::package::DocumentPackage;
use crate::percent::percent_decoded;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "epub",
    called: "EPUB book",
    help: "EPUB 2 and 3: chapters in reading order, with title and author; cover and contents are left out",
    export: "word processors, Scrivener, Calibre and Archive of Our Own save books as EPUB; one without DRM",
    command: "naragtive ingest --as epub",
    source: "epub",
    extensions: &["epub"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

const CONTAINER: &str = "META-INF/container.xml";

fn sniff(input: &Input<'_>) -> Certainty {
    let is_book = |package: DocumentPackage<'_>| package.has(CONTAINER);
    if input.is_zip() && DocumentPackage::open(input.bytes()).is_ok_and(is_book) {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut package = DocumentPackage::open(input.bytes())?;
    refuse_protected(&mut package)?;
    let container = element(&package.needed(CONTAINER)?, Markup::Xml);
    let path = container.first("rootfile[full-path]").and_then(|root| root.tag.get("full-path"));
    let path = path.ok_or_else(|| IngestError::NoPart { part: "rootfile".to_owned() })?.to_owned();
    let book = Book::of(&element(&package.needed(&path)?, Markup::Xml), &path);
    let mut chapters = Chapters::of(book.title.clone(), book.author.clone());
    let contents = book.contents(&mut package)?;
    let mut read = 0;
    for part in &book.spine {
        match package.text(part) {
            Ok(Some(text)) => {
                read += 1;
                add(&text, contents.get(part).map(String::as_str), &mut chapters);
            }
            Ok(None) => chapters.report.skip(SkipReason::BadFile, &format!("{part}: it isn't in the book")),
            Err(problem @ IngestError::TooLarge { .. }) => return Err(problem),
            Err(problem) => chapters.report.skip(SkipReason::BadFile, &problem.to_string()),
        }
    }
    if read == 0 {
        return Err(IngestError::NoPart {
            part: book.spine.first().cloned().unwrap_or_else(|| "spine".to_owned()),
        });
    }
    Ok(chapters.parsed())
}

/// A book whose parts only a shop's program can read. Fonts that are mixed up, so that they are of no use elsewhere, are
/// no protection of the text.
fn refuse_protected(package: &mut DocumentPackage<'_>) -> Result<(), IngestError> {
    for sign in ["META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl"] {
        if package.has(sign) {
            return Err(IngestError::Protected { sign });
        }
    }
    let sign = "META-INF/encryption.xml";
    let Some(text) = package.text(sign)? else { return Ok(()) };
    let fonts = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];
    let encryption = element(&text, Markup::Xml);
    let methods = encryption.all("encryptionmethod");
    let mut methods = methods.into_iter().filter_map(|method| method.tag.get("algorithm"));
    if methods.all(|method| fonts.contains(&method)) { Ok(()) } else { Err(IngestError::Protected { sign }) }
}

/// What the package document says.
#[derive(Debug, Default)]
struct Book {
    title: Option<String>,
    author: Option<String>,
    /// The paths of the parts that are read, in order.
    spine: Vec<String>,
    /// The paths of what may be the table of contents.
    contents: Vec<String>,
}

impl Book {
    fn of(package: &Element, path: &str) -> Self {
        let local = |name: &str| {
            let found = package.all(name).into_iter().map(line);
            found.filter(|text| !text.is_empty()).collect::<Vec<_>>()
        };
        let authors = local("creator");
        let mut book = Self { title: local("title").into_iter().next(), ..Self::default() };
        book.author = (!authors.is_empty()).then(|| authors.join(", "));
        let has = |item: &Element, property: &str| {
            item.tag.get("properties").is_some_and(|all| all.split_whitespace().any(|one| one == property))
        };
        let items: HashMap<&str, &Element> = package
            .all("item[href]")
            .into_iter()
            .filter_map(|item| Some((item.tag.get("id")?, item)))
            .collect();
        let whole = |item: &Element| resolved(path, item.tag.get("href").unwrap_or_default());
        let guided = |kinds: &[&str]| {
            let is_kind = |one: &&Element| one.tag.get("type").is_some_and(|kind| kinds.contains(&kind));
            package.all("reference[href]").into_iter().filter(is_kind).map(whole).collect::<Vec<_>>()
        };
        let left_out = guided(&["cover", "toc", "title-page-cover"]);
        for place in package.all("itemref") {
            let Some(item) = place.tag.get("idref").and_then(|id| items.get(id)) else { continue };
            let kind = item.tag.get("media-type").unwrap_or_default();
            let is_text = kind.contains("html") || kind.contains("xml") && !kind.contains("svg");
            let is_cover =
                place.tag.get("idref").is_some_and(|id| id.to_ascii_lowercase().starts_with("cover"));
            let path = whole(item);
            let is_left_out = is_cover
                || has(item, "nav")
                || left_out.contains(&path)
                || place.tag.get("linear") == Some("no");
            if is_text && !is_left_out && !book.spine.contains(&path) {
                book.spine.push(path);
            }
        }
        let of_contents = |item: &&&Element| {
            has(item, "nav") || item.tag.get("media-type").is_some_and(|kind| kind.contains("dtbncx"))
        };
        book.contents = items.values().filter(of_contents).map(|item| whole(item)).collect();
        book.contents.sort();
        book
    }

    /// What the table of contents calls each part.
    fn contents(&self, package: &mut DocumentPackage<'_>) -> Result<HashMap<String, String>, IngestError> {
        let mut names = HashMap::new();
        for path in &self.contents {
            let Some(text) = package.text(path)? else { continue };
            let table = element(&text, Markup::Xml);
            let mut add = |target: Option<&str>, name: Option<String>| {
                let Some((target, name)) = target.zip(name).filter(|(_, name)| !name.is_empty()) else {
                    return;
                };
                names.entry(resolved(path, target)).or_insert(name);
            };
            for point in table.all("navpoint") {
                add(
                    point.first("content[src]").and_then(|content| content.tag.get("src")),
                    point.first("text").map(line),
                );
            }
            for nav in table.all("nav") {
                let is_contents = nav.tag.get("epub:type").is_none_or(|kind| kind == "toc");
                for link in nav.all("a[href]").into_iter().filter(|_| is_contents) {
                    add(link.tag.get("href"), Some(line(link)));
                }
            }
        }
        Ok(names)
    }
}

/// The path of a part that another one names.
fn resolved(from: &str, link: &str) -> String {
    let link = percent_decoded(link.split('#').next().unwrap_or(link));
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    if link.starts_with('/') {
        parts.clear();
    }
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The text of a part. Where it has no heading it begins with what the contents call it.
fn add(text: &str, name: Option<&str>, chapters: &mut Chapters) {
    let is_xml = text.contains("http://www.w3.org/1999/xhtml");
    let markup = if is_xml { Markup::Xml } else { Markup::of(text) };
    let mut found = Vec::new();
    let mut take = |block: TextBlock| found.push(block);
    let mut flow = TextFlow::new(is_apart, &mut take);
    pieces(text, markup).for_each(|piece: MarkupPiece| flow.piece(piece));
    flow.finish();
    let has_heading = found.iter().any(|block| matches!(block, TextBlock::Heading(..)));
    match name.filter(|_| !has_heading && !found.is_empty()) {
        Some(name) => chapters.heading(1, name),
        None => chapters.scene_break(),
    }
    found.iter().for_each(|block| chapters.block(block, 0));
    each_element(text, markup, &is_footnote, &mut |note| {
        chapters.footnote(&shown(&note, |_| false, "\n\n"));
    });
}

/// What doesn't belong to the text that flows.
fn is_apart(tag: &Tag) -> bool {
    is_footnote(tag)
        || is_kind(
            tag,
            &["noteref", "doc-noteref", "pagebreak", "doc-pagebreak", "toc", "landmarks", "cover"],
        )
}

fn is_footnote(tag: &Tag) -> bool {
    is_kind(tag, &["footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"])
}

fn is_kind(tag: &Tag, kinds: &[&str]) -> bool {
    let said = [tag.get("epub:type"), tag.get("role")];
    said.into_iter().flatten().flat_map(str::split_whitespace).any(|kind| kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_paths_within_the_book() {
        for (from, link, path) in [
            ("OEBPS/content.opf", "text/a%20b.xhtml#c", "OEBPS/text/a b.xhtml"),
            ("content.opf", "./a.xhtml", "a.xhtml"),
            ("a/b/toc.ncx", "../../../x.xhtml", "x.xhtml"),
            ("a/b.opf", "/c.xhtml", "c.xhtml"),
            ("a/b.opf", "100%.xhtml", "a/100%.xhtml"),
        ] {
            assert_eq!(resolved(from, link), path, "{from} {link}");
        }
    }
}
