//! The turns that a scene is made of. A scene is cut from what an export happens to hold; with these it can be cut anew when
//! another export of the conversation begins or ends within it.

use std::ops::Range;
use std::sync::Arc;

use naragtive_text::canonical;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Branch, Conversation, Moment, Role, Scalar, Turn};

/// How much of what a model thought is kept: as much as metadata show.
const THOUGHT: usize = 200;

/// A turn of a scene: where it stands in the scene's text, and what is known of it besides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "SaidOnDisk", into = "SaidOnDisk")]
pub struct SaidTurn {
    /// From which byte of the text on it stands there.
    pub from: usize,
    /// How many bytes of the text are its own.
    pub bytes: usize,
    /// What the same turn has in any export, see [`turn_key`].
    pub key: u64,
    /// The turn, without its text.
    pub turn: Turn,
}

/// What one turn has in every export of its conversation: made of its own id, else of who said what when. Of an id in a
/// conversation that has none itself the moment is a part, for any chat may number its messages; without one it says nothing.
pub fn turn_key(conversation: &Conversation, turn: &Turn) -> u64 {
    let mut hash = KeyHash::default();
    // Messages of other conversations may have the same ids.
    if let Some(id) = &conversation.id {
        hash.add(Some(id));
    }
    hash.add(conversation.channel.as_deref());
    let moment = turn.moment.map(|moment| moment.milliseconds().to_string());
    match turn.own_id.label().filter(|_| conversation.id.is_some() || moment.is_some()) {
        Some(own) => {
            hash.add(Some(&own));
            hash.add(moment.as_deref().filter(|_| conversation.id.is_none()));
        }
        None => {
            hash.add(None);
            hash.add(turn.speaker.as_deref().map(canonical).as_deref());
            hash.add(moment.as_deref());
            hash.add(Some(&canonical(&turn.text)));
            // Of what has no text, what is attached tells one from another.
            turn.attachments.iter().for_each(|name| hash.add(Some(name)));
        }
    }
    hash.0
}

impl SaidTurn {
    /// A turn that stands there in the text of its scene.
    pub fn of(conversation: &Conversation, turn: &Turn, place: Range<usize>) -> Self {
        let thinking = turn.thinking.as_deref().map(|text| text.chars().take(THOUGHT).collect::<String>());
        let kept = Turn {
            entry: 0,
            speaker: turn.speaker.clone(),
            role: turn.role,
            text: String::new(),
            stamp: turn.stamp.clone(),
            moment: turn.moment,
            channel: None,
            own_id: turn.own_id.clone(),
            parent: None,
            branch: turn.branch,
            edited: turn.edited,
            edited_at: turn.edited_at,
            attachments: turn.attachments.clone(),
            stands_alone: turn.stands_alone,
            thinking: thinking.map(String::into_boxed_str),
            model: turn.model.clone(),
        };
        Self { from: place.start, bytes: place.len(), key: turn_key(conversation, turn), turn: kept }
    }

    /// The turn as it was, given the text of its scene.
    pub fn turn_in(&self, text: &str, conversation: &Conversation) -> Turn {
        let said = text.get(self.from..self.from.saturating_add(self.bytes)).unwrap_or_default();
        let channel = conversation.channel.as_deref().map(Arc::from);
        Turn { text: said.to_owned(), channel, ..self.turn.clone() }
    }
}

/// FNV-1a of parts, with 64 bits: it is stored, so it has to stay what it is. A chance meeting of two turns of one conversation
/// costs nothing unless all turns of a scene meet others.
struct KeyHash(u64);

impl Default for KeyHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl KeyHash {
    fn add(&mut self, part: Option<&str>) {
        let length = part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes();
        for byte in length.iter().chain(part.unwrap_or_default().as_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// A turn as it is written; what it lacks is left out.
#[derive(Serialize, Deserialize)]
struct SaidOnDisk {
    from: usize,
    bytes: usize,
    key: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<RoleOnDisk>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    stamp: Value,
    /// Milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moment: Option<i64>,
    /// Minutes ahead of UTC, where the zone is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zone: Option<i16>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    own_id: Value,
    #[serde(default, skip_serializing_if = "is_no")]
    other_branch: bool,
    #[serde(default, skip_serializing_if = "is_no")]
    edited: bool,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "is_nought")]
    edited_at: u32,
    #[serde(default, skip_serializing_if = "is_no")]
    alone: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attached: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thought: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<Box<str>>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RoleOnDisk {
    User,
    Assistant,
    Tool,
    System,
}

fn is_nought(number: &u32) -> bool {
    *number == 0
}

fn is_no(flag: &bool) -> bool {
    !*flag
}

impl From<SaidTurn> for SaidOnDisk {
    fn from(said: SaidTurn) -> Self {
        let SaidTurn { from, bytes, key, turn } = said;
        let (moment, zone) = match turn.moment {
            None => (None, None),
            Some(Moment::Local { milliseconds }) => (Some(milliseconds), None),
            Some(Moment::Instant { milliseconds, offset }) => (Some(milliseconds), Some(offset)),
        };
        let role = match turn.role {
            Role::Unknown => None,
            Role::User => Some(RoleOnDisk::User),
            Role::Assistant => Some(RoleOnDisk::Assistant),
            Role::Tool => Some(RoleOnDisk::Tool),
            Role::System => Some(RoleOnDisk::System),
        };
        Self {
            from,
            bytes,
            key,
            by: turn.speaker.as_deref().map(Box::from),
            role,
            stamp: turn.stamp.to_value(),
            moment,
            zone,
            own_id: turn.own_id.to_value(),
            other_branch: turn.branch == Branch::Other,
            edited: turn.edited,
            edited_at: turn.edited_at,
            alone: turn.stands_alone,
            attached: turn.attachments,
            thought: turn.thinking,
            model: turn.model.as_deref().map(Box::from),
        }
    }
}

impl From<SaidOnDisk> for SaidTurn {
    fn from(written: SaidOnDisk) -> Self {
        let role = match written.role {
            None => Role::Unknown,
            Some(RoleOnDisk::User) => Role::User,
            Some(RoleOnDisk::Assistant) => Role::Assistant,
            Some(RoleOnDisk::Tool) => Role::Tool,
            Some(RoleOnDisk::System) => Role::System,
        };
        let moment = written.moment.map(|milliseconds| match written.zone {
            Some(offset) => Moment::Instant { milliseconds, offset },
            None => Moment::Local { milliseconds },
        });
        let turn = Turn {
            speaker: written.by.map(Arc::from),
            role,
            stamp: Scalar::from(written.stamp),
            moment,
            own_id: Scalar::from(written.own_id),
            branch: if written.other_branch { Branch::Other } else { Branch::Active },
            edited: written.edited,
            edited_at: written.edited_at,
            attachments: written.attached,
            stands_alone: written.alone,
            thinking: written.thought,
            model: written.model.map(Arc::from),
            ..Turn::default()
        };
        Self { from: written.from, bytes: written.bytes, key: written.key, turn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn conversation(id: Option<&str>, channel: Option<&str>) -> Conversation {
        let [id, channel] = [id, channel].map(|text| text.map(str::to_owned));
        Conversation { source: Source::Json, file: "/a".to_owned(), part_of: None, id, channel }
    }

    fn turn(speaker: &str, moment: Option<i64>, text: &str) -> Turn {
        Turn {
            speaker: Some(speaker.into()),
            moment: moment.map(|milliseconds| Moment::Local { milliseconds }),
            text: text.to_owned(),
            ..Turn::default()
        }
    }

    #[test]
    fn a_turn_comes_back_from_its_scene_as_it_was() {
        let (conversation, text) = (conversation(Some("c"), Some("inn")), "Ann: Who?\n\nBo: The kéeper.");
        let whole = Turn {
            role: Role::Assistant,
            stamp: Scalar::Number(5.into()),
            moment: Some(Moment::Instant { milliseconds: -5, offset: 60 }),
            channel: Some("inn".into()),
            own_id: "7".into(),
            branch: Branch::Other,
            edited: true,
            edited_at: 1_704_153_600,
            attachments: vec!["map.png".to_owned()],
            stands_alone: true,
            thinking: Some("So.".into()),
            model: Some("m".into()),
            ..turn("Bo", None, "The kéeper.")
        };
        let bare = Turn { channel: Some("inn".into()), text: "The kéeper.".to_owned(), ..Turn::default() };
        for turn in [whole, bare] {
            let said = SaidTurn::of(&conversation, &turn, 15..27);
            let json = serde_json::to_string(&said).unwrap();
            let read: SaidTurn = serde_json::from_str(&json).unwrap();
            assert_eq!((&read, read.turn_in(text, &conversation)), (&said, turn), "{json}");
        }
        let outside = SaidTurn::of(&conversation, &turn("Bo", None, ""), 90..95);
        assert_eq!(outside.turn_in(text, &conversation).text, "", "a text that is another one now");
    }

    #[test]
    fn a_turn_is_known_by_its_own_id_else_by_who_said_what_when() {
        let own = |turn: Turn, id: &str| Turn { own_id: id.into(), ..turn };
        let (plain, named) = (conversation(None, None), conversation(Some("c"), None));
        let key = |conversation: &Conversation, turn: Turn| turn_key(conversation, &turn);
        let said = key(&plain, turn("Zoë", Some(5), "One."));
        for (reason, other, same) in [
            ("other letters", key(&plain, turn("Zoe\u{308}", Some(5), "One. ")), true),
            ("another text", key(&plain, turn("Zoë", Some(5), "Two.")), false),
            ("another moment", key(&plain, turn("Zoë", Some(6), "One.")), false),
            ("another channel", key(&conversation(None, Some("inn")), turn("Zoë", Some(5), "One.")), false),
            ("an id", key(&plain, own(turn("Zoë", Some(5), "One."), "1")), false),
        ] {
            assert_eq!(said == other, same, "{reason}");
        }
        let edited = |conversation: &Conversation, moment: i64, text: &str| {
            key(conversation, own(turn("Ann", Some(moment), text), "1"))
        };
        assert_eq!(edited(&named, 5, "One."), edited(&named, 6, "Two."));
        assert_ne!(edited(&named, 5, "One."), edited(&conversation(Some("d"), None), 5, "One."));
        assert_eq!(edited(&plain, 5, "One."), edited(&plain, 5, "Two."));
        assert_ne!(edited(&plain, 5, "One."), edited(&plain, 6, "One."));
        let undated = |text: &str| key(&plain, own(turn("Ann", None, text), "1"));
        assert_ne!(undated("One."), undated("Two."), "any file may have that id");
        // What is stored has to be recognised by later versions.
        assert_eq!(said, 762_920_966_026_148_214);
    }
}
