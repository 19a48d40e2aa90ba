//! What a store holds of the conversations that incoming scenes may belong to.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;

use naragtive_scene::Scenes;

use super::fact::{Fact, FactKind, FamilyKey, length, source};
use super::families::Families;
use super::hash::text_hash;
use super::incoming::IncomingScenes;
use crate::{Store, StoreError};

/// What is looked for among the rows.
struct Wanted {
    owns: HashSet<NonZeroU64>,
    said: HashSet<NonZeroU64>,
    families: HashSet<FamilyKey>,
    names: HashSet<FamilyKey>,
    /// TextReader that scenes have nothing but.
    texts: HashSet<u64>,
    /// The sources of these.
    sources: HashSet<u64>,
}

/// What was found.
#[derive(Default)]
struct Seen {
    /// Conversations that have any of what is wanted.
    involved: HashSet<FamilyKey>,
    /// Rows, ascending, whose texts say more.
    asked: Vec<usize>,
    /// Conversations by the name of a file that they have scenes of, which are recognised by nothing but that.
    named: HashMap<FamilyKey, Vec<FamilyKey>>,
}

/// Loads the conversations that incoming scenes have anything to do with, and `adopted` rows as what the incoming
/// scenes say they are.
pub(super) fn load(
    store: &Store,
    scenes: &(impl Scenes + ?Sized),
    incoming: &IncomingScenes,
    adopted: &HashMap<usize, usize>,
    families: &mut Families<'_>,
) -> Result<HashMap<FamilyKey, Vec<FamilyKey>>, StoreError> {
    let Seen { involved, asked, named } = Wanted::of(incoming).look(store)?;
    if involved.is_empty() && adopted.is_empty() {
        return Ok(named);
    }
    let mut texts = Vec::with_capacity(asked.len());
    store.visit_texts(&asked, |text| texts.push((text_hash(text), length(text))))?;
    let texts: HashMap<usize, (u64, u32)> = asked.into_iter().zip(texts).collect();
    store.scan_origins(|row, origin| {
        if let Some(origin) = origin {
            let keys = [FamilyKey::of(&origin), FamilyKey::of_file(&origin, &origin.file)];
            if keys.iter().any(|key| involved.contains(key)) {
                let mut fact = Fact::without_text(&origin);
                texts.get(&row).into_iter().for_each(|text| fact.with_text(&origin, *text));
                let second = if origin.conversation.is_some() { keys[0] } else { keys[1] };
                families.add_stored([keys[0], second], origin.label(), row, fact, false);
            }
        } else if let Some(scene) = adopted.get(&row) {
            let scene = scenes.scene(*scene);
            if let Some(origin) = super::fact::origin(&scene) {
                let (key, fact) = (FamilyKey::of(&origin), Fact::of(&origin, &scene.text));
                families.add_stored([key, key], origin.label(), row, fact, true);
            }
        }
    })?;
    Ok(named)
}

impl Wanted {
    fn of(incoming: &IncomingScenes) -> Self {
        let facts = || incoming.facts.iter();
        let groups = || incoming.groups.iter();
        let placed = || groups().filter(|group| group.placed && group.file.is_some());
        Self {
            owns: facts().filter_map(|fact| fact.anyones).collect(),
            said: facts().filter_map(|fact| fact.said).collect(),
            families: groups().flat_map(|group| [Some(group.key), group.file]).flatten().collect(),
            names: groups().filter(|group| group.placed).map(|group| group.name).collect(),
            texts: placed()
                .flat_map(|group| &group.scenes)
                .map(|scene| incoming.facts[*scene].text)
                .collect(),
            sources: placed().map(|group| group.source).collect(),
        }
    }

    fn look(&self, store: &Store) -> Result<Seen, StoreError> {
        let mut seen = Seen::default();
        // Another scene of its conversation, behind it too, may show that a scene is asked about.
        let mut placed: HashMap<FamilyKey, Vec<usize>> = HashMap::new();
        let mut alike: Vec<(usize, FamilyKey)> = Vec::new();
        store.scan_origins(|row, origin| {
            let Some(origin) = origin else { return };
            let fact = Fact::without_text(&origin);
            let keys = [FamilyKey::of(&origin), FamilyKey::of_file(&origin, &origin.file)];
            let same = match fact.kind {
                FactKind::Own => fact.anyones.is_some_and(|own| self.owns.contains(&own)),
                _ => fact.said.is_some_and(|said| self.said.contains(&said)),
            };
            let known = keys.iter().any(|key| self.families.contains(key));
            let name = FamilyKey::of_name(&origin);
            let named = fact.kind == FactKind::Placed && self.names.contains(&name);
            if same || known || named {
                seen.involved.insert(keys[0]);
            }
            if same || fact.kind == FactKind::Placed && (known || named) {
                seen.asked.push(row);
            } else if fact.kind == FactKind::Placed {
                placed.entry(keys[0]).or_default().push(row);
                let of_file = origin.conversation.is_none() && self.sources.contains(&source(&origin));
                alike.extend(of_file.then_some((row, keys[0])));
            }
            let families = named.then(|| seen.named.entry(name).or_default());
            families
                .filter(|families| !families.contains(&keys[0]))
                .into_iter()
                .for_each(|families| families.push(keys[0]));
        })?;
        self.look_at_texts(store, alike, &mut seen)?;
        placed.retain(|key, _| seen.involved.contains(key));
        seen.asked.extend(placed.into_values().flatten());
        seen.asked.sort_unstable();
        Ok(seen)
    }

    /// Finds the conversations of scenes that have nothing but their texts, and have one that is wanted.
    fn look_at_texts(
        &self,
        store: &Store,
        alike: Vec<(usize, FamilyKey)>,
        seen: &mut Seen,
    ) -> Result<(), StoreError> {
        let rows: Vec<usize> = alike.iter().map(|(row, _)| *row).collect();
        let mut keys = alike.into_iter().map(|(_, key)| key);
        store.visit_texts(&rows, |text| {
            let key = keys.next().filter(|_| self.texts.contains(&text_hash(text)));
            seen.involved.extend(key);
        })
    }
}
