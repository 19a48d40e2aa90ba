//! A channel that DiscordChatExporter wrote as a page. Messages of one person that follow each other have their author
//! and their whole time only at the first.

use naragtive_scene::{Scalar, Turn};

use super::Channel;
use crate::input::Input;
use crate::json::Node;
use crate::markup::{Element, Markup, Tag, each_element, line, shown};
use crate::row::{Parsed, hold};
use crate::stamp::read_text;
use crate::{IngestError, Place, SkipReason, words};

/// The mark of every message, and of old exports the marks of what stands before a group of them.
const WANTED: [&str; 5] = [
    "[data-message-id]",
    ".preamble__entry",
    ".chatlog__author-name",
    ".chatlog__author",
    ".chatlog__timestamp",
];

pub(super) fn is_one(input: &Input<'_>) -> bool {
    let text = input.head().trim_start();
    text.starts_with('<')
        && (text.contains("chatlog__message")
            || (text.contains("preamble__entry") && text.contains("chatlog")))
}

pub(super) fn parse(input: &Input<'_>) -> Result<Parsed, IngestError> {
    let text = input.text()?;
    let mut page = Page::default();
    let is_wanted = |tag: &Tag| WANTED.iter().any(|marks| tag.is(marks));
    let torn = each_element(text, Markup::Html, &is_wanted, &mut |element| page.take(&element));
    if torn.is_some() {
        page.channel.report.skip(SkipReason::Unreadable, "the file ends in the middle of a message");
    }
    let entries = std::mem::take(&mut page.entries);
    let name = entries.last().map(|entry| entry.rsplit(" / ").next().unwrap_or(entry).to_owned());
    let mut about = Node::Object(vec![("name".into(), name.map_or(Node::Null, Node::Text))]);
    let guild = entries.first().filter(|_| entries.len() > 1).cloned();
    let guild = Node::Object(vec![("name".into(), guild.map_or(Node::Null, Node::Text))]);
    let category =
        entries.last().and_then(|entry| entry.split_once(" / ")).map(|(category, _)| category.to_owned());
    if let (Node::Object(values), Some(category)) = (&mut about, category) {
        values.push(("category".into(), Node::Text(category)));
    }
    Ok(page
        .channel
        .parsed(&mut Node::Object(vec![("guild".into(), guild), ("channel".into(), about)]), &mut hold))
}

#[derive(Default)]
struct Page {
    channel: Channel,
    /// The lines above the messages: the server, the channel, and what was asked for.
    entries: Vec<String>,
    author: Option<String>,
    is_bot: bool,
    stamp: Scalar,
}

impl Page {
    fn take(&mut self, element: &Element) {
        if element.tag.get("data-message-id").is_some() {
            self.message(element);
        } else if element.tag.has_class("preamble__entry") {
            let is_small = element.tag.has_class("preamble__entry--small") || self.entries.len() == 2;
            self.entries.extend(Some(line(element)).filter(|_| !is_small));
        } else if element.tag.has_class("chatlog__timestamp") {
            self.stamp = stamp(element);
        } else {
            self.author = Some(line(element));
        }
    }

    fn message(&mut self, message: &Element) {
        let number = self.channel.entries;
        self.channel.entries += 1;
        let report = &mut self.channel.report;
        let place = Place::Entry(number).to_string();
        if let Some(notice) = message.first(".chatlog__system-notification-content") {
            return report.skip(SkipReason::Notice, &format!("{place}: {}", line(notice)));
        }
        if let Some(author) = message.first_of(&[".chatlog__author", ".chatlog__author-name"]) {
            self.author = Some(line(author));
            self.is_bot = message.first_of(&[".chatlog__author-tag", ".chatlog__bot-tag"]).is_some();
        }
        if let Some(time) = message.first_of(&[".chatlog__timestamp", ".chatlog__short-timestamp"]) {
            self.stamp = stamp(time);
        }
        let turn = Turn {
            speaker: self.author.clone().map(|name| self.channel.names.shared(name)),
            stamp: self.stamp.clone(),
            own_id: message.tag.get("data-message-id").map_or(Scalar::None, Scalar::from),
            edited: message.first(".chatlog__edited-timestamp").is_some(),
            parent: answered(message).map(Box::from),
            attachments: message.all(".chatlog__attachment").into_iter().filter_map(attached).collect(),
            text: said(message, self.is_bot),
            ..Turn::at(number)
        };
        if words::is_blank(&turn.text) && turn.attachments.is_empty() {
            return report.skip(SkipReason::EmptyMessage, &place);
        }
        self.channel.turns.push(turn);
    }
}

/// The whole date stands in the title where the text is short.
fn stamp(element: &Element) -> Scalar {
    let told = element.tag.get("title").map_or_else(|| line(element), str::to_owned);
    if words::is_blank(&told) { Scalar::None } else { Scalar::from(words::trim(&told)) }
}

/// The id of the message that this one answers.
fn answered(message: &Element) -> Option<String> {
    let link = message.first(".chatlog__reply-link")?;
    let digits: String = link.tag.get("onclick")?.chars().filter(char::is_ascii_digit).collect();
    Some(digits).filter(|digits| !digits.is_empty())
}

/// What a message says: its text, and what is embedded in it, as `said` of messages in JSON.
fn said(message: &Element, is_bot: bool) -> String {
    let own = message.first(".chatlog__content").map(text).filter(|text| !words::is_blank(text));
    let links = own.as_ref().is_some_and(|own| own.contains("://"));
    let is_shown = |embed: &&Element| {
        own.is_none() || (is_bot && !(links && embed.first(".chatlog__embed-title-link").is_some()))
    };
    let embeds = message.all(".chatlog__embed").into_iter().filter(is_shown).map(embed);
    own.clone()
        .into_iter()
        .chain(embeds)
        .filter(|text| !words::is_blank(text))
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn text(element: &Element) -> String {
    let left_out =
        |tag: &Tag| tag.has_class("chatlog__edited-timestamp") || tag.has_class("chatlog__embed-footer");
    shown(element, left_out, "\n")
}

/// An embed with what stands below it, but for its date.
fn embed(element: &Element) -> String {
    let below = element.first_of(&[".chatlog__embed-footer-text", ".chatlog__embed-footer"]).map(line);
    let below = below.unwrap_or_default();
    let parts =
        below.split(" • ").map(words::trim).filter(|part| !part.is_empty() && read_text(part).is_none());
    std::iter::once(text(element).as_str()).chain(parts).collect::<Vec<_>>().join("\n")
}

/// The name of a file, out of `Image: map.png (12 KB)` or the link to it.
fn attached(element: &Element) -> Option<String> {
    let titled =
        element.all("[title]").into_iter().find_map(|inner| inner.tag.get("title")?.split_once(": "));
    if let Some((_, name)) = titled {
        return Some(name.rsplit_once(" (").map_or(name, |(name, _)| name).to_owned());
    }
    let link = element.first_of(&["a[href]", "[src]"])?;
    Some(super::file_name(link.tag.get("href").or_else(|| link.tag.get("src"))?))
        .filter(|name| !name.is_empty())
}
