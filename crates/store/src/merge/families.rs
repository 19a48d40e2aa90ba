//! What becomes of incoming scenes, one file or conversation after the other, each against what is stored by then.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::num::NonZeroU64;

use super::align::align;
use super::alike::alike;
use super::fact::{Fact, FamilyKey, Kind};
use crate::StoreError;

/// Of how many scenes of one speaker and day the words are compared with those of another one.
const LOOKED_AT: usize = 16;

/// A scene of the store as it will be.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where its fact is: among those of the incoming scenes, or behind them.
    fact: usize,
    /// Its row; none if it is new.
    pub(super) row: Option<usize>,
    /// Which incoming scene it is or has become.
    pub(super) incoming: Option<usize>,
    /// Whether it is not what its row says.
    pub(super) changed: bool,
    /// Whether its row doesn't say where it comes from.
    pub(super) adopted: bool,
    /// Whether its conversation goes by another name than the row says.
    pub(super) renamed: bool,
    /// Whether it is in another channel than the row says.
    pub(super) regrouped: bool,
    /// The channel that its row says.
    pub(super) was_in: u64,
}

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
}

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

/// A text that has to be looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum TextOf {
    Row(usize),
    Incoming(usize),
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

type Texts<'a> = dyn FnMut(&[TextOf]) -> Result<Vec<String>, StoreError> + 'a;

/// The scenes of a family beside those of a group, by their places in both.
struct Beside<'a> {
    old: Vec<Old<'a>>,
    new: Vec<&'a Fact>,
    scenes: &'a [usize],
    /// For each old one the new one that it is, and the other way round.
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
    /// Pairs that ascend in both.
    anchors: Vec<(usize, usize)>,
}

/// A scene of a family, and what is known of it.
struct Old<'a> {
    entry: &'a Entry,
    fact: &'a Fact,
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
        let Fact { kind, token, .. } = *self.fact_of(&entry);
        if kind != Kind::Placed && !is_last {
            self.by_token.entry(token).or_insert(number);
        }
        self.entries.push(entry);
        // As many families as scenes at most, and of those fewer than 2³² in any file.
        self.home.push(u32::try_from(home).unwrap_or(u32::MAX));
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
        let mut found = found.into_iter();
        let Some(first) = found.next() else { return Ok(self.open(group.key, group.label)) };
        found.for_each(|other| self.unite(first, other));
        self.by_key.entry(group.key).or_insert(first);
        Ok(first)
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
        let old: Vec<Old<'_>> = old.map(|entry| Old { entry, fact: self.fact_of(entry) }).collect();
        let new: Vec<&Fact> = scenes.iter().map(|scene| &facts[*scene]).collect();
        let tokens =
            |facts: &mut dyn Iterator<Item = &Fact>| facts.map(|fact| fact.token).collect::<Vec<_>>();
        let anchors = align(&tokens(&mut old.iter().map(|old| old.fact)), &tokens(&mut new.iter().copied()));
        let (of_old, of_new) = (vec![None; old.len()], vec![None; new.len()]);
        let mut beside = Beside { old, new, scenes, of_old, of_new, anchors: Vec::new() };
        anchors.into_iter().for_each(|(old, new)| beside.join(old, new));
        beside.anchors = beside.joined();
        beside.join_moved();
        beside.join_edited(texts)?;
        let half = beside.half(texts)?;
        Ok(Paired { of_new: beside.of_new, anchors: beside.anchors, half })
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
                None => {
                    fates[*scene] = Fate::New;
                    let entry = Entry {
                        fact: *scene,
                        row: None,
                        incoming: Some(*scene),
                        changed: true,
                        adopted: false,
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
        self.families[home].members = merged;
        self.sort(home);
    }

    /// A member comes again, as it is or changed.
    fn meet(&mut self, member: usize, scene: usize, fact: &Fact, fates: &mut [Fate]) -> Fate {
        let old = self.fact(member);
        let (same, regrouped) = (old.says_the_same(fact), old.channel != fact.channel);
        let entry = &mut self.entries[member];
        if same {
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

/// Which of a family's scenes each incoming one is, and which of these pairs ascend.
struct Paired {
    of_new: Vec<Option<usize>>,
    anchors: Vec<(usize, usize)>,
    /// The last scene, where it is the beginning of one that is known whole.
    half: Option<usize>,
}

impl Beside<'_> {
    fn join(&mut self, old: usize, new: usize) {
        (self.of_old[old], self.of_new[new]) = (Some(new), Some(old));
    }

    fn joined(&self) -> Vec<(usize, usize)> {
        self.of_old.iter().enumerate().filter_map(|(old, new)| Some((old, (*new)?))).collect()
    }

    fn left_old(&self) -> impl Iterator<Item = usize> {
        (0..self.old.len()).filter(|at| self.of_old[*at].is_none())
    }

    fn left_new(&self) -> impl Iterator<Item = usize> {
        (0..self.new.len()).filter(|at| self.of_new[*at].is_none())
    }

    /// Joins what is left once on both sides, in another order.
    fn join_moved(&mut self) {
        let old = once(self.left_old().map(|at| (self.old[at].fact.token, at)));
        let new = once(self.left_new().map(|at| (self.new[at].token, at)));
        self.join_same(&old, &new);
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

    /// Joins earlier wordings with later ones.
    ///
    /// A scene that has nothing but its place, or was said by the same speaker in the same moment, replaces another one
    /// only where both files are shown to be versions of one: by scenes they have in common, or by their words. A loss
    /// can't be mended, a scene that is stored twice can.
    fn join_edited(&mut self, texts: &mut Texts<'_>) -> Result<(), StoreError> {
        let strong = self.anchors.iter().any(|(_, new)| self.new[*new].kind != Kind::Placed);
        let reworded = |beside: &Self, (old, new): (usize, usize)| {
            beside.new[new].kind == Kind::Placed && beside.old[old].fact.text != beside.new[new].text
        };
        let open = self.left_old().next().is_some() && self.left_new().next().is_some();
        if !open && !self.joined().into_iter().any(|pair| reworded(self, pair)) {
            return Ok(());
        }
        let versions = self.are_versions(texts)?;
        if !versions {
            for (old, new) in self.joined() {
                if reworded(self, (old, new)) {
                    (self.of_old[old], self.of_new[new]) = (None, None);
                }
            }
            let joined = self.joined();
            self.anchors.retain(|pair| joined.binary_search(pair).is_ok());
        }
        self.join_grown(texts)?;
        if strong || versions {
            let old = once(self.left_old().filter_map(|at| Some((self.old[at].fact.own?, at))));
            let new = once(self.left_new().filter_map(|at| Some((self.new[at].own?, at))));
            self.join_same(&old, &new);
            self.join_gaps(versions, texts)?;
        }
        Ok(())
    }

    /// Joins what the same speaker said in the same moment where one is the beginning of the other, up to the end of a
    /// paragraph: half an exchange and the whole of it.
    fn join_grown(&mut self, texts: &mut Texts<'_>) -> Result<(), StoreError> {
        let old = once(self.left_old().filter_map(|at| Some((self.old[at].fact.said?, at))));
        let new = once(self.left_new().filter_map(|at| Some((self.new[at].said?, at))));
        let mut pairs: Vec<(usize, usize)> =
            new.iter().filter_map(|(key, new)| Some((old.get(key).copied()??, (*new)?))).collect();
        pairs.sort_unstable();
        for (old, new) in pairs {
            let Some(text) = self.old[old].entry.text() else { continue };
            let before = texts(&[text])?.pop().unwrap_or_default();
            let now = texts(&[TextOf::Incoming(self.scenes[new])])?.pop().unwrap_or_default();
            if begins(&before, &now) || begins(&now, &before) {
                self.join(old, new);
            }
        }
        Ok(())
    }

    /// The last new scene, if it is the beginning of the old one that it is, up to the end of a paragraph: an export that
    /// was made in the middle of an exchange ends with half of it, and takes nothing from one that goes on.
    fn half(&self, texts: &mut Texts<'_>) -> Result<Option<usize>, StoreError> {
        let pair = self.of_new.last().copied().flatten().zip(self.new.len().checked_sub(1));
        let Some((old, new)) = pair.filter(|(old, new)| self.new[*new].bytes < self.old[*old].fact.bytes)
        else {
            return Ok(None);
        };
        let Some(text) = self.old[old].entry.text() else { return Ok(None) };
        let whole = texts(&[text])?.pop().unwrap_or_default();
        let half = texts(&[TextOf::Incoming(self.scenes[new])])?.pop().unwrap_or_default();
        Ok(begins(&half, &whole).then_some(new))
    }

    /// Whether old and new are versions of one text: at least half of the shorter one is the same, or their wordings are
    /// alike.
    fn are_versions(&self, texts: &mut Texts<'_>) -> Result<bool, StoreError> {
        let same =
            self.joined().into_iter().filter(|(old, new)| self.old[*old].fact.text == self.new[*new].text);
        let common: usize = same.map(|(_, new)| self.new[new].bytes as usize).sum();
        let old: usize = self.old.iter().map(|old| old.fact.bytes as usize).sum();
        let new: usize = self.new.iter().map(|fact| fact.bytes as usize).sum();
        if common > 0 && common * 2 >= old.min(new) {
            return Ok(true);
        }
        let changed =
            |at: &usize| self.of_old[*at].is_none_or(|new| self.new[new].text != self.old[*at].fact.text);
        let asked: Vec<TextOf> =
            (0..self.old.len()).filter(changed).filter_map(|at| self.old[at].entry.text()).collect();
        let changed =
            |at: &usize| self.of_new[*at].is_none_or(|old| self.old[old].fact.text != self.new[*at].text);
        let scenes = (0..self.new.len()).filter(changed).map(|at| TextOf::Incoming(self.scenes[at]));
        let (old, new) = (texts(&asked)?, texts(&scenes.collect::<Vec<_>>())?);
        let [old, new] = [&old, &new].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
        Ok(alike(&old, &new))
    }

    /// Joins what is left between the same two anchors.
    fn join_gaps(&mut self, versions: bool, texts: &mut Texts<'_>) -> Result<(), StoreError> {
        let anchors = std::mem::take(&mut self.anchors);
        let (mut from, mut at) = (0, 0);
        for (old, new) in anchors.iter().copied().chain([(self.old.len(), self.new.len())]) {
            let olds: Vec<usize> = (from..old).filter(|at| self.of_old[*at].is_none()).collect();
            let news: Vec<usize> = (at..new).filter(|at| self.of_new[*at].is_none()).collect();
            self.join_gap(&olds, &news, versions, texts)?;
            (from, at) = (old + 1, new + 1);
        }
        self.anchors = anchors;
        Ok(())
    }

    fn join_gap(
        &mut self,
        olds: &[usize],
        news: &[usize],
        versions: bool,
        texts: &mut Texts<'_>,
    ) -> Result<(), StoreError> {
        let mut said: HashMap<NonZeroU64, VecDeque<usize>> = HashMap::new();
        for old in olds {
            let said_then = self.old[*old].fact.said;
            said_then.into_iter().for_each(|key| said.entry(key).or_default().push_back(*old));
        }
        let placed = |fact: &Fact| fact.kind == Kind::Placed && fact.own.is_none();
        let mut old_placed =
            olds.iter().copied().filter(|at| placed(self.old[*at].fact)).collect::<VecDeque<_>>();
        for new in news {
            let fact = self.new[*new];
            let old = match fact.said.and_then(|key| said.get_mut(&key)) {
                Some(olds) if fact.is_of_a_day() => self.reworded(olds, *new, texts)?,
                Some(olds) => olds.pop_front(),
                None if versions && placed(fact) => old_placed.pop_front(),
                None => None,
            };
            old.into_iter().for_each(|old| self.join(old, *new));
        }
        Ok(())
    }

    /// Which of these a scene is another wording of, by its words.
    fn reworded(
        &self,
        olds: &mut VecDeque<usize>,
        new: usize,
        texts: &mut Texts<'_>,
    ) -> Result<Option<usize>, StoreError> {
        let now = texts(&[TextOf::Incoming(self.scenes[new])])?.pop().unwrap_or_default();
        for place in 0..olds.len().min(LOOKED_AT) {
            let Some(old) = olds.get(place).copied() else { break };
            let Some(text) = self.old[old].entry.text() else { continue };
            let before = texts(&[text])?.pop().unwrap_or_default();
            if alike(&[before.as_str()], &[now.as_str()]) {
                olds.remove(place);
                return Ok(Some(old));
            }
        }
        Ok(None)
    }
}

impl Entry {
    fn text(&self) -> Option<TextOf> {
        match (self.incoming, self.row) {
            (Some(scene), _) => Some(TextOf::Incoming(scene)),
            (None, row) => row.map(TextOf::Row),
        }
    }
}

/// Whether `whole` goes on with another paragraph where `half` ends.
fn begins(half: &str, whole: &str) -> bool {
    whole.strip_prefix(half.trim_end()).is_some_and(|rest| rest.starts_with("\n\n"))
}

/// Each key with its place, or with none where it comes more than once.
fn once<K: Eq + std::hash::Hash>(keys: impl Iterator<Item = (K, usize)>) -> HashMap<K, Option<usize>> {
    let mut places = HashMap::new();
    for (key, at) in keys {
        places.entry(key).and_modify(|place| *place = None).or_insert(Some(at));
    }
    places
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
