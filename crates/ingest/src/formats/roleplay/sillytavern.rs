//! SillyTavern chats: JSON lines, the first of them about the chat, each other one a message with its text in `mes`.
//!
//! Group chats of older versions have no first line of that kind. Of an answer that was made several times the one the
//! user chose is taken. What the user hid from the model (`is_system`) is still story; the program's own notices
//! aren't. A branch is a file that repeats the beginning of another: its messages have no ids, so that they are known
//! by who said what when, whichever file brings them.

use std::sync::Arc;

use naragtive_scene::{Branch, Role, Scalar, Transcript, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::{Branches, IngestError, IngestReport, Options, Place, SkipReason, words};

/// Kinds of messages that the program itself writes.
const NOTICES: [&str; 5] = ["help", "welcome", "welcome_prompt", "assistant_note", "group"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "sillytavern",
    called: "SillyTavern chat",
    help: "a role-play chat with a character or a group: .jsonl; Chub's and TavernAI's are the same",
    export: "SillyTavern: Manage chat files, the download icon; or the files in data/<you>/chats and group chats",
    command: "naragtive ingest --as sillytavern",
    source: "sillytavern",
    extensions: &["jsonl", "json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Story),
    sniff,
    parse,
};

/// Whether the first line is about a chat or is a message.
fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let first = &shape.first;
    let is_header = !shape.is_array
        && (first.has("chat_metadata") || (first.has("user_name") && first.has("character_name")));
    let is_message = first.has("mes") && (first.has("name") || first.has("is_user"));
    if is_header || is_message { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut chat = Chat { all_swipes: options.branches == Branches::All, ..Chat::default() };
    let mut reader = input.reader(&[])?;
    let is_array = reader.each_entry(|number, entry| chat.add(number, entry));
    let mending = if is_array {
        std::mem::take(&mut reader.mending)
    } else {
        input.each_line(|number, line| chat.add(number, line))
    };
    if !chat.has_header && chat.report.turns == 0 {
        return Err(IngestError::Missing { place: Place::Entry(0), field: "mes" });
    }
    chat.report.mend(mending);
    chat.report.conversations = 1;
    chat.turns.append(&mut chat.others);
    let transcript = Transcript { id: None, title: chat.title, turns: chat.turns };
    Ok(Parsed { transcripts: vec![transcript], report: chat.report })
}

#[derive(Default)]
struct Chat {
    has_header: bool,
    title: Option<String>,
    turns: Vec<Turn>,
    /// Answers that were not chosen.
    others: Vec<Turn>,
    names: Names,
    all_swipes: bool,
    report: IngestReport,
}

impl Chat {
    fn add(&mut self, number: usize, mut line: Node) {
        let place = Place::Line(number + 1);
        let is_header =
            ["user_name", "character_name", "chat_metadata", "create_date"].iter().any(|key| line.has(key));
        if !line.has("mes") && is_header {
            self.has_header = true;
            let title = line.take("character_name").name().filter(|name| name != "unused");
            self.title = self.title.take().or(title);
            return;
        }
        if !line.is_object() || !line.has("mes") {
            return self.report.skip(SkipReason::NoMessage, &format!("{place}: `mes` is missing"));
        }
        self.report.turns += 1;
        let mut extra = line.take("extra");
        let text = line.take("mes").prose().unwrap_or_default();
        let documents = documents(&extra);
        let turn = self.turn(number, &text, &mut line, &mut extra);
        if extra.get("type").str().is_some_and(|kind| NOTICES.contains(&kind)) {
            self.report.skip(SkipReason::Notice, &format!("{place}: {}", words::first_line(&text)));
        } else if turn.text.is_empty() && turn.attachments.is_empty() {
            self.report.skip(SkipReason::EmptyMessage, &place.to_string());
        } else {
            self.swipes(&turn, &mut line);
            let document = |(name, text): (Option<String>, String)| Turn {
                text: words::trim(&text).to_owned(),
                attachments: name.into_iter().collect(),
                stands_alone: true,
                speaker: None,
                thinking: None,
                ..turn.clone()
            };
            self.turns.extend(documents.into_iter().map(document));
            self.turns.push(turn);
        }
    }

    fn turn(&mut self, number: usize, text: &str, line: &mut Node, extra: &mut Node) -> Turn {
        let files =
            extra.take("files").entries().into_iter().chain([extra.take("file"), extra.take("image")]);
        Turn {
            speaker: line.take("name").name().map(|name| self.names.shared(name)),
            role: if line.take("is_user").flag() { Role::User } else { Role::Assistant },
            text: words::trim(text).to_owned(),
            stamp: line.take("send_date").scalar(),
            attachments: files.filter_map(file_name).collect(),
            thinking: extra.take("reasoning").name().map(Box::from),
            model: extra.take("model").name().map(Arc::from),
            ..Turn::at(number)
        }
    }

    /// The answers beside the chosen one, each once.
    fn swipes(&mut self, chosen: &Turn, line: &mut Node) {
        let infos = line.take("swipe_info").entries();
        let mut seen = vec![chosen.text.clone()];
        for (at, swipe) in line.take("swipes").entries().into_iter().enumerate() {
            let text = words::trim(&swipe.prose().unwrap_or_default()).to_owned();
            if text.is_empty() || seen.contains(&text) {
                continue;
            }
            seen.push(text.clone());
            if self.all_swipes {
                let stamp = infos.get(at).map_or(Scalar::None, |info| info.get("send_date").clone().scalar());
                let own = Turn { text, stamp, branch: Branch::Other, thinking: None, ..chosen.clone() };
                self.others.push(own);
            } else {
                self.report.branches_left_out += 1;
            }
        }
    }
}

/// Files whose text older versions kept in the chat.
fn documents(extra: &Node) -> Vec<(Option<String>, String)> {
    let files = match extra.get("files") {
        Node::Array(files) => files.as_slice(),
        _ => &[],
    };
    let with_text = |file: &Node| {
        let text = file.get("text").str().filter(|text| !words::is_blank(text))?;
        Some((file.get("name").clone().name(), text.to_owned()))
    };
    files.iter().chain([extra.get("file")]).filter_map(with_text).collect()
}

/// The name of an attached file. A picture may be there as what it is instead of by its name.
fn file_name(file: Node) -> Option<String> {
    let name = file.name().filter(|name| !name.starts_with("data:"))?;
    Some(name.rsplit('/').next().unwrap_or(&name).to_owned())
}
