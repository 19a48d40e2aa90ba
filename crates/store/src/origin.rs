//! Where a scene comes from, as a row says it: a JSON object in the column `origin`, null where that isn't known.
//!
//! Keys that a row has no value for are left out, and unknown ones are passed over, so more facts can be added.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::RecordBatch;
use naragtive_scene::{Conversation, Origin, SaidTurn, Source, Spoken};
use serde::{Deserialize, Deserializer, Serialize};

use crate::column::Strings;
use crate::schema::Column;

/// An origin as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredOrigin<'a> {
    /// The kind of export.
    #[serde(borrow)]
    pub(crate) source: Cow<'a, str>,
    /// The file that brought the scene.
    #[serde(borrow)]
    pub(crate) file: Cow<'a, str>,
    /// The file of the conversation that this one continues, where it continues another one's.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) part_of: Option<Cow<'a, str>>,
    /// The conversation's own id.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) conversation: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<Cow<'a, str>>,
    /// The message's own id.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) own_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) speaker: Option<Cow<'a, str>>,
    /// Milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) moment: Option<i64>,
    #[serde(default)]
    pub(crate) place: u64,
    /// Of how many turns it is made, where it is several.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) turns: u32,
    /// The bytes of the text from which on somebody speaks, and who, where there are several turns.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) spoken: Vec<(usize, Option<Cow<'a, str>>)>,
    /// How late a wording it is.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) wording: u32,
    /// When it was taken in: seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) added: Option<i64>,
    /// The turns, where these may be cut in another way once there are more of them.
    #[serde(default, skip_serializing_if = "StoredTurns::is_empty")]
    pub(crate) said: StoredTurns<'a>,
}

/// The turns of a scene. Whoever looks through all rows asks for nothing but their keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum StoredTurns<'a> {
    Whole(Cow<'a, [SaidTurn]>),
    #[serde(skip)]
    Keys(Vec<u64>),
}

impl Default for StoredTurns<'_> {
    fn default() -> Self {
        Self::Keys(Vec::new())
    }
}

impl StoredTurns<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Whole(said) => said.is_empty(),
            Self::Keys(keys) => keys.is_empty(),
        }
    }

    /// What each turn has in any export.
    pub(crate) fn keys(&self) -> Vec<u64> {
        match self {
            Self::Whole(said) => said.iter().map(|said| said.key).collect(),
            Self::Keys(keys) => keys.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for StoredTurns<'_> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct KeyOnDisk {
            key: u64,
        }
        let said = Vec::<KeyOnDisk>::deserialize(from)?;
        Ok(Self::Keys(said.into_iter().map(|said| said.key).collect()))
    }
}

/// What a cell says about the turns, whole.
fn said(json: &str) -> Vec<SaidTurn> {
    #[derive(Deserialize)]
    struct Cell {
        #[serde(default)]
        said: Vec<SaidTurn>,
    }
    serde_json::from_str(json).map(|cell: Cell| cell.said).unwrap_or_default()
}

impl<'a> StoredOrigin<'a> {
    pub(crate) fn of(origin: &'a Origin) -> Self {
        let conversation = &origin.conversation;
        let some = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        Self {
            source: Cow::Borrowed(conversation.source.as_str()),
            file: Cow::Borrowed(&conversation.file),
            part_of: some(&conversation.part_of),
            conversation: some(&conversation.id),
            channel: some(&conversation.channel),
            own_id: some(&origin.own_id),
            speaker: some(&origin.speaker),
            moment: origin.moment,
            place: origin.place,
            turns: origin.turns,
            spoken: origin.spoken.iter().map(|turn| (turn.from, some(&turn.by))).collect(),
            wording: origin.wording,
            added: origin.added,
            said: StoredTurns::Whole(Cow::Borrowed(&origin.said)),
        }
    }

    /// Reads a cell, of the turns their keys; none if it makes no sense: then the scene is one whose origin isn't known.
    pub(crate) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Reads a cell with all that it says.
    pub(crate) fn parse_whole(json: &'a str) -> Option<Self> {
        let origin = Self::parse(json)?;
        let said = if origin.said.is_empty() { Vec::new() } else { said(json) };
        Some(Self { said: StoredTurns::Whole(Cow::Owned(said)), ..origin })
    }

    /// The same as a part of the conversation that began with the file `first`.
    pub(crate) fn continuing(mut self, first: &'a str) -> Self {
        self.part_of = (self.conversation.is_none() && self.file != first).then_some(Cow::Borrowed(first));
        self
    }

    /// The file by whose name the conversation goes.
    pub(crate) fn label(&self) -> &str {
        self.part_of.as_deref().unwrap_or(&self.file)
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(crate) fn to_origin(&self) -> Origin {
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        let Ok(source) = self.source.parse::<Source>();
        let conversation = Conversation {
            source,
            file: self.file.clone().into_owned(),
            part_of: owned(&self.part_of),
            id: owned(&self.conversation),
            channel: owned(&self.channel),
        };
        Origin {
            conversation: Arc::new(conversation),
            own_id: owned(&self.own_id),
            speaker: owned(&self.speaker),
            moment: self.moment,
            place: self.place,
            turns: self.turns,
            spoken: self.spoken.iter().map(|(from, by)| Spoken { from: *from, by: owned(by) }).collect(),
            wording: self.wording,
            added: self.added,
            said: match &self.said {
                StoredTurns::Whole(said) => said.to_vec(),
                StoredTurns::Keys(_) => Vec::new(),
            },
        }
    }
}

/// What the rows of a batch say; nothing in a file that lacks the column.
pub(crate) struct Origins<'a>(Option<Strings<'a>>);

impl<'a> Origins<'a> {
    pub(crate) fn of(batch: &'a RecordBatch) -> Self {
        Self(batch.column_by_name(Column::Origin.name()).and_then(|array| Strings::of(array)))
    }

    /// Row after row, and no end of nothing behind the last one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Option<&'a str>> {
        let cells = self.0.as_ref().map(Strings::iter);
        cells.into_iter().flatten().chain(std::iter::repeat(None))
    }
}

fn is_none(number: &u32) -> bool {
    *number == 0
}

/// The origin in a cell, if it makes sense.
pub(crate) fn read(json: Option<&str>) -> Option<Origin> {
    json.and_then(StoredOrigin::parse_whole).map(|origin| origin.to_origin())
}

/// An origin as the column of a row has it, for whoever keeps rows elsewhere.
pub fn origin_to_json(origin: &Origin) -> String {
    StoredOrigin::of(origin).to_json()
}

/// The origin that such a text says; none where it makes no sense.
pub fn origin_from_json(json: &str) -> Option<Origin> {
    read(Some(json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(id: Option<&str>) -> Origin {
        let conversation = Conversation {
            source: Source::Json,
            file: "/a \"b\".json".to_owned(),
            part_of: None,
            id: id.map(str::to_owned),
            channel: Some("inn".to_owned()),
        };
        let conversation = Arc::new(conversation);
        let spoken = [(0, Some("Ada")), (9, None)];
        let spoken = spoken.map(|(from, by)| Spoken { from, by: by.map(str::to_owned) }).into();
        Origin {
            conversation,
            own_id: Some("7".to_owned()),
            speaker: None,
            moment: Some(-5),
            place: 3,
            turns: 2,
            spoken,
            wording: 8,
            added: Some(9),
            said: Vec::new(),
        }
    }

    fn with_turns(origin: Origin) -> Origin {
        let turn = naragtive_scene::Turn { own_id: "7".into(), ..Default::default() };
        let said = vec![
            SaidTurn::of(&origin.conversation, &turn, 0..9),
            SaidTurn::of(&origin.conversation, &turn, 9..9),
        ];
        Origin { said, ..origin }
    }

    #[test]
    fn an_origin_is_read_as_it_was_written() {
        for id in [None, Some("c\u{1}")] {
            for origin in [origin(id), with_turns(origin(id))] {
                let json = StoredOrigin::of(&origin).to_json();
                assert_eq!(StoredOrigin::parse_whole(&json).unwrap().to_origin(), origin, "{json}");
                let keys: Vec<u64> = origin.said.iter().map(|said| said.key).collect();
                assert_eq!(StoredOrigin::parse(&json).unwrap().said.keys(), keys, "{json}");
            }
        }
    }

    #[test]
    fn a_file_that_continues_another_one_goes_by_the_others_name() {
        let origin = with_turns(origin(None));
        let json = StoredOrigin::of(&origin).continuing("/first.json").to_json();
        let read = StoredOrigin::parse_whole(&json).unwrap();
        assert_eq!(read.to_origin().said, origin.said);
        assert_eq!((read.file.as_ref(), read.label()), ("/a \"b\".json", "/first.json"));
        assert_eq!(read.to_origin().conversation.part_of.as_deref(), Some("/first.json"));
    }

    #[test]
    fn what_makes_no_sense_is_unknown_and_unknown_keys_are_passed_over() {
        assert_eq!(StoredOrigin::parse("{}"), None);
        assert_eq!(StoredOrigin::parse("no"), None);
        let later = r#"{"source":"json","file":"/a","place":1,"mood":["calm"]}"#;
        assert_eq!(StoredOrigin::parse(later).unwrap().place, 1);
    }
}
