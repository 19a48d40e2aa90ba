//! Which incoming scenes a store has, which replace stored ones, and where the others belong.
//!
//! A message's identity is its own id within its conversation, else who, when and what; place only where nothing else is.
//! See `fact.rs` for what is compared, and `families.rs` for how. Scenes that don't say where they come from go by id and
//! text, as in stores of earlier versions.

mod across;
mod around;
mod entry;
mod fact;
mod families;
mod hash;
mod ids;
mod incoming;
mod order;
mod overlap;
mod pairing;
mod stored;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use naragtive_scene::{Scene, SceneId, Scenes};

pub use families::Fate;

use crate::{Store, StoreError, Version};
pub use around::{AFTER, BEFORE, read_with};
use entry::TextOf;
use families::{Families, Group};
use ids::Ids;
use incoming::IncomingScenes;
pub(crate) use order::{Insert, Piece};

/// What becomes of some incoming scenes in a store, so that only those are embedded that have to be.
#[derive(Debug, Clone, Default)]
pub struct MergePlan {
    /// What becomes of each scene.
    pub fates: Vec<Fate>,
    /// Every channel of every conversation that any of them belongs to, with all its scenes in order.
    pub channels: Vec<Vec<Member>>,
    /// The new ids of those whose number is another one in the whole conversation, or whose id belongs to another scene.
    ids: HashMap<usize, SceneId>,
    /// How many got another id because theirs belongs to another scene.
    renamed: Vec<usize>,
    /// The file by whose name the conversation of each scene goes, where that isn't its own.
    labels: HashMap<usize, Arc<str>>,
    /// The version of the store that this was planned for; none where there is none.
    pub(crate) base: Option<Version>,
    /// Scenes of [`Fate::New`] in the order of the store: those that belong before stored ones, then the others.
    pub(crate) inserts: Vec<Insert>,
    pub(crate) appended: Vec<Piece>,
    /// Rows whose scenes go to another channel or conversation.
    pub(crate) regrouped: HashSet<usize>,
    /// What other rows have to say about where they come from.
    pub(crate) origins: BTreeMap<usize, String>,
    /// Rows whose scenes are in others then, all of them.
    pub(crate) dropped: BTreeSet<usize>,
}

/// A scene of a channel as it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its row in the store that was planned for; none if it is new.
    pub row: Option<usize>,
    /// Which incoming scene it is.
    pub incoming: Option<usize>,
    /// Whether it is new or gets another text.
    pub changed: bool,
    /// Whether it has other neighbours than before, the two before it and the one behind it, or they other texts.
    pub affected: bool,
}

/// Says what merging these scenes into this store would do: rows have the numbers that they have in it. Where there is none,
/// everything is new.
///
/// # Errors
/// When the store can't be read.
pub fn plan(store: Option<&Store>, scenes: &(impl Scenes + ?Sized)) -> Result<MergePlan, StoreError> {
    let incoming = IncomingScenes::of(scenes);
    let mut plan = MergePlan { fates: vec![Fate::New; scenes.len()], ..MergePlan::default() };
    plan.base = store.map(Store::version).transpose()?;
    let mut ids = Ids::of(store, &incoming)?;
    let adopted = by_id(&mut ids, scenes, &incoming, &mut plan);
    let mut families = Families::of(&incoming.facts);
    let named = match store {
        Some(store) => stored::load(store, scenes, &incoming, &adopted, &mut families)?,
        None => HashMap::new(),
    };
    let mut read = |asked: &[TextOf]| texts(store, scenes, asked);
    let mut touched = Vec::new();
    for (at, group) in incoming.groups.iter().enumerate() {
        let moved = named.get(&group.name).filter(|_| group.placed).map_or(&[][..], Vec::as_slice);
        let (key, file, label) = (group.key, group.file, group.label.as_str());
        let is_last = at + 1 == incoming.groups.len();
        let group = Group { key, file, label, scenes: &group.scenes, moved, is_last };
        touched.push(families.take(&group, &incoming.facts, &mut plan.fates, &mut read)?);
    }
    plan.labels = labels(&families, &incoming, &touched);
    order::arrange(&families, &incoming, &mut plan);
    ids.give(store, scenes, &families, &incoming, &mut plan)?;
    order::note_origins(&families, store, scenes, &mut plan)?;
    keep_ids(store, &mut plan)?;
    plan.regrouped = families.regrouped();
    plan.dropped = families.dropped();
    plan.channels = around::channels(&families);
    plan.channels.extend(around::unknown(scenes, &incoming, &plan));
    Ok(plan)
}

impl MergePlan {
    /// How many scenes have this fate.
    pub fn count(&self, wanted: impl Fn(&Fate) -> bool) -> usize {
        self.fates.iter().filter(|fate| wanted(fate)).count()
    }

    /// IncomingScenes scenes that are new and belong behind all that is stored, in their order.
    pub fn appended(&self) -> impl Iterator<Item = usize> {
        self.appended.iter().skip(self.before_moved()).filter_map(Piece::incoming)
    }

    /// IncomingScenes scenes that are new and belong before stored ones, in their order.
    pub fn inserted(&self) -> impl Iterator<Item = usize> {
        let pieces = self.inserts.iter().map(|insert| &insert.piece);
        pieces.chain(self.appended.iter().take(self.before_moved())).filter_map(Piece::incoming)
    }

    /// How many pieces of the file's new end stand up to the last stored row that moves there: new ones among them have to be
    /// written with it, or they would come behind it.
    fn before_moved(&self) -> usize {
        self.appended.iter().rposition(|piece| piece.incoming().is_none()).map_or(0, |last| last + 1)
    }

    /// IncomingScenes scenes that replace stored ones, each with its row, in the order of the rows.
    pub fn updated(&self) -> Vec<(usize, usize)> {
        let updated = self.fates.iter().enumerate().filter_map(|(scene, fate)| match fate {
            Fate::Updated(row) => Some((scene, *row)),
            Fate::New | Fate::AlreadyThere => None,
        });
        let mut updated: Vec<_> = updated.collect();
        updated.sort_unstable_by_key(|(_, row)| *row);
        updated
    }

    /// Says that every incoming scene that is stored, and what is near it, is to be read with its neighbours anew.
    pub fn read_all_anew(&mut self) {
        for channel in &mut self.channels {
            let ours: Vec<usize> = (0..channel.len())
                .filter(|at| channel.get(*at).is_some_and(|it| it.incoming.is_some()))
                .collect();
            for at in ours {
                let near = at.saturating_sub(around::AFTER)..(at + around::BEFORE + 1).min(channel.len());
                channel.get_mut(near).into_iter().flatten().for_each(|member| member.affected = true);
            }
        }
    }

    /// Takes note that all is done but what comes behind the last row of the store, which is another file now.
    pub(crate) fn go_on(&mut self, base: Version) {
        self.base = Some(base);
        self.inserts.clear();
        self.origins.clear();
        self.dropped.clear();
        self.appended.drain(..self.before_moved());
    }

    /// The scene with number `at` as it will be stored: under the id it gets, in the conversation it belongs to.
    pub fn prepared(&self, at: usize, mut scene: Scene) -> Scene {
        if let Some(id) = self.ids.get(&at) {
            ids::rename(&mut scene, id.clone());
        }
        if let (Some(label), Some(origin)) = (self.labels.get(&at), &mut scene.origin) {
            let conversation = Arc::make_mut(&mut origin.conversation);
            conversation.part_of = Some(label.to_string());
        }
        scene
    }

    /// Whether this scene gets another id because its own belongs to another one.
    pub fn is_renamed(&self, at: usize) -> bool {
        self.renamed.binary_search(&at).is_ok()
    }
}

/// Decides about scenes that don't say where they come from; and finds the rows that don't, and are what others say.
fn by_id(
    ids: &mut Ids,
    scenes: &(impl Scenes + ?Sized),
    incoming: &IncomingScenes,
    plan: &mut MergePlan,
) -> HashMap<usize, usize> {
    let mut adopted = HashMap::new();
    for at in 0..scenes.len() {
        if incoming.is_known(at) && !ids.is_taken(incoming.id(at)) {
            continue;
        }
        let scene = scenes.scene(at);
        if incoming.is_known(at) {
            adopted.extend(ids.unknown_row(&scene.id, &scene.text).map(|row| (row, at)));
            continue;
        }
        match ids.place(&scene.id, &scene.text) {
            None => plan.fates[at] = Fate::AlreadyThere,
            Some(id) if id != scene.id => {
                plan.ids.insert(at, id);
                plan.renamed.push(at);
            }
            Some(_) => {}
        }
    }
    adopted
}

fn labels(families: &Families<'_>, incoming: &IncomingScenes, touched: &[usize]) -> HashMap<usize, Arc<str>> {
    let mut labels = HashMap::new();
    for (group, home) in incoming.groups.iter().zip(touched) {
        let label = &families.families[families.root(*home)].label;
        if group.file.is_some() && *label != group.label {
            let label: Arc<str> = Arc::from(label.as_str());
            labels.extend(group.scenes.iter().map(|scene| (*scene, Arc::clone(&label))));
        }
    }
    labels
}

/// What replaces a stored scene has its id.
fn keep_ids(store: Option<&Store>, plan: &mut MergePlan) -> Result<(), StoreError> {
    let Some(store) = store else { return Ok(()) };
    let (scenes, rows): (Vec<usize>, Vec<usize>) = plan.updated().into_iter().unzip();
    let ids = store.ids_of(&rows)?.into_iter().map(SceneId::new);
    plan.ids.extend(scenes.into_iter().zip(ids));
    Ok(())
}

fn texts(
    store: Option<&Store>,
    scenes: &(impl Scenes + ?Sized),
    asked: &[TextOf],
) -> Result<Vec<String>, StoreError> {
    let rows = asked.iter().filter_map(|text| match text {
        TextOf::Row(row) => Some(*row),
        TextOf::Incoming(_) => None,
    });
    let rows: Vec<usize> = rows.collect();
    let stored = store.map_or(Ok(Vec::new()), |store| store.texts_of(&rows))?;
    let mut stored = stored.into_iter();
    let text = |text: &TextOf| match text {
        TextOf::Row(_) => stored.next().unwrap_or_default(),
        TextOf::Incoming(at) => scenes.text(*at).into_owned(),
    };
    Ok(asked.iter().map(text).collect())
}

#[cfg(test)]
mod tests;
