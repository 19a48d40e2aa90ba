//! AI Dungeon's adventures as exporters save them: `actions` with a `text` and a `type`, one adventure or many. What the
//! player undid is no part of the story. Story cards, memory and plot essentials are notes of lore.

use naragtive_scene::{Role, Scalar, Turn};

use super::lore;
use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, words};

/// Who acts.
const PLAYER: &str = "You";
/// Kinds of actions that are the player's.
const PLAYED: [&str; 3] = ["do", "say", "see"];
/// Where notes about the adventure are.
const NOTES: [(&str, &str); 3] =
    [("memory", "Memory"), ("plotEssentials", "Plot essentials"), ("authorsNote", "Author's note")];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "aidungeon",
    called: "AI Dungeon adventure",
    help: "adventures of AI Dungeon as its exporters save them: .json, one or many, with their story cards",
    export: "AI Dungeon: an exporter for its adventures, or the adventure's menu, Export",
    command: "naragtive ingest --as aidungeon",
    source: "aidungeon",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.shape() else { return Certainty::No };
    let is_action = |action: &Node| action.has("text") && action.has("type");
    let is_whole =
        matches!(shape.first.get("actions"), Node::Array(actions) if actions.iter().any(is_action));
    let named =
        ["shortId", "publicId", "storyCards", "undoneAt", "actionCount"].iter().any(|key| input.says(key));
    if is_whole || (named && input.says("actions") && input.says("text")) {
        Certainty::Sure
    } else {
        Certainty::No
    }
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut adventures = Turns::default();
    let mut reader = input.reader(&["actions"])?;
    reader.each_or_one(|number, entry| adventure(number, entry, &mut adventures))?;
    reader.check(adventures.is_empty())?;
    if adventures.saw_nothing() {
        return Err(IngestError::Missing { place: Place::Entry(0), field: "actions" });
    }
    Ok(adventures.parsed(reader.mending))
}

fn adventure(number: usize, mut entry: Node, adventures: &mut Turns) {
    let Node::Array(actions) = entry.take("actions") else {
        let place = Place::EntryField(number, "actions").to_string();
        return adventures.report.skip(SkipReason::NoMessage, &place);
    };
    actions.into_iter().enumerate().for_each(|(number, action)| act(number, action, adventures));
    for (key, title) in NOTES {
        let text = entry.take(key).prose().unwrap_or_default();
        if !words::is_blank(&text) {
            adventures.add(lore::note(0, Scalar::from(key), Some(title), &[], &text));
        }
    }
    for cards in ["storyCards", "worldInfo", "worldInformation"] {
        lore::entries(entry.take(cards), adventures);
    }
    let id = ["shortId", "publicId", "id"].iter().find_map(|key| entry.take(key).name());
    adventures.close(id, entry.take("title").name());
}

fn act(number: usize, mut action: Node, adventures: &mut Turns) {
    if !action.is_object() {
        return adventures.pass(SkipReason::NoMessage, number, "");
    }
    let text = action.take("text").prose().unwrap_or_default();
    if ["undoneAt", "deletedAt"].iter().any(|key| action.has(key)) || action.take("undone").flag() {
        adventures.report.branches_left_out += 1;
        return;
    }
    let plays = action.get("type").str().is_some_and(|kind| PLAYED.contains(&kind))
        || text.trim_start().starts_with('>');
    let text = words::trim(&text);
    let text = text.strip_prefix('>').filter(|_| plays).unwrap_or(text);
    let turn = Turn {
        speaker: plays.then(|| adventures.name(PLAYER)),
        role: if plays { Role::User } else { Role::Assistant },
        text: text.to_owned(),
        stamp: action.take("createdAt").scalar(),
        own_id: action.take("id").scalar(),
        ..Turn::at(number)
    };
    adventures.add(turn);
}
