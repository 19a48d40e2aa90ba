//! A channel that DiscordChatExporter wrote as plain text: what the channel is between two rules, then for each message a line
//! with its time and who wrote it, what was written, and below names in braces what came with it.

use std::sync::LazyLock;

use naragtive_scene::Turn;
use regex::Regex;

use super::{Channel, NOTICES_SAID, file_name};
use crate::input::Input;
use crate::json::Node;
use crate::row::{Parsed, hold};
use crate::{IngestError, Place, SkipReason, stamp, words};

static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    stamp::compiled(r"^\[(?<stamp>[^\[\]]{8,40})\] (?<name>\S.{0,99}?)(?<pinned> \(pinned\))?$")
});
/// What stands behind the text of a message.
const SECTIONS: [&str; 6] =
    ["{Attachments}", "{Embed}", "{Embeds}", "{Stickers}", "{Reactions}", "{Forwarded Message}"];

pub(super) fn is_one(input: &Input<'_>) -> bool {
    let mut lines = input.head().lines().filter(|line| !words::is_blank(line));
    let is_ruled = lines.next().is_some_and(is_rule);
    let guild = lines.next().is_some_and(|line| line.starts_with("Guild: "));
    is_ruled && guild && lines.next().is_some_and(|line| line.starts_with("Channel: "))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 20 && line.trim_end().bytes().all(|byte| byte == b'=')
}

pub(super) fn parse(input: &Input<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let mut channel = Channel::default();
    channel.report.dropped_bytes = nuls;
    let mut lines = text.lines().skip_while(|line| words::is_blank(line));
    let about: Vec<&str> = lines.by_ref().skip(1).take_while(|line| !is_rule(line)).collect();
    let (mut open, mut may_begin) = (None::<Message<'_>>, true);
    for line in lines {
        if is_end(line) {
            continue;
        }
        let message = may_begin.then(|| Message::of(line)).flatten();
        may_begin = words::is_blank(line);
        match (message, &mut open) {
            (Some(message), _) => {
                open.replace(message).into_iter().for_each(|message| message.close(&mut channel))
            }
            (None, Some(message)) => message.add(line),
            (None, None) if may_begin => {}
            (None, None) => channel.report.skip(SkipReason::NoMessage, line),
        }
    }
    open.into_iter().for_each(|message| message.close(&mut channel));
    Ok(channel.parsed(&mut header(&about), &mut hold))
}

/// Whether a line belongs to the end of the file: a rule, or how many messages it has.
fn is_end(line: &str) -> bool {
    is_rule(line)
        || line.strip_prefix("Exported ").is_some_and(|rest| rest.trim_end().ends_with(" message(s)"))
}

/// What the channel is, as JSON says it.
fn header(about: &[&str]) -> Node {
    let said = |key: &str| about.iter().find_map(|line| line.strip_prefix(key)).map(words::trim);
    let text = |text: &str| Node::Text(text.to_owned());
    let named = |name: &str| vec![("name".into(), text(name))];
    let whole = said("Channel: ").unwrap_or_default();
    let (category, name) =
        whole.rsplit_once(" / ").map_or((None, whole), |(above, name)| (Some(above), name));
    let mut channel = named(name);
    channel.extend(category.map(|category| ("category".into(), text(category))));
    Node::Object(vec![
        ("guild".into(), Node::Object(named(said("Guild: ").unwrap_or_default()))),
        ("channel".into(), Node::Object(channel)),
    ])
}

/// A message as its lines come.
struct Message<'a> {
    stamp: &'a str,
    name: &'a str,
    text: String,
    embedded: String,
    files: Vec<String>,
    /// What the lines belong to that come; none while it is the text.
    section: Option<&'a str>,
}

impl<'a> Message<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let found = HEADER.captures(line.trim_end())?;
        let part = |name| found.name(name).and_then(|part| line.get(part.range()));
        let (stamp, name) = (part("stamp")?, words::trim(part("name")?));
        stamp::read_text(stamp)?;
        let (text, embedded) = (String::new(), String::new());
        Some(Self { stamp, name, text, embedded, files: Vec::new(), section: None })
    }

    fn add(&mut self, line: &'a str) {
        if let Some(section) = SECTIONS.into_iter().find(|section| line.trim_end() == *section) {
            self.section = Some(section).filter(|section| *section != "{Forwarded Message}");
            return;
        }
        match self.section {
            None => self.text.extend([line, "\n"]),
            Some("{Attachments}" | "{Stickers}") => {
                self.files.extend(Some(file_name(line)).filter(|name| !name.is_empty()));
            }
            Some("{Reactions}") => {}
            Some(_) if line.starts_with("http") => {}
            Some(_) => self.embedded.extend([line, "\n"]),
        }
    }

    /// Where a message has no text of its own, that of what is embedded in it stands for it.
    fn close(self, channel: &mut Channel) {
        let number = channel.entries;
        channel.entries += 1;
        let place = Place::Entry(number).to_string();
        let own = words::trim(&self.text);
        let text = if own.is_empty() { words::trim(&self.embedded) } else { own };
        if self.files.is_empty() && NOTICES_SAID.contains(&text) {
            return channel.report.skip(SkipReason::Notice, &format!("{place}: {text}"));
        }
        if self.files.is_empty() && text.is_empty() {
            return channel.report.skip(SkipReason::EmptyMessage, &place);
        }
        channel.turns.push(Turn {
            speaker: Some(channel.names.shared(self.name)),
            stamp: self.stamp.into(),
            text: text.to_owned(),
            attachments: self.files,
            ..Turn::at(number)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_what_stands_below_its_line_up_to_the_braces() {
        let rule = "=".repeat(62);
        let text = format!(
            "{rule}\nGuild: Harbour\nChannel: RP / the-lamp\nTopic: Lamps\n{rule}\n\n[12/1/2023 8:00 PM] ann\nThe lamp is out.\n\n\
             [1]: a note\n\n[12/1/2023 8:01 PM] bo (pinned)\nwho: did it?\n\n{{Attachments}}\nhttps://cdn.example/a/lamp.png?ex=1\n\n\
             {{Reactions}}\n👍 (2)\n\n[12/1/2023 8:02 PM] kit: x\n\n\n{{Embed}}\nRoll\nhttps://dice.example\n17\n\n\
             [12/1/2023 8:03 PM] ann\nPinned a message.\n\n{rule}\nExported 4 message(s)\n{rule}\n"
        );
        let input = Input::new(text.as_bytes());
        assert!(is_one(&input));
        let parsed = parse(&input).unwrap();
        let transcript = &parsed.transcripts[0];
        assert_eq!(transcript.title.as_deref(), Some("Harbour / RP / the-lamp"));
        let shown = |turn: &Turn| {
            (
                turn.speaker.as_deref().unwrap_or_default().to_owned(),
                turn.text.clone(),
                turn.attachments.join(","),
            )
        };
        let said = [
            ("ann", "The lamp is out.\n\n[1]: a note", ""),
            ("bo", "who: did it?", "lamp.png"),
            ("kit: x", "Roll\n17", ""),
        ];
        let said = said.map(|(name, text, file)| (name.to_owned(), text.to_owned(), file.to_owned()));
        assert_eq!(transcript.turns.iter().map(shown).collect::<Vec<_>>(), said);
        assert_eq!(
            (parsed.report.count(SkipReason::Notice), parsed.report.skipped.len(), parsed.report.turns),
            (1, 1, 4)
        );
        assert!(!is_one(&Input::new("====\nGuild: x\n".as_bytes())));
    }
}
