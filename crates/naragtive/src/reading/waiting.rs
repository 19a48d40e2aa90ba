//! Scenes that wait in a file until they are stored: a million messages take a gigabyte of memory otherwise.

mod written;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use naragtive_disk::{AtomicFile, DiskError};
use naragtive_scene::{Conversation, Scene};
use naragtive_store::StoreRef;

use self::written::{Rest, Rooted};
use crate::Error;

pub(crate) use self::written::WrittenScenes;

/// Scenes as they are read, on their way into a file without a name beside the store that they are for.
pub(crate) struct WaitingScenes {
    path: PathBuf,
    out: BufWriter<File>,
    end: u64,
    written: WrittenScenes,
    numbers: HashMap<Arc<Conversation>, usize>,
    failed: Option<io::Error>,
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
            wording: origin.wording,
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

#[cfg(test)]
mod tests {
    use naragtive_scene::{Metadata, Origin, SaidTurn, SceneId, Scenes, Source, Spoken};

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
                wording: at as u32 % 2,
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
