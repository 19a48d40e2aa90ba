use std::collections::HashSet;
use std::sync::Arc;

use naragtive_scene::{Conversation, Scene};

use super::name_of;

/// What is kept of a scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// The name of its conversation and channel.
    pub(super) name: u64,
    /// The name that it would have by its file.
    pub(super) file: u64,
    /// The file by whose name the conversation goes; none of one with an id of its own.
    pub(super) label: Option<Arc<str>>,
    number: usize,
    /// Its turns; nothing where it doesn't say of which it is made.
    turns: Vec<KnownTurn>,
}

/// What is kept of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct KnownTurn {
    key: u64,
    moment: Option<i64>,
    /// See [`naragtive_scene::Turn::wording`].
    wording: u32,
}

impl Mark {
    /// None of a scene that doesn't say where it comes from.
    pub(super) fn of(scene: &Scene, number: usize) -> Option<Self> {
        let origin = scene.origin.as_ref()?;
        let turns = origin.said.iter().map(|said| KnownTurn {
            key: said.key,
            moment: said.turn.moment.map(naragtive_scene::Moment::milliseconds),
            wording: said.turn.wording(),
        });
        Some(Self {
            name: name_of(&origin.conversation),
            file: name_of(&Conversation { part_of: None, ..Conversation::clone(&origin.conversation) }),
            label: label(&origin.conversation),
            number,
            turns: turns.collect(),
        })
    }
}

impl Mark {
    /// The keys of its turns.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> {
        self.turns.iter().map(|turn| turn.key)
    }
}

fn label(conversation: &Conversation) -> Option<Arc<str>> {
    conversation.id.is_none().then(|| Arc::from(conversation.whole()))
}

/// A channel of a conversation: its turns in order, and which scenes they are in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct KnownLine {
    /// The file by whose name it goes; none where it has an id of its own.
    pub(super) label: Option<Arc<str>>,
    keys: Vec<u64>,
    moments: Vec<Option<i64>>,
    /// How late a wording each turn is; shorter by those at the end that were never edited.
    wordings: Vec<u32>,
    /// The first turn of each scene.
    starts: Vec<usize>,
    /// What each scene is fetched by.
    numbers: Vec<usize>,
    /// Whether scenes are among them that don't say of which turns they are made: nobody knows how they could be cut.
    pub(super) is_opaque: bool,
}

impl KnownLine {
    pub(super) fn new(label: Option<Arc<str>>) -> Self {
        Self { label, ..Self::default() }
    }

    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    pub(super) fn moment(&self, turn: usize) -> Option<i64> {
        self.moments.get(turn).copied().flatten()
    }

    pub(super) fn wording(&self, turn: usize) -> u32 {
        self.wordings.get(turn).copied().unwrap_or_default()
    }

    pub(super) fn scenes(&self) -> usize {
        self.starts.len()
    }

    /// The scene that a turn is in.
    pub(super) fn scene_of(&self, turn: usize) -> usize {
        self.starts.partition_point(|start| *start <= turn).saturating_sub(1)
    }

    /// The turns of a scene.
    pub(super) fn turns_of(&self, scene: usize) -> std::ops::Range<usize> {
        let start = |scene: usize| self.starts.get(scene).copied().unwrap_or(self.keys.len());
        start(scene)..start(scene + 1)
    }

    pub(super) fn number_of(&self, scene: usize) -> Option<usize> {
        self.numbers.get(scene).copied()
    }

    /// Adds a scene behind all others; the place of its first turn comes back.
    pub(super) fn push(&mut self, mark: Mark) -> usize {
        let from = self.keys.len();
        if mark.turns.is_empty() {
            self.is_opaque = true;
            return from;
        }
        self.starts.push(from);
        self.numbers.push(mark.number);
        self.keys.extend(mark.turns.iter().map(|turn| turn.key));
        self.moments.extend(mark.turns.iter().map(|turn| turn.moment));
        // Few turns are ever edited.
        if mark.turns.iter().any(|turn| turn.wording > 0) {
            self.wordings.resize(from, 0);
            self.wordings.extend(mark.turns.iter().map(|turn| turn.wording));
        }
        from
    }

    /// Takes in scenes that follow each other, in place of those all of whose turns they have. `touched` are the first and the
    /// last of the line's turns that they have. The place of the first turn that stands elsewhere than before comes back.
    pub(super) fn take_in(&mut self, new: Vec<Mark>, touched: Option<(usize, usize)>) -> usize {
        let keys: HashSet<u64> = new.iter().flat_map(Mark::keys).collect();
        let first = touched.map_or_else(|| self.place_for(&new), |(first, _)| self.scene_of(first));
        let last = touched.map_or(first, |(_, last)| self.scene_of(last) + 1);
        let behind: Vec<Mark> = (first..self.scenes()).filter_map(|scene| self.mark(scene)).collect();
        let from = self.turns_of(first).start;
        self.starts.truncate(first);
        self.numbers.truncate(first);
        self.keys.truncate(from);
        self.moments.truncate(from);
        self.wordings.truncate(from);
        let is_covered = |mark: &Mark| mark.keys().all(|key| keys.contains(&key));
        let (within, behind) = behind.split_at((last - first).min(behind.len()));
        let mut all = Vec::with_capacity(within.len() + new.len() + behind.len());
        let mut new = new.into_iter().peekable();
        for mark in within {
            if !is_covered(mark) {
                all.push(mark.clone());
                continue;
            }
            // The new ones up to that which has its first turn stand where it stood.
            let place = mark.keys().next();
            while let Some(next) =
                new.next_if(|next| !place.is_some_and(|key| next.keys().any(|own| own == key)))
            {
                all.push(next);
            }
            all.extend(new.next());
        }
        all.extend(new);
        all.extend(behind.iter().cloned());
        for mark in all {
            self.push(mark);
        }
        from
    }

    /// The scene before which scenes belong that have nothing in common with those that there are.
    fn place_for(&self, new: &[Mark]) -> usize {
        let first = new.first().and_then(|mark| mark.turns.first()).and_then(|turn| turn.moment);
        let is_earlier = |scene: &usize| {
            let start = self.moment(self.turns_of(*scene).start);
            start.zip(first).is_none_or(|(start, first)| start <= first)
        };
        (0..self.scenes()).rev().find(is_earlier).map_or(0, |scene| scene + 1)
    }

    fn mark(&self, scene: usize) -> Option<Mark> {
        let turns = self.turns_of(scene);
        let turns = turns.filter_map(|at| {
            Some(KnownTurn { key: *self.keys.get(at)?, moment: self.moment(at), wording: self.wording(at) })
        });
        // Names are asked of scenes that are new.
        Some(Mark { name: 0, file: 0, label: None, number: self.number_of(scene)?, turns: turns.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(number: usize, turns: &[u64]) -> Mark {
        let turn = |key: &u64| KnownTurn { key: *key, moment: Some(*key as i64), wording: (*key % 5) as u32 };
        let turns = turns.iter().map(turn).collect();
        Mark { name: 0, file: 0, label: None, number, turns }
    }

    fn line(marks: &[(usize, &[u64])]) -> KnownLine {
        let mut line = KnownLine::default();
        for (number, turns) in marks {
            line.push(mark(*number, turns));
        }
        line
    }

    #[test]
    fn scenes_take_the_place_of_those_whose_turns_they_have() {
        let old: &[(usize, &[u64])] = &[(0, &[1, 2]), (1, &[3]), (2, &[6, 7])];
        for (reason, new, expected, from) in [
            (
                "behind",
                &[(9, &[8_u64][..])][..],
                &[(0, &[1_u64, 2][..]), (1, &[3]), (2, &[6, 7]), (9, &[8])][..],
                5,
            ),
            ("goes on", &[(9, &[3, 4])], &[(0, &[1, 2]), (9, &[3, 4]), (2, &[6, 7])], 2),
            ("between", &[(9, &[4, 5])], &[(0, &[1, 2]), (1, &[3]), (9, &[4, 5]), (2, &[6, 7])], 3),
            (
                "cut anew",
                &[(8, &[2, 3]), (9, &[4])],
                &[(0, &[1, 2]), (8, &[2, 3]), (9, &[4]), (2, &[6, 7])],
                0,
            ),
            (
                "around one that is not here",
                &[(8, &[1, 2]), (9, &[6, 7])],
                &[(8, &[1, 2]), (1, &[3]), (9, &[6, 7])],
                0,
            ),
            ("the same", &[(9, &[6, 7])], &[(0, &[1, 2]), (1, &[3]), (9, &[6, 7])], 3),
        ] {
            let mut found = line(old);
            let keys: Vec<u64> = new.iter().flat_map(|(_, turns)| turns.iter().copied()).collect();
            let places = || (0..found.keys.len()).filter(|at| keys.contains(&found.keys[*at]));
            let touched = places().min().zip(places().max());
            let moved =
                found.take_in(new.iter().map(|(number, turns)| mark(*number, turns)).collect(), touched);
            assert_eq!((found, moved), (line(expected), from), "{reason}");
        }
    }

    #[test]
    fn a_scene_that_says_nothing_of_its_turns_makes_a_line_opaque() {
        let mut line = line(&[(0, &[1, 2])]);
        line.push(mark(1, &[]));
        assert!(line.is_opaque);
        assert_eq!((line.scene_of(0), line.scene_of(1), line.turns_of(0)), (0, 0, 0..2));
    }
}
