use std::collections::{BTreeSet, HashMap};

use super::super::entry::{TextOf, TextReader};
use super::super::fact::{Fact, FactKind};
use super::super::overlap::overlap;
use super::super::pairing::begins;
use super::{Families, Group};
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
            let strong =
                group.scenes.iter().map(|scene| &facts[*scene]).filter(|fact| fact.kind != FactKind::Placed);
            let same = strong.filter_map(|fact| self.by_token.get(&fact.token));
            found.extend(same.map(|entry| self.family_of(*entry)));
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
