//! Where new scenes stand in the file: behind what they follow, and at the end where nothing stored follows them.

use std::collections::HashSet;

use naragtive_scene::{Scenes, ascending};

use super::families::{Families, Family, Fate};
use super::incoming::IncomingScenes;
use super::{MergePlan, fact};
use crate::origin::StoredOrigin;
use crate::{Store, StoreError};

/// A row of the file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// An incoming scene.
    New(usize),
    /// A row that stood elsewhere.
    Moved(usize),
}

/// Something that comes before a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Insert {
    pub(crate) before: usize,
    pub(crate) piece: Piece,
}

impl Piece {
    pub(crate) fn incoming(&self) -> Option<usize> {
        match self {
            Self::New(scene) => Some(*scene),
            Self::Moved(_) => None,
        }
    }
}

/// Says where everything goes.
pub(super) fn arrange(families: &Families<'_>, incoming: &IncomingScenes, plan: &mut MergePlan) {
    for family in families.families.iter().filter(|family| family.touched) {
        arrange_family(families, family, plan);
    }
    let unknown = (0..incoming.facts.len()).filter(|at| !incoming.is_known(*at));
    plan.appended.extend(unknown.filter(|at| plan.fates.get(*at) == Some(&Fate::New)).map(Piece::New));
    plan.inserts.sort_by_key(|insert| insert.before);
}

fn arrange_family(families: &Families<'_>, family: &Family, plan: &mut MergePlan) {
    let entries = || family.members.iter().map(|member| &families.entries[*member]);
    let rows: Vec<(usize, usize)> =
        entries().enumerate().filter_map(|(at, entry)| Some((entry.row?, at))).collect();
    let fixed: HashSet<usize> = ascending(rows).into_iter().map(|(row, _)| row).collect();
    let is_fixed = |row: &Option<usize>| row.is_some_and(|row| fixed.contains(&row));
    let last = entries().rposition(|entry| is_fixed(&entry.row));
    let first = entries().find(|entry| is_fixed(&entry.row)).and_then(|entry| entry.row);
    let mut before = first.unwrap_or_default();
    for (at, entry) in entries().enumerate() {
        let piece = match (entry.row, entry.incoming) {
            (Some(row), _) if fixed.contains(&row) => {
                before = row + 1;
                continue;
            }
            (Some(row), _) => Piece::Moved(row),
            (None, Some(scene)) => Piece::New(scene),
            (None, None) => continue,
        };
        if last.is_some_and(|last| at < last) {
            plan.inserts.push(Insert { before, piece });
        } else {
            plan.appended.push(piece);
        }
    }
}

/// Notes what rows have to say anew about where they come from: those that didn't say, or not of which turns they are made,
/// and those of a conversation that goes by another name now.
pub(super) fn note_origins(
    families: &Families<'_>,
    store: Option<&Store>,
    scenes: &(impl Scenes + ?Sized),
    plan: &mut MergePlan,
) -> Result<(), StoreError> {
    let Some(store) = store else { return Ok(()) };
    let mut renamed = Vec::new();
    for family in families.families.iter().filter(|family| family.touched) {
        for entry in family.members.iter().map(|member| &families.entries[*member]) {
            match (entry.row, entry.incoming) {
                (Some(row), Some(scene)) if (entry.adopted || entry.says_more) && !entry.changed => {
                    let scene = scenes.scene(scene);
                    let origin =
                        fact::origin(&scene).map(|origin| origin.continuing(&family.label).to_json());
                    plan.origins.extend(origin.map(|json| (row, json)));
                }
                (Some(row), _) if entry.renamed && !entry.changed => renamed.push((row, &family.label)),
                _ => {}
            }
        }
    }
    let rows: Vec<usize> = renamed.iter().map(|(row, _)| *row).collect();
    for ((row, label), json) in renamed.iter().zip(store.origins_of(&rows)?) {
        let json = json.as_deref().and_then(StoredOrigin::parse_whole);
        plan.origins.extend(json.map(|origin| (*row, origin.continuing(label).to_json())));
    }
    Ok(())
}
