//! What is stored of the conversations that an export may go on with, as far as it decides where scenes are cut.
//!
//! An export begins and ends anywhere, and its turns would be cut otherwise than those of the exports before it. So they are
//! put between the turns that are known of their conversation, and cut as if all had come in one go: see `weave.rs`.

mod before;
mod line;
mod weave;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use naragtive_scene::{Conversation, Scene};

pub use before::KnownBefore;
use line::{KnownLine, Mark};
pub(crate) use weave::Edges;

/// Hands back scenes by the numbers under which they were added, in the order asked for.
type Fetch = dyn Fn(&[usize]) -> Vec<Scene>;

/// Scenes that were read before: of each turn what it is recognised by. The scenes themselves are fetched where they are needed.
#[derive(Clone)]
pub struct Known {
    lines: Vec<KnownLine>,
    /// Conversations, a channel of one each, by their names.
    by_name: HashMap<u64, usize>,
    /// In which line the turn of a key is, and where: the last one.
    by_key: HashMap<u64, (u32, u32)>,
    fetch: Rc<Fetch>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new(|_| Vec::new())
    }
}

impl Known {
    /// Nothing yet.
    pub fn new(fetch: impl Fn(&[usize]) -> Vec<Scene> + 'static) -> Self {
        Self { lines: Vec::new(), by_name: HashMap::new(), by_key: HashMap::new(), fetch: Rc::new(fetch) }
    }

    /// These scenes, those of a conversation in its order.
    pub fn of(scenes: Vec<Scene>) -> Self {
        let marks: Vec<_> = scenes.iter().enumerate().filter_map(|(at, scene)| Mark::of(scene, at)).collect();
        let fetch = move |numbers: &[usize]| -> Vec<Scene> {
            numbers.iter().filter_map(|number| scenes.get(*number).cloned()).collect()
        };
        let mut known = Self::new(fetch);
        marks.into_iter().for_each(|mark| known.push(mark));
        known
    }

    /// Takes in a scene, which is fetched by this number; those of a conversation come in its order.
    pub fn add(&mut self, scene: &Scene, number: usize) {
        Mark::of(scene, number).into_iter().for_each(|mark| self.push(mark));
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn push(&mut self, mark: Mark) {
        let at = self.line(&mark);
        let from = self.lines.get_mut(at).map_or(0, |line| line.push(mark));
        self.note(at, from);
    }

    /// The line of a scene, which is opened if there is none.
    fn line(&mut self, mark: &Mark) -> usize {
        let line = *self.by_name.entry(mark.name).or_insert_with(|| {
            self.lines.push(KnownLine::new(mark.label.clone()));
            self.lines.len() - 1
        });
        self.by_name.entry(mark.file).or_insert(line);
        line
    }

    /// Takes note of where the turns of a line are from this one on.
    fn note(&mut self, line: usize, from: usize) {
        let keys = self.lines.get(line).map(KnownLine::keys).unwrap_or_default();
        // Fewer than 2³² of either in any store.
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let places = keys.iter().enumerate().skip(from).map(|(at, key)| (*key, (small(line), small(at))));
        self.by_key.extend(places);
    }

    /// Takes in the scenes of a file: they take the place of those whose turns they have, and stand where these did.
    fn take_in(&mut self, new: Vec<Mark>) {
        let mut by_line: Vec<(usize, Vec<Mark>)> = Vec::new();
        for mark in new {
            let line = self.line(&mark);
            match by_line.iter_mut().rev().find(|(at, _)| *at == line) {
                Some((_, marks)) => marks.push(mark),
                None => by_line.push((line, vec![mark])),
            }
        }
        for (at, marks) in by_line {
            let touched = self.span(at, marks.iter().flat_map(Mark::keys));
            let from = self.lines.get_mut(at).map_or(0, |line| line.take_in(marks, touched));
            self.note(at, from);
        }
    }
}

impl Known {
    /// The first and the last of a line's turns that have any of these keys.
    fn span(&self, line: usize, keys: impl Iterator<Item = u64>) -> Option<(usize, usize)> {
        let places = keys.filter_map(|key| self.by_key.get(&key)).filter(|(at, _)| *at as usize == line);
        places.map(|(_, turn)| *turn as usize).fold(None, |span, turn| match span {
            None => Some((turn, turn)),
            Some((first, last)) => Some((turn.min(first), turn.max(last))),
        })
    }
}

fn name_of(conversation: &Conversation) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&conversation.source, conversation.whole(), conversation.id.is_some(), &conversation.channel)
        .hash(&mut hasher);
    hasher.finish()
}
