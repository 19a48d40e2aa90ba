//! Logs of talk as IRC programs write them, and MUDs and games after them: `<Ann> text`, `[21:14] <Ann> text`, `* Ann waves`.
//!
//! What the time lacks, the day, stands in lines of its own that say when the log was opened or that a day began. Who came
//! and went is a notice. A line that begins as none of these goes on with the one above.

use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::{Captures, Regex};

use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, SkipReason, stamp, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "irc",
    called: "IRC log",
    help: "logs with `<Name> text` and `* Name waves`, with times or without: irssi, WeeChat, HexChat, mIRC, MUDs",
    export: "the log files of your IRC program or MUD client",
    command: "naragtive ingest --as irc",
    source: "irc",
    extensions: &["txt", "log", "weechatlog"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

/// A time before what is said, in brackets or not, with a day or without.
const TIME: &str = r"(?:[\[(]?(?<stamp>(?:\d{4}[-/.]\d{2}[-/.]\d{2}[T ]|[A-Z][a-z]{2} \d{1,2} )?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:[+-]\d{4}|Z)?(?: ?[AaPp][Mm])?)[\])]?[ \t]+)?";

/// What a line may be: something said, something done, something said with a tab before it, a notice.
static LINES: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        format!(r#"^{TIME}<[ @+%&~]?(?<name>[^<>\s/="][^<>\n="]{{0,40}})>[ \t]?(?<text>.*)$"#),
        format!(r"^{TIME}(?:\*|•|-\*-)[ \t]+(?<name>[^\s*<>]{{1,40}}?):?[ \t]+(?<text>.+)$"),
        r"^(?<stamp>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\t[@+%]?(?<name>[^\t]{1,40})\t(?<text>.*)$"
            .to_owned(),
        format!(r"^{TIME}(?:-!-|\*\*\*+|-->|<--|--\s|---\s|==|=-=)(?<text>.*)$"),
    ]
    .map(|pattern| stamp::compiled(&pattern))
});
/// A line that says which day it is: `--- Day changed Mon Nov 10 2025`, `Session Start: Mon Nov 10 20:00:00 2025`.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"^(?:--- (?:Day changed|Log opened|Log closed)|Session (?:Start|Time|Close):|\*{4} (?:BEGIN|ENDING) LOGGING AT)\s+(?:[A-Z][a-z]{2},? )?(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2})(?: \d{2}:\d{2}:\d{2})? (?<year>\d{4})",
    )
});
/// What people do who only come and go, behind their name.
const COMINGS: [&str; 8] =
    ["has joined", "has left", "has quit", "is now known as", "sets mode", "joined", "quit (", "has changed"];
/// Tags of pages, which stand in the same brackets as names.
const TAGS: [&str; 20] = [
    "p", "b", "i", "u", "a", "br", "hr", "em", "div", "span", "html", "head", "body", "title", "strong",
    "li", "ul", "td", "tr", "table",
];

/// What a line is.
enum Line<'a> {
    Day(String),
    /// Whether it is done and not said: a star before it, as before the entries of any list.
    Said {
        stamp: Option<&'a str>,
        name: &'a str,
        text: String,
        done: bool,
    },
    Notice(&'a str),
    Other,
}

/// Whether most of the first lines are such, and somebody says something in two of them.
fn sniff(input: &Input<'_>) -> Certainty {
    let is_page = input.head().matches("</").take(3).count() == 3;
    if is_page || input.shape().is_some_and(|shape| !shape.is_array) || input.head().contains('\0') {
        return Certainty::No;
    }
    let (mut said, mut known, mut all, mut timed) = (0, 0, 0, 0);
    for found in input.head().lines().filter(|line| !words::is_blank(line)).take(200) {
        all += 1;
        match line(found) {
            Line::Said { done: true, .. } => known += 1,
            Line::Said { stamp, .. } => {
                said += 1;
                timed += usize::from(stamp.is_some());
            }
            Line::Day(_) | Line::Notice(_) => known += 1,
            Line::Other => {}
        }
    }
    match (said, timed) {
        (2.., 2..) if (said + known) * 2 > all => Certainty::Sure,
        (3.., _) if (said + known) * 2 > all => Certainty::Likely,
        _ => Certainty::No,
    }
}

fn line(line: &str) -> Line<'_> {
    if let Some(found) = DAY.captures(line) {
        let part = |name| found.name(name).map_or("", |part| part.as_str());
        return Line::Day(format!("{} {} {}", part("day"), part("month"), part("year")));
    }
    let [said, done, tabbed, notice] = &*LINES;
    let named = |found: &Captures<'_>| {
        found.name("name").is_some_and(|name| !TAGS.contains(&name.as_str().to_lowercase().as_str()))
    };
    if let Some(found) = said.captures(line).filter(named) {
        return said_by(line, &found, false);
    }
    if let Some(found) = tabbed.captures(line) {
        return with_tabs(line, &found);
    }
    if let Some(found) = notice.captures(line) {
        return Line::Notice(text_of(line, &found));
    }
    match done.captures(line) {
        Some(found) if is_coming(text_of(line, &found)) => Line::Notice(line),
        Some(found) => said_by(line, &found, true),
        None => Line::Other,
    }
}

fn text_of<'a>(line: &'a str, found: &Captures<'_>) -> &'a str {
    part(line, found, "text").unwrap_or_default()
}

fn part<'a>(line: &'a str, found: &Captures<'_>, name: &str) -> Option<&'a str> {
    found.name(name).and_then(|part| line.get(part.range()))
}

/// What somebody does stands between stars, as in other chats.
fn said_by<'a>(line: &'a str, found: &Captures<'_>, done: bool) -> Line<'a> {
    let text = text_of(line, found);
    let text = if done { format!("*{text}*") } else { text.to_owned() };
    let name = part(line, found, "name").unwrap_or_default().trim();
    Line::Said { stamp: part(line, found, "stamp"), name, text, done }
}

/// WeeChat's lines: a name between tabs, a star for what is done, an arrow or a rule for notices.
fn with_tabs<'a>(line: &'a str, found: &Captures<'_>) -> Line<'a> {
    let (name, text) = (part(line, found, "name").unwrap_or_default().trim(), text_of(line, found));
    let stamp = part(line, found, "stamp");
    match name {
        "-->" | "<--" | "--" | "=!=" | "" => Line::Notice(text),
        "*" => {
            let (name, text) = text.split_once(' ').unwrap_or((text, ""));
            Line::Said { stamp, name, text: format!("*{text}*"), done: true }
        }
        _ => Line::Said { stamp, name, text: text.to_owned(), done: false },
    }
}

fn is_coming(text: &str) -> bool {
    COMINGS.iter().any(|coming| text.starts_with(coming) || text.contains(&format!(") {coming}")))
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut log = Turns::default();
    log.report.dropped_bytes = nuls;
    let mut day: Option<String> = None;
    let mut open: Option<Turn> = None;
    for (number, found) in text.lines().enumerate().filter(|(_, line)| !words::is_blank(line)) {
        match line(found) {
            Line::Day(found) => day = Some(found),
            Line::Notice(notice) => log.pass(SkipReason::Notice, number, notice),
            Line::Said { stamp, name, text, .. } => {
                let speaker = Some(log.name(name));
                let stamp = stamp.map(|stamp| dated(stamp, day.as_deref()).as_str().into());
                let turn = Turn { speaker, text, stamp: stamp.unwrap_or_default(), ..Turn::at(number) };
                open.replace(turn).into_iter().for_each(|turn| log.add(turn));
            }
            Line::Other => match &mut open {
                Some(turn) => turn.text.extend(["\n", found]),
                None => log.pass(SkipReason::NoMessage, number, found),
            },
        }
    }
    open.into_iter().for_each(|turn| log.add(turn));
    if log.is_empty() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    Ok(log.parsed(Mending::default()))
}

/// A time with its day: its own, else the last one that the log named. A month and a day lack the year.
fn dated(stamp: &str, day: Option<&str>) -> String {
    let has_day = stamp.starts_with(|c: char| c.is_ascii_digit())
        && stamp.get(4..5).is_some_and(|sign| "-/.".contains(sign));
    match (day, has_day) {
        (_, true) | (None, _) => stamp.to_owned(),
        (Some(day), false) if stamp.starts_with(|c: char| c.is_ascii_uppercase()) => {
            let year = day.rsplit(' ').next().unwrap_or_default();
            let mut parts = stamp.split(' ');
            let (month, number, time) = (parts.next(), parts.next(), parts.next());
            let [month, number, time] = [month, number, time].map(Option::unwrap_or_default);
            format!("{number} {month} {year}, {time}")
        }
        (Some(day), false) => format!("{day}, {stamp}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &str) -> String {
        match line(found) {
            Line::Day(day) => format!("day {day}"),
            Line::Said { stamp, name, text, .. } => format!("{}|{name}|{text}", stamp.unwrap_or("-")),
            Line::Notice(notice) => format!("notice {}", notice.trim()),
            Line::Other => "other".to_owned(),
        }
    }

    #[test]
    fn lines_of_every_program_are_told_apart() {
        for (line, found) in [
            ("<Ann> Who lit the lamp?", "-|Ann|Who lit the lamp?"),
            ("[12:00] <Ann> Hi", "12:00|Ann|Hi"),
            ("12:00:41 <@Ann> Hi", "12:00:41|Ann|Hi"),
            ("[2025-11-02 21:14:03] <Ann of Ys> Hi", "2025-11-02 21:14:03|Ann of Ys|Hi"),
            ("Nov 02 21:14:03 <Ann>\tHi", "Nov 02 21:14:03|Ann|Hi"),
            ("2025-11-02 21:14:03\t@Ann\tHi", "2025-11-02 21:14:03|Ann|Hi"),
            ("2025-11-02 21:14:03\t *\tAnn waves", "2025-11-02 21:14:03|Ann|*waves*"),
            ("2025-11-02 21:14:03\t-->\tBo (bo@host) has joined #inn", "notice Bo (bo@host) has joined #inn"),
            ("* Ann waves", "-|Ann|*waves*"),
            ("2025-11-02 21:14:03 -*- Ann waves", "2025-11-02 21:14:03|Ann|*waves*"),
            ("[2025-11-02T21:14:03+0100] • Ann: waves", "2025-11-02T21:14:03+0100|Ann|*waves*"),
            ("[12:00]  * Ann waves", "12:00|Ann|*waves*"),
            ("* Bo (~bo@host) has joined #inn", "notice * Bo (~bo@host) has joined #inn"),
            ("12:00 -!- Bo [bo@host] has quit [bye]", "notice Bo [bo@host] has quit [bye]"),
            ("*** Joins: Bo", "notice Joins: Bo"),
            ("--- Day changed Mon Nov 10 2025", "day 10 Nov 2025"),
            ("Session Start: Mon Nov 10 20:00:00 2025", "day 10 Nov 2025"),
            ("**** BEGIN LOGGING AT Mon Nov 10 20:00:00 2025", "day 10 Nov 2025"),
            ("<p> a page", "other"),
            ("Nov 02 21:15:10 *\tBo looks away", "Nov 02 21:15:10|Bo|*looks away*"),
            ("Nov 02 21:16:00 *\tCy has quit (gone)", "notice Nov 02 21:16:00 *\tCy has quit (gone)"),
            ("* one of a list", "-|one|*of a list*"),
            ("The lamp is lit.", "other"),
        ] {
            assert_eq!(shown(line), found, "{line}");
        }
    }

    #[test]
    fn a_time_gets_its_day() {
        for (stamp, day, whole) in [
            ("12:00", Some("10 Nov 2025"), "10 Nov 2025, 12:00"),
            ("12:00", None, "12:00"),
            ("2025-11-02 21:14", Some("10 Nov 2025"), "2025-11-02 21:14"),
            ("Nov 02 21:14:03", Some("10 Nov 2025"), "02 Nov 2025, 21:14:03"),
        ] {
            assert_eq!(dated(stamp, day), whole);
        }
    }
}
