//! Prose with chapters and scenes: Markdown with headings, and plain text with lines such as `Chapter 3` or `IV`. A piece
//! is of one chapter, and of one scene where marks such as `* * *`, or more blank lines than usual, part them.

mod heading;
mod lines;

use std::collections::HashSet;

use self::heading::{heading, numbered, underlined};
use self::lines::{LineLayout, without_links};
use crate::chapters::{Chapters, is_scene_break};
use crate::decode::plain_lines;
use crate::front_matter::front_matter;
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, words};

/// Between which marks Project Gutenberg puts a book.
const BOOK: [&str; 2] = ["*** START OF TH", "*** END OF TH"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "novel",
    called: "text with chapters",
    help: "Markdown with headings, or plain text with chapters: .md, .txt; pieces of one chapter and scene each",
    export: "your word processor: save as Markdown or plain text; notes of Obsidian as they are",
    command: "naragtive ingest --as novel",
    source: "txt",
    extensions: &["md", "markdown", "txt"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

/// Whether there are chapters, or what only prose has that was laid out: marks between scenes, lines broken at a width,
/// links between notes, the marks around a book of Project Gutenberg.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.shape().is_some() || input.not_text_at().is_some() || input.head().contains('\0') {
        return Certainty::No;
    }
    let head = plain_lines(input.head()).0;
    let (front, body) = front_matter(&head);
    let lines: Vec<&str> = body.lines().collect();
    let numbers = numbered(&lines);
    let is_heading = |(at, line): (usize, &&str)| {
        heading(line).is_some() || numbers.contains(&at) || underlined(&lines, at).is_some()
    };
    let chapters = lines.iter().enumerate().filter(|line| is_heading(*line)).count();
    let breaks = lines.iter().filter(|line| is_scene_break(line)).count();
    let is_book = body.contains(BOOK.first().copied().unwrap_or_default());
    let is_laid_out = breaks > 0 || LineLayout::of(&lines).is_wrapped() || body.matches("[[").count() > 1;
    if chapters > 1 || is_book || (chapters == 1 && !front.is_empty()) || is_laid_out {
        Certainty::Likely
    } else if body.len() < head.len() || without_links(body) != body {
        // A note of a vault: what stands above it is no text, and links are what they show.
        Certainty::Maybe
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    if let Some(byte) = input.not_text_at() {
        return Err(IngestError::NotUtf8 { byte });
    }
    let (front, body) = front_matter(&text);
    let mut chapters = Chapters::of(said(front, "title"), said(front, "author"));
    chapters.report.dropped_bytes = nuls;
    let body = without_licence(body, &mut chapters);
    sections(body, &mut chapters);
    Ok(chapters.parsed())
}

/// What front matter in YAML or TOML says about one thing.
fn said(front: &str, about: &str) -> Option<String> {
    let value = |line: &str| {
        let rest = line.trim_start().strip_prefix(about)?.trim_start();
        let value = rest.strip_prefix(':').or_else(|| rest.strip_prefix('='))?;
        Some(words::trim(value).trim_matches(['"', '\'']).to_owned())
    };
    front.lines().find_map(value).filter(|value| !value.is_empty())
}

/// What stands between the marks that Project Gutenberg puts around a book. What is left out is told.
fn without_licence<'a>(text: &'a str, chapters: &mut Chapters) -> &'a str {
    let [start, end] = BOOK;
    let mut body = text;
    if let Some((before, behind)) = body.split_once(start) {
        let title = before.lines().find_map(|line| line.strip_prefix("Title:"));
        let author = before.lines().find_map(|line| line.strip_prefix("Author:"));
        chapters.title = chapters.title.take().or(title.map(|title| words::trim(title).to_owned()));
        chapters.author = chapters.author.take().or(author.map(|author| words::trim(author).to_owned()));
        chapters.report.skip(SkipReason::Licence, before);
        body = behind.split_once('\n').map_or("", |(_, body)| body);
    }
    match body.split_once(end) {
        Some((body, licence)) => {
            chapters
                .report
                .skip(SkipReason::Licence, licence.split_once('\n').map_or(licence, |(_, rest)| rest));
            body
        }
        None => body,
    }
}

fn sections(text: &str, chapters: &mut Chapters) {
    let lines: Vec<&str> = text.lines().collect();
    let layout = LineLayout::of(&lines);
    let numbers: HashSet<usize> = numbered(&lines);
    let mut paragraph: Vec<&str> = Vec::new();
    let (mut fenced, mut blank) = (false, 0);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        fenced ^= line.trim_start().starts_with("```");
        let under = underlined(&lines, at).filter(|_| !fenced);
        let own =
            heading(line).filter(|_| !fenced).or_else(|| numbers.contains(&at).then(|| (8, line.trim())));
        blank = if words::is_blank(line) { blank + 1 } else { 0 };
        if let Some((level, name)) = under.or(own) {
            close(&layout, &mut paragraph, chapters);
            chapters.heading(level, &without_links(name));
        } else if !fenced && (is_scene_break(line) || layout.parts_scenes(blank)) {
            close(&layout, &mut paragraph, chapters);
            chapters.scene_break();
        } else if !fenced && layout.ends_paragraph(line, &paragraph) {
            close(&layout, &mut paragraph, chapters);
            paragraph.push(line);
        } else {
            paragraph.push(line);
        }
        at += 1 + usize::from(under.is_some());
    }
    close(&layout, &mut paragraph, chapters);
}

fn close(layout: &LineLayout, lines: &mut Vec<&str>, chapters: &mut Chapters) {
    let text = without_links(&layout.joined(&std::mem::take(lines)));
    if !words::is_blank(&text) {
        chapters.paragraph(words::trim(&text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(Option<String>, String)> {
        let mut chapters = Chapters::default();
        let body = without_licence(text, &mut chapters);
        sections(body, &mut chapters);
        let turns = chapters.parsed().transcripts.remove(0).turns;
        turns.into_iter().map(|turn| (turn.channel.as_deref().map(str::to_owned), turn.text)).collect()
    }

    #[test]
    fn sections_are_of_one_chapter_and_scene() {
        for (text, expected) in [
            (
                "Before.\n# A\none\n\n* * *\n\ntwo\n## B\nthree [[x|y]]\n# C\n",
                &[(None, "Before."), (Some("A"), "one"), (Some("A"), "two"), (Some("A / B"), "three y")][..],
            ),
            (
                "A Title\n=======\none\n\nBelow\n-----\ntwo\n\n---\n\nthree",
                &[
                    (Some("A Title"), "one"),
                    (Some("A Title / Below"), "two"),
                    (Some("A Title / Below"), "three"),
                ],
            ),
            (
                "I\n\none\n\nII\n\ntwo\n\nIII.\n\nthree",
                &[(Some("I"), "one"), (Some("II"), "two"), (Some("III."), "three")],
            ),
            ("a\n\nb\n\n\n\nc", &[(None, "a\n\nb"), (None, "c")]),
            ("```\n# no\n\n***\n```\n# A\nb", &[(None, "```\n# no\n\n***\n```"), (Some("A"), "b")]),
            ("x\n*** START OF THE BOOK ***\na\n*** END OF THE BOOK ***\nlicence", &[(None, "a")]),
        ] {
            let shown = shown(text);
            let shown: Vec<_> =
                shown.iter().map(|(channel, text)| (channel.as_deref(), text.as_str())).collect();
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn a_note_without_a_heading_is_read_as_one_with() {
        for (note, certainty) in [
            ("---\naliases: [x]\n---\nThe lamp is out.", Certainty::Maybe),
            ("---\r\naliases: [x]\r\n---\r\nThe lamp is out.", Certainty::Maybe),
            ("The lamp is out. ![[Scene 2]]", Certainty::Maybe),
            ("The lamp is out, [[Kit]] says.", Certainty::Maybe),
            ("The lamp is out. [[", Certainty::No),
            ("The lamp is out.", Certainty::No),
        ] {
            assert_eq!(sniff(&Input::new(note.as_bytes())), certainty, "{note}");
        }
    }

    #[test]
    fn a_line_is_a_paragraph_where_blank_lines_part_scenes() {
        let lines: Vec<String> = (0..12)
            .map(|n| format!("    Paragraph {n} goes on until its end, however long that may be, and ends."))
            .collect();
        let text = lines[..6].join("\n") + "\n\n" + &lines[6..].join("\n");
        let texts: Vec<String> = shown(&text).into_iter().map(|(_, text)| text).collect();
        assert_eq!((texts.len(), texts[0].matches("\n\n").count()), (2, 5), "{texts:?}");
    }

    #[test]
    fn front_matter_is_yaml_or_toml() {
        let front = "title: \"A: b\"\nauthor : 'Ann'\n";
        assert_eq!(
            (said(front, "title").as_deref(), said(front, "author").as_deref()),
            (Some("A: b"), Some("Ann"))
        );
        assert_eq!(said("title = \"A\"\nsubtitle = \"b\"", "title").as_deref(), Some("A"));
    }
}
