use std::collections::HashSet;

use super::super::entry::Entry;
use super::super::fact::Fact;
use super::super::pairing::Paired;
use super::{Families, Fate};

/// Where scenes stand in their family.
impl Families<'_> {
    /// Puts the scenes into the family, each in its place.
    pub(super) fn settle(
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
        // An older export has an older wording.
        let is_older = old.wording > fact.wording && old.turns == 0 && fact.turns == 0;
        let entry = &mut self.entries[member];
        if same || is_older {
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
