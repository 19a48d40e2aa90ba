//! What a story's world is: lorebooks (world info) of SillyTavern, NovelAI, Agnai, RisuAI and AI Dungeon, and character
//! cards, as JSON or within a picture. Every entry is a scene by itself.

mod card;
mod picture;

use naragtive_scene::{Role, Scalar, Turn};

use crate::input::Input;
use crate::json::{Mending, Node, Reader};
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{IngestError, Options, Place, SkipReason, words};

/// Under which keys the entries are.
const LISTS: [&str; 2] = ["entries", "data"];
/// What an entry calls itself, what brings it up, and what it says.
const TITLES: [&str; 5] = ["comment", "displayName", "name", "title", "type"];
const KEYS: [&str; 3] = ["key", "keys", "keywords"];
const TEXTS: [&str; 4] = ["content", "text", "entry", "value"];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "lore",
    called: "lorebook or character card",
    help: "world info, lorebooks and character cards of SillyTavern, Chub, NovelAI, Agnai, RisuAI and AI Dungeon: .json, .png",
    export: "SillyTavern: World Info, Export; a character's menu, Export as PNG or JSON; other programs: their lorebook's export",
    command: "naragtive ingest --as lore",
    source: "lore",
    extensions: &["json", "png", "lorebook", "charx"],
    grouping: Grouping::Cut(SceneRule::Turn, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if picture::is_one(input.bytes()) {
        return if picture::card(input.bytes()).is_some() { Certainty::Sure } else { Certainty::No };
    }
    let Some(shape) = input.shape() else { return Certainty::No };
    let first = &shape.first;
    if shape.is_array {
        let is_story_card = first.has("keys") && first.has("value") && first.get("keys").str().is_some();
        return if is_story_card { Certainty::Sure } else { Certainty::No };
    }
    let is_entry = |entry: &Node| entry_has(entry, &KEYS) && entry_has(entry, &TEXTS);
    let listed = match first.get("entries") {
        Node::Object(entries) => entries.iter().any(|(_, entry)| is_entry(entry)),
        Node::Array(entries) => entries.iter().any(is_entry),
        _ => false,
    };
    let begins = input.head().trim_start_matches(['{', ' ', '\n', '\r', '\t']).starts_with("\"entries\"");
    let is_book = first.has("lorebookVersion") || first.get("type").str() == Some("risu");
    let is_cut = begins && input.says("content") && (input.says("key") || input.says("keys"));
    if is_book || is_cut || card::is_one(first) {
        Certainty::Sure
    } else if listed {
        Certainty::Likely
    } else {
        Certainty::No
    }
}

fn entry_has(entry: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| entry.has(key))
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let mut lore = Turns::default();
    if picture::is_one(input.bytes()) {
        let missing = IngestError::Missing { place: Place::File, field: "chara" };
        let text = picture::card(input.bytes()).ok_or(missing)?;
        let mut reader = Reader::new(&text, &[]);
        let card = reader.value().map_err(|fault| reader.error(fault))?;
        card::add(card, &mut lore);
        return finished(lore, reader.mending);
    }
    let mut reader = input.reader(&LISTS)?;
    if !reader.each_entry(|number, entry| add(number, None, entry, &mut lore)) {
        let book = reader.value().map_err(|fault| reader.error(fault))?;
        whole(book, &mut lore);
    }
    reader.check(lore.is_empty())?;
    finished(lore, reader.mending)
}

fn finished(lore: Turns, mending: Mending) -> Result<Parsed, IngestError> {
    if lore.saw_nothing() {
        return Err(IngestError::Missing { place: Place::File, field: "entries" });
    }
    let mut parsed = lore.parsed(mending);
    parsed.report.conversations = 0;
    Ok(parsed)
}

/// A book or a card.
fn whole(mut book: Node, lore: &mut Turns) {
    if card::is_one(&book) {
        return card::add(book, lore);
    }
    let title = book.take("name").name();
    LISTS.iter().for_each(|list| entries(book.take(list), lore));
    lore.close(None, title);
}

/// The entries of a book: a list, or an object with their numbers as keys.
pub(super) fn entries(list: Node, lore: &mut Turns) {
    match list {
        Node::Array(entries) => {
            entries.into_iter().enumerate().for_each(|(number, entry)| add(number, None, entry, lore));
        }
        Node::Object(entries) => {
            let entries = entries.into_iter().enumerate();
            entries.for_each(|(number, (key, entry))| add(number, Some(key.into()), entry, lore));
        }
        _ => {}
    }
}

fn add(number: usize, key: Option<String>, mut entry: Node, lore: &mut Turns) {
    if !entry.is_object() {
        return lore.pass(SkipReason::NoMessage, number, "");
    }
    let mut taken = |keys: &[&str]| {
        keys.iter().find_map(|key| entry.take(key).prose().filter(|text| !words::is_blank(text)))
    };
    let (text, title) = (taken(&TEXTS).unwrap_or_default(), taken(&TITLES));
    let names = KEYS.iter().map(|key| names(entry.take(key))).find(|names| !names.is_empty());
    let own = entry.take_scalar(&["uid", "id", "_id"]);
    let own = if own.is_none() { key.as_deref().map(Scalar::from).unwrap_or_default() } else { own };
    lore.add(note(number, own, title.as_deref(), &names.unwrap_or_default(), &text));
}

/// The words that bring an entry up: a list, or a text with commas.
pub(super) fn names(keys: Node) -> Vec<String> {
    let names = match keys {
        Node::Text(keys) => keys.split(',').map(str::to_owned).collect(),
        other => other.entries().into_iter().filter_map(Node::name).collect::<Vec<_>>(),
    };
    names.iter().map(|name| words::trim(name).to_owned()).filter(|name| !name.is_empty()).collect()
}

/// A note of lore: what it is about, by which other words it is known, and what it says. One that says nothing is empty.
pub(super) fn note(number: usize, own_id: Scalar, title: Option<&str>, names: &[String], text: &str) -> Turn {
    let title = title.map(words::trim).filter(|title| !title.is_empty());
    let is_title = |name: &str| title.is_some_and(|title| title.to_lowercase() == name.to_lowercase());
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_title(name)).collect();
    let head = match (title, others.is_empty()) {
        (Some(title), true) => title.to_owned(),
        (Some(title), false) => format!("{title} ({})", others.join(", ")),
        (None, _) => others.join(", "),
    };
    let text = words::trim(text);
    let parts = [head.as_str(), text].into_iter().filter(|part| !part.is_empty());
    let text = if text.is_empty() { String::new() } else { parts.collect::<Vec<_>>().join("\n\n") };
    Turn { role: Role::System, text, own_id, stands_alone: true, ..Turn::at(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_it_is_about_once() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (title, keys, text, shown) in [
            (Some("Ys"), &["ys", "harbour"][..], "A town.", "Ys (harbour)\n\nA town."),
            (Some(" "), &["Ys"], "A town.", "Ys\n\nA town."),
            (None, &[], "A town.", "A town."),
            (Some("Ys"), &["harbour"], " ", ""),
        ] {
            assert_eq!(note(0, Scalar::None, title, &names(keys), text).text, shown);
        }
    }
}
