//! Projects of Scrivener 2 and 3: the texts in the order of the binder, whose folders and titles are the chapters. A
//! project is a folder; its `.scrivx` file says what is in it, and the texts come beside that.

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{Element, Markup, each_element, line};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, rtf, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "scrivener",
    called: "Scrivener project",
    help: "the folder of a project (.scriv), also zipped: texts in the binder's order, synopses and notes kept apart",
    export: "Scrivener: the project's own folder NAME.scriv; or File, Back Up, as a zip archive",
    command: "naragtive ingest --as scrivener",
    source: "scrivener",
    extensions: &["scrivx"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if input.head().trim_start().starts_with('<') && input.head().contains("<ScrivenerProject") {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let title = input.file_name().strip_suffix(".scrivx").filter(|name| !name.is_empty()).map(str::to_owned);
    let mut project = Project { input, texts: 0, chapters: Chapters::of(title, None) };
    each_element(input.text()?, Markup::Xml, &|tag| tag.is("binder"), &mut |binder| {
        project.items(&binder, 0)
    });
    if project.texts == 0 {
        return Err(IngestError::NoPart { part: "Files/Data/…/content.rtf".to_owned() });
    }
    Ok(project.chapters.parsed())
}

struct Project<'a, 'b> {
    input: &'a Input<'b>,
    texts: usize,
    chapters: Chapters,
}

impl Project<'_, '_> {
    fn items(&mut self, above: &Element, depth: usize) {
        for item in above.elements().filter(|element| element.tag.is("binderitem")) {
            let kind = item.tag.get("type").unwrap_or_default();
            let children = item.elements().find(|element| element.tag.is("children"));
            // The draft is the book itself and no chapter of it; what was thrown away is no part of it.
            match kind {
                "TrashFolder" => {}
                "DraftFolder" => {
                    self.text(item);
                    children.into_iter().for_each(|children| self.items(children, depth));
                }
                _ => {
                    self.item(item, depth + 1);
                    children.into_iter().for_each(|children| self.items(children, depth + 1));
                }
            }
        }
    }

    fn item(&mut self, item: &Element, depth: usize) {
        let title = item.elements().find(|element| element.tag.is("title")).map(line).unwrap_or_default();
        self.chapters.back_to(depth - 1);
        if !words::is_blank(&title) {
            self.chapters.heading(depth, &title);
        }
        self.text(item);
    }

    /// The text of an item, and what its author wrote beside it. Version 3 has a folder for each, version 2 files whose
    /// names begin with a number.
    fn text(&mut self, item: &Element) {
        let (new, old) = (item.tag.get("uuid"), item.tag.get("id"));
        let beside = |file: &str, other: &str| {
            let new = new.and_then(|id| self.input.beside(&format!("Files/Data/{id}/{file}")));
            new.or_else(|| self.input.beside(&format!("Files/Docs/{}{other}", old?)))
        };
        let (text, notes) = (beside("content.rtf", ".rtf"), beside("notes.rtf", "_notes.rtf"));
        let plain = beside("content.txt", ".txt");
        let synopsis = beside("synopsis.txt", "_synopsis.txt");
        if let Some(synopsis) = synopsis {
            self.chapters.note("Synopsis", synopsis);
        }
        if let Some(text) = text {
            self.texts += 1;
            if !rtf::read(text.as_bytes(), &mut self.chapters, 100) {
                self.chapters.report.skip(SkipReason::Unreadable, "a text ends in the middle of a group");
            }
        } else if let Some(text) = plain {
            self.texts += 1;
            text.split("\n\n").for_each(|paragraph| self.chapters.paragraph(paragraph));
        }
        if let Some(notes) = notes {
            let mut apart = Chapters::default();
            rtf::read(notes.as_bytes(), &mut apart, 0);
            let turns = apart.parsed().transcripts.into_iter().flat_map(|transcript| transcript.turns);
            self.chapters.note("Notes", &turns.map(|turn| turn.text).collect::<Vec<_>>().join("\n\n"));
        }
    }
}
