//! A channel that DiscordChatExporter wrote as a table.

use naragtive_scene::{Scalar, Turn};

use super::{Channel, NOTICES_SAID, file_name};
use crate::input::Input;
use crate::json::Node;
use crate::row::{Parsed, hold};
use crate::table::each_record;
use crate::{IngestError, Place, SkipReason, words};

pub(super) fn is_one(input: &Input<'_>) -> bool {
    input
        .head()
        .lines()
        .next()
        .is_some_and(|line| line.replace('"', "").starts_with("AuthorID,Author,Date,Content"))
}

pub(super) fn parse(input: &Input<'_>) -> Result<Parsed, IngestError> {
    let mut channel = Channel::default();
    if let Some(torn) = each_record(input.text()?, |number, record| add(&mut channel, number, record))? {
        channel.report.skip(SkipReason::Unreadable, &torn.to_string());
    }
    Ok(channel.parsed(&mut Node::Null, &mut hold))
}

fn add(channel: &mut Channel, number: usize, mut record: Node) {
    channel.entries += 1;
    let place = Place::Entry(number).to_string();
    let mut take = |name: &str| record.take(name).prose().unwrap_or_default();
    let [author, date, text, files] = ["Author", "Date", "Content", "Attachments"].map(&mut take);
    let attachments: Vec<String> = files.split(',').map(file_name).filter(|name| !name.is_empty()).collect();
    let text = words::trim(&text);
    if attachments.is_empty() && NOTICES_SAID.contains(&text) {
        return channel.report.skip(SkipReason::Notice, &format!("{place}: {text}"));
    }
    if attachments.is_empty() && text.is_empty() {
        return channel.report.skip(SkipReason::EmptyMessage, &place);
    }
    channel.turns.push(Turn {
        speaker: Some(author).filter(|name| !name.is_empty()).map(|name| channel.names.shared(name)),
        stamp: if date.is_empty() { Scalar::None } else { Scalar::from(date.as_str()) },
        text: text.to_owned(),
        attachments,
        ..Turn::at(number)
    });
}
