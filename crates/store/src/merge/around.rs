//! Conversations as they will be, and which of their stored scenes are read with other neighbours than before.

use std::collections::HashMap;
use std::ops::Range;

use naragtive_scene::Scenes;

use super::entry::Entry;
use super::families::{Families, Fate};
use super::hash::short_hash;
use super::incoming::IncomingScenes;
use super::{Member, MergePlan};

/// How many scenes before one in its channel it may be read with.
pub const BEFORE: usize = 2;
/// How many scenes behind one in its channel it may be read with.
pub const AFTER: usize = 1;

/// The places that one in a channel of so many scenes is read with, itself among them.
pub fn read_with(at: usize, scenes: usize) -> Range<usize> {
    at.saturating_sub(BEFORE)..(at + 1 + AFTER).min(scenes)
}

/// The neighbours of a scene, by their numbers, filled up with numbers that none has.
type Around = [u32; BEFORE + AFTER];

/// Every conversation that incoming scenes belong to, channel by channel, each scene with its neighbours.
pub(super) fn channels(families: &Families<'_>) -> Vec<Vec<Member>> {
    let entries = &families.entries;
    let stored = (0..entries.len()).filter(|at| entries[*at].row.is_some());
    let before = by_channel(stored.map(|at| ((families.first_home(at), entries[at].was_in), at)));
    // What is new had no neighbours; it is read anew anyway.
    let mut was = vec![[u32::MAX; BEFORE + AFTER]; entries.len()];
    for channel in &before {
        for (at, entry) in channel.iter().enumerate() {
            was[*entry as usize] = around(channel, at);
        }
    }
    drop(before);
    let mut found = Vec::new();
    for family in families.families.iter().filter(|family| family.touched) {
        for channel in by_channel(family.members.iter().map(|at| (families.fact(*at).channel, *at))) {
            let member = |(at, entry): (usize, &u32)| {
                let now = around(&channel, at);
                let entry = *entry as usize;
                let same = |near: &u32| entries.get(*near as usize).is_none_or(|near| !near.changed);
                let as_before = was[entry] == now && now.iter().all(same);
                member(&entries[entry], !as_before)
            };
            found.push(channel.iter().enumerate().map(member).collect());
        }
    }
    found
}

/// Scenes that don't say where they come from have those for neighbours that come with them and have the same name for
/// what they are a part of.
pub(super) fn unknown(
    scenes: &(impl Scenes + ?Sized),
    incoming: &IncomingScenes,
    plan: &MergePlan,
) -> Vec<Vec<Member>> {
    let unknown = (0..scenes.len()).filter(|at| !incoming.is_known(*at));
    let groups = unknown.map(|at| {
        let scene = scenes.scene(at);
        (short_hash([scene.group().unwrap_or_default().as_bytes()]), at)
    });
    let member = |at: &u32| {
        let at = *at as usize;
        let changed = plan.fates.get(at) == Some(&Fate::New);
        Member { row: None, incoming: Some(at), changed, affected: changed }
    };
    by_channel(groups).iter().map(|channel| channel.iter().map(member).collect()).collect()
}

fn member(entry: &Entry, other: bool) -> Member {
    let Entry { row, incoming, changed, .. } = *entry;
    Member { row, incoming, changed, affected: changed || other }
}

/// The scenes of each channel, in order.
fn by_channel<K: Eq + std::hash::Hash>(scenes: impl Iterator<Item = (K, usize)>) -> Vec<Vec<u32>> {
    let (mut places, mut channels) = (HashMap::new(), Vec::<Vec<u32>>::new());
    for (channel, scene) in scenes {
        let scene = u32::try_from(scene).unwrap_or(u32::MAX);
        let place = *places.entry(channel).or_insert(channels.len());
        match channels.get_mut(place) {
            Some(channel) => channel.push(scene),
            None => channels.push(vec![scene]),
        }
    }
    channels
}

fn around(channel: &[u32], at: usize) -> Around {
    let mut found = [u32::MAX; BEFORE + AFTER];
    let before = channel.get(at.saturating_sub(BEFORE)..at).unwrap_or_default();
    found.iter_mut().zip(before).for_each(|(place, scene)| *place = *scene);
    let after = channel.iter().skip(at + 1);
    found.iter_mut().skip(BEFORE).zip(after).for_each(|(place, scene)| *place = *scene);
    found
}
