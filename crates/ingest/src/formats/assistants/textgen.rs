//! Histories of text-generation-webui: pairs of what the user says and what is answered, as the model saw them
//! (`internal`) and as they were shown (`visible`, escaped for HTML). Older ones are under `data` and `data_visible`; the
//! browser extension CAI Tools writes the same pairs under all four names.
//!
//! Who speaks stands in the path only: `logs/chat/CHARACTER/20251102-21-14-03.json`.

use naragtive_scene::{Branch, Role, Turn};

use crate::input::Input;
use crate::json::Node;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::turns::Turns;
use crate::{Branches, IngestError, Options, Place, SkipReason, repair};

/// Stands for what the user says before a greeting.
const GREETING: &str = "<|BEGIN-VISIBLE-CHAT|>";
/// Where pairs may be, those that are as they were said first, and whether they are escaped.
const PAIRS: [(&str, bool); 4] =
    [("internal", false), ("data", false), ("visible", true), ("data_visible", true)];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "textgen",
    called: "text-generation-webui history",
    help: "chats of text-generation-webui (oobabooga), and what CAI Tools writes in its form: .json",
    export: "text-generation-webui: the folder user_data/logs/chat; or Chat, Save history",
    command: "naragtive ingest --as textgen",
    source: "text-generation-webui",
    extensions: &["json"],
    grouping: Grouping::Cut(SceneRule::Exchange, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    let Some(shape) = input.unlisted() else { return Certainty::No };
    let says = |key: &str| shape.first.has(key) || input.says(key);
    let is_pair = |pair: &Node| matches!(pair, Node::Array(said) if said.len() == 2);
    let has_pairs = |(key, _): &(&str, bool)| matches!(shape.first.get(key), Node::Array(pairs) if pairs.iter().all(is_pair));
    let is_whole = PAIRS.iter().filter(|pairs| has_pairs(pairs)).count() > 1;
    let is_cut = shape.first.is_object()
        && input.head().trim_start_matches(['{', ' ', '\n', '\r', '\t']).starts_with("\"internal\"");
    let doubled = (says("internal") && says("visible")) || (says("data") && says("data_visible"));
    if (is_whole && doubled) || is_cut { Certainty::Sure } else { Certainty::No }
}

fn parse(input: &Input<'_>, options: &Options<'_>) -> Result<Parsed, IngestError> {
    let keys = PAIRS.map(|(key, _)| key);
    let mut reader = input.reader(&keys)?;
    let mut export = match reader.value() {
        Ok(export @ Node::Object(_)) => export,
        Ok(other) => {
            let (place, expected) = (Place::File, "an object with `internal` and `visible`");
            return Err(IngestError::WrongKind { place, expected, found: other.kind() });
        }
        Err(fault) => return Err(reader.error(fault)),
    };
    let mut found = PAIRS.iter().map(|(key, escaped)| (export.take(key).entries(), *escaped));
    let Some((pairs, escaped)) = found.find(|(pairs, _)| !pairs.is_empty()) else {
        return Err(IngestError::Missing { place: Place::File, field: "internal" });
    };
    drop(found);
    let mut chat = Chat::new(options, export.take("metadata"), escaped);
    for (number, pair) in pairs.into_iter().enumerate() {
        chat.pair(number, pair);
    }
    reader.check(chat.turns.is_empty())?;
    chat.turns.open().append(&mut chat.others);
    chat.turns.close(None, Some(chat.character));
    Ok(chat.turns.parsed(reader.mending))
}

struct Chat {
    turns: Turns,
    others: Vec<Turn>,
    character: String,
    metadata: Node,
    escaped: bool,
    all: bool,
}

impl Chat {
    fn new(options: &Options<'_>, metadata: Node, escaped: bool) -> Self {
        let (turns, others) = (Turns::default(), Vec::new());
        let character = character(options.file).unwrap_or_else(|| "Assistant".to_owned());
        Self { turns, others, character, metadata, escaped, all: options.branches == Branches::All }
    }

    fn pair(&mut self, number: usize, pair: Node) {
        let said = pair.entries();
        if said.is_empty() {
            return self.turns.pass(SkipReason::NoMessage, number, "");
        }
        let parts = [("user", Role::User), ("assistant", Role::Assistant)];
        for ((part, role), text) in parts.into_iter().zip(said) {
            let text = text.prose().unwrap_or_default();
            // Where only one of the two says something, the other is no message.
            if text != GREETING && !text.is_empty() {
                self.said(number, part, role, text);
            }
        }
    }

    fn said(&mut self, number: usize, part: &str, role: Role, text: String) {
        let mut about = self.metadata.take(&format!("{part}_{number}"));
        let speaker = if role == Role::User { "You" } else { &self.character };
        let mut turn = Turn {
            speaker: Some(self.turns.name(speaker)),
            role,
            text: self.plain(text),
            stamp: about.take("timestamp").scalar(),
            model: about.take("model_name").name().map(From::from),
            ..Turn::at(2 * number + usize::from(role == Role::Assistant))
        };
        for mut file in about.take("attachments").entries() {
            let name = file.take("name").name();
            let text = file.take("content").prose().unwrap_or_default();
            self.turns.document(name.clone(), &text, &turn);
            turn.attachments.extend(name);
        }
        self.versions(&turn, &mut about);
        self.turns.add(turn);
    }

    /// Other wordings that were tried, each once.
    fn versions(&mut self, turn: &Turn, about: &mut Node) {
        let mut known = vec![turn.text.trim().to_owned()];
        for mut version in about.take("versions").entries() {
            let stamp = version.take("timestamp").scalar();
            let text = version.take("content").prose().unwrap_or_default();
            let text = self.plain(text).trim().to_owned();
            if text.is_empty() || known.contains(&text) {
                continue;
            }
            known.push(text.clone());
            if self.all {
                self.others.push(Turn {
                    text,
                    stamp,
                    branch: Branch::Other,
                    attachments: Vec::new(),
                    ..turn.clone()
                });
            } else {
                self.turns.report.branches_left_out += 1;
            }
        }
    }

    /// The text as it was said.
    fn plain(&self, text: String) -> String {
        let text = if self.escaped { repair::unescaped(&text).unwrap_or(text) } else { text };
        text.replace("{{user}}", "You").replace("{{char}}", &self.character)
    }
}

/// The name of the folder in which a character's chats are.
fn character(path: &str) -> Option<String> {
    let mut parts = path.rsplit(['/', '\\']).skip(1);
    let name = parts.next().filter(|name| !name.is_empty())?;
    (parts.next() == Some("chat")).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_told_by_the_folder() {
        for (path, name) in [
            ("/home/ann/user_data/logs/chat/Sera/20251102-21-14-03.json", Some("Sera")),
            ("logs\\chat\\Sera\\x.json", Some("Sera")),
            ("logs/instruct/20251102.json", None),
            ("x.json", None),
        ] {
            assert_eq!(character(path).as_deref(), name, "{path}");
        }
    }
}
