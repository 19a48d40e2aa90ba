use naragtive_scene::{Metadata, key};
use proptest::prelude::*;

use super::*;

fn scene(id: &str, text: &str) -> Scene {
    let metadata = Metadata::default().with(key::SCENE_ID, id);
    Scene { id: SceneId::new(id), text: text.into(), metadata, origin: None }
}

/// The first eight digits of the text's SHA-256: `printf B | sha256sum`.
const B: &str = "df7e70e5";

/// Which of the scenes are new, under which ids, and the renamed ones.
fn merge(before: &[(&str, &str)], incoming: &[Scene]) -> (Vec<String>, usize, Vec<usize>) {
    let all: Vec<Scene> =
        before.iter().map(|(id, text)| scene(id, text)).chain(incoming.iter().cloned()).collect();
    let facts = IncomingScenes::of(&all);
    let mut plan = MergePlan { fates: vec![Fate::New; all.len()], ..MergePlan::default() };
    by_id(&mut Ids::default(), &all, &facts, &mut plan);
    let fresh = (before.len()..all.len()).filter(|at| plan.fates[*at] == Fate::New);
    let ids: Vec<(usize, String)> =
        fresh.map(|at| (at, plan.prepared(at, all[at].clone()).id.to_string())).collect();
    let renamed =
        ids.iter().enumerate().filter(|(_, (at, _))| plan.is_renamed(*at)).map(|(at, _)| at).collect();
    let there = incoming.len() - ids.len();
    (ids.into_iter().map(|(_, id)| id).collect(), there, renamed)
}

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
        ("planned before", vec![("x", "A"), (x_b, "B")], vec![(x_b, "B")], vec![], 1, vec![]),
    ] {
        let scenes: Vec<Scene> = incoming.iter().map(|(id, text)| scene(id, text)).collect();
        let ids = ids.into_iter().map(str::to_owned).collect();
        assert_eq!(merge(&before, &scenes), (ids, already_there, renamed), "{reason}");
    }
}

#[test]
fn the_metadata_follows_the_new_id_where_it_had_the_old_one() {
    let mut other = scene("x", "B");
    other.metadata.set(key::SCENE_ID, "else");
    for (mut scene, expected) in [(scene("x", "B"), "y"), (other, "else")] {
        ids::rename(&mut scene, SceneId::new("y"));
        assert_eq!(scene.metadata.text(key::SCENE_ID).unwrap(), expected);
    }
}

proptest! {
    #[test]
    fn no_text_is_lost_no_id_is_given_twice_and_nothing_is_added_twice(
        files in prop::collection::vec(prop::collection::vec(("[xy]", "[A-D]"), 0..8), 1..5)
    ) {
        let mut rows: Vec<(String, String)> = Vec::new();
        let ingest = |rows: &[(String, String)], file: &[(String, String)]| {
            let before: Vec<_> = rows.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
            let scenes: Vec<Scene> = file.iter().map(|(id, text)| scene(id, text)).collect();
            let all: Vec<Scene> = before.iter().map(|(id, text)| scene(id, text)).chain(scenes).collect();
            let facts = IncomingScenes::of(&all);
            let mut plan = MergePlan { fates: vec![Fate::New; all.len()], ..MergePlan::default() };
            by_id(&mut Ids::default(), &all, &facts, &mut plan);
            let new = (before.len()..all.len()).filter(|at| plan.fates[*at] == Fate::New);
            new.map(|at| plan.prepared(at, all[at].clone())).collect::<Vec<_>>()
        };
        for file in &files {
            let new = ingest(&rows, file);
            rows.extend(new.into_iter().map(|scene| (scene.id.to_string(), scene.text)));
        }
        let ids: std::collections::HashSet<_> = rows.iter().map(|(id, _)| id).collect();
        prop_assert_eq!(ids.len(), rows.len());
        for file in &files {
            for (id, text) in file {
                prop_assert!(rows.iter().any(|row| row.0.starts_with(id.as_str()) && row.1 == *text));
            }
            prop_assert_eq!(ingest(&rows, file).len(), 0);
        }
    }
}
