//! Neptune AI role-play transcripts: turns, each under a `***STAMP - SPEAKER:***` line, with `---` lines between.
//!
//! Where stamp and speaker part: right behind a stamp that can be read (`11/10/2025, 4:00:41 AM`) if the line begins
//! with one, so a speaker may be called `Mary - Sue`. Otherwise at the last ` - `, so a stamp may hold hyphens
//! (`night - later`), unless what stands before the first is all numbers of a calendar that isn't known. Without any ` - `, at the first hyphen.
//!
//! A turn begins at a header and nowhere else. A `---` line right before a header, or at the end, parts turns, spaces
//! behind it or not; any other is a part of what is said, and so is the text behind it. A turn ends where the game
//! asks `What do you do?`: what stands between that and the next header belongs to no turn, and the report tells
//! it.

use std::sync::Arc;

use naragtive_scene::{Transcript, Turn};

use crate::input::Input;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, IngestReport, Options, SkipReason, stamp, words};

const TITLE: &str = "# Conversation:";
const PROMPT: &str = "What do you do?";

pub(crate) static ROW: FormatRow = FormatRow {
    name: "neptune",
    called: "Neptune transcript",
    help: "a role-play transcript with `***STAMP - SPEAKER:***` lines",
    export: "Neptune: open the conversation, then export it as text",
    command: "naragtive ingest-neptune --export",
    source: "neptune",
    extensions: &["txt", "md"],
    grouping: Grouping::Pairs,
    sniff,
    parse,
};

/// Whether any line is a turn's header.
fn sniff(input: &Input<'_>) -> Certainty {
    let mut certainty = Certainty::No;
    for (stamp, _) in input.head().split(['\n', '\r']).filter_map(header) {
        if stamp::read_text(stamp).is_some() {
            return Certainty::Sure;
        }
        certainty = Certainty::Likely;
    }
    certainty
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut report = IngestReport { dropped_bytes: nuls, ..IngestReport::default() };
    let (title, rest) = title(&text);
    let turns = turns(rest, &mut report);
    if turns.is_empty() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    report.turns = turns.len();
    let transcript = Transcript { id: None, title, turns };
    Ok(Parsed { transcripts: vec![transcript], report })
}

/// The title, and the text without its line.
fn title(text: &str) -> (Option<String>, &str) {
    let Some(behind) = text.strip_prefix(TITLE) else { return (None, text) };
    let (line, rest) = behind.split_once('\n').unwrap_or((behind, ""));
    (Some(words::trim(line).to_owned()), rest)
}

fn turns(text: &str, report: &mut IngestReport) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut open: Option<(&str, &str)> = None;
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if let Some(found) = header(line) {
            let said = text.get(start..at).unwrap_or_default();
            close(open.replace(found), said, &mut turns, report);
            start = next;
        }
        at = next;
    }
    close(open, text.get(start..).unwrap_or_default(), &mut turns, report);
    turns
}

/// Ends a turn with what stands between its header and the next one; before the first there is none.
fn close(header: Option<(&str, &str)>, said: &str, turns: &mut Vec<Turn>, report: &mut IngestReport) {
    let Some((stamp, speaker)) = header else {
        let before = without_rules(said);
        if !before.is_empty() {
            report.skip(SkipReason::BeforeHeader, before);
        }
        return;
    };
    let (text, behind) = body(said);
    if !behind.is_empty() {
        report.skip(SkipReason::NoHeader, behind);
    }
    turns.push(Turn {
        speaker: Some(Arc::from(speaker)),
        stamp: stamp.into(),
        text: text.to_owned(),
        ..Turn::at(turns.len())
    });
}

/// What a turn says, and what stands behind the question that the game puts at its end.
fn body(said: &str) -> (&str, &str) {
    let said = without_rules(said);
    let (text, behind) = said.split_once(PROMPT).unwrap_or((said, ""));
    let mut behind = without_rules(behind);
    while let Some(rest) = behind.strip_prefix(PROMPT) {
        behind = without_rules(rest);
    }
    (words::trim_end(text), behind)
}

/// `text` without white space and `---` lines at either end.
fn without_rules(text: &str) -> &str {
    let mut text = words::trim(text);
    loop {
        let (first, below) = text.split_once('\n').unwrap_or((text, ""));
        let (above, last) = text.rsplit_once('\n').unwrap_or(("", text));
        text = if words::trim_end(first) == "---" {
            words::trim(below)
        } else if words::trim_end(last) == "---" {
            words::trim(above)
        } else {
            return text;
        };
    }
}

/// Stamp and speaker, if `line` is a header.
fn header(line: &str) -> Option<(&str, &str)> {
    let inner = words::trim_end(line).strip_prefix("***")?.strip_suffix(":***")?;
    let (stamp, speaker) = inner.split_at_checked(hyphen(inner)?)?;
    let speaker = speaker.strip_prefix('-')?;
    (!stamp.is_empty() && !speaker.is_empty()).then(|| (words::trim(stamp), words::trim(speaker)))
}

/// Where the hyphen is that stands between stamp and speaker.
fn hyphen(inner: &str) -> Option<usize> {
    let is_stamp = |at: &usize| inner.get(..*at).is_some_and(|stamp| stamp::read_text(stamp).is_some());
    let spaced = || inner.match_indices(" - ").map(|(at, _)| at + 1);
    let bare = || inner.match_indices('-').map(|(at, _)| at).filter(|at| *at > 0);
    spaced()
        .take(8)
        .find(is_stamp)
        .or_else(|| spaced().find(|at| is_like_stamp(inner.get(..*at).unwrap_or_default())))
        .or_else(|| spaced().last())
        .or_else(|| bare().take(8).find(|at| has_clock(inner.get(..*at).unwrap_or_default()) && is_stamp(at)))
        .or_else(|| bare().next())
}

/// Whether it may be a stamp of a calendar that isn't known: numbers and a clock without a word.
fn is_like_stamp(stamp: &str) -> bool {
    let numbers = stamp.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).count();
    numbers >= 5 && has_clock(stamp) && !stamp.contains(char::is_alphabetic)
}

/// A date alone may be the beginning of a longer one.
fn has_clock(stamp: &str) -> bool {
    stamp.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_parted_into_stamp_and_speaker() {
        for (line, parts) in [
            ("***11/10/2025, 4:00:41 AM - User:***", Some(("11/10/2025, 4:00:41 AM", "User"))),
            (
                "***11/10/2025, 4:00:41\u{202f}AM - User:***  \n",
                Some(("11/10/2025, 4:00:41\u{202f}AM", "User")),
            ),
            ("***11/10/2025, 4:00:41 AM - Mary - Sue:***", Some(("11/10/2025, 4:00:41 AM", "Mary - Sue"))),
            ("***11/10/2025, 4:00:41 AM-User:***", Some(("11/10/2025, 4:00:41 AM", "User"))),
            ("***10.11.2025, 04:00:41 - Mary - Sue:***", Some(("10.11.2025, 04:00:41", "Mary - Sue"))),
            ("***2025/11/10 上午4:00:41 - Mary - Sue:***", Some(("2025/11/10 上午4:00:41", "Mary - Sue"))),
            ("***10/11/2025, 04:00:41 - User:***", Some(("10/11/2025, 04:00:41", "User"))),
            ("***2025-11-10T04:00:41Z - User:***", Some(("2025-11-10T04:00:41Z", "User"))),
            ("***2025-11-10 04:00:41 - Brandt-Li:***", Some(("2025-11-10 04:00:41", "Brandt-Li"))),
            ("***night - later - User:***", Some(("night - later", "User"))),
            ("***۱۴۰۴/۹/۲, ۱۶:۰۰:۴۱ - Mary - Sue:***", Some(("۱۴۰۴/۹/۲, ۱۶:۰۰:۴۱", "Mary - Sue"))),
            ("***later-User:***", Some(("later", "User"))),
            ("***later - a:b:***", Some(("later", "a:b"))),
            ("*** - User:***", Some(("", "User"))),
            ("***-User:***", None),
            ("***later User:***", None),
            ("***later - User:*** he said", None),
            ("**later - User:**", None),
            (" ***later - User:***", None),
            ("***:***", None),
            ("***", None),
        ] {
            assert_eq!(header(line), parts, "{line}");
        }
    }

    #[test]
    fn a_turn_begins_at_a_header_and_nowhere_else() {
        let told = |text: &str| {
            let mut report = IngestReport::default();
            let turns = turns(text, &mut report).into_iter().map(|turn| turn.text).collect::<Vec<_>>();
            (turns, report.skipped.into_iter().map(|skipped| skipped.first).collect::<Vec<_>>())
        };
        for (text, said, skipped) in [
            ("***a - U:***\none\n---\n***a - V:***\ntwo\n---\n", &["one", "two"][..], &[][..]),
            ("***a - U:***\none\n--- \n***a - V:***\ntwo\n---\t\n\n", &["one", "two"], &[]),
            ("***a - U:***\none\n***a - V:***\ntwo", &["one", "two"], &[]),
            ("***a - U:***\none\n\n---\n\nmore\n---\n***a - V:***\n", &["one\n\n---\n\nmore", ""], &[]),
            ("***a - U:***\n---\nbelow\n", &["below"], &[]),
            ("***a - U:***\none\nWhat do you do?\n---\nlost\n", &["one"], &["lost"]),
            ("***a - U:***\none What do you do? What do you do?", &["one"], &[]),
            ("---\nbefore\n---\n***a - U:***\none", &["one"], &["before"]),
        ] {
            assert_eq!(
                told(text),
                (
                    said.iter().map(ToString::to_string).collect(),
                    skipped.iter().map(ToString::to_string).collect()
                ),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_body_ends_before_the_game_asks() {
        for (text, kept, behind) in [
            ("\n Go. \nWhat do you do?\n", "Go.", ""),
            ("Go. What do you do? Stay. What do you do?", "Go.", "Stay. What do you do?"),
            ("What do you do?", "", ""),
            ("what do you do?", "what do you do?", ""),
        ] {
            assert_eq!(body(text), (kept, behind));
        }
    }

    #[test]
    fn a_title_is_the_rest_of_the_first_line() {
        for (text, parts) in [
            ("# Conversation:  A — B \nrest", (Some("A — B"), "rest")),
            ("# Conversation:", (Some(""), "")),
            ("\n# Conversation: A", (None, "\n# Conversation: A")),
        ] {
            assert_eq!((title(text).0.as_deref(), title(text).1), parts);
        }
    }
}
