//! What a merge has to embed: new scenes, changed ones, and the windows of stored ones that get other neighbours.

use std::collections::HashMap;

use naragtive_scene::{Scenes, Voiced, key};
use naragtive_store::{Member, MergePlan, Store, read_with};

use crate::embedding::texts::SceneTexts;
use crate::{Error, Model};

/// Something to embed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmbedTask {
    /// A scene that is new.
    New(usize),
    /// A scene that takes the place of the one in this row.
    Update { scene: usize, row: usize },
    /// The scene in this row is read with other neighbours.
    Window { row: usize },
}

/// All there is to embed for a plan, and what is read with what.
pub(crate) struct Work<'a, S: ?Sized> {
    pub(crate) scenes: &'a S,
    channels: &'a [Vec<Member>],
    /// Rewritten rows and scenes that come before stored ones; then those that come behind all of them.
    pub(crate) tasks: Vec<EmbedTask>,
    /// How many tasks come before those of scenes behind the last row.
    pub(crate) inner: usize,
    /// Where each incoming scene is among the channels, and each stored one that is read anew.
    of_scene: Vec<Option<(u32, u32)>>,
    of_row: HashMap<usize, (usize, usize)>,
    /// Stored scenes that others are read with, or that are read anew, with who speaks.
    texts: HashMap<usize, String>,
}

impl<'a, S: Scenes + ?Sized> Work<'a, S> {
    /// The work of a plan for `store`.
    pub(crate) fn of(
        plan: &MergePlan,
        channels: &'a [Vec<Member>],
        scenes: &'a S,
        store: Option<&Store>,
    ) -> Result<Self, Error> {
        let mut work = Self {
            scenes,
            channels,
            tasks: Vec::new(),
            inner: 0,
            of_scene: vec![None; scenes.len()],
            of_row: HashMap::new(),
            texts: HashMap::new(),
        };
        work.note_places();
        work.read(store)?;
        let mut windows: Vec<usize> = work.of_row.keys().copied().collect();
        windows.sort_unstable();
        work.tasks.extend(plan.updated().into_iter().map(|(scene, row)| EmbedTask::Update { scene, row }));
        work.tasks.extend(windows.into_iter().map(|row| EmbedTask::Window { row }));
        work.tasks.extend(plan.inserted().map(EmbedTask::New));
        work.inner = work.tasks.len();
        work.tasks.extend(plan.appended().map(EmbedTask::New));
        Ok(work)
    }

    fn note_places(&mut self) {
        for (channel, members) in self.channels.iter().enumerate() {
            for (at, member) in members.iter().enumerate().filter(|(_, member)| member.affected) {
                match (member.incoming.filter(|_| member.changed), member.row) {
                    (Some(scene), _) => {
                        let place = u32::try_from(channel).ok().zip(u32::try_from(at).ok());
                        self.of_scene.get_mut(scene).into_iter().for_each(|of_scene| *of_scene = place);
                    }
                    (None, Some(row)) => drop(self.of_row.insert(row, (channel, at))),
                    (None, None) => {}
                }
            }
        }
    }

    /// Reads the stored scenes that have to be looked at: those that others are read with, and those that are read anew.
    /// Of the latter only short messages have a window at all.
    fn read(&mut self, store: Option<&Store>) -> Result<(), Error> {
        let Some(store) = store else { return Ok(()) };
        let mut rows: Vec<usize> = self.of_row.keys().copied().collect();
        for (row, (scene, spans)) in rows.iter().zip(store.scenes_and_spans(&rows)?) {
            if scene.metadata.text(key::CHANNEL).is_none() || spans.len() != 1 {
                self.of_row.remove(row);
            }
        }
        rows.retain(|row| self.of_row.contains_key(row));
        let of_scenes = self.of_scene.iter().flatten().map(|(channel, at)| (*channel as usize, *at as usize));
        for (channel, at) in of_scenes.chain(self.of_row.values().copied()) {
            rows.extend(self.around(channel, at).filter_map(|member| member.row.filter(|_| !member.changed)));
        }
        rows.sort_unstable();
        rows.dedup();
        let texts = store.scenes(&rows)?.into_iter().map(|scene| Voiced::of(&scene).whole().into_owned());
        self.texts = rows.into_iter().zip(texts).collect();
        Ok(())
    }

    /// The scenes that one is read with, itself among them, in order.
    fn around(&self, channel: usize, at: usize) -> impl Iterator<Item = &'a Member> {
        let members = self.channels.get(channel).map_or(&[][..], Vec::as_slice);
        members.get(read_with(at, members.len())).unwrap_or_default().iter()
    }

    /// What is embedded for a task.
    pub(crate) fn texts(&self, task: EmbedTask, model: &Model) -> SceneTexts {
        match task {
            EmbedTask::New(scene) | EmbedTask::Update { scene, .. } => {
                let (scene, place) = (self.scenes.scene(scene), self.of_scene.get(scene).copied().flatten());
                let place = place.filter(|_| scene.metadata.text(key::CHANNEL).is_some());
                SceneTexts::of(scene.into_owned(), None, model, || {
                    place.and_then(|(channel, at)| self.window((channel as usize, at as usize)))
                })
            }
            EmbedTask::Window { row } => {
                let text = self.texts.get(&row).cloned().unwrap_or_default();
                SceneTexts::window_alone(text, self.of_row.get(&row).and_then(|place| self.window(*place)))
            }
        }
    }

    /// How long the text of a task's scene is.
    pub(crate) fn bytes(&self, task: EmbedTask) -> usize {
        match task {
            EmbedTask::New(scene) | EmbedTask::Update { scene, .. } => self.scenes.bytes(scene),
            EmbedTask::Window { row } => self.texts.get(&row).map_or(0, String::len),
        }
    }

    /// What a message is read with: its neighbours in its channel and itself, or nothing where it stands alone.
    fn window(&self, (channel, at): (usize, usize)) -> Option<String> {
        let texts: Vec<String> = self.around(channel, at).map(|member| self.text(member)).collect();
        (texts.len() > 1).then(|| texts.join("\n"))
    }

    fn text(&self, member: &Member) -> String {
        match (member.incoming, member.row) {
            (Some(scene), row) if member.changed || row.is_none() => {
                Voiced::of(&self.scenes.scene(scene)).whole().into_owned()
            }
            (_, Some(row)) => self.texts.get(&row).cloned().unwrap_or_default(),
            (_, None) => String::new(),
        }
    }
}
