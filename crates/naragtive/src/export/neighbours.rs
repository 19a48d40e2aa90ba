use std::borrow::Cow;
use std::collections::HashSet;
use std::mem::take;

use naragtive_scene::Scene;

use crate::Hits;

/// The same hits with the neighbouring scenes in their texts, in order. No scene is printed twice: one that is a hit
/// stands there as a hit only, and a neighbour of several hits with the best of them.
pub(super) fn joined(hits: &Hits) -> Cow<'_, Hits> {
    if hits.hits.iter().all(|hit| hit.before.is_empty() && hit.after.is_empty()) {
        return Cow::Borrowed(hits);
    }
    let mut printed: HashSet<_> =
        hits.hits.iter().map(|hit| (hit.store.at.clone(), hit.scene.id.clone())).collect();
    let mut joined = hits.clone();
    for hit in &mut joined.hits {
        let at = &hit.store.at;
        let mut fresh = |scenes: Vec<Scene>| {
            let fresh = scenes.into_iter().filter(|scene| printed.insert((at.clone(), scene.id.clone())));
            fresh.map(|scene| scene.text).collect::<Vec<_>>()
        };
        let (before, after) = (fresh(take(&mut hit.before)), fresh(take(&mut hit.after)));
        let own = take(&mut hit.scene.text);
        let all: Vec<String> = before.into_iter().chain([own]).chain(after).collect();
        let texts = all.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
        hit.scene.text = texts.collect::<Vec<_>>().join("\n\n");
    }
    Cow::Owned(joined)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn with_neighbours() -> Hits {
        let all = sample::texts(&["one", "two", "three", "four", "five"]);
        let scene = |at: usize| all.hits[at].scene.clone();
        let mut hits = sample::texts(&["", "two", "", "four"]);
        hits.hits.retain(|hit| !hit.scene.text.is_empty());
        hits.hits[0].before = vec![scene(0)];
        hits.hits[0].after = vec![scene(2), scene(3)];
        hits.hits[1].before = vec![scene(1), scene(2)];
        hits.hits[1].after = vec![scene(4)];
        hits
    }

    fn texts(hits: &Hits) -> Vec<&str> {
        hits.hits.iter().map(|hit| hit.scene.text.as_str()).collect()
    }

    #[test]
    fn neighbours_stand_in_order_and_no_scene_twice() {
        assert_eq!(texts(&joined(&with_neighbours())), ["one\n\ntwo\n\nthree", "four\n\nfive"]);
    }

    #[test]
    fn scenes_of_one_id_in_two_stores_are_two_scenes() {
        let mut hits = with_neighbours();
        hits.hits[1].store.at = "/stores/other.parquet".into();
        assert_eq!(texts(&joined(&hits)), ["one\n\ntwo\n\nthree\n\nfour", "two\n\nthree\n\nfour\n\nfive"]);
    }

    #[test]
    fn without_neighbours_nothing_changes() {
        let hits = sample::hits();
        assert!(matches!(joined(&hits), Cow::Borrowed(_)));
    }
}
