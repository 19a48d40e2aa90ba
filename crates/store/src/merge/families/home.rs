use std::collections::{BTreeMap, BTreeSet, HashMap};

use naragtive_scene::align;

use super::super::entry::{TextOf, TextReader};
use super::super::fact::{Fact, FactKind};
use super::super::overlap::overlap;
use super::super::pairing::begins;
use super::{Families, Group, in_order};
use crate::StoreError;

/// Which family scenes belong to.
impl Families<'_> {
    /// The family that a group belongs to. Families that it shows to be one become one.
    pub(super) fn home_of(
        &mut self,
        group: &Group<'_>,
        facts: &[Fact],
        texts: &mut TextReader<'_>,
    ) -> Result<usize, StoreError> {
        let named = [Some(group.key), group.file].into_iter().flatten();
        let mut found: BTreeSet<usize> =
            named.filter_map(|key| self.by_key.get(&key)).map(|home| self.root(*home)).collect();
        // A conversation with an id of its own is no part of another one.
        if group.file.is_some() {
            found.extend(self.with_scenes_of(group.scenes, facts));
            found.extend(self.with_the_ids_of(group.scenes, facts));
            found.extend(self.with_halves_of(group.scenes, facts, texts)?);
        }
        if found.is_empty() {
            for key in group.moved {
                let Some(home) = self.by_key.get(key).map(|home| self.root(*home)) else { continue };
                let paired = self.pair(home, group.scenes, facts, texts)?;
                let same = paired.of_new.iter().flatten().count();
                if same * 2 >= group.scenes.len().min(self.families[home].members.len()) && same > 0 {
                    found.insert(home);
                    break;
                }
            }
        }
        if found.is_empty() && group.scenes.iter().all(|scene| facts[*scene].kind == FactKind::Placed) {
            found = self.overlapping(group.scenes, facts);
        }
        let mut found = found.into_iter();
        let Some(first) = found.next() else { return Ok(self.open(group.key, group.label)) };
        found.for_each(|other| self.unite(first, other));
        self.by_key.entry(group.key).or_insert(first);
        Ok(first)
    }

    /// The families of files that have scenes of a group. Where no more than the minute is known they have to overlap it: what
    /// somebody says to many in one minute makes no one chat of theirs.
    fn with_scenes_of(&self, scenes: &[usize], facts: &[Fact]) -> Vec<usize> {
        let strong = scenes.iter().map(|scene| &facts[*scene]).filter(|fact| fact.kind != FactKind::Placed);
        let mut homes: BTreeMap<usize, bool> = BTreeMap::new();
        for fact in strong {
            let Some(entry) = self.by_token.get(&fact.token) else { continue };
            *homes.entry(self.family_of(*entry)).or_default() |= fact.own.is_some() || !fact.is_coarse();
        }
        if homes.is_empty() {
            return Vec::new();
        }
        let own: Vec<&Fact> = in_order(scenes, facts).into_iter().map(|scene| &facts[scene]).collect();
        let overlaps = |home: &usize| {
            let members = self.families[*home].members.iter();
            let known: Vec<&Fact> = members.map(|member| self.fact(*member)).collect();
            covers(&known, &own, |fact| fact.token) || covers(&known, &own, slot)
        };
        let is_one = |(home, is_sure): (usize, bool)| (is_sure || overlaps(&home)).then_some(home);
        homes.into_iter().filter_map(is_one).collect()
    }

    /// The families of files that have ids and moments in common with a group. One that goes by another author now is the
    /// same message; but ids are often numbers, which any chat has, so at least half of those that are the same must agree
    /// in the author or the text.
    fn with_the_ids_of(&self, scenes: &[usize], facts: &[Fact]) -> Vec<usize> {
        let mut found: HashMap<usize, [usize; 2]> = HashMap::new();
        for fact in scenes.iter().map(|scene| &facts[*scene]) {
            let Some(entry) = fact.anyones.and_then(|own| self.by_anyones.get(&own)) else { continue };
            let other = self.fact(*entry as usize);
            let [shared, agreed] = found.entry(self.family_of(*entry as usize)).or_default();
            *shared += 1;
            *agreed += usize::from(other.text == fact.text || other.speaker == fact.speaker);
        }
        let same = found.into_iter().filter(|(_, [shared, agreed])| agreed * 2 >= *shared);
        same.map(|(family, _)| family).collect()
    }

    /// The families of files that have half of what a group has whole, or the other way round: said by the same speaker in
    /// the same second, and one is the beginning of the other, up to the end of a paragraph.
    fn with_halves_of(
        &self,
        scenes: &[usize],
        facts: &[Fact],
        texts: &mut TextReader<'_>,
    ) -> Result<Vec<usize>, StoreError> {
        /// So many texts are read for that.
        const LOOKED_AT: usize = 64;
        let halves = scenes.iter().filter_map(|scene| {
            let fact = facts.get(*scene).filter(|fact| fact.kind == FactKind::Said && !fact.is_coarse())?;
            let entry = *self.by_said.get(&fact.said?)? as usize;
            let other = self.fact(entry);
            (other.text != fact.text && other.turns != fact.turns).then_some((*scene, entry))
        });
        let mut found = Vec::new();
        for (scene, entry) in halves.take(LOOKED_AT) {
            let Some(text) = self.entries[entry].text() else { continue };
            let wordings = texts(&[text, TextOf::Incoming(scene)])?;
            let [before, now] = wordings.as_slice() else { continue };
            found.extend((begins(before, now) || begins(now, before)).then(|| self.family_of(entry)));
        }
        Ok(found)
    }

    /// The families of other files that a group of scenes without ids and moments overlaps.
    fn overlapping(&self, scenes: &[usize], facts: &[Fact]) -> BTreeSet<usize> {
        let texts = scenes.iter().filter_map(|scene| self.by_text.get(&facts[*scene].text));
        let homes: BTreeSet<usize> = texts.flatten().map(|entry| self.family_of(*entry as usize)).collect();
        let new: Vec<&Fact> = scenes.iter().map(|scene| &facts[*scene]).collect();
        let overlaps = |home: &usize| {
            let old: Vec<&Fact> =
                self.families[*home].members.iter().map(|member| self.fact(*member)).collect();
            overlap(&old, &new)
        };
        homes.into_iter().filter(overlaps).collect()
    }
}

/// Whether two lists overlap: from the beginning of one to the end of one, more than half of the scenes are in both, by what
/// tells one from another.
fn covers<K: Copy + Eq + std::hash::Hash>(known: &[&Fact], own: &[&Fact], key: impl Fn(&Fact) -> K) -> bool {
    let keys = |facts: &[&Fact]| facts.iter().map(|fact| key(fact)).collect::<Vec<K>>();
    let pairs = align(&keys(known), &keys(own));
    let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else { return false };
    let before = first.0.min(first.1);
    let behind = (known.len() - last.0 - 1).min(own.len() - last.1 - 1);
    pairs.len() * 2 > before + behind + 1 + (last.0 - first.0).max(last.1 - first.1)
}

/// Who says something when: the same of an edit.
fn slot(fact: &Fact) -> (Option<i64>, u128) {
    match fact.moment {
        Some(moment) => (Some(moment), u128::from(fact.speaker)),
        None => (None, fact.token),
    }
}
