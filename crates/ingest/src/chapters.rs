//! Prose as it is read: chapters, the scenes in them, and notes that are no part of the story. Every format of books and
//! documents fills this, so that what a chapter and what a scene is means the same for all.

use std::sync::Arc;

use naragtive_scene::{Transcript, Turn};

use crate::markup::TextBlock;
use crate::row::Parsed;
use crate::{IngestReport, words};

/// A text that is being put together. Each scene of a chapter becomes a turn, each note one of its own.
#[derive(Debug, Default)]
pub(crate) struct Chapters {
    /// The headings above the text, each with how deep it is.
    path: Vec<(usize, String)>,
    text: String,
    turns: Vec<Turn>,
    /// Those of the chapter, which stand behind it.
    footnotes: Vec<String>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) report: IngestReport,
}

impl Chapters {
    /// A text of which nothing was read yet.
    pub(crate) fn of(title: Option<String>, author: Option<String>) -> Self {
        Self { title, author, ..Self::default() }
    }

    /// A chapter begins; those that are as deep or deeper end.
    pub(crate) fn heading(&mut self, level: usize, name: &str) {
        self.end_chapter();
        self.path.retain(|(above, _)| *above < level);
        self.path.push((level, name.to_owned()));
    }

    /// What follows is of the chapter of that depth that is open, and of none below it.
    pub(crate) fn back_to(&mut self, level: usize) {
        self.scene_break();
        self.path.retain(|(own, _)| *own <= level);
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        if is_scene_break(text) {
            return self.scene_break();
        }
        if !self.text.is_empty() && !words::is_blank(text) {
            self.text.push_str("\n\n");
        }
        self.text.push_str(words::trim(text));
    }

    /// A block of a page, whose headings are `below` deep under what is above it.
    pub(crate) fn block(&mut self, block: &TextBlock, below: usize) {
        match block {
            TextBlock::Heading(level, name) => self.heading(level + below, name),
            TextBlock::Paragraph(text) => self.paragraph(text),
            TextBlock::Rule => self.scene_break(),
        }
    }

    pub(crate) fn scene_break(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.push(text, None);
    }

    /// What an author or an editor says beside the story: it stands under `label` in its chapter.
    pub(crate) fn note(&mut self, label: &str, text: &str) {
        self.scene_break();
        self.push(words::trim(text).to_owned(), Some(label));
    }

    /// What is said about a word of the chapter: it stands behind it.
    pub(crate) fn footnote(&mut self, text: &str) {
        if !words::is_blank(text) {
            self.footnotes.push(words::trim(text).to_owned());
        }
    }

    fn end_chapter(&mut self) {
        self.scene_break();
        let footnotes = std::mem::take(&mut self.footnotes).join("\n\n");
        self.push(footnotes, Some("Footnotes"));
    }

    fn push(&mut self, text: String, label: Option<&str>) {
        if words::is_blank(&text) {
            return;
        }
        let names: Vec<&str> = self.path.iter().map(|(_, name)| name.as_str()).chain(label).collect();
        let channel = (!names.is_empty()).then(|| Arc::from(names.join(" / ")));
        self.turns.push(Turn { text, channel, ..Turn::at(self.turns.len()) });
    }

    pub(crate) fn parsed(mut self) -> Parsed {
        self.end_chapter();
        let author =
            self.author.as_deref().map(words::trim).filter(|author| !author.is_empty()).map(Arc::<str>::from);
        self.turns.iter_mut().for_each(|turn| turn.speaker.clone_from(&author));
        let title = self.title.filter(|title| !words::is_blank(title));
        Parsed { transcripts: vec![Transcript { id: None, title, turns: self.turns }], report: self.report }
    }
}

/// How deep a heading is that is styled so, as word processors call it; 0 for a line of a table of contents.
pub(crate) fn style_level(name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "title" => Some(1),
        name if name.starts_with("toc ") => Some(0),
        name => name.strip_prefix("heading")?.trim().parse().ok().filter(|level| (1..10).contains(level)),
    }
}

/// Whether a line only parts scenes: marks and nothing else, or the letters that some draw such a line with.
pub(crate) fn is_scene_break(line: &str) -> bool {
    const ALONE: &str = "*#~⁂❦❧☙◇◆※✦✧★☆";
    const DRAWN: &str = "*#~-_=•·.◇◆※✦✧★☆+—–―∗⁎";
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next() else { return false };
    let rest: Vec<char> = marks.take(81).collect();
    if rest.is_empty() {
        return ALONE.contains(first);
    }
    let is_drawn = |c: &char| DRAWN.contains(*c) || ALONE.contains(*c);
    let drawn = is_drawn(&first) && rest.iter().all(is_drawn);
    let is_ellipsis = first == '.' && rest.iter().all(|c| *c == '.');
    let letters = "oO0xX";
    let lettered = rest.len() >= 2 && letters.contains(first) && rest.iter().all(|c| letters.contains(*c));
    let both = lettered && [first].iter().chain(&rest).any(char::is_ascii_lowercase);
    rest.len() <= 80
        && ((drawn
            && !is_ellipsis
            && (rest.len() >= 2 || first == rest.first().copied().unwrap_or_default()))
            || both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_part_scenes_are_told_from_text() {
        for (line, is) in [
            ("* * *", true),
            ("***", true),
            ("#", true),
            ("###", true),
            ("⁂", true),
            ("  ~  ", true),
            ("— — —", true),
            ("-----", true),
            ("~*~*~", true),
            ("oOo", true),
            ("xXx", true),
            ("• • •", true),
            ("", false),
            ("...", false),
            ("—", false),
            ("XXX", false),
            ("ox", false),
            ("x", false),
            ("- a", false),
            ("She waits.", false),
        ] {
            assert_eq!(is_scene_break(line), is, "{line}");
        }
    }

    #[test]
    fn scenes_and_notes_stand_under_their_chapters() {
        let mut chapters = Chapters { author: Some(" Ann ".to_owned()), ..Chapters::default() };
        chapters.paragraph("Before.");
        chapters.heading(2, "A");
        chapters.paragraph("one");
        chapters.paragraph("two");
        chapters.footnote("of one");
        chapters.note("Notes", " Thanks! ");
        chapters.paragraph("three");
        chapters.paragraph("* * *");
        chapters.heading(3, "B");
        chapters.paragraph("four");
        chapters.heading(2, "C");
        let turns = chapters.parsed().transcripts.remove(0).turns;
        let shown: Vec<_> = turns.iter().map(|turn| (turn.channel.as_deref(), turn.text.as_str())).collect();
        let expected = [
            (None, "Before."),
            (Some("A"), "one\n\ntwo"),
            (Some("A / Notes"), "Thanks!"),
            (Some("A"), "three"),
            (Some("A / Footnotes"), "of one"),
            (Some("A / B"), "four"),
        ];
        assert_eq!(shown, expected);
        assert!(turns.iter().all(|turn| turn.speaker.as_deref() == Some("Ann")));
    }
}
