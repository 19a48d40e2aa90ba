//! Channels that DiscordChatExporter wrote as JSON: one file a channel, or several parts of it.
//!
//! Whoever speaks in character does so through a bot or a webhook, so that nobody is left out for being one. Notices
//! (somebody joined, a message was pinned) are. What bots embed is said too: dice bots answer so; what people embed is where
//! a message has no text of its own. The same program writes pages, tables and plain text, which say less.

mod csv;
mod page;
mod plain;

use std::sync::Arc;

use naragtive_scene::{Scalar, Transcript, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::parts::PART;
use crate::row::{Certainty, Extent, FormatRow, Parsed, TakePart, hold};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{IngestError, IngestReport, Options, Place, SkipReason, stamp, words};

/// Kinds of messages that have a name and are notices. Others are numbers.
const NOTICES: [&str; 8] = [
    "RecipientAdd",
    "RecipientRemove",
    "Call",
    "ChannelNameChange",
    "ChannelIconChange",
    "ChannelPinnedMessage",
    "GuildMemberJoin",
    "ThreadCreated",
];

/// What the notices of the program say; in a table and in plain text nothing else tells them from messages.
const NOTICES_SAID: [&str; 5] = [
    "Pinned a message.",
    "Joined the server.",
    "Started a thread.",
    "Changed the channel icon.",
    "Left the group.",
];

/// What is looked at of a message, and of whoever and whatever is in it.
const WANTED: [&str; 37] = [
    "attachments",
    "author",
    "category",
    "channel",
    "content",
    "description",
    "displayName",
    "display_name",
    "embeds",
    "fields",
    "fileName",
    "footer",
    "forwardedMessage",
    "guild",
    "id",
    "isBot",
    "mentions",
    "messageId",
    "messages",
    "name",
    "nickname",
    "real_name",
    "reference",
    "stickers",
    "timestamp",
    "timestampEdited",
    "title",
    "type",
    "url",
    "username",
    "value",
    "$date",
    "$numberLong",
    "$oid",
    "dateRange",
    "message",
    "text",
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "discord",
    called: "Discord channel",
    help: "a channel, a thread or direct messages that DiscordChatExporter wrote: JSON, HTML, CSV or TXT, in one file or in parts",
    export: "DiscordChatExporter: format JSON, which says most; HTML, CSV and TXT are read too",
    command: "naragtive ingest --as discord",
    source: "discord",
    extensions: &["json", "html", "htm", "csv", "txt"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if page::is_one(input) || csv::is_one(input) || plain::is_one(input) {
        return Certainty::Sure;
    }
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let first = &shape.first;
    let says = |key: &str| first.has(key) || input.says(key);
    let is_export = first.has("guild") || (first.get("channel").is_object() && says("dateRange"));
    if is_export && says("messages") { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    parse_in_parts(input, options, &mut hold)
}

/// What the channel is stands before its messages, so these can be handed over while there are more.
pub(crate) fn parse_in_parts(
    input: &Input<'_>,
    _options: &Options<'_>,
    take: &mut TakePart<'_>,
) -> Result<Parsed, IngestError> {
    if page::is_one(input) {
        return page::parse(input);
    }
    if csv::is_one(input) {
        return csv::parse(input);
    }
    if plain::is_one(input) {
        return plain::parse(input);
    }
    let mut channel = Channel::default();
    let mut reader = input.reader(&[])?.only(&WANTED);
    let about = input.shape().filter(|shape| shape.first.get("channel").is_object());
    let about = about.map(|shape| About::of(&mut shape.first.clone()));
    let (mut header, fault) = reader.each_entry_of(&["messages"], |_, message| {
        channel.add(message);
        if let Some(about) = about.as_ref().filter(|_| channel.turns.len() >= PART) {
            channel.hand_over(about, take);
        }
    });
    let mending = std::mem::take(&mut reader.mending);
    let nothing = channel.entries == 0;
    match fault {
        Some(fault) if nothing => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            channel.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        Some(_) => {}
        None if nothing && !header.has("guild") => {
            return Err(IngestError::Missing { place: Place::File, field: "messages" });
        }
        None => {}
    }
    channel.report.mend(mending);
    Ok(channel.parsed(&mut header, take))
}

#[derive(Default)]
struct Channel {
    turns: Vec<Turn>,
    names: Names,
    entries: usize,
    /// Whether the messages have to be held until all are there.
    is_held: bool,
    report: IngestReport,
}

/// What a channel is.
struct About {
    id: Option<String>,
    title: String,
    name: Option<Arc<str>>,
}

impl About {
    fn of(header: &mut Node) -> Self {
        let mut channel = header.take("channel");
        let name = channel.get("name").clone().name();
        let shared = name.as_deref().map(Arc::from);
        let guild = header.take("guild").take("name").name();
        let titles = [guild, channel.take("category").name(), name];
        let title = titles.into_iter().flatten().collect::<Vec<_>>().join(" / ");
        Self { id: channel.take("id").name(), title, name: shared }
    }

    fn transcript(&self, mut turns: Vec<Turn>) -> Transcript {
        turns.iter_mut().for_each(|turn| turn.channel = self.name.clone());
        Transcript { id: self.id.clone(), title: Some(self.title.clone()), turns }
    }
}

impl Channel {
    fn add(&mut self, mut message: Node) {
        let number = self.entries;
        self.entries += 1;
        let place = || Place::Entry(number).to_string();
        if !message.is_object() {
            return self.report.skip(SkipReason::NoMessage, &place());
        }
        if is_notice(message.get("type")) {
            let said = message.take("content").prose().unwrap_or_default();
            return self
                .report
                .skip(SkipReason::Notice, &format!("{}: {}", place(), words::first_line(&said)));
        }
        let turn = self.turn(number, &mut message);
        if words::is_blank(&turn.text) && turn.attachments.is_empty() {
            return self.report.skip(SkipReason::EmptyMessage, &place());
        }
        self.turns.push(turn);
    }

    /// Hands over the messages so far, unless they have to be held.
    fn hand_over(&mut self, about: &About, take: &mut TakePart<'_>) {
        if self.is_held {
            return;
        }
        if let Some(back) = take(about.transcript(std::mem::take(&mut self.turns)), Extent::Part) {
            (self.turns, self.is_held) = (back.turns, true);
        }
    }

    fn turn(&mut self, number: usize, message: &mut Node) -> Turn {
        let mut forwarded = message.take("forwardedMessage");
        let is_bot = message.get("author").get("isBot").flag();
        let files = message.take("attachments").entries().into_iter();
        let files = files.chain(forwarded.take("attachments").entries());
        let stickers = message.take("stickers").entries().into_iter().filter_map(Node::name);
        let reference = message.take("reference").take("messageId").name();
        Turn {
            speaker: message.take("author").name().map(|name| self.names.shared(name)),
            stamp: message.take("timestamp").scalar(),
            own_id: message.take("id").scalar(),
            edited: message.has("timestampEdited"),
            edited_at: stamp::seconds(&message.take("timestampEdited").scalar()),
            parent: reference.filter(|_| !forwarded.is_object()).map(Box::from),
            attachments: files.filter_map(|mut file| file.take("fileName").name()).chain(stickers).collect(),
            text: said(message, forwarded, is_bot),
            ..Turn::at(number)
        }
    }

    fn parsed(mut self, header: &mut Node, take: &mut TakePart<'_>) -> Parsed {
        self.report.turns = self.entries;
        self.report.conversations = 1;
        let mut parsed = Parsed { transcripts: Vec::new(), report: self.report };
        parsed.hand_over(About::of(header).transcript(self.turns), take);
        parsed
    }
}

/// Kinds 1 to 18 are notices; of those that have no name the number is written.
fn is_notice(kind: &Node) -> bool {
    match kind.clone().scalar() {
        Scalar::Text(kind) if NOTICES.contains(&&*kind) => true,
        kind => {
            kind.label().and_then(|kind| kind.parse::<u32>().ok()).is_some_and(|kind| (1..19).contains(&kind))
        }
    }
}

/// What a message says: its content and what is forwarded with it, and what is embedded. What people embed beside what they
/// write are previews of links; what bots do is what they answer.
fn said(message: &mut Node, mut forwarded: Node, is_bot: bool) -> String {
    let mentions = message.take("mentions").entries();
    let own = [message.take("content"), forwarded.take("content")];
    let mut parts: Vec<String> = own.into_iter().filter_map(Node::prose).collect();
    let is_silent = parts.iter().all(|part| words::is_blank(part));
    let links = parts.iter().any(|part| part.contains("://"));
    let embeds = [message.take("embeds"), forwarded.take("embeds")].into_iter().flat_map(Node::entries);
    let is_shown = |embed: &Node| is_silent || (is_bot && !(links && embed.has("url")));
    parts.extend(embeds.filter(is_shown).map(embed));
    let text = parts.into_iter().filter(|part| !words::is_blank(part)).collect::<Vec<_>>().join("\n\n");
    plain(words::trim(&text), &mentions)
}

fn embed(mut embed: Node) -> String {
    let mut text = |key| embed.take(key).prose().filter(|text| !text.is_empty());
    let (title, description) = (text("title"), text("description"));
    let fields = embed.take("fields").entries().into_iter().filter_map(|mut field| {
        Some(format!("{}: {}", field.take("name").prose()?, field.take("value").prose()?))
    });
    let fields: Vec<String> = fields.collect();
    let (author, footer) = (embed.take("author").name(), embed.take("footer").take("text").name());
    let parts = author.into_iter().chain(title).chain(description).chain(fields).chain(footer);
    parts.collect::<Vec<_>>().join("\n")
}

/// The text with names for `<@id>` and `:name:` for emoji of a server's own.
fn plain(text: &str, mentions: &[Node]) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        plain.push_str(before);
        let mark = behind.split_once('>').and_then(|(mark, next)| Some((meant(mark, mentions)?, next)));
        match mark {
            Some((meant, next)) => {
                plain.push_str(&meant);
                rest = next;
            }
            None => {
                plain.push('<');
                rest = behind;
            }
        }
    }
    plain + rest
}

fn meant(mark: &str, mentions: &[Node]) -> Option<String> {
    if let Some(id) = mark.strip_prefix('@') {
        let id = id.trim_start_matches('!');
        let named = mentions.iter().find(|person| person.get("id").clone().name().as_deref() == Some(id))?;
        return named.clone().name().map(|name| format!("@{name}"));
    }
    let (name, id) = mark.strip_prefix("a:").or_else(|| mark.strip_prefix(':'))?.split_once(':')?;
    let is_emoji = !name.is_empty() && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_emoji.then(|| format!(":{name}:"))
}

/// The name at the end of an address.
fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    words::trim(path.rsplit(['/', '\\']).next().unwrap_or(path)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_one_to_eighteen_are_notices_and_no_others() {
        for (kind, notice) in [
            ("Default", false),
            ("Reply", false),
            ("20", false),
            ("23", false),
            ("ChannelPinnedMessage", true),
            ("8", true),
            ("18", true),
        ] {
            assert_eq!(is_notice(&Node::Text(kind.to_owned())), notice, "{kind}");
        }
        assert!(!is_notice(&Node::Null));
    }

    #[test]
    fn marks_become_what_they_mean() {
        let person = Node::Object(vec![
            ("id".into(), Node::Text("7".to_owned())),
            ("nickname".into(), Node::Text("Ann".to_owned())),
        ]);
        for (text, kept) in [
            ("Hi <@7> and <@!7>, not <@8>", "Hi @Ann and @Ann, not <@8>"),
            ("<:lamp:123> <a:sea:4> <:no:x>", ":lamp: :sea: <:no:x>"),
            ("1 < 2 <b> <", "1 < 2 <b> <"),
        ] {
            assert_eq!(plain(text, std::slice::from_ref(&person)), kept);
        }
    }
}
