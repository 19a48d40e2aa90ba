//! The turns of an export between those that are known of their conversation.
//!
//! What an export has is true of what lies between its first turn and its last: an answer that was made anew takes the place
//! of the known one, unless that was given or edited later. Before and behind that, and where it has nothing between two turns
//! that it has, the known ones stay. So a scene that it begins or ends within is cut as if the export had all of it, and so are
//! those behind it until one begins where it did: a cut depends on nothing before it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use naragtive_scene::{Conversation, Moment, Role, Turn, align, turn_key};
use naragtive_text::alike;

use super::line::KnownLine;
use super::{Known, name_of};

/// How many scenes are fetched at once behind an export, before it is looked where they are cut.
const BEHIND: usize = 4;
/// How many bytes different turns without dates have to have in common in two files of different names; of one this many
/// count at most: a greeting that all chats with a character begin with may be long.
const ENOUGH: usize = 120;
const MOST: usize = 60;
/// What stands for standard input, which is no name.
const INPUT: &str = "standard-input";

/// Which ends of a conversation the turns at hand have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edges {
    pub(crate) begins: bool,
    pub(crate) ends: bool,
}

/// Turns to be cut into scenes.
pub(crate) struct Woven<'a> {
    pub(crate) turns: Vec<Cow<'a, Turn>>,
    /// The file by whose name the conversation goes, where it is another one's.
    pub(crate) part_of: Option<Arc<str>>,
}

/// A turn on its way: one of the export, or a known one.
struct WovenItem<'a> {
    turn: Cow<'a, Turn>,
    /// The place of a known one in its line.
    known: Option<usize>,
}

/// What is known of an answer that was given later than the one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// It took that one's place: an export that was made before brings the one at hand.
    HereLater,
    /// It was given in a file of another name, a branch of the chat, say: both are true.
    InAnother,
}

impl Known {
    /// Puts turns between those that are known of their conversation, as far as scenes are cut otherwise then; none where
    /// nothing is known of it. `cut` says how many turns each scene has.
    pub(crate) fn weave<'a>(
        &self,
        conversation: &Conversation,
        turns: &[&'a Turn],
        edges: Edges,
        cut: &dyn Fn(&[&Turn]) -> Vec<usize>,
    ) -> Option<Woven<'a>> {
        if self.is_empty() {
            return None;
        }
        let keys: Vec<u64> = turns.iter().map(|turn| turn_key(conversation, turn)).collect();
        let named = self.by_name.get(&name_of(conversation)).copied();
        let at = named.or_else(|| self.line_with(conversation, &keys))?;
        let line = self.lines.get(at).filter(|line| !line.is_opaque)?;
        let pairs = self.pairs(at, line, &keys);
        let paired: HashSet<usize> = pairs.iter().map(|(_, own)| *own).collect();
        let moved = (0..keys.len()).filter(|at| !paired.contains(at)).filter_map(|at| keys.get(at).copied());
        let weaving = Weaving { known: self, line, conversation, turns, moved: moved.collect(), edges };
        let is_one = conversation.id.is_some() || weaving.is_one(&pairs, named.is_some());
        let (mut items, behind) = if is_one { weaving.items(&pairs)? } else { return None };
        weaving.go_on(&mut items, behind, cut);
        weaving.leave_out_unchanged(&mut items, cut);
        let part_of = line.label.clone().filter(|label| **label != *conversation.whole());
        Some(Woven { turns: items.into_iter().map(|item| item.turn).collect(), part_of })
    }

    /// The line that most of these turns are in, of a conversation that has no id.
    fn line_with(&self, conversation: &Conversation, keys: &[u64]) -> Option<usize> {
        if conversation.id.is_some() {
            return None;
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (line, _) in keys.iter().filter_map(|key| self.by_key.get(key)) {
            match found.iter_mut().find(|(at, _)| *at == *line as usize) {
                Some((_, count)) => *count += 1,
                None => found.push((*line as usize, 1)),
            }
        }
        found.retain(|(at, _)| self.lines.get(*at).is_some_and(|line| line.label.is_some()));
        found.into_iter().max_by_key(|(at, count)| (*count, usize::MAX - at)).map(|(at, _)| at)
    }

    /// The turns of a line that these are, each with its place in both.
    fn pairs(&self, at: usize, line: &KnownLine, keys: &[u64]) -> Vec<(usize, usize)> {
        let Some((first, last)) = self.span(at, keys.iter().copied()) else { return Vec::new() };
        let known = line.keys().get(first..=last).unwrap_or_default();
        align(known, keys).into_iter().map(|(old, new)| (first + old, new)).collect()
    }
}

/// Turns of an export beside a line.
struct Weaving<'k, 'a> {
    known: &'k Known,
    line: &'k KnownLine,
    conversation: &'k Conversation,
    turns: &'k [&'a Turn],
    /// The keys of those that the line doesn't have at the same place.
    moved: HashSet<u64>,
    edges: Edges,
}

impl<'a> Weaving<'_, 'a> {
    /// Whether a file without an id of its own is a part of the conversation: it overlaps what is known from the beginning of
    /// one to the end of one, with three of four turns the same; or it goes by the same name, and lies behind or before that. Of
    /// a file of the same name, only those turns count as different that were said among known ones.
    fn is_one(&self, pairs: &[(usize, usize)], is_named: bool) -> bool {
        let (Some(first), Some(last)) = (pairs.first(), pairs.last()) else {
            return is_named && *self.conversation.whole() != *INPUT && self.lies_in_a_gap();
        };
        let (known, own) = (self.line.keys().len(), self.turns.len());
        let length = if is_named {
            let around = [(0..first.0, 0..first.1), (last.0 + 1..known, last.1 + 1..own)];
            let within = pairs.windows(2).map(|two| (two[0].0 + 1..two[1].0, two[0].1 + 1..two[1].1));
            let opposed = around.into_iter().chain(within).map(|(known, own)| self.opposed(known, own));
            pairs.len() + opposed.sum::<usize>()
        } else {
            let before = first.0.min(first.1);
            let behind = (known - last.0 - 1).min(own - last.1 - 1);
            before + behind + 1 + (last.0 - first.0).max(last.1 - first.1)
        };
        if pairs.len() * 4 < length * 3 {
            return false;
        }
        let mut seen = HashSet::new();
        let undated = |turn: &&Turn| turn.moment.is_none();
        let same = || pairs.iter().filter_map(|(_, at)| self.turns.get(*at).copied());
        let different = same().filter(|turn| seen.insert(turn.text.as_str()));
        is_named || !same().all(|turn| undated(&turn)) || {
            different.map(|turn| turn.text.len().min(MOST)).sum::<usize>() >= ENOUGH
        }
    }

    /// How many turns stand against others between the same two: none where all of these were said between two known ones.
    fn opposed(&self, known: Range<usize>, own: Range<usize>) -> usize {
        let least = known.len().min(own.len());
        let ends = self.turns.get(own).and_then(|own| Some((moment(own.first()?)?, moment(own.last()?)?)));
        let Some((first, last)) = ends else { return least };
        let is_outside = |at: usize| self.line.moment(at).is_some_and(|at| at <= first || at >= last);
        if known.into_iter().all(is_outside) { 0 } else { least }
    }

    /// Whether no known turn lies between any two of these.
    fn lies_in_a_gap(&self) -> bool {
        let moments: Option<Vec<i64>> = self.turns.iter().map(|turn| moment(turn)).collect();
        let Some((first, last)) = moments.and_then(|all| all.first().copied().zip(all.last().copied()))
        else {
            return false;
        };
        let is_earlier = |at: &usize| self.line.moment(*at).is_some_and(|at| at <= first);
        let earlier = (0..self.line.keys().len()).rev().find(is_earlier).map_or(0, |at| at + 1);
        self.line.moment(earlier).is_none_or(|next| next >= last)
    }

    /// The turns, with the known ones before them and between them; and the first known one that lies behind them all.
    fn items(&self, pairs: &[(usize, usize)]) -> Option<(Vec<WovenItem<'a>>, usize)> {
        let (mut items, end) = (Vec::new(), self.line.keys().len());
        let (mut old, mut new) = (self.begin(pairs.first().copied())?, 0);
        for (next, own) in pairs {
            self.between(old..*next, new..*own, &mut items);
            items.push(if self.line.wording(*next) > self.turns.get(*own)?.wording() {
                self.fetch_all(*next..next + 1).pop()?
            } else {
                self.own(*own)?
            });
            (old, new) = (next + 1, own + 1);
        }
        let rest = new..self.turns.len();
        match self.answered_anew(old, rest.clone()) {
            Some(Elsewhere::HereLater) => return Some((items, old)),
            Some(Elsewhere::InAnother) => return None,
            None => {}
        }
        // Where no date tells, what is behind may as well have been said instead.
        let until = match self.turns.last().and_then(|turn| moment(turn)) {
            _ if rest.is_empty() => old,
            Some(last) => {
                (old..end).find(|at| self.line.moment(*at).is_none_or(|at| at > last)).unwrap_or(end)
            }
            None => end,
        };
        if pairs.is_empty() {
            self.among(old..until, &mut items);
        } else {
            items.extend(self.latest(old..until, rest));
        }
        Some((items, until))
    }

    /// The known turn from which on there may be another cut: where the scene begins that the first turn is in, or goes on
    /// with. `same` is the first known turn that is here too, and where it is.
    fn begin(&self, same: Option<(usize, usize)>) -> Option<usize> {
        let first = self.turns.first().and_then(|turn| moment(turn));
        let is_earlier =
            |at: &usize| self.line.moment(*at).zip(first).is_some_and(|(known, first)| known <= first);
        let start = |turn: usize| self.line.turns_of(self.line.scene_of(turn)).start;
        let end = same.map_or(self.line.keys().len(), |(same, _)| same);
        match same {
            Some(_) if !self.edges.begins => Some(end),
            Some((same, 0)) => Some(start(same)),
            Some((same, _)) if first.is_none() => Some(same),
            None if first.is_none() => None,
            _ => {
                let before = (0..end).rev().find(is_earlier);
                Some(before.map_or(0, |at| if self.edges.begins { start(at) } else { at + 1 }))
            }
        }
    }

    /// Known turns and others between the same two. Where there are others, they are what is true; but for known ones before
    /// all of them.
    fn between(&self, known: Range<usize>, own: Range<usize>, items: &mut Vec<WovenItem<'a>>) {
        let is_first = own.start == 0;
        let latest = self.latest(known.clone(), own.clone());
        let own = self.turns.get(own).unwrap_or_default();
        let first = own.first().copied().and_then(moment);
        let is_before = |turn: &Turn| {
            let is_earlier = moment(turn).zip(first).is_some_and(|(known, first)| known <= first);
            is_first && is_earlier && !own.iter().any(|own| is_edit(turn, own))
        };
        if own.is_empty() || is_first {
            let known = self.fetch(known).into_iter().filter(|(turn, _)| own.is_empty() || is_before(turn));
            items.extend(known.map(|(turn, at)| WovenItem { turn: Cow::Owned(turn), known: Some(at) }));
        }
        items.extend(latest);
    }

    /// These turns, those in their last wording that are known in a later one.
    fn latest(&self, known: Range<usize>, own: Range<usize>) -> Vec<WovenItem<'a>> {
        let edited = known.filter(|at| self.line.wording(*at) > 0);
        let mut edited: Vec<WovenItem<'a>> = edited.flat_map(|at| self.fetch_all(at..at + 1)).collect();
        let latest = |at: usize| {
            let item = self.own(at)?;
            let is_later = |known: &WovenItem<'_>| {
                known.turn.wording() > item.turn.wording() && is_edit(&known.turn, &item.turn)
            };
            let later = edited.iter().position(is_later);
            Some(later.map_or(item, |later| edited.swap_remove(later)))
        };
        own.filter_map(latest).collect()
    }

    /// Where the turns from here on are nothing but an answer, and a later one to the same question is known.
    fn answered_anew(&self, known: usize, own: Range<usize>) -> Option<Elsewhere> {
        let asked = own.start.checked_sub(1).and_then(|at| self.turns.get(at))?;
        let answer = self.turns.get(own)?;
        let is_answer = |turn: &Turn| turn.role == Role::Assistant;
        let last = moment(answer.last()?)?;
        let is_later = self.line.moment(known).is_some_and(|known| known > last);
        if asked.role != Role::User || !answer.iter().all(|turn| is_answer(turn)) || !is_later {
            return None;
        }
        let scene = (self.known.fetch)(&[self.line.number_of(self.line.scene_of(known))?]).pop()?;
        let origin = scene.origin.as_ref()?;
        let place = known - self.line.turns_of(self.line.scene_of(known)).start;
        let speaker = &answer.first()?.speaker;
        origin.said.get(place).filter(|said| is_answer(&said.turn) && said.turn.speaker == *speaker)?;
        let name = |file: &str| file.rsplit(['/', '\\']).next().map(str::to_owned);
        let is_same = self.conversation.id.is_some()
            || name(&origin.conversation.file) == name(&self.conversation.file);
        Some(if is_same { Elsewhere::HereLater } else { Elsewhere::InAnother })
    }

    /// Known turns and these, which have none in common, by time.
    fn among(&self, known: Range<usize>, items: &mut Vec<WovenItem<'a>>) {
        let mut known = self.fetch(known).into_iter().peekable();
        let item = |(turn, at): (Turn, usize)| WovenItem { turn: Cow::Owned(turn), known: Some(at) };
        for turn in self.turns {
            while let Some(before) = known.next_if(|(known, _)| moment(known) <= moment(turn)) {
                items.push(item(before));
            }
            items.push(WovenItem { turn: Cow::Borrowed(*turn), known: None });
        }
        items.extend(known.map(item));
    }

    fn own(&self, at: usize) -> Option<WovenItem<'a>> {
        self.turns.get(at).map(|turn| WovenItem { turn: Cow::Borrowed(*turn), known: None })
    }

    /// Known turns that are not here, each with its place.
    fn fetch(&self, turns: Range<usize>) -> Vec<(Turn, usize)> {
        let mut found = self.read(turns);
        // One that is here too, in another place, is not put there a second time.
        let is_here = |at: &usize| self.line.keys().get(*at).is_some_and(|key| self.moved.contains(key));
        found.retain(|(_, at)| !is_here(at));
        found
    }

    /// Known turns in place of those that are here.
    fn fetch_all(&self, turns: Range<usize>) -> Vec<WovenItem<'a>> {
        let item = |(turn, _)| WovenItem { turn: Cow::Owned(turn), known: None };
        self.read(turns).into_iter().map(item).collect()
    }

    /// Known turns, each with its place.
    fn read(&self, turns: Range<usize>) -> Vec<(Turn, usize)> {
        if turns.is_empty() {
            return Vec::new();
        }
        let scenes = self.line.scene_of(turns.start)..self.line.scene_of(turns.end - 1) + 1;
        let numbers: Vec<usize> = scenes.clone().filter_map(|scene| self.line.number_of(scene)).collect();
        let mut found = Vec::new();
        for (scene, fetched) in scenes.zip((self.known.fetch)(&numbers)) {
            let said = fetched.origin.iter().flat_map(|origin| &origin.said);
            let whole = said.map(|said| said.turn_in(&fetched.text, self.conversation));
            found.extend(whole.zip(self.line.turns_of(scene)));
        }
        found.retain(|(_, at)| turns.contains(at));
        found
    }

    /// Adds known turns behind until a scene begins where one did.
    fn go_on(&self, items: &mut Vec<WovenItem<'a>>, behind: usize, cut: &dyn Fn(&[&Turn]) -> Vec<usize>) {
        if !self.edges.ends {
            return;
        }
        let last = items.iter().rposition(|item| item.known.is_none()).map_or(0, |last| last + 1);
        let (mut next, mut step) = (behind, BEHIND);
        loop {
            let start = |at: &usize| {
                let known = items.get(*at).and_then(|item| item.known);
                known.is_some_and(|known| self.line.turns_of(self.line.scene_of(known)).start == known)
            };
            if let Some(end) = starts(items, cut).into_iter().filter(|at| *at >= last).find(start) {
                return items.truncate(end);
            }
            if next >= self.line.keys().len() {
                return;
            }
            let scene = self.line.scene_of(next);
            let end = self.line.turns_of((scene + step).min(self.line.scenes())).start;
            let more = self.fetch(next..end);
            items.extend(
                more.into_iter().map(|(turn, at)| WovenItem { turn: Cow::Owned(turn), known: Some(at) }),
            );
            (next, step) = (end, step * 2);
        }
    }

    /// Leaves out what is cut as it was, up to the first scene that has anything of the export.
    fn leave_out_unchanged(&self, items: &mut Vec<WovenItem<'a>>, cut: &dyn Fn(&[&Turn]) -> Vec<usize>) {
        let starts = starts(items, cut);
        let ends = starts.iter().skip(1).copied().chain([items.len()]);
        let is_as_it_was = |(start, end): &(usize, usize)| {
            let known: Option<Vec<usize>> =
                items.get(*start..*end).unwrap_or_default().iter().map(|item| item.known).collect();
            known.is_some_and(|known| {
                let scene = known.first().map(|first| self.line.turns_of(self.line.scene_of(*first)));
                scene.is_some_and(|scene| scene.eq(known.iter().copied()))
            })
        };
        let unchanged = starts.iter().copied().zip(ends).take_while(is_as_it_was).last();
        drop(items.drain(..unchanged.map_or(0, |(_, end)| end)));
    }
}

/// Where the scenes begin.
fn starts(items: &[WovenItem<'_>], cut: &dyn Fn(&[&Turn]) -> Vec<usize>) -> Vec<usize> {
    let turns: Vec<&Turn> = items.iter().map(|item| &*item.turn).collect();
    let mut at = 0;
    let start = |length: usize| {
        at += length;
        at - length
    };
    cut(&turns).into_iter().map(start).collect()
}

fn moment(turn: &Turn) -> Option<i64> {
    turn.moment.map(Moment::milliseconds)
}

/// Whether one turn is another wording of the other: said by the same speaker in the same moment, and where that is but a
/// minute, in much the same words.
fn is_edit(known: &Turn, own: &Turn) -> bool {
    let same = known.speaker == own.speaker && known.moment == own.moment;
    let is_coarse = moment(own).is_some_and(|moment| moment.rem_euclid(60_000) == 0);
    same && (!is_coarse || alike(&[&known.text], &[&own.text]))
}
