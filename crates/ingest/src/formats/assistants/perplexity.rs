//! Perplexity threads, in the forms that people have: the site's own Markdown, that of several browser extensions, and
//! the answers of its network interface as JSON.

use std::sync::Arc;

use naragtive_scene::{Role, Scalar, Transcript, Turn};

use crate::front_matter::front_matter;
use crate::input::Input;
use crate::json::{Node, Reader, each_line};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, Place, SkipReason, words};

/// What is said, and whether the user says it.
type Spoken = Vec<(bool, String)>;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "perplexity",
    called: "Perplexity thread",
    help: "a thread in Markdown, as the site or a browser extension exports it, or in JSON",
    export: "Perplexity: a thread's menu, Export as Markdown; or an extension such as pplxport",
    command: "naragtive ingest --as perplexity",
    source: "perplexity-chat",
    extensions: &["md", "markdown", "json", "jsonl"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Assistant),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if let Some(shape) = input.shape() {
        let says = |key: &str| shape.first.has(key);
        let is_thread = says("query_str") || (says("thread_title") && says("blocks"));
        let wrapped = says("entries") && input.head().contains("\"query_str\"");
        return if is_thread || wrapped { Certainty::Sure } else { Certainty::No };
    }
    let head = input.head();
    let refers = head.contains("[^1_") || head.contains("<div align=\"center\">⁂</div>");
    let marked = head.contains("**User:**") && head.contains("**Assistant:**");
    let headed = lines_are(head, "# Me") && lines_are(head, "# Perplexity");
    let spaced = head.contains("**Space:**") && head.contains("**ID:**");
    if refers || headed || spaced {
        Certainty::Sure
    } else if marked {
        Certainty::Likely
    } else {
        Certainty::No
    }
}

fn lines_are(text: &str, line: &str) -> bool {
    text.lines().any(|found| found.trim_end() == line)
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut parsed = if input.shape().is_some() { json(&text)? } else { markdown(&text)? };
    parsed.report.dropped_bytes += nuls;
    Ok(parsed)
}

fn turn(user: bool, text: &str, stamp: Scalar) -> Option<Turn> {
    let text = words::trim(text);
    (!text.is_empty()).then(|| Turn {
        speaker: Some(Arc::from(if user { "User" } else { "Perplexity" })),
        role: if user { Role::User } else { Role::Assistant },
        text: text.to_owned(),
        stamp,
        ..Turn::default()
    })
}

/// The entries of the network interface.
fn json(text: &str) -> Result<Parsed, IngestError> {
    let mut report = IngestReport::default();
    let mut transcripts: Vec<Transcript> = Vec::new();
    let mut add = |entry: Node| entry_of(entry, &mut transcripts, &mut report);
    let mut reader = Reader::new(text, &[]);
    let mut mending = None;
    let fault = if reader.each_entry(|_, entry| add(entry)) {
        reader.first_fault()
    } else {
        let (rest, fault) = reader.each_entry_of(&["entries"], |_, entry| add(entry));
        if rest.has("query_str") || rest.has("thread_title") {
            mending = Some(each_line(text, |_, entry| add(entry)));
        }
        fault
    };
    if transcripts.is_empty() {
        return Err(fault
            .map_or(IngestError::Missing { place: Place::Entry(0), field: "query_str" }, |fault| {
                reader.error(fault)
            }));
    }
    report.mend(mending.unwrap_or(reader.mending));
    report.conversations = transcripts.len();
    Ok(Parsed { transcripts, report })
}

fn entry_of(mut entry: Node, transcripts: &mut Vec<Transcript>, report: &mut IngestReport) {
    if !entry.is_object() {
        return report.skip(SkipReason::NoMessage, "an entry that is no object");
    }
    let title = entry.take("thread_title").name();
    let id = ["context_uuid", "thread_url_slug", "frontend_context_uuid"]
        .iter()
        .find_map(|key| entry.take(key).name());
    let own = ["backend_uuid", "uuid", "frontend_uuid"].iter().find_map(|key| entry.take(key).name());
    let stamp = entry.take_scalar(&["entry_created_datetime", "updated_datetime"]);
    let answers = entry.take("blocks").entries().into_iter();
    let answers = answers.filter_map(|mut block| block.take("markdown_block").take("answer").prose());
    let answer = answers.rev().find(|text| !text.is_empty()).unwrap_or_default();
    let question = entry.take("query_str").prose().unwrap_or_default();
    let turns = [turn(true, &question, stamp.clone()), turn(false, &answer, stamp)];
    let mut turns: Vec<Turn> = turns.into_iter().flatten().collect();
    report.turns += turns.len();
    for (at, turn) in turns.iter_mut().enumerate() {
        turn.own_id = own.as_deref().map_or(Scalar::None, |own| Scalar::from(format!("{own}/{at}").as_str()));
    }
    match transcripts.iter_mut().find(|known| known.id == id && known.title == title) {
        Some(known) => known.turns.extend(turns),
        None => transcripts.push(Transcript { id, title, turns }),
    }
}

/// A thread in Markdown: questions and answers, each without the list of its sources.
fn markdown(text: &str) -> Result<Parsed, IngestError> {
    let (front, body) = front_matter(text);
    let head = |key: &str| {
        let plain = format!("{key}:");
        let bold = format!("**{key}:**");
        let line = front.lines().chain(body.lines().take(12)).map(str::trim);
        line.filter_map(|line| line.strip_prefix(&bold).or_else(|| line.strip_prefix(&plain)))
            .map(|value| value.trim().trim_matches('"').to_owned())
            .find(|value| !value.is_empty())
    };
    let stamp = ["date", "Date", "Last updated"].iter().find_map(|key| head(key));
    let stamp = stamp.map_or(Scalar::None, |stamp| Scalar::from(stamp.as_str()));
    let (about, said) = headed(body).unwrap_or_else(|| (None, said(body)));
    if said.is_empty() {
        return Err(IngestError::Missing { place: Place::File, field: "# question" });
    }
    let turns: Vec<Turn> =
        said.iter().filter_map(|(user, text)| turn(*user, &cleaned(text), stamp.clone())).collect();
    let title = about.map(str::to_owned).or_else(|| ["title", "Space"].iter().find_map(|key| head(key)));
    let report = IngestReport { turns: said.len(), conversations: 1, ..IngestReport::default() };
    Ok(Parsed { transcripts: vec![Transcript { id: None, title, turns }], report })
}

/// The title and what is said of a thread that perplexity-ai-export wrote: the title, what is known of the thread in lines
/// of its own, then questions as headings of the second order, each at the beginning or behind a rule.
fn headed(body: &str) -> Option<(Option<&str>, Spoken)> {
    let lines = || body.lines().map(str::trim).filter(|line| !line.is_empty());
    let title = lines().next().and_then(|line| line.strip_prefix("# "));
    let is_about =
        |line: &&str| ["**Space:**", "**ID:**", "**Date:**"].iter().any(|key| line.starts_with(key));
    let about = lines().skip(usize::from(title.is_some())).take_while(is_about).count();
    (about > 1).then_some(())?;
    let behind = body.lines().skip_while(|line| !line.starts_with("## ")).collect::<Vec<_>>().join("\n");
    Some((title, asked(&behind, "## ")))
}

/// Who says what. Where users and answers are named, they are; else a heading of the first order asks, at the beginning
/// or behind a rule, and where there are none of those one of the second.
fn said(body: &str) -> Spoken {
    let named = |line: &str| {
        let line = line.trim_end();
        match line {
            "# Me" => return Some((true, String::new())),
            "# Perplexity" => return Some((false, String::new())),
            _ => {}
        }
        let user = line.strip_prefix("**User:**").map(|rest| (true, rest));
        let found = user.or_else(|| line.strip_prefix("**Assistant:**").map(|rest| (false, rest)));
        found.map(|(user, rest)| (user, rest.to_owned()))
    };
    if body.lines().any(|line| named(line).is_some()) {
        let mut parts: Vec<(bool, String)> = Vec::new();
        for line in body.lines() {
            match (named(line), parts.last_mut()) {
                (Some(part), _) => parts.push(part),
                (None, Some((_, text))) => text.extend(["\n", line]),
                (None, None) => {}
            }
        }
        return parts;
    }
    asked(body, if body.lines().any(|line| line.starts_with("# ")) { "# " } else { "## " })
}

/// Questions behind a mark, and what is answered below each.
fn asked(body: &str, mark: &str) -> Spoken {
    let mut parts: Vec<(bool, String)> = Vec::new();
    let has_rules = body.lines().any(|line| line.trim() == "---");
    let mut may_ask = true;
    for line in body.lines() {
        let may_be = may_ask || (mark == "## " && !has_rules);
        if let Some(question) = line.strip_prefix(mark).filter(|_| may_be) {
            parts.push((true, question.to_owned()));
            parts.push((false, String::new()));
        } else if let Some((_, text)) = parts.last_mut() {
            text.extend(["\n", line]);
        }
        let is_between = line.trim().is_empty() || line.starts_with('<');
        may_ask = line.trim() == "---" || (may_ask && is_between);
    }
    parts
}

/// The text without marks of sources, their lists, pictures and rules.
fn cleaned(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in text.lines() {
        let plain = line.trim();
        if matches!(plain, "### Sources" | "## References" | "## Sources" | "### References") {
            break;
        }
        let is_source = plain.starts_with("[^") && plain.contains("]:");
        let is_shown = plain.starts_with("<img")
            || plain.starts_with("<div")
            || plain.starts_with("<span style=\"display:none");
        if !is_source && !is_shown && !matches!(plain, "---" | "***" | "⁂") {
            kept.push(without_marks(line));
        }
    }
    words::trim(&kept.join("\n")).to_owned()
}

/// A line without `[^1_2]`.
fn without_marks(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("[^") {
        let Some((mark, next)) = behind.split_once(']') else { break };
        let is_mark = !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        kept.push_str(if is_mark { before.trim_end_matches(' ') } else { before });
        if !is_mark {
            kept.extend(["[^", mark, "]"]);
        }
        rest = next;
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_parted_into_questions_and_answers() {
        for (text, parts) in [
            (
                "# Why?\n\nBecause [^1_1].\n# no question\n\n[^1_1]: https://x\n\n---\n\n# And?\n\nSo.",
                &["Why?", "Because.\n# no question", "And?", "So."][..],
            ),
            ("**User:** Why?\n\n***\n\n**Assistant:** Because.\n\n### Sources\n- x", &["Why?", "Because."]),
            ("# Me\nWhy?\n# Perplexity\nBecause.", &["Why?", "Because."]),
            ("**Space:** S\n**ID:** 1\n\n## Why?\n\nBecause.", &["Why?", "Because."]),
        ] {
            let found: Vec<String> = said(text).iter().map(|(_, text)| cleaned(text)).collect();
            assert_eq!(found, parts, "{text}");
        }
    }

    #[test]
    fn a_thread_with_a_title_and_an_id_begins_below_them() {
        let thread = "# Tides\n\n**Space:** Sea  \n**ID:** 12  \n**Date:** 2026-02-06T22:37:20.123Z  \n\n## Why?\n\nTwo bulges.\n\n\
                      ## Details\n\nMoon.\n\n---\n\n## Neap?\n\nAskew.\n\n---";
        let (title, parts) = headed(thread).unwrap();
        let said: Vec<String> = parts.iter().map(|(_, text)| cleaned(text)).collect();
        assert_eq!(
            (title, said.as_slice()),
            (
                Some("Tides"),
                &["Why?", "Two bulges.\n\n## Details\n\nMoon.", "Neap?", "Askew."].map(str::to_owned)[..]
            )
        );
        assert!(headed("# Why?\n\n**Space:** is a word here.").is_none());
    }

    #[test]
    fn other_brackets_stay() {
        assert_eq!(without_marks("a [^1_2] b [^note] c [^"), "a b [^note] c [^");
    }
}
