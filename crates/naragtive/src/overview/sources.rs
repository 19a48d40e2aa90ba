//! What a store was made from.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use naragtive_scene::{Scene, key};
use naragtive_store::Store;

use crate::Error;
use crate::overview::days::widen;

/// A file that scenes of a store were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file, as a path that means the same from every folder, of an archive with the name of what is in it; as it was
    /// typed in stores of earlier versions. None of scenes that don't say.
    pub file: Option<String>,
    /// The kind of export, where the scenes say.
    pub source: Option<String>,
    /// How many conversations it has parts of.
    pub conversations: usize,
    /// How many scenes.
    pub scenes: usize,
    /// The first and the last day of them, `YYYY-MM-DD`, where any is known.
    pub days: Option<(String, String)>,
    /// When the first and the last of them was taken in, where that is known.
    pub added: Option<(Timestamp, Timestamp)>,
}

#[derive(Default)]
struct Tally {
    conversations: HashSet<String>,
    scenes: usize,
    days: Option<(String, String)>,
    added: Option<(i64, i64)>,
}

/// The files that the scenes of a store were read from, in the order of their names. Reads every scene.
///
/// # Errors
/// When the store can't be read.
pub fn sources(store: &Store) -> Result<Vec<SourceFile>, Error> {
    let mut found: BTreeMap<(Option<String>, Option<String>), Tally> = BTreeMap::new();
    store.visit_scenes(|scene| found.entry((file(&scene), source(&scene))).or_default().add(&scene))?;
    let listed = |((file, source), tally): ((_, _), Tally)| {
        let Tally { conversations, scenes, days, added } = tally;
        let moment = |seconds: i64| Timestamp::from_second(seconds).ok();
        let added = added.and_then(|(first, last)| moment(first).zip(moment(last)));
        SourceFile { file, source, conversations: conversations.len(), scenes, days, added }
    };
    Ok(found.into_iter().map(listed).collect())
}

/// The file that a scene was read from.
pub(crate) fn file(scene: &Scene) -> Option<String> {
    match &scene.origin {
        Some(origin) => Some(origin.conversation.file.clone()),
        None => scene.metadata.text(key::SOURCE_FILE).map(std::borrow::Cow::into_owned),
    }
}

fn source(scene: &Scene) -> Option<String> {
    scene.origin.as_ref().map(|origin| origin.conversation.source.as_str().to_owned())
}

impl Tally {
    fn add(&mut self, scene: &Scene) {
        self.scenes += 1;
        let conversation = match &scene.origin {
            Some(origin) => Some(origin.conversation.whole().to_owned()),
            None => scene.metadata.group().map(std::borrow::Cow::into_owned),
        };
        self.conversations.extend(conversation);
        if let Some(added) = scene.origin.as_ref().and_then(|origin| origin.added) {
            let (first, last) = self.added.unwrap_or((added, added));
            self.added = Some((first.min(added), last.max(added)));
        }
        if let Some(day) = scene.metadata.date() {
            widen(&mut self.days, day);
        }
    }
}
