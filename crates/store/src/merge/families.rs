//! What becomes of incoming scenes, one file or conversation after the other, each against what is stored by then.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::NonZeroU64;

use super::beside::{Old, Paired, begins, pair};
use super::entry::{Entry, TextOf, Texts};
use super::fact::{Fact, FamilyKey, Kind};
use super::overlap::overlap;
use crate::StoreError;

/// Conversations that are known, and all their scenes in order.
///
/// There may be a million scenes: a fact is kept once, and tokens only as long as somebody may ask for them.
#[derive(Debug)]
pub(super) struct Families<'a> {
    /// The facts of the incoming scenes.
    incoming: &'a [Fact],
    /// Those of stored ones.
    stored: Vec<Fact>,
    pub(super) entries: Vec<Entry>,
    home: Vec<u32>,
    pub(super) families: Vec<Family>,
    by_key: HashMap<FamilyKey, usize>,
    by_token: HashMap<u128, usize>,
    /// The first scene of each id, whoever is its author.
    by_anyones: HashMap<NonZeroU64, u32>,
    /// The first scene of each speaker and moment, where nothing else says what it is.
    by_said: HashMap<NonZeroU64, u32>,
    /// Scenes that have nothing but their texts, by these.
    by_text: HashMap<u64, Vec<u32>>,
    /// Rows whose scenes are in others now, all of them.
    dropped: Vec<usize>,
}

/// Of how many scenes with the same text note is taken.
const ALIKE: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Family {
    /// The file by whose name it goes.
    pub(super) label: String,
    /// Entries, in order.
    pub(super) members: Vec<usize>,
    /// The family that this one turned out to be a part of.
    part_of: Option<usize>,
    /// Whether incoming scenes belong to it.
    pub(super) touched: bool,
}

/// Scenes of one file or one conversation.
pub(super) struct Group<'a> {
    pub(super) key: FamilyKey,
    /// Where a file has no other name for its conversation: conversations that the file has parts of.
    pub(super) file: Option<FamilyKey>,
    pub(super) label: &'a str,
    /// Numbers of incoming scenes, in the order of the file.
    pub(super) scenes: &'a [usize],
    /// Stored conversations that may be this one in another folder.
    pub(super) moved: &'a [FamilyKey],
    /// Whether no other group comes behind it.
    pub(super) is_last: bool,
}

/// What a scene has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    New,
    /// It takes the place of this row.
    Updated(usize),
    /// It is stored already, or comes twice.
    AlreadyThere,
}

impl<'a> Families<'a> {
    /// None yet, for incoming scenes of these facts.
    pub(super) fn of(incoming: &'a [Fact]) -> Self {
        Self {
            incoming,
            stored: Vec::new(),
            entries: Vec::new(),
            home: Vec::new(),
            families: Vec::new(),
            by_key: HashMap::new(),
            by_token: HashMap::new(),
            by_anyones: HashMap::new(),
            by_said: HashMap::new(),
            by_text: HashMap::new(),
            dropped: Vec::new(),
        }
    }

    /// What is known of an entry.
    pub(super) fn fact(&self, entry: usize) -> &Fact {
        self.fact_of(&self.entries[entry])
    }

    fn fact_of(&self, entry: &Entry) -> &Fact {
        self.incoming.get(entry.fact).unwrap_or_else(|| &self.stored[entry.fact - self.incoming.len()])
    }

    /// Takes in a stored scene; they come in the order of their rows.
    pub(super) fn add_stored(
        &mut self,
        keys: [FamilyKey; 2],
        label: &str,
        row: usize,
        fact: Fact,
        adopted: bool,
    ) {
        let home = self.by_key.get(&keys[0]).map(|home| self.root(*home));
        let home = home.unwrap_or_else(|| self.open(keys[0], label));
        for key in keys {
            self.by_key.entry(key).or_insert(home);
        }
        let entry = Entry {
            was_in: fact.channel,
            fact: self.incoming.len() + self.stored.len(),
            row: Some(row),
            incoming: None,
            changed: false,
            adopted,
            says_more: false,
            renamed: false,
            regrouped: false,
        };
        self.stored.push(fact);
        let entry = self.add(entry, home, false);
        self.families[home].members.push(entry);
    }

    pub(super) fn root(&self, mut family: usize) -> usize {
        while let Some(next) = self.families[family].part_of {
            family = next;
        }
        family
    }

    /// Rows whose scenes go to another channel or conversation.
    pub(super) fn regrouped(&self) -> HashSet<usize> {
        let other = self.entries.iter().filter(|entry| entry.regrouped || entry.renamed || entry.adopted);
        other.filter_map(|entry| entry.row).collect()
    }

    /// Rows that are no more: their scenes are in others, all of them.
    pub(super) fn dropped(&self) -> BTreeSet<usize> {
        self.dropped.iter().copied().collect()
    }

    /// The family that an entry was taken into at first.
    pub(super) fn first_home(&self, entry: usize) -> usize {
        self.home[entry] as usize
    }

    pub(super) fn family_of(&self, entry: usize) -> usize {
        self.root(self.first_home(entry))
    }

    fn open(&mut self, key: FamilyKey, label: &str) -> usize {
        self.families.push(Family { label: label.to_owned(), ..Family::default() });
        self.by_key.insert(key, self.families.len() - 1);
        self.families.len() - 1
    }

    /// Adds an entry; `is_last` where nobody will ask for it by its token.
    fn add(&mut self, entry: Entry, home: usize, is_last: bool) -> usize {
        let number = self.entries.len();
        // As many families as scenes at most, and of those fewer than 2³² in any file.
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let Fact { kind, token, anyones, said, text, .. } = *self.fact_of(&entry);
        if !is_last && kind == Kind::Placed {
            let same = self.by_text.entry(text).or_default();
            same.extend((same.len() < ALIKE).then_some(small(number)));
        } else if !is_last {
            self.by_token.entry(token).or_insert(number);
            if let Some(own) = anyones {
                self.by_anyones.entry(own).or_insert(small(number));
            }
            if let Some(said) = said.filter(|_| kind == Kind::Said) {
                self.by_said.entry(said).or_insert(small(number));
            }
        }
        self.entries.push(entry);
        self.home.push(small(home));
        number
    }

    /// Decides about the scenes of a group.
    pub(super) fn take(
        &mut self,
        group: &Group<'_>,
        facts: &[Fact],
        fates: &mut [Fate],
        texts: &mut Texts<'_>,
    ) -> Result<usize, StoreError> {
        let home = self.home_of(group, facts, texts)?;
        let ordered = in_order(group.scenes, facts);
        let paired = self.pair(home, &ordered, facts, texts)?;
        self.settle(home, (&ordered, group.is_last), &paired, facts, fates);
        self.families[home].touched = true;
        Ok(home)
    }

    /// The family that a group belongs to. Families that it shows to be one become one.
    fn home_of(
        &mut self,
        group: &Group<'_>,
        facts: &[Fact],
        texts: &mut Texts<'_>,
    ) -> Result<usize, StoreError> {
        let named = [Some(group.key), group.file].into_iter().flatten();
        let mut found: BTreeSet<usize> =
            named.filter_map(|key| self.by_key.get(&key)).map(|home| self.root(*home)).collect();
        // A conversation with an id of its own is no part of another one.
        if group.file.is_some() {
            let strong =
                group.scenes.iter().map(|scene| &facts[*scene]).filter(|fact| fact.kind != Kind::Placed);
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
        if found.is_empty() && group.scenes.iter().all(|scene| facts[*scene].kind == Kind::Placed) {
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
        texts: &mut Texts<'_>,
    ) -> Result<Vec<usize>, StoreError> {
        /// So many texts are read for that.
        const LOOKED_AT: usize = 64;
        let halves = scenes.iter().filter_map(|scene| {
            let fact = facts.get(*scene).filter(|fact| fact.kind == Kind::Said && !fact.is_coarse())?;
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

    fn unite(&mut self, first: usize, other: usize) {
        let members = std::mem::take(&mut self.families[other].members);
        for member in &members {
            self.entries[*member].renamed = true;
        }
        self.families[other].part_of = Some(first);
        self.families[first].members.extend(members);
        self.families[first].touched = true;
        self.sort(first);
    }

    /// Orders a family by time, where every scene has one. Messages of one moment are ordered by the numbers they have for
    /// ids, if all have such, else they stay as they are.
    fn sort(&mut self, family: usize) {
        let mut members = std::mem::take(&mut self.families[family].members);
        sort_by_time(&mut members, |member| self.fact(*member));
        self.families[family].members = members;
    }

    /// Finds for each scene which of the family it is.
    fn pair(
        &self,
        home: usize,
        scenes: &[usize],
        facts: &[Fact],
        texts: &mut Texts<'_>,
    ) -> Result<Paired, StoreError> {
        let old = self.families[home].members.iter().map(|member| &self.entries[*member]);
        let old = old.map(|entry| Old { entry, fact: self.fact_of(entry) }).collect();
        pair(old, scenes, facts, texts)
    }

    /// Puts the scenes into the family, each in its place.
    fn settle(
        &mut self,
        home: usize,
        (scenes, is_last): (&[usize], bool),
        paired: &Paired,
        facts: &[Fact],
        fates: &mut [Fate],
    ) {
        let members = std::mem::take(&mut self.families[home].members);
        let covered: HashSet<usize> = paired.across.covered.iter().map(|at| members[*at]).collect();
        // What comes before each member, and behind the last one.
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); members.len() + 1];
        let first = paired.anchors.first().map_or(members.len(), |(old, _)| *old);
        let mut cursor = paired.of_new.iter().flatten().min().copied().unwrap_or(first).min(first);
        for (at, scene) in scenes.iter().enumerate() {
            match paired.of_new[at] {
                Some(old) => {
                    cursor = if old >= cursor { old + 1 } else { cursor };
                    if paired.half == Some(at) {
                        fates[*scene] = Fate::AlreadyThere;
                        continue;
                    }
                    fates[*scene] = self.meet(members[old], *scene, &facts[*scene], fates);
                }
                None if paired.across.held.contains(&at) => fates[*scene] = Fate::AlreadyThere,
                None => {
                    fates[*scene] = Fate::New;
                    let entry = Entry {
                        fact: *scene,
                        row: None,
                        incoming: Some(*scene),
                        changed: true,
                        adopted: false,
                        says_more: false,
                        renamed: false,
                        regrouped: false,
                        was_in: facts[*scene].channel,
                    };
                    let entry = self.add(entry, home, is_last);
                    before[cursor].push(entry);
                }
            }
        }
        let mut behind = before.pop().unwrap_or_default();
        let mut merged = Vec::with_capacity(members.len() + behind.len());
        for (member, new) in members.into_iter().zip(before) {
            merged.extend(new);
            merged.push(member);
        }
        merged.append(&mut behind);
        merged.retain(|member| !covered.contains(member));
        covered.into_iter().for_each(|member| self.leave_out(member, fates));
        self.families[home].members = merged;
        self.sort(home);
    }

    /// A member is in others now.
    fn leave_out(&mut self, member: usize, fates: &mut [Fate]) {
        let Entry { row, incoming, changed, .. } = self.entries[member];
        self.dropped.extend(row);
        if let Some(scene) = incoming.filter(|_| changed) {
            fates[scene] = Fate::AlreadyThere;
        }
    }

    /// A member comes again, as it is or changed.
    fn meet(&mut self, member: usize, scene: usize, fact: &Fact, fates: &mut [Fate]) -> Fate {
        let old = self.fact(member);
        let (same, regrouped) = (old.says_the_same(fact), old.channel != fact.channel);
        let says_more = old.keys().is_empty() && !fact.keys().is_empty();
        let entry = &mut self.entries[member];
        if same {
            entry.says_more |= says_more && entry.row.is_some();
            entry.incoming = entry.incoming.or(Some(scene));
            return Fate::AlreadyThere;
        }
        if let Some(earlier) = entry.incoming.filter(|_| entry.changed) {
            fates[earlier] = Fate::AlreadyThere;
        }
        entry.regrouped |= regrouped;
        (entry.fact, entry.incoming, entry.changed) = (scene, Some(scene), true);
        entry.row.map_or(Fate::New, Fate::Updated)
    }
}

/// The scenes of a file in their order: by time where every one has one. A file that begins with the newest is turned
/// round first, so that messages of one moment are too.
fn in_order(scenes: &[usize], facts: &[Fact]) -> Vec<usize> {
    let mut ordered = scenes.to_vec();
    let moments: Option<Vec<i64>> = scenes.iter().map(|scene| facts[*scene].moment).collect();
    let Some(moments) = moments else { return ordered };
    let steps =
        |wanted: std::cmp::Ordering| moments.windows(2).filter(|two| two[0].cmp(&two[1]) == wanted).count();
    if steps(std::cmp::Ordering::Greater) > steps(std::cmp::Ordering::Less) {
        ordered.reverse();
    }
    sort_by_time(&mut ordered, |scene| &facts[*scene]);
    ordered
}

fn sort_by_time<'a, T>(items: &mut [T], fact: impl Fn(&T) -> &'a Fact) {
    if items.iter().any(|item| fact(item).moment.is_none()) {
        return;
    }
    let numbered = items.iter().all(|item| fact(item).number.is_some());
    items.sort_by_key(|item| (fact(item).moment, fact(item).number.filter(|_| numbered)));
}
