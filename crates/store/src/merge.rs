use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use naragtive_scene::{Scene, SceneId, key};
use sha2::{Digest, Sha256};

use crate::{ModelTag, Store, StoreError};

const SHORT_HASH_BYTES: usize = 4;

type TextHash = [u8; 32];

/// What of some incoming scenes a store doesn't have yet.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePlan {
    /// The scenes to be embedded and appended, in order, under the ids they will have.
    pub fresh: Vec<Scene>,
    /// How many are in the store already, or twice among the incoming.
    pub already_there: usize,
    /// Which of the fresh ones got a new id because theirs belongs to another text: places in `fresh`, ascending.
    pub renamed: Vec<usize>,
}

/// The ids that are taken, each with the texts that have it.
///
/// A store of the Python tool may hold one id several times, so texts are a list.
#[derive(Debug, Default)]
pub(crate) struct Known {
    texts: HashMap<String, Vec<TextHash>>,
}

/// What becomes of one incoming scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// Its id was free.
    Fresh,
    /// Its id belongs to another text, so it has a new one.
    Renamed,
    /// The same text is there under the same id.
    AlreadyThere,
}

impl Known {
    /// Takes note of a scene that is stored.
    pub(crate) fn insert(&mut self, id: &str, text: &str) {
        let hash = hash(text);
        match self.texts.entry(id.to_owned()) {
            Entry::Occupied(mut texts) if !texts.get().contains(&hash) => texts.get_mut().push(hash),
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => drop(free.insert(vec![hash])),
        }
    }

    /// Decides about one incoming scene, renames it if need be, and takes note of it.
    ///
    /// Same id and same text: already there. Same id, other text: the id gets the first eight hex
    /// digits of the text's SHA-256 behind it, and the question is asked again, so that a scene
    /// that was renamed last time is recognised. `scene_id` in the metadata follows the id where
    /// both were the same.
    pub(crate) fn place(&mut self, scene: &mut Scene) -> Placement {
        let hash = hash(&scene.text);
        let mut id = scene.id.clone();
        while let Some(texts) = self.texts.get(id.as_str()) {
            if texts.contains(&hash) {
                return Placement::AlreadyThere;
            }
            id = id.with_suffix(&short(&hash));
        }
        self.texts.insert(id.as_str().to_owned(), vec![hash]);
        if id == scene.id {
            return Placement::Fresh;
        }
        rename(scene, id);
        Placement::Renamed
    }
}

/// Says what an [`append`](crate::append) of these scenes to the store at `path` would add, so that
/// only those are embedded. Where there is no file, everything is fresh.
///
/// # Errors
/// When there is a file that isn't a store, or a store of another model.
pub fn plan(path: &Path, scenes: Vec<Scene>, model: &ModelTag) -> Result<MergePlan, StoreError> {
    let known = match Store::open(path) {
        Ok(store) => {
            store.require_model(model)?;
            known(&store, scenes.iter())?
        }
        Err(error) if error.is_not_found() => Known::default(),
        Err(error) => return Err(error),
    };
    Ok(merge(known, scenes))
}

/// What of a store says where these scenes go: the texts under their ids, and under those they could be given.
pub(crate) fn known<'s>(store: &Store, scenes: impl Iterator<Item = &'s Scene>) -> Result<Known, StoreError> {
    let asked: HashSet<&str> = scenes.map(|scene| scene.id.as_str()).collect();
    let mut rows = Vec::new();
    store.scan_ids(|row, id| rows.extend(origins(id).any(|id| asked.contains(id)).then_some(row)))?;
    let mut known = Known::default();
    store.ids_and_texts(&rows)?.iter().for_each(|(id, text)| known.insert(id, text));
    Ok(known)
}

/// The ids that this one may be of: itself, and itself without what renaming puts behind.
fn origins(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| {
        let (origin, hash) = id.rsplit_once('-')?;
        (hash.len() == SHORT_HASH_BYTES * 2).then_some(origin)
    })
}

fn merge(mut known: Known, scenes: Vec<Scene>) -> MergePlan {
    let mut plan = MergePlan { fresh: Vec::new(), already_there: 0, renamed: Vec::new() };
    for mut scene in scenes {
        match known.place(&mut scene) {
            Placement::AlreadyThere => {
                plan.already_there += 1;
                continue;
            }
            Placement::Renamed => plan.renamed.push(plan.fresh.len()),
            Placement::Fresh => {}
        }
        plan.fresh.push(scene);
    }
    plan
}

fn rename(scene: &mut Scene, id: SceneId) {
    if scene.metadata.text(key::SCENE_ID).is_some_and(|found| found == scene.id.as_str()) {
        scene.metadata.set(key::SCENE_ID, id.as_str());
    }
    scene.id = id;
}

fn hash(text: &str) -> TextHash {
    Sha256::digest(text.as_bytes()).into()
}

fn short(hash: &TextHash) -> String {
    hash.iter().take(SHORT_HASH_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Metadata;
    use proptest::prelude::*;

    use super::*;

    fn scene(id: &str, text: &str) -> Scene {
        let metadata = Metadata::default().with(key::SCENE_ID, id);
        Scene { id: SceneId::new(id), text: text.into(), metadata, origin: None }
    }

    fn stored(scenes: &[(&str, &str)]) -> Known {
        let mut known = Known::default();
        scenes.iter().for_each(|(id, text)| known.insert(id, text));
        known
    }

    /// The first eight digits of the text's SHA-256: `printf B | sha256sum`.
    const B: &str = "df7e70e5";

    #[test]
    fn the_rule_of_ids_and_texts() {
        let (x_b, x_b_b) = (format!("x-{B}"), format!("x-{B}-{B}"));
        let x_b = x_b.as_str();
        for (reason, before, incoming, ids, already_there, renamed) in [
            ("into an empty store", vec![], vec![("x", "A"), ("y", "B")], vec!["x", "y"], 0, vec![]),
            ("same id, same text", vec![("x", "A")], vec![("x", "A")], vec![], 1, vec![]),
            ("same id, other text", vec![("x", "A")], vec![("x", "B")], vec![x_b], 0, vec![0]),
            ("renamed last time", vec![("x", "A"), (x_b, "B")], vec![("x", "B")], vec![], 1, vec![]),
            ("other id, same text", vec![("x", "A")], vec![("y", "A")], vec!["y"], 0, vec![]),
            ("twice in one file", vec![], vec![("x", "A"), ("x", "A")], vec!["x"], 1, vec![]),
            ("twice, other text", vec![], vec![("x", "A"), ("x", "B")], vec!["x", x_b], 0, vec![1]),
            ("new id taken too", vec![("x", "A"), (x_b, "C")], vec![("x", "B")], vec![&x_b_b], 0, vec![0]),
            ("an id stored twice", vec![("x", "A"), ("x", "B")], vec![("x", "B")], vec![], 1, vec![]),
            ("planned before", vec![("x", "A"), (x_b, "B")], vec![(x_b, "B")], vec![], 1, vec![]),
        ] {
            let scenes = incoming.iter().map(|(id, text)| scene(id, text)).collect();
            let plan = merge(stored(&before), scenes);
            let found: Vec<_> = plan.fresh.iter().map(|scene| scene.id.as_str()).collect();
            assert_eq!((found, plan.already_there, plan.renamed), (ids, already_there, renamed), "{reason}");
        }
    }

    #[test]
    fn the_metadata_follows_the_new_id_where_it_had_the_old_one() {
        let mut other = scene("x", "B");
        other.metadata.set(key::SCENE_ID, "else");
        let plan = merge(stored(&[("x", "A")]), vec![scene("x", "B")]);
        assert_eq!(plan.fresh[0].metadata.text(key::SCENE_ID).unwrap(), format!("x-{B}"));
        let plan = merge(stored(&[("x", "A")]), vec![other]);
        assert_eq!(plan.fresh[0].metadata.text(key::SCENE_ID).unwrap(), "else");
    }

    proptest! {
        #[test]
        fn no_text_is_lost_no_id_is_given_twice_and_nothing_is_added_twice(
            files in prop::collection::vec(prop::collection::vec(("[xy]", "[A-D]"), 0..8), 1..5)
        ) {
            let mut rows: Vec<(String, String)> = Vec::new();
            let ingest = |rows: &[(String, String)], file: &[(String, String)]| {
                let mut known = Known::default();
                rows.iter().for_each(|(id, text)| known.insert(id, text));
                merge(known, file.iter().map(|(id, text)| scene(id, text)).collect())
            };
            for file in &files {
                let plan = ingest(&rows, file);
                prop_assert_eq!(plan.fresh.len() + plan.already_there, file.len());
                rows.extend(plan.fresh.into_iter().map(|scene| (scene.id.to_string(), scene.text)));
            }
            let ids: std::collections::HashSet<_> = rows.iter().map(|(id, _)| id).collect();
            prop_assert_eq!(ids.len(), rows.len());
            for file in &files {
                for (id, text) in file {
                    prop_assert!(rows.iter().any(|row| row.0.starts_with(id.as_str()) && row.1 == *text));
                }
                prop_assert_eq!(ingest(&rows, file).fresh.len(), 0);
            }
        }
    }
}
