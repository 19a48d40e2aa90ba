//! Scenes that wait in a file until they are stored: a million messages take a gigabyte of memory otherwise.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use naragtive_disk::{AtomicFile, DiskError, read_full_at};
use naragtive_scene::{Conversation, Metadata, Origin, SaidTurn, Scene, SceneId, Scenes, Spoken};
use naragtive_store::StoreRef;
use serde::{Deserialize, Serialize};

use crate::Error;

/// Scenes as they are read, on their way into a file without a name beside the store that they are for.
pub(crate) struct WaitingScenes {
    path: PathBuf,
    out: BufWriter<File>,
    end: u64,
    written: WrittenScenes,
    numbers: HashMap<Arc<Conversation>, usize>,
    failed: Option<io::Error>,
}

/// The scenes that were written: for each its text, and behind it the rest as JSON.
#[derive(Debug)]
pub(crate) struct WrittenScenes {
    file: File,
    /// Where each begins, and where the last one ends.
    starts: Vec<u64>,
    /// How many bytes of text each has.
    texts: Vec<u32>,
    conversations: Vec<Arc<Conversation>>,
    failed: Mutex<Option<io::Error>>,
}

/// All of a scene but its text.
#[derive(Serialize, Deserialize)]
struct Rest<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    metadata: serde_json::Value,
    origin: Option<Rooted<'a>>,
}

/// An origin, of which the conversation is kept once for all.
#[derive(Serialize, Deserialize)]
struct Rooted<'a> {
    conversation: usize,
    #[serde(borrow)]
    own_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    speaker: Option<Cow<'a, str>>,
    moment: Option<i64>,
    place: u64,
    turns: u32,
    #[serde(borrow)]
    spoken: Vec<(usize, Option<Cow<'a, str>>)>,
    added: Option<i64>,
    #[serde(default, skip_serializing_if = "is_empty")]
    said: Cow<'a, [SaidTurn]>,
}

fn is_empty(said: &[SaidTurn]) -> bool {
    said.is_empty()
}

impl WaitingScenes {
    /// None yet; they are for this store.
    pub(crate) fn new(at: &StoreRef) -> Result<Self, Error> {
        let (path, file) = (at.file().to_owned(), AtomicFile::find(at.file())?.nameless()?);
        let own = file.try_clone().map_err(DiskError::io("write beside", &path))?;
        let out = BufWriter::with_capacity(1 << 18, own);
        let (starts, texts, conversations, failed) = (vec![0], Vec::new(), Vec::new(), Mutex::default());
        let written = WrittenScenes { file, starts, texts, conversations, failed };
        Ok(Self { path, out, end: 0, written, numbers: HashMap::new(), failed: None })
    }

    /// One of those that were added.
    ///
    /// # Errors
    /// When it can't be written or read.
    pub(crate) fn scene(&mut self, at: usize) -> Result<Scene, Error> {
        let read = self.out.flush().and_then(|()| self.written.read(at));
        // On some systems reading moves the place where is written.
        let moved = self.out.get_mut().seek(SeekFrom::Start(self.end));
        let scene = moved.and(read).map_err(DiskError::io("read what waits beside", &self.path));
        Ok(scene?)
    }

    /// Adds a scene. Where the system refuses, [`Self::finish`] says so.
    pub(crate) fn push(&mut self, scene: &Scene) {
        let rest = serde_json::to_vec(&self.rest(scene)).map_err(io::Error::from);
        let written = rest.and_then(|rest| {
            self.out.write_all(scene.text.as_bytes())?;
            self.out.write_all(&rest)?;
            self.written.texts.push(u32::try_from(scene.text.len()).map_err(io::Error::other)?);
            self.end += (scene.text.len() + rest.len()) as u64;
            self.written.starts.push(self.end);
            Ok(())
        });
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    fn rest<'a>(&mut self, scene: &'a Scene) -> Rest<'a> {
        let origin = scene.origin.as_ref().map(|origin| Rooted {
            conversation: self.number_of(&origin.conversation),
            own_id: origin.own_id.as_deref().map(Cow::Borrowed),
            speaker: origin.speaker.as_deref().map(Cow::Borrowed),
            moment: origin.moment,
            place: origin.place,
            turns: origin.turns,
            spoken: origin
                .spoken
                .iter()
                .map(|turn| (turn.from, turn.by.as_deref().map(Cow::Borrowed)))
                .collect(),
            added: origin.added,
            said: Cow::Borrowed(&origin.said),
        });
        Rest { id: Cow::Borrowed(scene.id.as_str()), metadata: scene.metadata.to_value(), origin }
    }

    fn number_of(&mut self, conversation: &Arc<Conversation>) -> usize {
        if let Some(number) = self.numbers.get(conversation) {
            return *number;
        }
        let conversations = &mut self.written.conversations;
        conversations.push(Arc::clone(conversation));
        self.numbers.insert(Arc::clone(conversation), conversations.len() - 1);
        conversations.len() - 1
    }

    /// All of them; nothing is left here.
    ///
    /// # Errors
    /// When one could not be written.
    pub(crate) fn finish(&mut self) -> Result<WrittenScenes, Error> {
        let refused = |error| Error::from(DiskError::io("write beside", &self.path)(error));
        if let Some(error) = self.failed.take() {
            return Err(refused(error));
        }
        self.out.flush().map_err(refused)?;
        let file = self.written.file.try_clone().map_err(refused)?;
        let mut starts = std::mem::replace(&mut self.written.starts, vec![0]);
        let mut texts = std::mem::take(&mut self.written.texts);
        starts.shrink_to_fit();
        texts.shrink_to_fit();
        let conversations = std::mem::take(&mut self.written.conversations);
        Ok(WrittenScenes { file, starts, texts, conversations, failed: Mutex::default() })
    }
}

impl WrittenScenes {
    fn range(&self, at: usize) -> Option<(u64, usize, usize)> {
        let (start, end) = (*self.starts.get(at)?, *self.starts.get(at + 1)?);
        Some((start, *self.texts.get(at)? as usize, usize::try_from(end - start).ok()?))
    }

    fn read(&self, at: usize) -> io::Result<Scene> {
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

#[cfg(test)]
mod tests {
    use naragtive_scene::Source;

    use super::*;

    fn scenes() -> Vec<Scene> {
        let conversation = |channel: &str| {
            let (file, channel) = ("/a \"b\".json".to_owned(), Some(channel.to_owned()));
            Arc::new(Conversation { source: Source::Json, file, part_of: None, id: None, channel })
        };
        let [inn, pier] = ["inn", "pier"].map(conversation);
        let scene = |at: usize| {
            let conversation = Arc::clone(if at.is_multiple_of(3) { &pier } else { &inn });
            let origin = Origin {
                conversation,
                own_id: at.is_multiple_of(2).then(|| format!("\u{1}{at}")),
                speaker: Some("Zoë".to_owned()),
                moment: Some(-5),
                place: at as u64,
                turns: at as u32 % 3,
                spoken: (0..at % 3).map(|from| Spoken { from, by: Some("Zo\"ë".to_owned()) }).collect(),
                added: at.is_multiple_of(2).then_some(at as i64),
                said: Vec::new(),
            };
            let turn = naragtive_scene::Turn { own_id: "7".into(), ..Default::default() };
            let said =
                (0..at % 3).map(|from| SaidTurn::of(&origin.conversation, &turn, from..from + 4)).collect();
            let origin = Origin { said, ..origin };
            let metadata = Metadata::default()
                .with("z", at)
                .with("engagement", 0.1 + at as f64 / 3.0)
                .with("a", serde_json::json!({"deep": [1, null, "é"]}));
            Scene {
                id: SceneId::new(format!("chat \"{at}\"")),
                text: "Ahoy, Zoë! ".repeat(at),
                metadata,
                origin: (at != 4).then_some(origin),
            }
        };
        (0..9).map(scene).collect()
    }

    fn written(at: &StoreRef) -> WrittenScenes {
        let mut waiting = WaitingScenes::new(at).unwrap();
        for (at, scene) in scenes().iter().enumerate() {
            waiting.push(scene);
            assert_eq!(waiting.scene(at / 2).unwrap(), scenes()[at / 2], "while others are added");
        }
        waiting.finish().unwrap()
    }

    #[test]
    fn scenes_come_out_of_the_file_as_they_went_in_and_share_their_conversations() {
        let folder = tempfile::tempdir().unwrap();
        let written = written(&StoreRef::File(folder.path().join("s.parquet")));
        let expected = scenes();
        assert_eq!(written.len(), expected.len());
        for at in [3, 0, 8, 4, 1, 2, 5, 6, 7] {
            assert_eq!(*written.scene(at), expected[at]);
            assert_eq!(
                (written.text(at).as_ref(), written.bytes(at)),
                (expected[at].text.as_str(), expected[at].text.len())
            );
        }
        let [one, two] = [1, 2].map(|at| written.scene(at).into_owned().origin.unwrap().conversation);
        assert!(Arc::ptr_eq(&one, &two));
        assert!(written.check().is_ok());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nobody sees the file");
    }

    #[test]
    fn a_scene_that_cannot_be_read_is_told_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let written = written(&StoreRef::File(folder.path().join("s.parquet")));
        written.file.set_len(written.starts[1]).unwrap();
        assert_eq!(*written.scene(0), scenes()[0]);
        assert!(written.check().is_ok());
        assert_eq!(written.scene(8).text, "");
        assert_eq!(written.check().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
