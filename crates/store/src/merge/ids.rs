//! The ids that scenes get, and what is there already going by id and text alone.

use std::collections::{HashMap, HashSet};

use naragtive_scene::{Scene, SceneId, Scenes, key};
use sha2::{Digest, Sha256};

use super::MergePlan;
use super::families::{Families, Fate};
use super::hash::{id_hash, long_hash};
use super::incoming::IncomingScenes;
use crate::{Store, StoreError};

const SHORT_HASH_BYTES: usize = 4;
/// How many digits a scene's number has at least.
const DIGITS: usize = 4;

/// The ids that are taken, as far as anybody asks, and the texts that have them.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashSet<u128>,
    /// Id and text together, each with its row if that doesn't say where it comes from.
    pairs: HashMap<u128, Option<usize>>,
}

impl Ids {
    /// The ids of a store that scenes want, or could be given. TextReader are read where a scene is known by nothing but them.
    pub(super) fn of(store: Option<&Store>, incoming: &IncomingScenes) -> Result<Self, StoreError> {
        let mut ids = Self::default();
        let Some(store) = store else { return Ok(ids) };
        let asked: HashSet<u128> = incoming.ids.iter().copied().collect();
        let all = (0..incoming.ids.len()).any(|at| !incoming.is_known(at));
        let mut read = Vec::new();
        store.scan_ids_and_origins(|row, id, origin| {
            if origins(id).any(|id| asked.contains(&id_hash(id))) {
                ids.taken.insert(id_hash(id));
                read.extend((all || origin.is_none()).then_some((row, origin.is_none())));
            }
        })?;
        let rows: Vec<usize> = read.iter().map(|(row, _)| *row).collect();
        for ((row, unknown), (id, text)) in read.iter().zip(store.ids_and_texts(&rows)?) {
            let row = unknown.then_some(*row);
            ids.pairs.entry(pair(&id, &text)).and_modify(|found| *found = found.or(row)).or_insert(row);
        }
        Ok(ids)
    }

    /// Whether an id with this hash is taken.
    pub(super) fn is_taken(&self, id: u128) -> bool {
        self.taken.contains(&id)
    }

    /// Takes note of the ids among these that are taken too.
    fn ask(&mut self, store: &Store, ids: &HashSet<u128>) -> Result<(), StoreError> {
        store.scan_ids_and_origins(|_, id, _| {
            if origins(id).any(|id| ids.contains(&id_hash(id))) {
                self.taken.insert(id_hash(id));
            }
        })
    }

    /// Decides about a scene that doesn't say where it comes from; none if it is there already.
    ///
    /// Same id and same text: already there. Same id, other text: the id gets the first eight hex digits of the text's
    /// SHA-256 behind it, and the question is asked again, so that a scene that was renamed last time is recognised.
    pub(super) fn place(&mut self, id: &SceneId, text: &str) -> Option<SceneId> {
        let mut id = id.clone();
        while self.taken.contains(&id_hash(id.as_str())) {
            if self.pairs.contains_key(&pair(id.as_str(), text)) {
                return None;
            }
            id = id.with_suffix(&short(text));
        }
        self.taken.insert(id_hash(id.as_str()));
        self.pairs.insert(pair(id.as_str(), text), None);
        Some(id)
    }

    /// The row that has this id and text and doesn't say where it comes from.
    pub(super) fn unknown_row(&self, id: &SceneId, text: &str) -> Option<usize> {
        let mut id = id.clone();
        while self.taken.contains(&id_hash(id.as_str())) {
            if let Some(row) = self.pairs.get(&pair(id.as_str(), text)) {
                return *row;
            }
            id = id.with_suffix(&short(text));
        }
        None
    }

    /// A free id like this one.
    fn free(&mut self, id: SceneId, text: &str) -> SceneId {
        let mut id = id;
        while !self.taken.insert(id_hash(id.as_str())) {
            id = id.with_suffix(&short(text));
        }
        id
    }

    /// Gives ids to new scenes of known origin: with the number that they have in the whole conversation, and another one
    /// where that is taken.
    pub(super) fn give(
        mut self,
        store: Option<&Store>,
        scenes: &(impl Scenes + ?Sized),
        families: &Families<'_>,
        incoming: &IncomingScenes,
        plan: &mut MergePlan,
    ) -> Result<(), StoreError> {
        let numbered = match store {
            Some(store) => numbered(store, scenes, families, incoming, plan)?,
            None => HashMap::new(),
        };
        if let Some(store) = store.filter(|_| !numbered.is_empty()) {
            self.ask(store, &numbered.values().map(|id| id_hash(id.as_str())).collect())?;
        }
        for at in (0..scenes.len()).filter(|at| incoming.is_known(*at)) {
            if plan.fates.get(at) != Some(&Fate::New) {
                continue;
            }
            if !numbered.contains_key(&at) && self.taken.insert(incoming.id(at)) {
                continue;
            }
            let scene = scenes.scene(at);
            let wanted = numbered.get(&at).unwrap_or(&scene.id).clone();
            let given = self.free(wanted.clone(), &scene.text);
            plan.renamed.extend((given != wanted).then_some(at));
            if given != scene.id {
                plan.ids.insert(at, given);
            }
        }
        plan.renamed.sort_unstable();
        Ok(())
    }
}

/// New scenes with the ids that they have in the whole conversation: counted on from the nearest scene before them that
/// is stored.
fn numbered(
    store: &Store,
    scenes: &(impl Scenes + ?Sized),
    families: &Families<'_>,
    incoming: &IncomingScenes,
    plan: &MergePlan,
) -> Result<HashMap<usize, SceneId>, StoreError> {
    let mut rows_of = HashMap::new();
    let mut behind = Vec::new();
    for family in families.families.iter().filter(|family| family.touched) {
        let mut last = None;
        for entry in family.members.iter().filter_map(|member| families.entries.get(*member)) {
            match (entry.row, entry.incoming) {
                (Some(row), scene) => {
                    rows_of.extend(scene.map(|scene| (scene, row)));
                    last = Some((row, 0));
                }
                (None, Some(scene)) => {
                    last = last.map(|(row, more)| (row, more + 1));
                    behind.extend(last.map(|(row, more)| (scene, row, more)));
                }
                (None, None) => {}
            }
        }
    }
    let behind: HashMap<usize, (usize, u64)> =
        behind.into_iter().map(|(scene, row, more)| (scene, (row, more))).collect();
    let mut wanted = Vec::new();
    for group in &incoming.groups {
        let mut anchor: Option<(usize, usize)> = None;
        for scene in &group.scenes {
            if let Some(row) = rows_of.get(scene) {
                anchor = Some((*scene, *row));
            } else if plan.fates.get(*scene) == Some(&Fate::New) {
                match (anchor, behind.get(scene)) {
                    (Some((like, row)), _) => wanted.push((*scene, row, Step::Like(like))),
                    (None, Some((row, more))) => wanted.push((*scene, *row, Step::Behind(*more))),
                    (None, None) => {}
                }
            }
        }
    }
    let rows: Vec<usize> = wanted.iter().map(|(_, row, _)| *row).collect();
    let mut found = HashMap::new();
    for ((scene, _, step), stored) in wanted.into_iter().zip(store.ids_of(&rows)?) {
        let own = scenes.scene(scene).id.clone();
        let like = match step {
            Step::Like(like) => Some(scenes.scene(like).id.clone()),
            Step::Behind(_) => None,
        };
        found.extend(renumbered(&own, &stored, like.as_ref(), step).map(|id| (scene, id)));
    }
    Ok(found)
}

/// From where a number is counted.
#[derive(Clone, Copy)]
enum Step {
    /// This incoming scene has another number in the store.
    Like(usize),
    /// It is so many behind a stored one.
    Behind(u64),
}

fn renumbered(own: &SceneId, stored: &str, like: Option<&SceneId>, step: Step) -> Option<SceneId> {
    let ([before, number, after], [stored_before, stored_number, _]) = (parts(own.as_str())?, parts(stored)?);
    let (own_number, stored_number): (i64, i64) = (number.parse().ok()?, stored_number.parse().ok()?);
    let wanted = match (like, step) {
        (Some(like), _) => own_number + stored_number - parts(like.as_str())?[1].parse::<i64>().ok()?,
        (None, Step::Behind(more)) => stored_number + i64::try_from(more).ok()?,
        (None, Step::Like(_)) => return None,
    };
    let usable = before == stored_before && wanted >= 0 && wanted != own_number;
    usable.then(|| SceneId::new(format!("{before}{wanted:0width$}{after}", width = number.len())))
}

/// What is before an id's number, the number, and what is behind it.
fn parts(id: &str) -> Option<[&str; 3]> {
    let mut from = 0;
    for part in id.split('_') {
        let end = from + part.len();
        if part.len() >= DIGITS && part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some([id.get(..from)?, part, id.get(end..)?]);
        }
        from = end + 1;
    }
    // Behind a number may be the hash of a text.
    let (before, last) = id.rsplit_once('_')?;
    let digits = last.bytes().take_while(u8::is_ascii_digit).count();
    let from = before.len() + 1;
    (digits >= DIGITS && last.get(digits..)?.starts_with('-'))
        .then(|| Some([id.get(..from)?, id.get(from..from + digits)?, id.get(from + digits..)?]))?
}

/// The ids that this one may be of: itself, and itself without what renaming puts behind.
fn origins(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| {
        let (origin, hash) = id.rsplit_once('-')?;
        (hash.len() == SHORT_HASH_BYTES * 2).then_some(origin)
    })
}

/// Gives a scene another id; `scene_id` in the metadata follows it where both were the same.
pub(super) fn rename(scene: &mut Scene, id: SceneId) {
    if scene.metadata.text(key::SCENE_ID).is_some_and(|found| found == scene.id.as_str()) {
        scene.metadata.set(key::SCENE_ID, id.as_str());
    }
    scene.id = id;
}

fn pair(id: &str, text: &str) -> u128 {
    long_hash([id.as_bytes(), text.as_bytes()])
}

fn short(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(SHORT_HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_counted_on_from_what_is_stored() {
        for (own, stored, like, expected) in [
            ("chat_000003_Ann", "chat_000003_Bo", Some("chat_000002_Bo"), Some("chat_000004_Ann")),
            ("chat_000003_Ann", "chat_000001_Bo", Some("chat_000001_Bo"), None),
            ("chat_000000_Ann", "chat_000001_Bo", Some("chat_000004_Bo"), None),
            ("scene_0001_2025-11-10", "scene_0005_UNKNOWN-0123abcd", None, Some("scene_0006_2025-11-10")),
            ("chunk_000000", "chunk_000004", None, Some("chunk_000005")),
            ("chunk_000000", "chunk_000004-0123abcd", None, Some("chunk_000005")),
            ("chunk_000000", "chat_000004_Ann", None, None),
            ("story", "story", None, None),
        ] {
            let like = like.map(SceneId::new);
            let step = if like.is_some() { Step::Like(0) } else { Step::Behind(1) };
            let found = renumbered(&SceneId::new(own), stored, like.as_ref(), step);
            assert_eq!(found.as_ref().map(SceneId::as_str), expected, "{own} {stored}");
        }
    }
}
