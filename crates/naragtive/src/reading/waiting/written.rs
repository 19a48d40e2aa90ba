use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive_disk::read_full_at;
use naragtive_scene::{Conversation, Metadata, Origin, SaidTurn, Scene, SceneId, Scenes, Spoken};
use serde::{Deserialize, Serialize};

/// The scenes that were written: for each its text, and behind it the rest as JSON.
#[derive(Debug)]
pub(crate) struct WrittenScenes {
    pub(super) file: File,
    /// Where each begins, and where the last one ends.
    pub(super) starts: Vec<u64>,
    /// How many bytes of text each has.
    pub(super) texts: Vec<u32>,
    pub(super) conversations: Vec<Arc<Conversation>>,
    pub(super) failed: Mutex<Option<io::Error>>,
}

/// All of a scene but its text.
#[derive(Serialize, Deserialize)]
pub(super) struct Rest<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) metadata: serde_json::Value,
    pub(super) origin: Option<Rooted<'a>>,
}

/// An origin, of which the conversation is kept once for all.
#[derive(Serialize, Deserialize)]
pub(super) struct Rooted<'a> {
    pub(super) conversation: usize,
    #[serde(borrow)]
    pub(super) own_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) speaker: Option<Cow<'a, str>>,
    pub(super) moment: Option<i64>,
    pub(super) place: u64,
    pub(super) turns: u32,
    #[serde(borrow)]
    pub(super) spoken: Vec<(usize, Option<Cow<'a, str>>)>,
    pub(super) wording: u32,
    pub(super) added: Option<i64>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub(super) said: Cow<'a, [SaidTurn]>,
}

fn is_empty(said: &[SaidTurn]) -> bool {
    said.is_empty()
}

impl WrittenScenes {
    fn range(&self, at: usize) -> Option<(u64, usize, usize)> {
        let (start, end) = (*self.starts.get(at)?, *self.starts.get(at + 1)?);
        Some((start, *self.texts.get(at)? as usize, usize::try_from(end - start).ok()?))
    }

    pub(super) fn read(&self, at: usize) -> io::Result<Scene> {
        let (start, text, length) = self.range(at).ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut bytes = self.bytes_at(start, length)?;
        let rest = bytes.split_off(text);
        let Rest { id, metadata, origin } = serde_json::from_slice(&rest)?;
        let serde_json::Value::Object(metadata) = metadata else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        Ok(Scene {
            id: SceneId::new(id),
            text: String::from_utf8(bytes).map_err(io::Error::other)?,
            metadata: metadata
                .into_iter()
                .fold(Metadata::default(), |all, (key, value)| all.with(&key, value)),
            origin: origin.map(|origin| self.origin(origin)).transpose()?,
        })
    }

    fn origin(&self, rooted: Rooted<'_>) -> io::Result<Origin> {
        let conversation = self.conversations.get(rooted.conversation).ok_or(io::ErrorKind::InvalidData)?;
        Ok(Origin {
            conversation: Arc::clone(conversation),
            own_id: rooted.own_id.map(Cow::into_owned),
            speaker: rooted.speaker.map(Cow::into_owned),
            moment: rooted.moment,
            place: rooted.place,
            turns: rooted.turns,
            spoken: rooted
                .spoken
                .into_iter()
                .map(|(from, by)| Spoken { from, by: by.map(Cow::into_owned) })
                .collect(),
            wording: rooted.wording,
            added: rooted.added,
            said: rooted.said.into_owned(),
        })
    }

    fn read_text(&self, at: usize) -> io::Result<String> {
        let (start, text, _) = self.range(at).ok_or(io::ErrorKind::UnexpectedEof)?;
        String::from_utf8(self.bytes_at(start, text)?).map_err(io::Error::other)
    }

    fn bytes_at(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        if read_full_at(&self.file, &mut bytes, start)? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    /// What was read, or what stands for it; [`Scenes::check`] will say why.
    fn noted<T>(&self, read: io::Result<T>, instead: impl FnOnce() -> T) -> T {
        read.unwrap_or_else(|error| {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            instead()
        })
    }
}

impl Scenes for WrittenScenes {
    fn len(&self) -> usize {
        self.texts.len()
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        let nothing = || Scene {
            id: SceneId::new(""),
            text: String::new(),
            metadata: Metadata::default(),
            origin: None,
        };
        Cow::Owned(self.noted(self.read(at), nothing))
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        Cow::Owned(self.noted(self.read_text(at), String::new))
    }

    fn bytes(&self, at: usize) -> usize {
        self.texts.get(at).map_or(0, |bytes| *bytes as usize)
    }

    fn check(&self) -> io::Result<()> {
        match &*self.failed.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}
