//! What becomes of incoming scenes, one file or conversation after the other, each against what is stored by then.

mod home;
mod settle;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::NonZeroU64;

use super::entry::{Entry, TextReader};
use super::fact::{Fact, FactKind, FamilyKey};
use super::pairing::{Old, Paired, pair};
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
        if !is_last && kind == FactKind::Placed {
            let same = self.by_text.entry(text).or_default();
            same.extend((same.len() < ALIKE).then_some(small(number)));
        } else if !is_last {
            self.by_token.entry(token).or_insert(number);
            if let Some(own) = anyones {
                self.by_anyones.entry(own).or_insert(small(number));
            }
            if let Some(said) = said.filter(|_| kind == FactKind::Said) {
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
        texts: &mut TextReader<'_>,
    ) -> Result<usize, StoreError> {
        let home = self.home_of(group, facts, texts)?;
        let ordered = in_order(group.scenes, facts);
        let paired = self.pair(home, &ordered, facts, texts)?;
        self.settle(home, (&ordered, group.is_last), &paired, facts, fates);
        self.families[home].touched = true;
        Ok(home)
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
        texts: &mut TextReader<'_>,
    ) -> Result<Paired, StoreError> {
        let old = self.families[home].members.iter().map(|member| &self.entries[*member]);
        let old = old.map(|entry| Old { entry, fact: self.fact_of(entry) }).collect();
        pair(old, scenes, facts, texts)
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
