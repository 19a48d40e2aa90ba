//! Fantasy Grounds' `chatlog.html`: a line for each message, `Name: text` in a colour, and lines that say when a session
//! began.

use std::sync::LazyLock;

use naragtive_scene::{Scalar, Turn};
use regex::Regex;

use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, SkipReason, markup, stamp, words};

/// How many characters a name has at most.
const NAME: usize = 40;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "fantasygrounds",
    called: "Fantasy Grounds chat log",
    help: "chatlog.html of a Fantasy Grounds campaign",
    export: "Fantasy Grounds: the campaign's folder, chatlog.html",
    command: "naragtive ingest --as fantasygrounds",
    source: "fantasygrounds",
    extensions: &["html", "htm"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

/// `Session started at 2025-11-02 / 21:14`.
static SESSION: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(r"(?i)session started at (?<day>[\d./-]{8,10})\s*/\s*(?<time>\d{1,2}:\d{2}(?::\d{2})?)")
});

fn sniff(input: &Input<'_>) -> Certainty {
    let head = input.head();
    let is_log = SESSION.is_match(head) && head.contains("<font color=") && head.contains("<br");
    if is_log && !head.contains("data-messageid") { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut log = Turns::default();
    log.report.dropped_bytes = nuls;
    let mut stamp = Scalar::None;
    for (number, line) in messages(&text).filter(|line| !words::is_blank(line)).enumerate() {
        if let Some(found) = SESSION.captures(line) {
            let part = |name| found.name(name).map_or("", |part| part.as_str());
            stamp = format!("{} {}", part("day"), part("time")).as_str().into();
            continue;
        }
        let said = markup::plain(line);
        if said.is_empty() {
            continue;
        }
        let (name, said) = named(&said);
        let speaker = name.map(|name| log.name(name));
        log.add(Turn { speaker, text: said.to_owned(), stamp: stamp.clone(), ..Turn::at(number) });
    }
    if log.is_empty() {
        log.report.skip(SkipReason::NoMessage, &text);
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    Ok(log.parsed(Mending::default()))
}

/// What ends with `<br />`; a message may have lines of its own.
fn messages(text: &str) -> impl Iterator<Item = &str> {
    text.split("<br />").flat_map(|part| part.split("<br/>")).flat_map(|part| part.split("<br>\n"))
}

/// Who speaks; what is told has no name before it.
fn named(said: &str) -> (Option<&str>, &str) {
    let name = said.split_once(": ").filter(|(name, _)| {
        !name.is_empty()
            && words::length(name) <= NAME
            && !name.contains(['.', '!', '?', ',', '\n', '"', '['])
    });
    name.map_or((None, said), |(name, said)| (Some(name), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_a_sentence() {
        for (said, name) in [
            ("Ann: Hi", Some("Ann")),
            ("Captain Bo (GM): Hi", Some("Captain Bo (GM)")),
            ("The door opens, and then: nothing", None),
            ("[TURN] Ann", None),
        ] {
            assert_eq!(named(said).0, name, "{said}");
        }
    }
}
