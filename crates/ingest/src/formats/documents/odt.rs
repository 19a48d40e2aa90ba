//! Documents of LibreOffice and its kin, in a package or as one flat file. Of tracked changes the text is what it is when
//! all are accepted. Footnotes stand behind their chapter.

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{LeftOut, Markup, MarkupPiece, Tag, element, line, pieces};
use crate::package::DocumentPackage;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::rows::TableRows;
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "odt",
    called: "OpenDocument text",
    help: "a document of LibreOffice or OpenOffice: headings as chapters, tables, footnotes; deleted text is left out",
    export: "LibreOffice: save as .odt or .fodt; Google Docs: File, Download, OpenDocument",
    command: "naragtive ingest --as odt",
    source: "odt",
    extensions: &["odt", "fodt", "ott"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

/// Elements whose text is no part of what is read: what was deleted, remarks, lists of chapters, hidden text.
const LEFT_OUT: [&str; 10] = [
    "text:tracked-changes",
    "office:annotation",
    "text:ruby-text",
    "text:table-of-content",
    "text:note-citation",
    "text:hidden-text",
    "office:forms",
    "text:sequence-decls",
    "text:bibliography",
    "office:binary-data",
];

fn sniff(input: &Input<'_>) -> Certainty {
    let is_document =
        |package: DocumentPackage<'_>| package.has("content.xml") && package.has("META-INF/manifest.xml");
    if input.is_zip() {
        return if DocumentPackage::open(input.bytes()).is_ok_and(is_document) {
            Certainty::Sure
        } else {
            Certainty::No
        };
    }
    let head = input.head();
    if head.trim_start().starts_with("<?xml") && head.contains("<office:document") {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut chapters = Chapters::default();
    if !input.is_zip() {
        let text = input.text()?;
        if !text.contains("<office:") {
            return Err(IngestError::NoPart { part: "office:document".to_owned() });
        }
        about(text, &mut chapters);
        body(text, &mut chapters);
        return Ok(chapters.parsed());
    }
    let mut package = DocumentPackage::open(input.bytes())?;
    if package.needed("META-INF/manifest.xml")?.contains("encryption-data") {
        return Err(IngestError::Encrypted);
    }
    let text = package.needed("content.xml")?;
    if let Some(text) = package.text("meta.xml")? {
        about(&text, &mut chapters);
    }
    body(&text, &mut chapters);
    Ok(chapters.parsed())
}

fn about(text: &str, chapters: &mut Chapters) {
    let head = words::prefix(text, 64 << 10);
    let about = element(head, Markup::Xml);
    let Some(about) = about.first("office:meta") else { return };
    chapters.title = about.first("dc:title").map(line);
    chapters.author = about.first_of(&["meta:initial-creator", "dc:creator"]).map(line);
}

fn body(text: &str, chapters: &mut Chapters) {
    let mut body = Body::new(chapters);
    pieces(text, Markup::Xml).for_each(|piece| body.piece(piece));
    if !body.paragraphs.is_empty() {
        chapters.report.skip(SkipReason::Unreadable, "the document ends in the middle of a paragraph");
    }
}

struct Body<'a> {
    chapters: &'a mut Chapters,
    /// Whether the text has begun; what stands before it are styles.
    begun: bool,
    /// Paragraphs that are open, one within a note or a frame of another; a heading has its level.
    paragraphs: Vec<(Option<usize>, String)>,
    /// The texts of the notes that are open.
    notes: Vec<Vec<String>>,
    rows: TableRows,
    /// How many list items are open in which nothing was said yet.
    items: Vec<bool>,
    left_out: LeftOut,
}

impl<'a> Body<'a> {
    fn new(chapters: &'a mut Chapters) -> Self {
        let (paragraphs, notes, items) = (Vec::new(), Vec::new(), Vec::new());
        let (rows, left_out) = (TableRows::default(), LeftOut::default());
        Self { chapters, begun: false, paragraphs, notes, rows, items, left_out }
    }

    fn piece(&mut self, piece: MarkupPiece) {
        match piece {
            MarkupPiece::Open(tag) => {
                self.open(&tag);
                if tag.is_empty() {
                    self.close(&tag.name);
                }
            }
            MarkupPiece::Close(name) => self.close(&name),
            MarkupPiece::Text(text) if !self.left_out.is_open() => self.text(&text),
            MarkupPiece::Text(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag) {
        if self.left_out.opens(tag) {
            return;
        }
        let number = |name: &str| tag.get(name).and_then(|value| value.parse::<usize>().ok());
        match &*tag.name {
            "office:text" => self.begun = true,
            name if LEFT_OUT.contains(&name) => self.left_out.begin(tag),
            "text:h" if self.begun => {
                self.paragraphs.push((Some(number("text:outline-level").unwrap_or(1)), String::new()));
            }
            "text:p" if self.begun => self.paragraphs.push((None, String::new())),
            "text:s" => self.say(&" ".repeat(number("text:c").unwrap_or(1).min(100))),
            "text:tab" => self.say("\t"),
            "text:line-break" => self.say("\n"),
            "text:note-body" => self.notes.push(Vec::new()),
            "text:list-item" => self.items.push(true),
            "table:table-row" => self.rows.begin(),
            "table:table-cell" => self.rows.cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.left_out.closes(name) {
            return;
        }
        match name {
            "text:h" | "text:p" => {
                if let Some((level, text)) = self.paragraphs.pop() {
                    self.end(level, words::trim(&text));
                }
            }
            "text:note-body" => {
                let note = self.notes.pop().unwrap_or_default().join("\n\n");
                self.chapters.footnote(&note);
            }
            "text:list-item" => {
                self.items.pop();
            }
            "table:table-row" => {
                let row = self.rows.end();
                self.end(None, &row);
            }
            _ => {}
        }
    }

    fn say(&mut self, text: &str) {
        if let Some((_, paragraph)) = self.paragraphs.last_mut() {
            paragraph.push_str(text);
        }
    }

    /// White space between words is one space, however it is written; more is said by elements.
    fn text(&mut self, text: &str) {
        let Some((_, paragraph)) = self.paragraphs.last_mut() else { return };
        for c in text.chars() {
            if !matches!(c, ' ' | '\n' | '\r' | '\t') {
                paragraph.push(c);
            } else if !paragraph.ends_with([' ', '\n', '\t']) {
                paragraph.push(' ');
            }
        }
    }

    fn end(&mut self, level: Option<usize>, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(note) = self.notes.last_mut() {
            return note.push(text.to_owned());
        }
        if self.rows.write(text) {
            return;
        }
        let is_item = self.items.last_mut().is_some_and(std::mem::take);
        match level {
            Some(level) => self.chapters.heading(level, &text.replace('\n', " ")),
            None if is_item => self.chapters.paragraph(&format!("- {text}")),
            None => self.chapters.paragraph(text),
        }
    }
}
