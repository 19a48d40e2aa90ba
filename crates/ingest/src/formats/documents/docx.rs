//! Word documents: paragraphs, with those that are styled as headings as chapters. Of tracked changes the text is what
//! it is when all are accepted. Footnotes stand behind their chapter.

use std::collections::HashMap;

use crate::chapters::{Chapters, style_level};
use crate::input::Input;
use crate::markup::{Child, Element, LeftOut, Markup, MarkupPiece, Tag, element, line, pieces};
use crate::package::DocumentPackage;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::rows::TableRows;
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, words};

/// How files of Word before 2007 begin, and those that a password protects.
const OLD: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub(crate) static ROW: FormatRow = FormatRow {
    name: "docx",
    called: "Word document",
    help: "a document of Word or Google Docs: headings as chapters, tables, footnotes; deleted text is left out",
    export: "Word: save as .docx; Google Docs: File, Download, Microsoft Word",
    command: "naragtive ingest --as docx",
    source: "docx",
    extensions: &["docx", "docm", "doc"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let is_document = |package: DocumentPackage<'_>| {
        package.has("[Content_Types].xml") && package.named("word/document").is_some()
    };
    if input.is_zip() && DocumentPackage::open(input.bytes()).is_ok_and(is_document) {
        Certainty::Sure
    } else if input.bytes().starts_with(OLD) {
        Certainty::Likely
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    if input.bytes().starts_with(OLD) {
        return Err(IngestError::OldWord);
    }
    let mut package = DocumentPackage::open(input.bytes())?;
    let path = package.named("word/document").unwrap_or_else(|| "word/document.xml".to_owned());
    let text = package.needed(&path)?;
    let mut chapters = Chapters::default();
    if let Some(about) = package.text("docProps/core.xml")? {
        let about = element(&about, Markup::Xml);
        chapters.title = about.first("dc:title").map(line);
        chapters.author = about.first("dc:creator").map(line);
    }
    let levels = package
        .text("word/styles.xml")?
        .map(|styles| levels(&element(&styles, Markup::Xml)))
        .unwrap_or_default();
    let mut notes = HashMap::new();
    for kind in ["footnote", "endnote"] {
        if let Some(text) = package.text(&format!("word/{kind}s.xml"))? {
            notes.extend(notes_of(&text, kind));
        }
    }
    let mut body = Body { levels, notes, ..Body::new(&mut chapters) };
    pieces(&text, Markup::Xml).for_each(|piece| body.piece(piece));
    if body.finish() {
        chapters.report.skip(SkipReason::Unreadable, "the document ends in the middle of a paragraph");
    }
    Ok(chapters.parsed())
}

/// How deep the headings are that a style makes; 0 for a table of contents, which is left out.
fn levels(styles: &Element) -> HashMap<String, usize> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut based = Vec::new();
    for style in styles.all("w:style") {
        let Some(id) = style.tag.get("w:styleid") else { continue };
        let value =
            |name: &str| style.first(name).and_then(|inner| inner.tag.get("w:val")).map(str::to_owned);
        let outline =
            value("w:outlinelvl").and_then(|level| level.parse::<usize>().ok()).filter(|level| *level < 9);
        match value("w:name").as_deref().and_then(style_level).or(outline.map(|level| level + 1)) {
            Some(level) => {
                known.insert(id.to_owned(), level);
            }
            None => based.extend(value("w:basedon").map(|base| (id.to_owned(), base))),
        }
    }
    // Styles are based on each other a few steps deep.
    for _ in 0..8 {
        for (id, base) in &based {
            if let Some(level) = known.get(base).copied() {
                known.entry(id.clone()).or_insert(level);
            }
        }
    }
    known
}

fn notes_of(text: &str, kind: &str) -> HashMap<(String, String), String> {
    let root = element(text, Markup::Xml);
    let mut notes = HashMap::new();
    for note in root.all(&format!("w:{kind}")) {
        let Some(id) = note.tag.get("w:id").filter(|_| note.tag.get("w:type").is_none()) else { continue };
        let texts: Vec<String> =
            note.all("w:p").into_iter().map(|p| p.all("w:t").into_iter().map(text_in).collect()).collect();
        notes.insert((kind.to_owned(), id.to_owned()), texts.join("\n\n"));
    }
    notes
}

/// The text of an element as it stands, white space and all.
fn text_in(element: &Element) -> String {
    element
        .children
        .iter()
        .filter_map(|child| if let Child::Text(text) = child { Some(text.as_str()) } else { None })
        .collect()
}

/// A paragraph that is being read; one may lie in a box within another.
#[derive(Default)]
struct Paragraph {
    text: String,
    level: Option<usize>,
    is_listed: bool,
    /// Whether its end was deleted, so that the next one goes on in it.
    goes_on: bool,
}

struct Body<'a> {
    chapters: &'a mut Chapters,
    levels: HashMap<String, usize>,
    notes: HashMap<(String, String), String>,
    paragraphs: Vec<Paragraph>,
    rows: TableRows,
    left_out: LeftOut,
    in_text: bool,
    /// How many lists of properties are open; what stands there is no text.
    in_properties: usize,
    in_row: bool,
    /// Whether the run of letters is hidden.
    is_hidden: bool,
    /// The beginning of a paragraph whose end was deleted.
    kept: Option<String>,
}

impl<'a> Body<'a> {
    fn new(chapters: &'a mut Chapters) -> Self {
        Self {
            chapters,
            levels: HashMap::new(),
            notes: HashMap::new(),
            paragraphs: Vec::new(),
            rows: TableRows::default(),
            left_out: LeftOut::default(),
            in_text: false,
            in_properties: 0,
            in_row: false,
            is_hidden: false,
            kept: None,
        }
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
            MarkupPiece::Text(text) if self.in_text && !self.left_out.is_open() && !self.is_hidden => {
                self.say(&text)
            }
            MarkupPiece::Text(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag) {
        if self.left_out.opens(tag) {
            return;
        }
        let value = || tag.get("w:val").unwrap_or_default();
        match &*tag.name {
            // What was deleted or moved away, what stands for what an old Word can't show, and how letters are read.
            "w:del" | "w:movefrom" | "mc:fallback" | "w:sdtpr" | "w:rt" if self.in_properties == 0 => {
                self.left_out.begin(tag);
            }
            "w:del" if self.in_row => self.rows.delete(),
            "w:del" => self.change(|paragraph| paragraph.goes_on = true),
            "w:ppr" => self.in_properties += 1,
            "w:trpr" => {
                self.in_properties += 1;
                self.in_row = true;
            }
            "w:r" => self.is_hidden = false,
            "w:vanish" if self.in_properties == 0 => self.is_hidden = !matches!(value(), "0" | "false"),
            "w:p" => self.paragraphs.push(Paragraph::default()),
            "w:pstyle" => {
                let level = self.levels.get(value()).copied().or_else(|| style_level(value()));
                self.change(|paragraph| paragraph.level = level);
            }
            "w:outlinelvl" => {
                let level = value().parse::<usize>().ok().filter(|level| *level < 9).map(|level| level + 1);
                self.change(|paragraph| paragraph.level = paragraph.level.or(level));
            }
            "w:numpr" => self.change(|paragraph| paragraph.is_listed = true),
            "w:t" => self.in_text = true,
            "w:tab" if self.in_properties == 0 => self.say("\t"),
            "w:br" | "w:cr" => self.say("\n"),
            "w:nobreakhyphen" => self.say("\u{2011}"),
            "w:footnotereference" => self.note("footnote", tag),
            "w:endnotereference" => self.note("endnote", tag),
            "w:tr" => self.rows.begin(),
            "w:tc" => self.rows.cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.left_out.closes(name) {
            return;
        }
        match name {
            "w:t" => self.in_text = false,
            "w:ppr" => self.in_properties = self.in_properties.saturating_sub(1),
            "w:trpr" => {
                self.in_properties = self.in_properties.saturating_sub(1);
                self.in_row = false;
            }
            "w:p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.end(paragraph);
                }
            }
            "w:tr" => {
                let row = self.rows.end();
                self.write(None, &row);
            }
            _ => {}
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn say(&mut self, text: &str) {
        self.change(|paragraph| paragraph.text.push_str(text));
    }

    fn note(&mut self, kind: &str, tag: &Tag) {
        let id = tag.get("w:id").unwrap_or_default().to_owned();
        if let Some(text) = self.notes.remove(&(kind.to_owned(), id)) {
            self.chapters.footnote(&text);
        }
    }

    fn end(&mut self, paragraph: Paragraph) {
        let text = self.kept.take().unwrap_or_default() + &paragraph.text;
        if paragraph.goes_on {
            self.kept = Some(text);
            return;
        }
        let text = words::trim(&text);
        match paragraph.level {
            Some(0) => {}
            _ if text.is_empty() => {}
            level => {
                let listed = paragraph.is_listed && level.is_none();
                self.write(level, &if listed { format!("- {text}") } else { text.to_owned() });
            }
        }
    }

    /// To the cell of a table that is open, else to the chapter.
    fn write(&mut self, level: Option<usize>, text: &str) {
        if text.is_empty() || self.rows.write(text) {
            return;
        }
        match level {
            Some(level) => self.chapters.heading(level, &text.replace('\n', " ")),
            None => self.chapters.paragraph(text),
        }
    }

    /// Whether something was cut off.
    fn finish(mut self) -> bool {
        if let Some(text) = self.kept.take() {
            self.chapters.paragraph(&text);
        }
        !self.paragraphs.is_empty()
    }
}
