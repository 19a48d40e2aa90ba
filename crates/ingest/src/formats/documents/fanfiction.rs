//! Works that readers download or save from Archive of Our Own and FanFiction.net. What the author says before and after
//! a chapter stands apart from the story, and what the site says is left out.

use crate::chapters::Chapters;
use crate::formats::documents::html::{about, is_markup};
use crate::input::Input;
use crate::markup::{Element, Markup, Tag, blocks, each_element, line, shown};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, Options, SkipReason, words};

/// How deep a chapter's own heading is; those that authors put into the text are below it.
const CHAPTER: usize = 2;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "fanfiction",
    called: "fan fiction work",
    help: "a work of Archive of Our Own or a chapter of FanFiction.net as HTML: its chapters, notes kept apart",
    export: "Archive of Our Own: Download, HTML; FanFiction.net: save the page of a chapter",
    command: "naragtive ingest --as fanfiction",
    source: "fanfiction",
    extensions: &["html", "htm"],
    grouping: Grouping::Pieces,
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if !is_markup(input) {
        return Certainty::No;
    }
    let head = input.head();
    let says = |id: &str| {
        head.contains(&format!("id=\"{id}\""))
            || head.contains(&format!("id={id}"))
            || head.contains(&format!("id='{id}'"))
    };
    let archive = says("preface") && (says("chapters") || head.contains("archiveofourown.org"));
    if archive || says("storytext") { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut work = about(&text);
    work.report.dropped_bytes = nuls;
    let torn = each_element(&text, Markup::Html, &is_part, &mut |part| add(&part, &mut work));
    if let Some(torn) = torn {
        work.report.skip(SkipReason::Unreadable, "the file ends in the middle of the work");
        add(&torn, &mut work);
    }
    Ok(work.parsed())
}

fn is_part(tag: &Tag) -> bool {
    let parts = ["preface", "chapters", "afterword", "profile_top", "chap_select", "storytext"];
    tag.get("id").is_some_and(|id| parts.contains(&id))
}

fn add(part: &Element, work: &mut Chapters) {
    match part.tag.get("id") {
        Some("preface") => preface(part, work),
        Some("chapters") => chapters(part, work),
        Some("afterword") => {
            work.heading(1, "Afterword");
            notes(part, work);
        }
        Some("profile_top") => {
            work.title = part.first("b").map(line);
            let is_author = |link: &&&Element| link.tag.get("href").is_some_and(|href| href.contains("/u/"));
            work.author = part.all("a").iter().find(is_author).map(|link| line(link));
        }
        Some("chap_select") if work.title.is_some() => {
            if let Some(chosen) = part.first("option[selected]") {
                work.heading(CHAPTER, &line_of_option(chosen));
            }
        }
        Some("storytext") => story(part, work),
        _ => {}
    }
}

fn line_of_option(option: &Element) -> String {
    let text = line(option);
    text.split_once(". ")
        .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(text.clone(), |(_, name)| name.to_owned())
}

fn preface(part: &Element, work: &mut Chapters) {
    if let Some(title) = part.first("h1") {
        work.title = Some(line(title));
    }
    if let Some(byline) = part.first(".byline") {
        let text = line(byline);
        work.author = Some(text.strip_prefix("by ").unwrap_or(&text).to_owned());
    }
    notes(part, work);
}

/// A work of one chapter has its text and nothing else here.
fn chapters(part: &Element, work: &mut Chapters) {
    for child in part.elements() {
        if child.tag.has_class("meta") {
            work.back_to(CHAPTER);
            if let Some(heading) = child.first_of(&[".heading", "h2", "h3"]) {
                work.heading(CHAPTER, &line(heading));
            }
            notes(child, work);
        } else {
            story(child, work);
        }
    }
}

fn story(part: &Element, work: &mut Chapters) {
    for block in blocks(part, |_| false) {
        work.block(&block, CHAPTER);
    }
}

/// Each quotation under the line that says what it is: `Summary`, `Notes`, `Chapter End Notes`.
fn notes(part: &Element, work: &mut Chapters) {
    let mut label = "Notes".to_owned();
    for element in part.elements() {
        match &*element.tag.name {
            "p" => label = line(element),
            "blockquote" => {
                work.note(words::prefix(&label, 60), &shown(element, |_| false, "\n\n"));
            }
            _ => notes(element, work),
        }
    }
}
