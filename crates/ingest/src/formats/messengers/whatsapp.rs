//! WhatsApp's `_chat.txt`: `[02/11/2025, 21:14:03] Ann: text` on iPhones, `02/11/2025, 21:14 - Ann: text` elsewhere, the
//! date as the phone's language writes it. What stands on lines without a date goes on with the message above.
//!
//! A line with a date and no `Name:` is a notice. So is the first line of most chats, about encryption, which stands
//! under the name of the chat itself on iPhones. Marks that nobody sees stand before what the program itself wrote.

mod marks;
mod notice;

use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::Regex;

use self::marks::{MARK, attached, attachment, edited, is_deleted, is_mark};
use self::notice::is_of_notice;
use crate::input::Input;
use crate::json::Mending;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, SkipReason, stamp, words};

/// How many characters a name has at most.
const NAME: usize = 80;

pub(crate) static ROW: FormatRow = FormatRow {
    name: "whatsapp",
    called: "WhatsApp chat",
    help: "_chat.txt of WhatsApp's export, of iPhones and Android in any language, or the zip archive it comes in",
    export: "WhatsApp: the chat's menu, More, Export chat, without media",
    command: "naragtive ingest --as whatsapp",
    source: "whatsapp",
    extensions: &["txt"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Chat),
    sniff,
    parse,
};

/// A stamp at the beginning of a line: in brackets, or up to ` - `. It begins with a number or, in Arabic and Persian
/// phones, with a mark of direction.
static STAMPS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        r"^[\u{200e}\u{200f}\u{202a}-\u{202e}]*\[(?<stamp>[^\[\]]{8,40})\]\s",
        r"^[\u{200e}\u{200f}\u{202a}-\u{202e}]*(?<stamp>\p{Nd}{1,4}[^\p{Nd}\n]{1,3}\p{Nd}{1,2}[^\n]{4,30}?)\s[-–]\s",
    ]
    .map(stamp::compiled)
});

/// Whether two lines or more, or the first one, have a stamp and somebody who speaks. Logs of IRC have stamps too, and before what
/// is said a name in angle brackets; other logs have a name alone, what is said below it, and rules between messages.
fn sniff(input: &Input<'_>) -> Certainty {
    if input.shape().is_some_and(|shape| !shape.is_array) || input.head().contains('\0') {
        return Certainty::No;
    }
    let mut seen = Seen::default();
    let lines = input.head().lines().take(400);
    lines.filter(|line| !words::is_blank(line)).for_each(|line| seen.see(line));
    match (seen.stamped, seen.named) {
        _ if seen.is_other() => Certainty::No,
        (2.., 1..) if seen.stamped * 40 > seen.others => Certainty::Sure,
        (1, 1) if seen.others == 0 => Certainty::Likely,
        _ => Certainty::No,
    }
}

/// What kinds of lines a file has.
#[derive(Default)]
struct Seen {
    stamped: usize,
    /// Of these, such on which somebody speaks.
    named: usize,
    /// Such on which somebody speaks, or does something, as on IRC.
    nicks: usize,
    others: usize,
    /// Lines that stand below a stamp without anybody who speaks.
    below: usize,
    rules: usize,
    /// Whether the line above has a stamp, and nobody speaks on it.
    is_below: bool,
}

impl Seen {
    fn see(&mut self, line: &str) {
        let was_below = std::mem::take(&mut self.is_below);
        let Some((_, rest)) = header(line) else {
            self.others += 1;
            self.below += usize::from(was_below);
            self.rules += usize::from(is_rule(line));
            return;
        };
        self.stamped += 1;
        if is_of_irc(rest) {
            self.nicks += 1;
        } else if said(rest).is_some() {
            self.named += 1;
        } else {
            self.is_below = true;
        }
    }

    /// Whether it is the log of another program.
    fn is_other(&self) -> bool {
        let has_rules = self.rules > 0 && self.rules * 2 >= self.stamped;
        self.nicks * 4 > self.named || self.below > self.named || has_rules
    }
}

/// Whether what stands behind a stamp is `<Ann> text`, `* Ann waves` or a notice of an IRC program.
fn is_of_irc(rest: &str) -> bool {
    let told = ["* ", "*** ", "• ", "-!- ", "--> ", "<-- "].iter().any(|mark| rest.starts_with(mark));
    let named = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
    told || named.is_some_and(|(name, text)| {
        !name.is_empty() && !name.contains(':') && (text.is_empty() || text.starts_with([' ', '\t']))
    })
}

/// Whether a line is nothing but a rule.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 10 && ['-', '=', '_'].iter().any(|sign| line.trim_matches(*sign).is_empty())
}

/// The stamp of a line and what stands behind it.
fn header(line: &str) -> Option<(&str, &str)> {
    STAMPS.iter().find_map(|pattern| {
        let found = pattern.captures(line)?;
        let (whole, stamp) = (found.get(0)?, found.name("stamp")?.as_str());
        let is_one = stamp.contains(':') || stamp.contains('.');
        (is_one && stamp::read_text(stamp).is_some())
            .then(|| (stamp, line.get(whole.end()..).unwrap_or_default()))
    })
}

/// Who says what; a notice says nothing. A name stands on one line.
fn said(rest: &str) -> Option<(&str, &str)> {
    let line = rest.lines().next().unwrap_or_default();
    let at = line.find(": ").map(|at| (at, at + 2));
    let (name, text) = at.or_else(|| Some((line.strip_suffix(':')?.len(), line.len())))?;
    let (name, text) = (line.get(..name)?.trim_matches(is_mark), rest.get(text..)?);
    let is_name = !name.is_empty() && words::length(name) <= NAME && !is_of_notice(name);
    is_name.then_some((name, text))
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut chat = Turns::default();
    chat.report.dropped_bytes = nuls;
    let mut open: Option<Message<'_>> = None;
    let mut number = 0;
    for line in text.lines() {
        match (header(line), &mut open) {
            (Some((stamp, rest)), _) => {
                let message = Message { number, stamp, rest: rest.to_owned() };
                number += 1;
                open.replace(message).into_iter().for_each(|message| message.close(&mut chat));
            }
            (None, Some(message)) => message.rest.extend(["\n", line]),
            (None, None) if words::is_blank(line) => {}
            (None, None) => chat.report.skip(SkipReason::NoMessage, line),
        }
    }
    open.into_iter().for_each(|message| message.close(&mut chat));
    if chat.saw_nothing() {
        return Err(IngestError::NoTurn { found: words::first_line(&text) });
    }
    Ok(chat.parsed(Mending::default()))
}

/// A message as its lines come.
struct Message<'a> {
    number: usize,
    stamp: &'a str,
    rest: String,
}

impl Message<'_> {
    fn close(self, chat: &mut Turns) {
        let Some((name, text)) = said(&self.rest) else {
            return chat.pass(SkipReason::Notice, self.number, &self.rest);
        };
        let told = text.trim_matches(is_mark);
        if (chat.report.turns == 0 && text.starts_with(MARK) && attachment(text).is_none())
            || is_deleted(text)
        {
            return chat.pass(SkipReason::Notice, self.number, told);
        }
        let (text, edited) = edited(text);
        let (text, attachments) = attached(text);
        let speaker = Some(chat.name(name));
        let stamp = self.stamp.into();
        chat.add(Turn { speaker, stamp, text, attachments, edited, ..Turn::at(self.number) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_every_phone_are_told_from_what_is_said() {
        for (line, found) in [
            ("[02/11/2025, 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("\u{200e}[02.11.25, 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("[11/2/25, 9:14:03\u{202f}PM] ~\u{a0}Ann: Hi", Some(("Ann", "Hi"))),
            ("[2025/11/02 21:14:03] Ann: Hi", Some(("Ann", "Hi"))),
            ("[2025-11-02, 9:14:03 PM] Ann: Hi", Some(("Ann", "Hi"))),
            ("02/11/2025, 21:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("2.11.2025, 21:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("11/2/25, 9:14 PM - Ann: Hi: there", Some(("Ann", "Hi: there"))),
            ("02/11/2025 à 21:14 - Ann : Hi", Some(("Ann", "Hi"))),
            ("2/11/2025, 9:14 p. m. - Ann: Hi", Some(("Ann", "Hi"))),
            ("2025/11/02 下午9:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("2025. 11. 2. 오후 9:14 - Ann: Hi", Some(("Ann", "Hi"))),
            ("02/11/2025, 21:14 - Ann:", Some(("Ann", ""))),
            ("02/11/2025, 21:14 - Ann joined", None),
            ("02/11/2025, 21:14 - Ann created group \"RP: the lamp\"", None),
            ("02/11/2025, 21:14 - Ann changed the subject from “RP: gull” to “RP: lamp”", None),
            ("02.11.25, 21:14 - Ann hat die Gruppe „RP: Lampe“ erstellt", None),
            ("02/11/2025, 21:14 - Ann a créé le groupe « RP : lampe »", None),
            ("02.11.25, 21:14 - Ann hat die Gruppenbeschreibung geändert: um acht", None),
            ("02/11/2025, 21:14 - Ann \"the Eel\" Lee: Hi", Some(("Ann \"the Eel\" Lee", "Hi"))),
            ("02/11/2025, 21:14 - Tom 6'2\": Hi", Some(("Tom 6'2\"", "Hi"))),
            ("Dear Ann: Hi", None),
            ("[Scene: the inn] Ann: Hi", None),
        ] {
            assert_eq!(header(line).and_then(|(_, rest)| said(rest)), found, "{line}");
        }
    }

    #[test]
    fn a_name_stands_on_one_line() {
        for (rest, found) in [
            ("Ann: Hi\nBo: there", Some(("Ann", "Hi\nBo: there"))),
            ("Ann:\nHi", Some(("Ann", "\nHi"))),
            ("Ann\nBo: there", None),
        ] {
            assert_eq!(said(rest), found);
        }
    }

    #[test]
    fn logs_of_other_programs_are_none() {
        let stamped = |rests: &[&str]| -> String {
            let lines = rests.iter().enumerate().map(|(at, rest)| match rest.strip_prefix('|') {
                Some(below) => format!("{below}\n"),
                None => format!("[2025-11-02 21:14:{at:02}] {rest}\n"),
            });
            lines.collect()
        };
        for (rests, certainty) in [
            (&["Ann: hi", "Bo: hi"][..], Certainty::Sure),
            (&["<Ann> hi", "<Bo> Ann: who?", "* Bo waves"], Certainty::No),
            (&["<Ann> hi", "*** Topic: lamp", "*** Quits: Bo (Quit: bye)", "*** Mode: +o"], Certainty::No),
            (&["<Ann> hi", "Topic: the lamp", "• Bo: waves"], Certainty::No),
            (&["Ann", "|hi", "Bo (pinned)", "|Note: no", "Bo: the elder", "|hi"], Certainty::No),
            (
                &["Ann: the keeper", "|hi", "|----------", "Bo: the elder", "|hi", "|----------"],
                Certainty::No,
            ),
            (
                &["Ann created the group", "Ann: <hi> Bo", "|----------", "|more", "Bo: hi", "Ann: yes"],
                Certainty::Sure,
            ),
        ] {
            let text = stamped(rests);
            assert_eq!(sniff(&Input::new(text.as_bytes())), certainty, "{text}");
        }
    }
}
