//! Rich text of word processors: paragraphs, with those that are styled as headings as chapters.

use crate::chapters::Chapters;
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, rtf};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "rtf",
    called: "rich text",
    help: "a document in rich text (RTF) of any program: headings as chapters, footnotes, any code page",
    export: "any word processor: save as rich text; TextEdit and WordPad write it as they are",
    command: "naragtive ingest --as rtf",
    source: "rtf",
    extensions: &["rtf", "doc"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if input.bytes().trim_ascii_start().starts_with(br"{\rtf") { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    if !input.bytes().trim_ascii_start().starts_with(br"{\rtf") {
        return Err(IngestError::NotRichText);
    }
    let mut chapters = Chapters::default();
    if !rtf::read(input.bytes(), &mut chapters, 0) {
        chapters.report.skip(SkipReason::Unreadable, "the file ends in the middle of a group");
    }
    Ok(chapters.parsed())
}
