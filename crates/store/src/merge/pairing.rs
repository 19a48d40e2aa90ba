//! The scenes of a conversation held against those of a file: which is which, and which is another wording of which.

mod edited;

use std::collections::{BTreeSet, HashMap};

use naragtive_scene::{align, once};
use naragtive_text::canonical;

use super::entry::{Entry, TextReader};
use super::fact::Fact;
use crate::StoreError;

/// Scenes whose every turn is in others, by their places among the old and the new ones.
#[derive(Debug, Default)]
pub(super) struct Across {
    /// Old ones that are superseded, all of them, by new ones or what these have become.
    pub(super) covered: BTreeSet<usize>,
    /// New ones that say nothing new.
    pub(super) held: BTreeSet<usize>,
}

/// The scenes of a family beside those of a group, by their places in both.
pub(super) struct Pairing<'a> {
    pub(super) old: Vec<Old<'a>>,
    pub(super) new: Vec<&'a Fact>,
    pub(super) scenes: &'a [usize],
    /// For each old one the new one that it is, and the other way round.
    pub(super) of_old: Vec<Option<usize>>,
    pub(super) of_new: Vec<Option<usize>>,
    /// Pairs that ascend in both.
    anchors: Vec<(usize, usize)>,
    /// Scenes that are cut elsewhere.
    pub(super) across: Across,
}

/// A scene of a family, and what is known of it.
pub(super) struct Old<'a> {
    pub(super) entry: &'a Entry,
    pub(super) fact: &'a Fact,
}

/// Which of a family's scenes each incoming one is, and which of these pairs ascend.
pub(super) struct Paired {
    pub(super) of_new: Vec<Option<usize>>,
    pub(super) anchors: Vec<(usize, usize)>,
    /// The last scene, where it is the beginning of one that is known whole.
    pub(super) half: Option<usize>,
    /// Scenes that are cut elsewhere.
    pub(super) across: Across,
}

/// Finds for each of the scenes which of the old ones it is.
pub(super) fn pair(
    old: Vec<Old<'_>>,
    scenes: &[usize],
    facts: &[Fact],
    texts: &mut TextReader<'_>,
) -> Result<Paired, StoreError> {
    let new: Vec<&Fact> = scenes.iter().map(|scene| &facts[*scene]).collect();
    let tokens = |facts: &mut dyn Iterator<Item = &Fact>| facts.map(|fact| fact.token).collect::<Vec<_>>();
    let anchors = align(&tokens(&mut old.iter().map(|old| old.fact)), &tokens(&mut new.iter().copied()));
    let (of_old, of_new) = (vec![None; old.len()], vec![None; new.len()]);
    let (anchored, across) = (Vec::new(), Across::default());
    let mut pairing = Pairing { old, new, scenes, of_old, of_new, anchors: anchored, across };
    anchors.into_iter().for_each(|(old, new)| pairing.join(old, new));
    pairing.anchors = pairing.joined();
    pairing.join_moved();
    pairing.join_cut_anew();
    pairing.join_answered_anew();
    pairing.join_edited(texts)?;
    let half = pairing.half(texts)?;
    Ok(Paired { of_new: pairing.of_new, anchors: pairing.anchors, half, across: pairing.across })
}

impl Pairing<'_> {
    pub(super) fn join(&mut self, old: usize, new: usize) {
        (self.of_old[old], self.of_new[new]) = (Some(new), Some(old));
    }

    fn joined(&self) -> Vec<(usize, usize)> {
        self.of_old.iter().enumerate().filter_map(|(old, new)| Some((old, (*new)?))).collect()
    }

    fn is_left_old(&self, at: usize) -> bool {
        self.of_old[at].is_none() && !self.across.covered.contains(&at)
    }

    fn is_left_new(&self, at: usize) -> bool {
        self.of_new[at].is_none() && !self.across.held.contains(&at)
    }

    fn left_old(&self) -> impl Iterator<Item = usize> {
        (0..self.old.len()).filter(|at| self.is_left_old(*at))
    }

    fn left_new(&self) -> impl Iterator<Item = usize> {
        (0..self.new.len()).filter(|at| self.is_left_new(*at))
    }

    /// Joins what is left once on both sides, in another order.
    fn join_moved(&mut self) {
        let old = once(self.left_old().map(|at| (self.old[at].fact.token, at)));
        let new = once(self.left_new().map(|at| (self.new[at].token, at)));
        self.join_same(&old, &new);
    }

    /// Old scenes all of whose turns are in new ones, which are cut elsewhere: the one that has the first of them takes the
    /// place of each, unless it has one. What somebody says again and again without a date has to be there as often.
    fn join_cut_anew(&mut self) {
        let mut first_in: HashMap<u64, (usize, usize)> = HashMap::new();
        for (at, fact) in self.new.iter().enumerate() {
            fact.keys().iter().for_each(|key| first_in.entry(*key).or_insert((at, 0)).1 += 1);
        }
        if first_in.is_empty() {
            return;
        }
        let mut often: HashMap<u64, usize> = HashMap::new();
        let keys = self.old.iter().flat_map(|old| old.fact.keys());
        keys.filter(|key| first_in.contains_key(key)).for_each(|key| *often.entry(*key).or_default() += 1);
        let is_in_new = |key: &u64| first_in.get(key).is_some_and(|(_, count)| often.get(key) <= Some(count));
        for at in self.left_old().collect::<Vec<_>>() {
            let keys = self.old[at].fact.keys();
            let Some((new, _)) = keys.first().and_then(|key| first_in.get(key)).copied() else { continue };
            if !keys.iter().all(is_in_new) {
                continue;
            }
            if self.of_new[new].is_none() {
                self.join(at, new);
            } else {
                self.across.covered.insert(at);
            }
        }
    }

    /// What begins with the same turn, in files of one name, and has half of the turns in common, and as many others as the old
    /// one has: these were made anew. What has fewer may be a part of it. A file of another name may be a branch, in which the
    /// chat went on otherwise; both are true then.
    fn join_answered_anew(&mut self) {
        let first = |fact: &Fact| {
            let key = fact.keys().first().copied().filter(|_| fact.keys().len() > 1 && fact.moment.is_some());
            Some((key?, fact.file_name()?))
        };
        let old = once(self.left_old().filter_map(|at| Some((first(self.old[at].fact)?, at))));
        if old.is_empty() {
            return;
        }
        let new = once(self.left_new().filter_map(|at| Some((first(self.new[at])?, at))));
        let mut same: Vec<(usize, usize)> =
            new.iter().filter_map(|(key, at)| Some((old.get(key).copied()??, (*at)?))).collect();
        same.retain(|(old, new)| {
            let (old, new) = (self.old[*old].fact.keys(), self.new[*new].keys());
            let common = old.iter().filter(|key| new.contains(key)).count();
            common * 2 >= old.len() && common < new.len() && new.len() >= old.len()
        });
        same.sort_unstable();
        same.into_iter().for_each(|(old, new)| self.join(old, new));
    }

    fn join_same<K: Eq + std::hash::Hash>(
        &mut self,
        old: &HashMap<K, Option<usize>>,
        new: &HashMap<K, Option<usize>>,
    ) {
        let mut same: Vec<_> =
            new.iter().filter_map(|(key, at)| Some((old.get(key).copied()??, (*at)?))).collect();
        same.sort_unstable();
        same.into_iter().for_each(|(old, new)| self.join(old, new));
    }
}

/// Whether `whole` goes on with another paragraph where `half` ends.
pub(super) fn begins(half: &str, whole: &str) -> bool {
    let [half, whole] = [half, whole].map(canonical);
    whole.strip_prefix(half.as_ref()).is_some_and(|rest| rest.starts_with("\n\n"))
}
