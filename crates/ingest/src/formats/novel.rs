//! Prose with chapters: Markdown with headings, and plain text with lines such as `Chapter 3`. A piece is of one
//! chapter, and of one scene where marks such as `* * *` part them.

use std::sync::Arc;

use naragtive_scene::{Transcript, Turn};

use crate::front_matter::front_matter;
use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, IngestReport, Options, words};

/// Words that a chapter's line begins with.
const CHAPTERS: [&str; 10] =
    ["chapter", "part", "book", "prologue", "epilogue", "act", "scene", "canto", "letter", "interlude"];
/// How many words a chapter's line has at most.
const WORDS: usize = 12;

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

/// Whether two lines or more are chapters' lines.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.shape().is_some() || input.not_text_at().is_some() || input.head().contains('\0') {
        return Certainty::No;
    }
    let chapters = input.head().lines().filter(|line| heading(line).is_some()).count();
    if chapters > 1 { Certainty::Likely } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    if let Some(byte) = input.not_text_at() {
        return Err(IngestError::NotUtf8 { byte });
    }
    let (front, body) = front_matter(&text);
    let title = front.lines().find_map(|line| line.strip_prefix("title:"));
    let title = title.map(|title| words::trim(title).trim_matches('"').to_owned());
    let turns = sections(without_licence(body));
    let report = IngestReport { dropped_bytes: nuls, ..IngestReport::default() };
    Ok(Parsed { transcripts: vec![Transcript { id: None, title, turns }], report })
}

/// What stands between the marks that Project Gutenberg puts around a book.
fn without_licence(text: &str) -> &str {
    let behind = |line: &str| text.find(line).and_then(|at| text.get(at..)?.find('\n').map(|end| at + end));
    let start = behind("*** START OF TH").unwrap_or(0);
    let rest = text.get(start..).unwrap_or(text);
    rest.split("*** END OF TH").next().unwrap_or(rest)
}

/// The scenes of each chapter, one turn each.
fn sections(text: &str) -> Vec<Turn> {
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut turns = Vec::new();
    let mut paragraphs: Vec<&str> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let found = heading(line).filter(|_| !fenced);
        if found.is_some() || (is_break(line) && !fenced) {
            close(&path, &mut paragraphs, &mut turns);
        } else {
            paragraphs.push(line);
        }
        if let Some((level, name)) = found {
            path.retain(|(above, _)| *above < level);
            path.push((level, name.to_owned()));
        }
    }
    close(&path, &mut paragraphs, &mut turns);
    turns
}

fn close(path: &[(usize, String)], lines: &mut Vec<&str>, turns: &mut Vec<Turn>) {
    let text = unwrapped(&std::mem::take(lines));
    if words::is_blank(&text) {
        return;
    }
    let names: Vec<&str> = path.iter().map(|(_, name)| name.as_str()).collect();
    let channel = (!names.is_empty()).then(|| Arc::from(names.join(" / ")));
    turns.push(Turn { text, channel, ..Turn::at(turns.len()) });
}

/// Lines as paragraphs. Where lines were broken at a width, as most of them are about that long, they are joined.
fn unwrapped(lines: &[&str]) -> String {
    let text = lines.join("\n");
    let lengths: Vec<usize> =
        lines.iter().map(|line| words::length(line)).filter(|length| *length > 0).collect();
    let widest = lengths.iter().copied().max().unwrap_or(0);
    let full = lengths.iter().filter(|length| **length + 15 > widest).count();
    let text = without_links(&text);
    if !(50..=90).contains(&widest) || full * 2 < lengths.len() || lengths.len() < 6 {
        return words::trim(&text).to_owned();
    }
    let is_listed = |text: &str| text.lines().any(|line| line.starts_with(['-', '*', '>', '|', ' ', '\t']));
    let join = |part: &str| if is_listed(part) { part.to_owned() } else { part.replace('\n', " ") };
    words::trim(&text.split("\n\n").map(join).collect::<Vec<_>>().join("\n\n")).to_owned()
}

/// `[[page|shown]]` and `[[page]]`, as notes are linked, as they are shown.
fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[[") {
        let Some((link, next)) = behind.split_once("]]").filter(|(link, _)| !link.contains('\n')) else {
            break;
        };
        kept.push_str(before);
        kept.push_str(link.rsplit('|').next().unwrap_or(link));
        rest = next;
    }
    kept + rest
}

/// How deep a chapter's line is and what the chapter is called.
fn heading(line: &str) -> Option<(usize, &str)> {
    let line = words::trim_end(line);
    let marks = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&marks) {
        let name = line.get(marks..)?.strip_prefix(' ')?.trim().trim_end_matches('#').trim_end();
        return (!name.is_empty()).then_some((marks, name));
    }
    let name = line.trim();
    let mut parts = name.split_whitespace();
    let first = parts.next()?.trim_end_matches([':', '.', ',']).to_lowercase();
    let level = CHAPTERS.iter().position(|word| *word == first)?;
    let alone = matches!(first.as_str(), "prologue" | "epilogue" | "interlude");
    let second = parts.next().map(|word| word.trim_matches([':', '.', '-', '—', '–']));
    let numbered = second.map_or(alone, |second| alone || is_number(second));
    let ends = name.ends_with(['.', ',', ';', '?', '!']) && name.split_whitespace().count() > 3;
    let depth = if matches!(CHAPTERS.get(level), Some(&"part" | &"book")) { 7 } else { 8 };
    (numbered && !ends && name.split_whitespace().count() <= WORDS).then_some((depth, name))
}

/// Digits, a Roman number, or a number in words.
fn is_number(word: &str) -> bool {
    const NAMES: [&str; 21] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "twenty", "the", "first", "second", "third", "last",
    ];
    let low = word.to_lowercase();
    let is_roman = !word.is_empty() && word.chars().all(|c| "IVXLCDM".contains(c));
    word.starts_with(|c: char| c.is_ascii_digit())
        || is_roman
        || NAMES.iter().any(|name| low.split('-').next() == Some(name))
}

/// Whether a line only parts scenes.
fn is_break(line: &str) -> bool {
    let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(
        marks.as_str(),
        "***" | "---" | "###" | "⁂" | "~" | "~~~" | "◇" | "*" | "#" | "•••" | "___" | "*****"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_told_from_sentences() {
        for (line, level) in [
            ("# One", Some(1)),
            ("### Three ###", Some(3)),
            ("#tag", None),
            ("CHAPTER IV. The Lamp", Some(8)),
            ("Chapter 12", Some(8)),
            ("Part Two: Ice", Some(7)),
            ("Prologue", Some(8)),
            ("Part of the crew went ashore.", None),
            ("Chapter after chapter he read on.", None),
            ("Act one was over, and nobody clapped.", None),
        ] {
            assert_eq!(heading(line).map(|(level, _)| level), level, "{line}");
        }
    }

    #[test]
    fn sections_are_of_one_chapter_and_scene() {
        let text = "Before.\n# A\none\n\n* * *\n\ntwo\n## B\nthree [[x|y]]\n# C\n";
        let turns = sections(text);
        let shown = turns.iter().map(|turn| (turn.channel.as_deref(), turn.text.as_str()));
        let expected =
            [(None, "Before."), (Some("A"), "one"), (Some("A"), "two"), (Some("A / B"), "three y")];
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }
}
