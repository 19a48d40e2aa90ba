//! What a line of a log is: somebody says or does something, a day begins, the program tells something.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::stamp;

/// A time before what is said, in brackets or not, with a day or without.
const TIME: &str = r"[\[(]?(?<stamp>(?:\d{4}[-/.]\d{2}[-/.]\d{2}[T ]|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4},? |(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?)?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:[+-]\d{2}:?\d{2}|Z)?(?: ?[AaPp][Mm])?(?: \d{4})?)[\])]?[ \t]+";

/// What a line may be.
struct Patterns {
    /// Said: a name in angle brackets.
    said: Regex,
    /// Done: a star before it.
    done: Regex,
    /// The same as Textual writes it.
    dotted: Regex,
    /// Said or done, with a tab before it.
    tabbed: Regex,
    /// A notice of the program.
    notice: Regex,
    /// A notice that somebody sent, to a channel or to the reader alone.
    sent: Regex,
    /// Anything else with a time.
    timed: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    said: stamp::compiled(&format!(
        r#"^(?:{TIME})?<[ @+%&~]?(?<name>[^<>\s/="][^<>\n="]{{0,40}})>[ \t]?(?<text>.*)$"#
    )),
    done: stamp::compiled(&format!(
        r"^(?:{TIME})?(?:\*|-\*-)[ \t]+(?<name>[^\s*<>]{{1,40}})[ \t]+(?<text>.+)$"
    )),
    dotted: stamp::compiled(&format!(r"^{TIME}•[ \t]+(?<name>[^\s:]{{1,40}}):?[ \t]+(?<text>.+)$")),
    tabbed: stamp::compiled(
        r"^(?<stamp>\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\t[@+%]?(?<name>[^\t]{1,40})\t(?<text>.*)$",
    ),
    notice: stamp::compiled(&format!(
        r"^(?:(?:{TIME})?(?:-!-|\*\*\*+|-->|<--|--\s|---\s|==|=-=)|Session (?:Start|Time|Close|Ident):)(?<text>.*)$"
    )),
    sent: stamp::compiled(&format!(
        r"^{TIME}-(?<name>[^\s:()]{{1,40}}?)(?<channel>:[#&+!]\S*?)?(?:\(\S*?\))?-[ \t](?<text>.*)$"
    )),
    timed: stamp::compiled(&format!(r"^{TIME}(?<text>\S.*)$")),
});
/// A line that says which day it is: `--- Day changed Mon Nov 10 2025`, `Session Start: Mon Nov 10 20:00:00 2025`.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"^(?:--- (?:Day changed|Log opened|Log closed)|Session (?:Start|Time|Close):|\*{4} (?:BEGIN|ENDING) LOGGING AT)\s+(?:[A-Z][a-z]{2},? )?(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2})(?: (?<time>\d{2}:\d{2}:\d{2}))? (?<year>\d{4})",
    )
});
/// What programs say of people behind their names: an address, that they came or went, what they made of the channel.
static COMING: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"(?x)^(?:[(\[][^\s()\[\]]*@[^\s()\[\]]*[)\]](?:\s|$)
        |has\ (?:joined|left|quit|parted)(?:\.?$|\ [\#&+!(\[])
        |(?i:joined|left|quit|parted|joins|parts|quits)\ [\#&+!(\[]
        |is\ now\ known\ as\ |sets?\ (?:mode|ban)|gives\ (?:channel|half|voice)|removes\ (?:channel|half|voice|ban|exempt)
        |change[sd]\ (?:the\ )?topic\ to|has\ (?:changed|set)\ (?:the\ )?(?:topic|mode|nick)
        |(?:was|has\ been)\ kicked\ (?:by\ |from\ |\()|(?:has\ )?kicked\ \S+\ from\ [\#&])",
    )
});
/// What programs say of themselves where a name would stand.
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(
        r"^(?:Now talking (?:on|in) |Topic (?:for |is |set )|Topic: |Set by |Disconnected(?: \(|\.|$)|Rejoin(?:ed|ing) |Attempting to (?:re)?join|Joins: |Parts: |Quits: |Users on |You(?:'re| are) now |Connect(?:ed|ing)(?:\.| to )|Looking up |Reconnecting|[#&]\S+ )",
    )
});
/// Tags of pages, which stand in the same brackets as names.
const TAGS: [&str; 20] = [
    "p", "b", "i", "u", "a", "br", "hr", "em", "div", "span", "html", "head", "body", "title", "strong",
    "li", "ul", "td", "tr", "table",
];

/// What a line is.
#[derive(Debug)]
pub(super) enum LogLine<'a> {
    /// The day that it names, and the hour.
    Day(Date, &'a str),
    /// Whether it is done and not said: a star before it, as before the entries of any list.
    Said {
        stamp: Option<&'a str>,
        name: &'a str,
        text: String,
        done: bool,
    },
    Notice(&'a str),
    /// Something with a time: a notice, unless the lines of the log have none.
    Timed(&'a str),
    Other,
}

pub(super) fn line(line: &str) -> LogLine<'_> {
    if let Some((day, time)) = day(line) {
        return LogLine::Day(day, time);
    }
    let Patterns { said, done, dotted, tabbed, notice, sent, timed } = &*PATTERNS;
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
        return LogLine::Notice(text_of(line, &found));
    }
    if let Some(found) = done.captures(line) {
        return if is_notice(line, &found) { LogLine::Notice(line) } else { said_by(line, &found, true) };
    }
    let Some(any) = timed.captures(line) else { return LogLine::Other };
    match (sent.captures(line), dotted.captures(line)) {
        (Some(found), _) if found.name("channel").is_some() => said_by(line, &found, false),
        (None, Some(found)) => said_by(line, &found, true),
        (Some(_), _) => LogLine::Notice(line),
        (None, None) => LogLine::Timed(text_of(line, &any)),
    }
}

fn day(line: &str) -> Option<(Date, &str)> {
    let found = DAY.captures(line)?;
    let month = super::days::month(part(line, &found, "month")?)?;
    let day =
        Date::new(part(line, &found, "year")?.parse().ok()?, month, part(line, &found, "day")?.parse().ok()?);
    Some((day.ok()?, part(line, &found, "time").unwrap_or_default()))
}

fn text_of<'a>(line: &'a str, found: &Captures<'_>) -> &'a str {
    part(line, found, "text").unwrap_or_default()
}

fn part<'a>(line: &'a str, found: &Captures<'_>, name: &str) -> Option<&'a str> {
    found.name(name).and_then(|part| line.get(part.range()))
}

/// What somebody does stands between stars, as in other chats.
fn said_by<'a>(line: &'a str, found: &Captures<'_>, done: bool) -> LogLine<'a> {
    let text = text_of(line, found);
    let text = if done { format!("*{text}*") } else { text.to_owned() };
    let name = part(line, found, "name").unwrap_or_default().trim();
    LogLine::Said { stamp: part(line, found, "stamp"), name, text, done }
}

/// WeeChat's lines: a name between tabs, a star for what is done, an arrow or a rule for notices.
fn with_tabs<'a>(line: &'a str, found: &Captures<'_>) -> LogLine<'a> {
    let (name, text) = (part(line, found, "name").unwrap_or_default().trim(), text_of(line, found));
    let stamp = part(line, found, "stamp");
    match name {
        "-->" | "<--" | "--" | "=!=" | "" => LogLine::Notice(text),
        "*" => {
            let (name, text) = text.split_once(' ').unwrap_or((text, ""));
            LogLine::Said { stamp, name, text: format!("*{text}*"), done: true }
        }
        _ => LogLine::Said { stamp, name, text: text.to_owned(), done: false },
    }
}

/// Whether the program tells what stands behind the star, of somebody or of itself.
fn is_notice(line: &str, found: &Captures<'_>) -> bool {
    let own = found.name("name").and_then(|name| line.get(name.start()..)).unwrap_or_default();
    COMING.is_match(text_of(line, found)) || OWN.is_match(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &str) -> String {
        match line(found) {
            LogLine::Day(day, time) => format!("day {day} {time}"),
            LogLine::Said { stamp, name, text, .. } => format!("{}|{name}|{text}", stamp.unwrap_or("-")),
            LogLine::Notice(notice) => format!("notice {}", notice.trim()),
            LogLine::Timed(text) => format!("timed {text}"),
            LogLine::Other => "other".to_owned(),
        }
    }

    #[test]
    fn lines_of_every_program_are_told_apart() {
        for (line, found) in [
            ("<Ann> Who lit the lamp?", "-|Ann|Who lit the lamp?"),
            ("[12:00] <Ann> Hi", "12:00|Ann|Hi"),
            ("12:00:41 <@Ann> Hi", "12:00:41|Ann|Hi"),
            ("[2025-11-02 21:14:03] <Ann of Ys> Hi", "2025-11-02 21:14:03|Ann of Ys|Hi"),
            ("[2025-11-02T21:14:03+01:00] <Ann> Bo: hi", "2025-11-02T21:14:03+01:00|Ann|Bo: hi"),
            ("[02/11/2025 21:14] <Ann> Hi", "02/11/2025 21:14|Ann|Hi"),
            ("(02.11.25, 21:14:03) <Ann> Hi", "02.11.25, 21:14:03|Ann|Hi"),
            ("[Sun Nov  2 21:14:03 2025] <Ann> Hi", "Sun Nov  2 21:14:03 2025|Ann|Hi"),
            ("Nov 02 21:14:03 <Ann>\tHi", "Nov 02 21:14:03|Ann|Hi"),
            ("2025-11-02 21:14:03\t@Ann\tHi", "2025-11-02 21:14:03|Ann|Hi"),
            ("2025-11-02 21:14:03\t *\tAnn waves", "2025-11-02 21:14:03|Ann|*waves*"),
            ("2025-11-02 21:14:03\t-->\tBo (bo@host) has joined #inn", "notice Bo (bo@host) has joined #inn"),
            ("* Ann waves", "-|Ann|*waves*"),
            ("2025-11-02 21:14:03 -*- Ann waves", "2025-11-02 21:14:03|Ann|*waves*"),
            ("[12:00]  * Ann waves", "12:00|Ann|*waves*"),
            ("[12:00] • Ann: waves", "12:00|Ann|*waves*"),
            ("• Ann: waves", "other"),
            ("12:00 -Ann:#inn- the lamp", "12:00|Ann|the lamp"),
            ("12:00 -Ann-Lee:#gull-inn- the lamp", "12:00|Ann-Lee|the lamp"),
            ("12:00 -!- Bo [bo@host] has quit [bye]", "notice Bo [bo@host] has quit [bye]"),
            ("*** Joins: Bo", "notice Joins: Bo"),
            ("Session Ident: #inn", "notice #inn"),
            ("12:00 Topic: the lamp", "timed Topic: the lamp"),
            ("--- Day changed Mon Nov 10 2025", "day 2025-11-10 "),
            ("Session Start: Mon Nov 10 20:00:00 2025", "day 2025-11-10 20:00:00"),
            ("**** BEGIN LOGGING AT Mon Nov 10 20:00:00 2025", "day 2025-11-10 20:00:00"),
            ("<p> a page", "other"),
            ("Nov 02 21:15:10 *\tBo looks away", "Nov 02 21:15:10|Bo|*looks away*"),
            ("* one of a list", "-|one|*of a list*"),
            ("The lamp is lit.", "other"),
        ] {
            assert_eq!(shown(line), found, "{line}");
        }
    }

    #[test]
    fn nobody_speaks_where_a_program_tells_something() {
        for notice in [
            "* Bo (~bo@host) has joined #inn",
            "* Bo (bo@host) Quit (Quit: bye)",
            "* Bo [bo@host] left",
            "Nov 02 21:16:00 *\tCy has quit (gone)",
            "* Bo has left #inn",
            "* Bo is now known as Bo_",
            "* Bo sets mode: +o Ann",
            "* Bo changes topic to 'Lamp'",
            "* Bo was kicked by Ann (no)",
            "Nov 02 21:14:05 *\tNow talking on #inn",
            "[21:14] * Now talking in #inn",
            "Nov 02 21:14:05 *\tTopic for #inn is: the lamp",
            "* Topic is 'Lamp'",
            "* Set by Ann on Sun Nov 02 20:00:00",
            "* Disconnected (Connection reset by peer)",
            "Nov 02 21:14:05 -NickServ-\tpassword accepted",
            "12:00 -Ann(ann@host)- psst",
        ] {
            assert!(matches!(line(notice), LogLine::Notice(_)), "{notice}");
        }
        for done in [
            "* Bo has left the table",
            "* Bo joined them",
            "* Bo quits smoking",
            "* Ann kicked Bo from his chair",
        ] {
            assert!(matches!(line(done), LogLine::Said { done: true, .. }), "{done}");
        }
    }
}
