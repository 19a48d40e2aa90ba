//! What comes with a hit when it is asked for: the scenes around it, and why it was found.

use naragtive_index::{self as index, Explanation, PassageRef, RowHit, Signal};
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{AFTER, BEFORE};

use super::opened::OpenPart;
use crate::{Error, Explained, Hit, StoreInfo};

/// A scene where it stands in its conversation, channel or file.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// The store it is in.
    pub store: StoreInfo,
    /// The scene with those before and after it, in order.
    pub scenes: Vec<Scene>,
    /// Its place among them, from 0.
    pub at: usize,
}

impl OpenPart {
    /// Puts up to `count` scenes on either side to each hit.
    pub(super) fn add_neighbours(
        &self,
        hits: &mut [Hit],
        found: &[RowHit],
        count: usize,
    ) -> Result<(), Error> {
        let rows = found.iter().map(|found| self.around(found.row, [count; 2]));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut scenes = self.stores.scenes(&rows.as_flattened().concat())?.into_iter();
        for (hit, [before, after]) in hits.iter_mut().zip(&rows) {
            hit.before = scenes.by_ref().take(before.len()).collect();
            hit.after = scenes.by_ref().take(after.len()).collect();
        }
        Ok(())
    }

    /// The scene in this row with up to so many scenes before and after it.
    pub(super) fn surroundings(&self, row: usize, sides: [usize; 2]) -> Result<Surroundings, Error> {
        let [before, after] = self.around(row, sides)?;
        let rows: Vec<usize> = before.iter().copied().chain([row]).chain(after).collect();
        let store = self.stores.infos_of(&[row])?.pop().ok_or(Error::NoStore)?;
        Ok(Surroundings { store, at: before.len(), scenes: self.stores.scenes(&rows)? })
    }

    /// Says of each hit why it was found.
    pub(super) fn explain(
        &self,
        hits: &mut [Hit],
        found: &[RowHit],
        query: &index::IndexQuery<'_>,
    ) -> Result<(), Error> {
        let rows: Vec<usize> = found.iter().map(|found| found.row).collect();
        let signals = match query.vector {
            None if query.mode == index::Mode::Semantic => found.iter().zip(1..).map(alike).collect(),
            _ => self.index.explain(query, &rows)?,
        };
        let spans = self.stores.scenes_and_spans(&rows)?.into_iter().map(|(_, spans)| spans);
        for (((hit, found), signals), spans) in hits.iter_mut().zip(found).zip(signals).zip(spans) {
            let lender: Vec<usize> = signals.neighbour.iter().map(|(row, _)| *row).collect();
            hit.explained = Some(Explained {
                neighbour: ids(self.stores.scenes(&lender)?).pop(),
                passage: number(found, spans.len()),
                window: ids(self.stores.scenes(&self.window(found)?)?),
                blend: found.score,
                features: found.features,
                signals,
                judgement: None,
            });
        }
        Ok(())
    }

    /// Up to so many rows before and after one in its group, in order.
    fn around(&self, row: usize, [before, after]: [usize; 2]) -> Result<[Vec<usize>; 2], Error> {
        let walk = |side: usize, count: usize| -> Result<Vec<usize>, Error> {
            let (mut rows, mut at) = (Vec::new(), row);
            while rows.len() < count
                && let Some(next) = self.index.neighbours(at)?.get(side).copied().flatten()
            {
                rows.push(next);
                at = next;
            }
            Ok(rows)
        };
        let mut before = walk(0, before)?;
        before.reverse();
        Ok([before, walk(1, after)?])
    }

    /// The rows of the window that won, if one did: those that the message was read with when it was stored.
    fn window(&self, found: &RowHit) -> Result<Vec<usize>, Error> {
        let Some(PassageRef::Window(_)) = found.passage else { return Ok(Vec::new()) };
        let [before, after] = self.around(found.row, [BEFORE, AFTER])?;
        Ok(before.into_iter().chain([found.row]).chain(after).collect())
    }
}

/// Why a scene is like another one: by meaning, and nothing else.
fn alike((found, rank): (&RowHit, usize)) -> Explanation {
    let signal = |value: f32| Signal { value, rank, place: found.score, share: found.score };
    Explanation { meaning: found.dense.map(signal), ..Explanation::default() }
}

/// Which passage won, from 1, of how many; none of one or none.
fn number(found: &RowHit, passages: usize) -> Option<[usize; 2]> {
    match found.passage {
        Some(PassageRef::Own(number)) if passages > 1 => Some([number + 1, passages]),
        _ => None,
    }
}

fn ids(scenes: Vec<Scene>) -> Vec<SceneId> {
    scenes.into_iter().map(|scene| scene.id).collect()
}
