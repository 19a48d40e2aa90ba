//! Days of a Slack channel: an array of messages with a `ts`, one file a day, in a folder that is called like the
//! channel. Who `U01` is stands in `users.json` beside the folders, and who takes part in what has an id for a name in
//! `dms.json`. A thread is a conversation of its own.

mod attached;
mod blocks;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use naragtive_scene::{Transcript, Turn};

use crate::input::Input;
use crate::json::{Node, Reader};
use crate::names::Names;
use crate::repair;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, Place, SkipReason, stamp, words};

/// Kinds of messages in which somebody says something. All others are notices.
const SAID: [&str; 6] =
    ["bot_message", "thread_broadcast", "me_message", "file_share", "file_comment", "reply_broadcast"];

/// What is looked at of a message and of who wrote it.
const WANTED: [&str; 19] = [
    "attachments",
    "bot_id",
    "edited",
    "fallback",
    "fields",
    "files",
    "from_url",
    "is_msg_unfurl",
    "is_share",
    "original_url",
    "pretext",
    "subtype",
    "thread_ts",
    "title",
    "ts",
    "type",
    "user",
    "user_profile",
    "username",
];
/// The same with its blocks, which say again what is said, and are read where a message has nothing else.
const ALL: [&str; 28] = [
    "attachments",
    "blocks",
    "bot_id",
    "channel_id",
    "edited",
    "elements",
    "fallback",
    "fields",
    "files",
    "from_url",
    "is_msg_unfurl",
    "is_share",
    "message",
    "message_blocks",
    "original_url",
    "pretext",
    "range",
    "subtype",
    "thread_ts",
    "title",
    "ts",
    "type",
    "url",
    "user",
    "user_id",
    "user_profile",
    "usergroup_id",
    "username",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "slack",
    called: "Slack export",
    help: "a workspace's export: the zip archive, its unpacked folder, or single days of a channel",
    export: "Slack: Workspace settings, Import/Export data, Export; or slackdump",
    command: "naragtive ingest --as slack",
    source: "slack",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::None),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape().filter(|shape| shape.is_array) else { return Certainty::No };
    let first = &shape.first;
    let has_ts = first.get("ts").str().is_some_and(|ts| ts.contains('.'));
    let is_message = first.get("type").str() == Some("message") || first.has("user") || first.has("subtype");
    if has_ts && is_message { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let read = day(input, &WANTED)?;
    let is_short = read.lacks_blocks || read.report.count(SkipReason::EmptyMessage) > 0;
    let mut day = if is_short { day(input, &ALL)? } else { read };
    day.report.conversations = 1;
    let transcript = Transcript { id: day.id, title: day.channel, turns: day.turns };
    Ok(Parsed { transcripts: vec![transcript], report: day.report })
}

fn day(input: &Input<'_>, wanted: &[&str]) -> Result<Day, IngestError> {
    let id = input.folder().map(str::to_owned);
    let people = people(input.beside("users.json"));
    let named = id.as_deref().and_then(|id| with_people(id, input.beside("dms.json"), &people));
    let mut day = Day { channel: named.or_else(|| id.clone()), id, people, ..Day::default() };
    let mut reader = input.reader(&[])?.only(wanted);
    if !reader.each_entry(|number, message| day.add(number, message)) {
        let found = reader.value().map_err(|fault| reader.error(fault))?.kind();
        return Err(IngestError::WrongKind { place: Place::File, expected: "an array of messages", found });
    }
    reader.check(day.report.turns == 0)?;
    day.report.mend(reader.mending);
    Ok(day)
}

/// What people are called, by their ids.
fn people(users: Option<&str>) -> HashMap<String, String> {
    let mut people = HashMap::new();
    let Some(users) = users else { return people };
    Reader::new(users, &[]).each_entry(|_, mut user| {
        let id = user.take("id").name();
        let name = shown(user.take("profile")).or_else(|| user.take("real_name").name());
        people.extend(id.zip(name.or_else(|| user.take("name").name())));
    });
    people
}

/// What talk of two is called that has an id and no name: who they are.
fn with_people(id: &str, talks: Option<&str>, people: &HashMap<String, String>) -> Option<String> {
    let mut members = None;
    Reader::new(talks?, &[]).each_entry(|_, mut talk| {
        if talk.take("id").name().as_deref() == Some(id) {
            members = Some(talk.take("members").entries());
        }
    });
    let names = members?.into_iter().filter_map(Node::name);
    let names =
        names.map(|member| people.get(&member).cloned().unwrap_or(member)).collect::<Vec<_>>().join(", ");
    Some(names).filter(|names| !names.is_empty())
}

fn shown(mut profile: Node) -> Option<String> {
    profile.take("display_name").name().or_else(|| profile.take("real_name").name())
}

#[derive(Default)]
struct Day {
    id: Option<String>,
    channel: Option<String>,
    people: HashMap<String, String>,
    names: Names,
    seen: HashSet<String>,
    /// Whether something is attached whose text may stand in its blocks.
    lacks_blocks: bool,
    turns: Vec<Turn>,
    report: IngestReport,
}

impl Day {
    fn add(&mut self, number: usize, mut message: Node) {
        self.report.turns += 1;
        let place = Place::Entry(number);
        let Some(ts) = message.take("ts").name() else {
            return self.report.skip(SkipReason::NoMessage, &format!("{place}: `ts` is missing"));
        };
        let text = self.said(&mut message);
        let is_notice = message.get("subtype").str().is_some_and(|kind| !SAID.contains(&kind));
        let files =
            message.take("files").entries().into_iter().filter_map(|mut file| file.take("name").name());
        let attachments: Vec<String> = files.collect();
        if is_notice {
            return self.report.skip(SkipReason::Notice, &format!("{place}: {}", words::first_line(&text)));
        }
        if words::is_blank(&text) && attachments.is_empty() {
            return self.report.skip(SkipReason::EmptyMessage, &place.to_string());
        }
        // What was said in a thread and to the channel too comes twice.
        if !self.seen.insert(ts.clone()) {
            return;
        }
        let thread = message.take("thread_ts").name();
        let speaker = self.speaker(&mut message);
        let channel = self.place(thread.as_deref());
        self.turns.push(Turn {
            speaker: speaker.map(|name| self.names.shared(name)),
            channel,
            parent: thread.filter(|thread| *thread != ts).map(Box::from),
            edited: message.has("edited"),
            edited_at: stamp::seconds(&message.take("edited").take("ts").scalar()),
            stamp: ts.as_str().into(),
            own_id: ts.as_str().into(),
            text,
            attachments,
            ..Turn::at(number)
        });
    }

    fn place(&mut self, thread: Option<&str>) -> Option<Arc<str>> {
        let channel = self.channel.clone();
        let place = match thread {
            Some(thread) => Some(format!("{} / thread {thread}", channel.as_deref().unwrap_or("slack"))),
            None => channel,
        };
        place.map(|place| self.names.shared(place))
    }

    fn speaker(&self, message: &mut Node) -> Option<String> {
        let id = message.take("user").name();
        let known = id.as_ref().and_then(|id| self.people.get(id)).cloned();
        let own =
            known.or_else(|| shown(message.take("user_profile"))).or_else(|| message.take("username").name());
        own.or(id).or_else(|| message.take("bot_id").name())
    }

    /// The text, else what stands in its blocks, and what is attached.
    fn said(&mut self, message: &mut Node) -> String {
        let is_said = |text: &String| !words::is_blank(text);
        let text = message.take("text").prose().filter(is_said);
        let text = text.or_else(|| Some(blocks::text(message.take("blocks"))).filter(is_said));
        let text = text.unwrap_or_default();
        let attached = attached::texts(message.take("attachments"), &text);
        self.lacks_blocks |= attached.iter().any(|attached| words::is_blank(attached));
        let text = std::iter::once(text).chain(attached).filter(is_said).collect::<Vec<_>>().join("\n\n");
        let plain = self.plain(words::trim(&text));
        repair::unescaped(&plain).unwrap_or(plain)
    }

    /// The text with names and labels for what stands between `<` and `>`.
    fn plain(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('<') {
            let Some((mark, next)) = behind.split_once('>') else { break };
            plain.push_str(before);
            plain.push_str(&self.meant(mark));
            rest = next;
        }
        plain + rest
    }

    fn meant(&self, mark: &str) -> String {
        let (target, label) =
            mark.split_once('|').map_or((mark, None), |(target, label)| (target, Some(label)));
        if let Some(id) = target.strip_prefix('@') {
            return format!("@{}", self.people.get(id).map(String::as_str).or(label).unwrap_or(id));
        }
        if let Some(id) = target.strip_prefix('#') {
            return format!("#{}", label.unwrap_or(id));
        }
        match target.strip_prefix('!') {
            Some(command) => label.map_or_else(|| format!("@{command}"), str::to_owned),
            None => label.unwrap_or(target).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_of_two_is_called_after_them() {
        let people = [("U1".to_owned(), "Ann".to_owned())].into();
        let talks = Some(r#"[{"id":"D1","members":["U1","U2"]},{"id":"D2"}]"#);
        for (id, talks, name) in [
            ("D1", talks, Some("Ann, U2")),
            ("D2", talks, None),
            ("general", talks, None),
            ("D1", None, None),
        ] {
            assert_eq!(with_people(id, talks, &people).as_deref(), name, "{id}");
        }
    }

    #[test]
    fn marks_become_names_and_labels() {
        let day = Day { people: [("U02".to_owned(), "Bo".to_owned())].into(), ..Day::default() };
        for (text, kept) in [
            ("Hi <@U02>, <@U03|cy>, <@U04>", "Hi @Bo, @cy, @U04"),
            ("<#C1|inn> <!here> <!subteam^S1|@crew>", "#inn @here @crew"),
            ("<https://x.y|the map> <https://x.y>", "the map https://x.y"),
            ("a < b", "a < b"),
        ] {
            assert_eq!(day.plain(text), kept);
        }
    }
}
