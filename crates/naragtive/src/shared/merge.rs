//! One store merged into another, with the vectors it has: no model is asked.

use naragtive_disk::Patience;
use naragtive_scene::Scene;
use naragtive_store::{Appended, Batch, EmbeddedScene, Store, StoreRef, commit, plan};

use crate::Error;

/// Rows that are read together.
const TOGETHER: usize = 256;

/// What a merge came to.
pub(super) struct MergedStores {
    pub(super) appended: Appended,
    /// The scenes that are new or took the place of others, where stored messages have them for new neighbours.
    pub(super) beside: Vec<Scene>,
}

/// Merges all scenes of a store into the one at `at`, by the same rules as an ingest.
pub(super) fn merge(from: &Store, at: &StoreRef, patience: &Patience) -> Result<MergedStores, Error> {
    let tag = from.model_or_legacy();
    let into = Store::existing(at, &tag)?;
    let mut scenes = Vec::with_capacity(from.len());
    from.visit_scenes(|scene| scenes.push(scene))?;
    let mut plan = plan(into.as_ref(), &scenes)?;
    drop(into);
    let updated = plan.updated().into_iter().map(|(at, row)| (at, Some(row)));
    let new = plan.inserted().chain(plan.appended()).map(|at| (at, None));
    let wanted: Vec<(usize, Option<usize>)> = updated.chain(new).collect();
    let has_new_neighbours = plan.channels.iter().flatten().any(|member| member.affected && !member.changed);
    let mut batch = Batch::new(at, &tag);
    for some in wanted.chunks(TOGETHER) {
        let rows: Vec<usize> = some.iter().map(|(at, _)| *at).collect();
        for ((at, replaces), row) in some.iter().zip(from.rows(&rows)?) {
            let row = EmbeddedScene::from(row);
            let scene = plan.prepared(*at, row.scene);
            batch.add(*at, *replaces, EmbeddedScene { scene, ..row })?;
        }
    }
    let already_there = scenes.len() - wanted.len();
    let appended = commit(at, &mut plan, batch, &scenes, &tag, patience)?;
    let beside = wanted.iter().filter(|_| has_new_neighbours).map(|(at, _)| scenes[*at].clone()).collect();
    Ok(MergedStores { appended: Appended { already_there, ..appended }, beside })
}
