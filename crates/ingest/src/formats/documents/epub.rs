//! Books as EPUB 2 and 3: the parts of the book in the order of its spine, with the headings in them as chapters, or
//! what the table of contents calls them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{
    Element, Markup, MarkupPiece, Tag, TextBlock, TextFlow, each_element, element, line, pieces, shown,
};
use crate::package::DocumentPackage;
use crate::percent::percent_decoded;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, words};

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
                add(&text, contents.get(part).map_or(&[], Vec::as_slice), &mut chapters);
            }
            Ok(None) => chapters.report.skip(SkipReason::BadFile, &format!("{part}: it isn't in the book")),
            Err(problem @ IngestError::TooLarge { .. }) => return Err(problem),
            Err(problem) => chapters.report.skip(SkipReason::BadFile, &problem.to_string()),
        }
    }
    if read > 0 {
        aside(&book, &mut package, &mut chapters)?;
    }
    if read == 0 {
        return Err(IngestError::NoPart {
            part: book.spine.first().cloned().unwrap_or_else(|| "spine".to_owned()),
        });
    }
    Ok(chapters.parsed())
}

/// Parts that are no part of what is read one after the other: of those the footnotes are kept, and what else is in them is
/// counted.
fn aside(book: &Book, package: &mut DocumentPackage<'_>, chapters: &mut Chapters) -> Result<(), IngestError> {
    for part in &book.aside {
        let Some(text) = package.text(part)? else { continue };
        chapters.back_to(0);
        let (found, notes) = blocks(&text, &[]);
        notes.iter().for_each(|note| chapters.footnote(note));
        if let Some(text) = found.iter().find_map(TextBlock::text) {
            chapters.report.skip(SkipReason::OtherFile, &format!("{part}: {}", words::first_line(text)));
        }
    }
    Ok(())
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
    /// The paths of those that links lead to only.
    aside: Vec<String>,
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
            let is_left_out = is_cover || has(item, "nav") || left_out.contains(&path);
            if !is_text || is_left_out || book.spine.contains(&path) || book.aside.contains(&path) {
                continue;
            }
            if place.tag.get("linear") == Some("no") {
                book.aside.push(path);
            } else {
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

    /// What the table of contents calls each part, and the places within it.
    fn contents(
        &self,
        package: &mut DocumentPackage<'_>,
    ) -> Result<HashMap<String, Vec<Entry>>, IngestError> {
        let mut all: HashMap<String, Vec<Entry>> = HashMap::new();
        for path in &self.contents {
            let Some(text) = package.text(path)? else { continue };
            let table = element(&text, Markup::Xml);
            let mut names: HashMap<String, Vec<Entry>> = HashMap::new();
            let mut add = |target: Option<&str>, name: Option<String>| {
                let Some((target, name)) = target.zip(name).filter(|(_, name)| !name.is_empty()) else {
                    return;
                };
                let place = target.split_once('#').map(|(_, place)| percent_decoded(place));
                let place = place.filter(|place| !place.is_empty());
                let entries = names.entry(resolved(path, target)).or_default();
                if entries.iter().all(|known| known.place != place) {
                    entries.push(Entry { place, name });
                }
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
            // A book may have two tables of the same.
            names.into_iter().for_each(|(part, entries)| {
                all.entry(part).or_insert(entries);
            });
        }
        Ok(all)
    }
}

/// An entry of a table of contents: where in its part it leads to, if it says so, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    place: Option<String>,
    name: String,
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

/// The text of a part. Where it has no heading it begins with what the contents call it, and so does each place in it that
/// they name.
fn add(text: &str, entries: &[Entry], chapters: &mut Chapters) {
    let (found, notes) = blocks(text, &[]);
    let has_heading = found.iter().any(|block| matches!(block, TextBlock::Heading(..)));
    chapters.scene_break();
    if has_heading || entries.is_empty() || found.is_empty() {
        found.iter().for_each(|block| chapters.block(block, 0));
    } else {
        blocks(text, entries).0.iter().for_each(|block| chapters.block(block, 0));
    }
    notes.iter().for_each(|note| chapters.footnote(note));
}

/// The blocks of a part, with the names of the entries as headings where they lead to, and the footnotes in it.
fn blocks(text: &str, entries: &[Entry]) -> (Vec<TextBlock>, Vec<String>) {
    let is_xml = text.contains("http://www.w3.org/1999/xhtml");
    let markup = if is_xml { Markup::Xml } else { Markup::of(text) };
    let places: HashMap<&str, &str> =
        entries.iter().filter_map(|entry| Some((entry.place.as_deref()?, entry.name.as_str()))).collect();
    let there = if places.is_empty() { HashSet::new() } else { places_in(text, markup) };
    let is_there = |entry: &&Entry| entry.place.as_ref().is_some_and(|place| there.contains(place));
    // What leads to no place in the part leads to its beginning.
    let first = entries.iter().find(|entry| !is_there(entry)).map(|entry| entry.name.as_str());
    let coming: RefCell<Vec<&str>> = RefCell::new(first.into_iter().collect());
    let mut found = Vec::new();
    let mut take = |block: TextBlock| {
        let names = coming.take();
        found.extend(names.into_iter().map(|name| TextBlock::Heading(1, name.to_owned())));
        found.push(block);
    };
    let mut flow = TextFlow::new(is_apart, &mut take);
    for piece in pieces(text, markup) {
        let place = match &piece {
            MarkupPiece::Open(tag) => place_of(tag),
            _ => None,
        };
        let named = place.and_then(|place| places.get(place)).copied();
        flow.piece(piece);
        // The block before ends where the next one begins.
        coming.borrow_mut().extend(named);
    }
    flow.finish();
    let mut notes = Vec::new();
    each_element(text, markup, &is_footnote, &mut |note| notes.push(shown(&note, |_| false, "\n\n")));
    (found, notes)
}

/// The names of all places in a part.
fn places_in(text: &str, markup: Markup) -> HashSet<String> {
    let place = |piece| match piece {
        MarkupPiece::Open(tag) => place_of(&tag).map(str::to_owned),
        _ => None,
    };
    pieces(text, markup).filter_map(place).collect()
}

fn place_of(tag: &Tag) -> Option<&str> {
    tag.get("id").or_else(|| tag.get("name"))
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

    #[test]
    fn a_chapter_begins_at_the_place_that_the_contents_name() {
        let entry = |(place, name): &(&str, &str)| Entry {
            place: Some((*place).to_owned()).filter(|place| !place.is_empty()),
            name: (*name).to_owned(),
        };
        let part = "<body><p id=x>ONE</p><p>first</p><p>so <a id=y></a>TWO</p><p>second</p></body>";
        for (entries, found) in [
            (&[("x", "A"), ("y", "B")][..], &["# A", "ONE", "first", "# B", "so TWO", "second"][..]),
            (&[("", "A"), ("y", "B")], &["# A", "ONE", "first", "# B", "so TWO", "second"]),
            (&[("y", "B")], &["ONE", "first", "# B", "so TWO", "second"]),
            (&[("gone", "A")], &["# A", "ONE", "first", "so TWO", "second"]),
        ] {
            let entries: Vec<Entry> = entries.iter().map(entry).collect();
            let text = |block: &TextBlock| match block {
                TextBlock::Heading(_, name) => format!("# {name}"),
                other => other.text().unwrap_or_default().to_owned(),
            };
            let shown: Vec<String> = blocks(part, &entries).0.iter().map(text).collect();
            assert_eq!(shown, found, "{entries:?}");
        }
    }
}
