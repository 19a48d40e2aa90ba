//! Projects of Scrivener 2 and 3: the texts in the order of the binder, whose folders and titles are the chapters. A
//! project is a folder; its `.scrivx` file says what is in it, and the texts come beside that.

use crate::chapters::Chapters;
use crate::input::Input;
use crate::markup::{Child, Element, Markup, each_element, line};
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
        if let Some(comments) = beside("content.comments", ".comments") {
            footnotes(comments).iter().for_each(|footnote| self.chapters.footnote(&text_of(footnote)));
        }
        if let Some(notes) = notes {
            self.chapters.note("Notes", &text_of(notes));
        }
    }
}

/// The text of what is written apart, without chapters.
fn text_of(text: &str) -> String {
    if !text.trim_start().starts_with("{\\rtf") {
        return words::trim(text).to_owned();
    }
    let mut apart = Chapters::default();
    rtf::read(text.as_bytes(), &mut apart, 0);
    let turns = apart.parsed().transcripts.into_iter().flat_map(|transcript| transcript.turns);
    turns.map(|turn| turn.text).collect::<Vec<_>>().join("\n\n")
}

/// The footnotes among the comments on a text. What its author only noted beside it is no part of it.
fn footnotes(comments: &str) -> Vec<String> {
    let mut footnotes = Vec::new();
    each_element(&without_cdata(comments), Markup::Xml, &|tag| tag.is("comment"), &mut |comment| {
        if comment.tag.get("footnote").is_some_and(|is| is.eq_ignore_ascii_case("yes")) {
            footnotes.push(written_in(&comment));
        }
    });
    footnotes
}

/// The text of an element as it stands, white space and all.
fn written_in(element: &Element) -> String {
    let text = |child: &Child| match child {
        Child::Text(text) => text.clone(),
        Child::Element(element) => written_in(element),
    };
    element.children.iter().map(text).collect()
}

/// The same XML without sections in which nothing is markup: what is in them is escaped.
fn without_cdata(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<![CDATA[") {
        let (inner, next) = behind.split_once("]]>").unwrap_or((behind, ""));
        kept.push_str(before);
        kept.push_str(&inner.replace('&', "&amp;").replace('<', "&lt;"));
        rest = next;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footnotes_stand_among_the_comments_on_a_text() {
        for (comments, found) in [
            (
                r#"<Comments><Comment ID="1" Footnote="Yes"><![CDATA[{\rtf1\ansi One & <two>.\
Three.}]]></Comment><Comment ID="2"><![CDATA[{\rtf1 no}]]></Comment></Comments>"#,
                &["One & <two>.\n\nThree."][..],
            ),
            (
                r#"<Comments><Comment Footnote="Yes">{\rtf1 a &amp; b}</Comment><Comment Footnote="No">x</Comment></Comments>"#,
                &["a & b"],
            ),
            (r#"<Comments><Comment Footnote="Yes"><![CDATA[plain]]></Comment>"#, &["plain"]),
            ("<Comments/>", &[]),
        ] {
            let texts: Vec<String> = footnotes(comments).iter().map(|footnote| text_of(footnote)).collect();
            assert_eq!(texts, found, "{comments}");
        }
    }
}
