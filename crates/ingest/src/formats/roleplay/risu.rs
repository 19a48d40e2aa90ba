//! Chats of RisuAI: `{"type": "risuChat", "data": …}`, or all chats with a character under `risuAllChats`. Who the character
//! is stands in the file's name only; in a group each message has an id of who says it.

use std::sync::Arc;

use naragtive_scene::{Role, Turn};

use super::lore;
use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason};

pub(crate) static ROW: FormatRow = FormatRow {
    name: "risuai",
    called: "RisuAI chat",
    help: "a chat of RisuAI, or all chats with a character: .json",
    export: "RisuAI: the list of chats, the download icon",
    command: "naragtive ingest --as risuai",
    source: "risuai",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let kind = input.unlisted().and_then(|shape| shape.first.get("type").str());
    if matches!(kind, Some("risuChat" | "risuAllChats")) { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut turns = Turns::default();
    let mut reader = input.reader(&["message", "data"])?;
    let character = character(options.file).unwrap_or_else(|| "Character".to_owned());
    let mut chats = 0;
    let (mut file, fault) = reader.each_entry_of(&["data"], |_, chat| {
        self::chat(chat, &character, &mut turns);
        chats += 1;
    });
    if let data @ Node::Object(_) = file.take("data") {
        chat_of(data, &character, &mut turns);
        chats += 1;
    }
    match fault {
        Some(fault) if turns.is_empty() => return Err(reader.error(fault)),
        Some(fault) if !reader.is_torn() => {
            turns.report.skip(SkipReason::Unreadable, &reader.error(fault).to_string());
        }
        None if chats == 0 => return Err(IngestError::Missing { place: Place::File, field: "data" }),
        _ => {}
    }
    reader.check(turns.is_empty())?;
    if turns.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Conversation(0), field: "message" });
    }
    Ok(turns.parsed(reader.mending))
}

fn chat(chat: Node, character: &str, turns: &mut Turns) {
    if chat.is_object() {
        chat_of(chat, character, turns);
    } else {
        turns.report.skip(SkipReason::NoMessage, "a chat that is no object");
    }
}

fn chat_of(mut chat: Node, character: &str, turns: &mut Turns) {
    for (number, message) in chat.take("message").entries().into_iter().enumerate() {
        add(number, message, character, turns);
    }
    lore::entries(chat.take("localLore"), turns);
    let title = chat.take("name").name().map(|name| format!("{character} / {name}"));
    turns.close(chat.take("id").name(), title);
}

fn add(number: usize, mut message: Node, character: &str, turns: &mut Turns) {
    let (role, usual) = match message.get("role").str() {
        Some("user") => (Role::User, "User"),
        Some("char" | "model" | "assistant") => (Role::Assistant, character),
        _ => return turns.pass(SkipReason::NoMessage, number, ""),
    };
    let name = message.take("name").name().unwrap_or_else(|| usual.to_owned());
    let text = message.take("data").prose().unwrap_or_default();
    if message.take("disabled").flag() {
        return turns.pass(SkipReason::Notice, number, &text);
    }
    let turn = Turn {
        speaker: Some(turns.name(name)),
        role,
        text: text.replace("{{user}}", "User").replace("{{char}}", character),
        stamp: message.take("time").scalar(),
        own_id: message.take("chatId").scalar(),
        model: message.take("generationInfo").take("model").name().map(Arc::from),
        ..Turn::at(number)
    };
    turns.add(turn);
}

/// The character's name in a file's: `Sera_2025-11-02_chat.json`, `Sera_chat.json`.
fn character(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next()?.strip_suffix(".json")?;
    let name = name.strip_suffix("_chat").or_else(|| name.strip_suffix("_chats"))?;
    let is_date = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    let name = name.rsplit_once('_').filter(|(_, date)| is_date(date)).map_or(name, |(name, _)| name);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_told_by_the_files_name() {
        for (path, name) in [
            ("x/Sera_2025-11-02T21_chat.json", Some("Sera")),
            ("Sera_Vell_chat.json", Some("Sera_Vell")),
            ("export.json", None),
        ] {
            assert_eq!(character(path).as_deref(), name, "{path}");
        }
    }
}
