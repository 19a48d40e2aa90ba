//! Chat messages: a JSON array, or JSON lines, of `{"timestamp"?, "user"?, "message"?, "channel"?, "id"?}`.
//!
//! One row a message. The number in a row's id is the message's place in the file, so a message that is
//! skipped leaves a gap and the others keep their ids.

use naragtive_scene::{Transcript, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::repair;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::Grouping;
use crate::{IngestError, IngestReport, Options, Place, SkipReason, stamp, words};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "chat",
    called: "list of chat messages",
    help: "messages in JSON: an array, or a line each, of objects with `message`, `user`, `timestamp`, `channel`, `id`",
    export: "any program or script that writes such a list",
    command: "naragtive ingest-chat --source",
    source: "json",
    extensions: &["json", "jsonl", "ndjson"],
    grouping: Grouping::Messages,
    sniff,
    parse,
};

/// Whether it is an array that is empty, or whose first object has a `message`; or lines of such objects.
fn sniff(input: &Input<'_>) -> Certainty {
    match input.shape() {
        Some(shape) if shape.is_array && shape.is_empty => Certainty::Maybe,
        Some(shape)
            if (shape.is_array || shape.is_lines)
                && shape.first.has("message")
                && !shape.first.has("type") =>
        {
            Certainty::Likely
        }
        Some(shape) if shape.is_array && shape.first.has("message") => Certainty::Maybe,
        _ => Certainty::No,
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut list = List::default();
    let mut reader = input.reader(&[])?;
    let is_array = reader.each_entry(|number, entry| list.add(number, entry));
    if is_array {
        list.report.mend(std::mem::take(&mut reader.mending));
    } else if is_lines(input) {
        let mending = input.each_line(|number, entry| list.add(number, entry));
        list.report.mend(mending);
    } else {
        let other = reader.value().map_err(|fault| reader.error(fault))?;
        let (place, expected) = (Place::File, "an array of messages");
        return Err(IngestError::WrongKind { place, expected, found: other.kind() });
    }
    match (list.has_messages, reader.first_fault()) {
        (true, _) => Ok(list.parsed()),
        (false, Some(fault)) => Err(reader.error(fault)),
        (false, None) if list.entries > 0 => {
            Err(IngestError::Missing { place: Place::Entry(0), field: "message" })
        }
        (false, None) => Ok(list.parsed()),
    }
}

/// Whether each line is a message. The first one may be none; but an object alone in its line is no list.
fn is_lines(input: &Input<'_>) -> bool {
    let several = || input.head().trim_end().contains('\n');
    input.shape().is_some_and(|shape| shape.is_lines && (shape.first.has("message") || several()))
}

/// The messages of a file as they come.
#[derive(Default)]
struct List {
    turns: Vec<Turn>,
    report: IngestReport,
    names: Names,
    entries: usize,
    has_messages: bool,
}

impl List {
    fn add(&mut self, number: usize, mut entry: Node) {
        self.entries += 1;
        if !entry.is_object() {
            let found = format!("{}: expected an object, found {}", Place::Entry(number), entry.kind());
            return self.report.skip(SkipReason::NoMessage, &found);
        }
        let message = entry.take("message");
        self.has_messages |= !matches!(message, Node::Null);
        let kind = message.kind();
        let Some(text) = message.prose() else {
            let place = Place::EntryField(number, "message");
            return self
                .report
                .skip(SkipReason::NoMessage, &format!("{place}: expected a string, found {kind}"));
        };
        if words::is_blank(&text) {
            return self.report.skip(SkipReason::EmptyMessage, &Place::Entry(number).to_string());
        }
        let turn = self.turn(number, text, &mut entry);
        self.turns.push(turn);
    }

    fn turn(&mut self, number: usize, text: String, entry: &mut Node) -> Turn {
        let edited = ["edited", "edited_at", "timestampEdited"];
        Turn {
            speaker: entry.take("user").name().map(|name| self.names.shared(name)),
            channel: entry.take("channel").name().map(|name| self.names.shared(name)),
            text,
            stamp: entry.take("timestamp").scalar(),
            own_id: entry.take("id").scalar(),
            edited: edited.iter().any(|key| !matches!(entry.get(key), Node::Null | Node::Flag(false))),
            edited_at: edited
                .iter()
                .map(|key| stamp::seconds(&entry.take(key).scalar()))
                .max()
                .unwrap_or_default(),
            ..Turn::at(number)
        }
    }

    fn parsed(mut self) -> Parsed {
        self.report.turns = self.entries;
        repair::texts(&mut self.turns, &mut self.report);
        let transcript = Transcript { turns: self.turns, ..Transcript::default() };
        Parsed { transcripts: vec![transcript], report: self.report }
    }
}
