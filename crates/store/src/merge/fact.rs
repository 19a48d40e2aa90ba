use std::num::NonZeroU64;

use naragtive_scene::Scene;
use naragtive_text::canonical;

use super::hash::{long_hash, short_hash, text_hash};
use crate::origin::StoredOrigin;

/// What says which message a scene is: its own id within its conversation, else who, when and what; its place in a file
/// only where there is nothing else.
///
/// Names and texts are kept as hashes: a store may have a million of these.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    /// What equal scenes have in common.
    pub(super) token: u128,
    pub(super) kind: FactKind,
    /// The own id alone, which says something within a conversation.
    pub(super) own: Option<NonZeroU64>,
    /// What a message with an id of its own can be looked for by, in whatever file and under whatever name of its author:
    /// the id within its conversation, else the id and the moment.
    pub(super) anyones: Option<NonZeroU64>,
    /// Who, when and in which channel.
    pub(super) said: Option<NonZeroU64>,
    /// The text, and how long it is; zeros where nobody had to look.
    pub(super) text: u64,
    pub(super) bytes: u32,
    pub(super) moment: Option<i64>,
    /// The own id as a number, and one more, which orders messages of one moment.
    pub(super) number: Option<NonZeroU64>,
    pub(super) channel: u64,
    pub(super) speaker: u64,
    /// Of how many turns it is made, where somebody counted.
    pub(super) turns: u32,
    /// How late a wording it is, where it is a turn by itself; otherwise 0.
    pub(super) wording: u32,
    /// What each of its turns has in any export, where it is made of turns. Most messages aren't, so it takes little room.
    pub(super) said_in: Option<Box<TurnKeys>>,
}

/// The keys of turns, and what the file is called that says so, wherever it lies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TurnKeys {
    keys: Vec<u64>,
    file_name: FamilyKey,
}

/// How much the token of a fact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FactKind {
    /// An own id with its conversation or its moment: the same message in any file.
    Own,
    /// Who said what when: the same message in any file.
    Said,
    /// Nothing but a text, or an own id that any other file may have too: the same in its own file only.
    Placed,
    /// The scene doesn't say where it comes from.
    Unknown,
}

/// What a scene is a part of, by what it is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FamilyKey(pub(super) u64);

impl Fact {
    pub(super) fn of(origin: &StoredOrigin<'_>, text: &str) -> Self {
        let mut fact = Self::without_text(origin);
        fact.with_text(origin, (text_hash(text), length(text)));
        fact
    }

    /// The fact of a scene that doesn't say where it comes from.
    pub(super) fn unknown(text: &str) -> Self {
        Self {
            token: 0,
            kind: FactKind::Unknown,
            own: None,
            anyones: None,
            said: None,
            text: text_hash(text),
            bytes: length(text),
            moment: None,
            number: None,
            channel: 0,
            speaker: 0,
            turns: 0,
            wording: 0,
            said_in: None,
        }
    }

    /// The fact of a stored scene whose text need not be read: nobody asks for it.
    pub(super) fn without_text(origin: &StoredOrigin<'_>) -> Self {
        let bytes = |text: &'_ Option<std::borrow::Cow<'_, str>>| {
            text.as_deref().map_or(Vec::new(), |text| [b"=", canonical(text).as_bytes()].concat())
        };
        let (source, channel, speaker) =
            (origin.source.as_bytes(), bytes(&origin.channel), bytes(&origin.speaker));
        let moment = origin.moment.map(i64::to_le_bytes);
        let whole = bytes(&origin.conversation);
        let kind = match (&origin.own_id, &origin.conversation, origin.moment) {
            (Some(_), Some(_), _) | (Some(_), None, Some(_)) => FactKind::Own,
            (None, _, Some(_)) => FactKind::Said,
            (_, _, None) => FactKind::Placed,
        };
        let own_id = bytes(&origin.own_id);
        let own = origin.own_id.as_deref().map(|_| name_hash([b"own", &*own_id]));
        let anyones = match (kind, origin.conversation.is_some(), moment) {
            (FactKind::Own, true, _) => Some(name_hash([b"own", source, &whole, &*own_id])),
            (FactKind::Own, false, Some(moment)) => Some(name_hash([b"own", source, &moment, &*own_id])),
            _ => None,
        };
        let said = moment
            .filter(|_| own.is_none())
            .map(|moment| name_hash([b"said", &*channel, &*speaker, &moment]));
        let token = match (&origin.own_id, kind) {
            (Some(_), FactKind::Own) if origin.conversation.is_some() => {
                long_hash([b"own", source, &whole, &channel, &own_id])
            }
            (Some(_), FactKind::Own) => {
                long_hash([b"own", source, &channel, &own_id, &speaker, &moment.unwrap_or_default()])
            }
            (Some(_), _) => long_hash([b"placed", &*channel, &own_id]),
            // It is like nothing: each has one of its own.
            (None, _) => long_hash([
                b"unread",
                source,
                origin.label().as_bytes(),
                &origin.place.to_le_bytes(),
                &channel,
            ]),
        };
        Self {
            token,
            kind,
            own,
            anyones,
            said,
            text: 0,
            bytes: 0,
            moment: origin.moment,
            number: origin.own_id.as_deref().and_then(number),
            channel: short_hash([&*channel]),
            speaker: short_hash([&*speaker]),
            turns: origin.turns,
            wording: origin.wording,
            said_in: Some(origin.said.keys())
                .filter(|keys| !keys.is_empty())
                .map(|keys| Box::new(TurnKeys { keys, file_name: FamilyKey::of_name(origin) })),
        }
    }

    /// Takes in the text's hash and length: some scenes are recognised by nothing else.
    pub(super) fn with_text(&mut self, origin: &StoredOrigin<'_>, text: (u64, u32)) {
        (self.text, self.bytes) = text;
        let hash = self.text.to_le_bytes();
        if self.own.is_none() {
            self.token = match (self.kind, self.said) {
                (FactKind::Said, Some(said)) => {
                    let whole = origin.conversation.as_deref().unwrap_or_default();
                    long_hash([
                        b"said",
                        origin.source.as_bytes(),
                        whole.as_bytes(),
                        &said.get().to_le_bytes(),
                        &hash,
                    ])
                }
                _ => long_hash([&b"text"[..], &hash]),
            };
        }
    }

    /// Whether its moment is that of a stamp without seconds, or a day alone. In a minute one may say several things, so
    /// who said something then doesn't tell which of them it is another wording of.
    pub(super) fn is_coarse(&self) -> bool {
        const MINUTE: i64 = 60_000;
        self.moment.is_some_and(|moment| moment.rem_euclid(MINUTE) == 0)
    }

    /// The keys of its turns; none where nobody knows them.
    pub(super) fn keys(&self) -> &[u64] {
        self.said_in.as_deref().map_or(&[], |said| &said.keys)
    }

    /// The name of the file that says of which turns it is made.
    pub(super) fn file_name(&self) -> Option<FamilyKey> {
        self.said_in.as_deref().map(|said| said.file_name)
    }

    /// Whether a scene of the one fact is the scene of the other, unchanged.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        (self.text, self.channel, self.speaker) == (other.text, other.channel, other.speaker)
    }
}

impl FamilyKey {
    /// The conversation, by its own id or by the name it goes by.
    pub(super) fn of(origin: &StoredOrigin<'_>) -> Self {
        match &origin.conversation {
            Some(id) => Self(short_hash([b"id", origin.source.as_bytes(), canonical(id).as_bytes()])),
            None => Self::of_file(origin, origin.label()),
        }
    }

    /// The conversations that a file has parts of.
    pub(super) fn of_file(origin: &StoredOrigin<'_>, file: &str) -> Self {
        Self(short_hash([b"file", origin.source.as_bytes(), canonical(file).as_bytes()]))
    }

    /// Files of this name in any folder.
    pub(super) fn of_name(origin: &StoredOrigin<'_>) -> Self {
        let name = origin.file.rsplit(['/', '\\']).next().unwrap_or_default();
        Self(short_hash([b"name", origin.source.as_bytes(), canonical(name).as_bytes()]))
    }
}

/// The kind of export.
pub(super) fn source(origin: &StoredOrigin<'_>) -> u64 {
    short_hash([origin.source.as_bytes()])
}

/// How many bytes a text has; nobody counts beyond four gigabytes.
pub(super) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn name_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> NonZeroU64 {
    NonZeroU64::new(short_hash(parts)).unwrap_or(NonZeroU64::MIN)
}

fn number(own: &str) -> Option<NonZeroU64> {
    NonZeroU64::new(own.parse::<u64>().ok()?.saturating_add(1))
}

/// The origin of a scene as it would be stored.
pub(super) fn origin(scene: &Scene) -> Option<StoredOrigin<'_>> {
    scene.origin.as_ref().map(StoredOrigin::of)
}
