use std::path::Path;

use naragtive_disk::Patience;
use naragtive_model::{Flow, Progress};
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{LackingRow, Passages, Upgrade};

use crate::texts::Texts;
use crate::{Adding, Error, Model};

/// Scenes that are embedded before anyone looks at whether to stop; what is lost by a stop is at most these.
const WINDOW: usize = 256;

/// What [`upgrade`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgraded {
    /// How many scenes got passages.
    pub scenes: usize,
    /// How many still lack them, because it was stopped.
    pub left: usize,
    /// How many scenes the store holds.
    pub total: usize,
    /// Tokens embedded.
    pub tokens: usize,
    /// The scenes of which only the first 4,096 passages are embedded.
    pub cut: Vec<SceneId>,
}

/// Gives passages to the scenes of the store at `path` that lack them: those that the Python tool stored.
///
/// A message gets its window too. Everything else in the file stays as it was, and so does the file where nothing is
/// lacking. `progress` hears after every few scenes and may answer stop: what was finished is stored, and the same call
/// later does the rest. Whoever else writes to the store waits meanwhile; readers don't.
///
/// # Errors
/// When the store can't be read or written or is another model's; then it is as it was.
pub fn upgrade(
    path: &Path,
    model: &Model,
    patience: &Patience,
    mut progress: impl FnMut(Adding) -> Flow,
) -> Result<Upgraded, Error> {
    let upgrade = Upgrade::begin(path, &model.tag, patience)?;
    let (total, lacking) = (upgrade.store().len(), upgrade.lacking().len());
    let mut upgraded = Upgraded { scenes: 0, left: lacking, total, tokens: 0, cut: Vec::new() };
    if lacking == 0 {
        return Ok(upgraded);
    }
    // All of them, as a message is read together with its neighbours.
    let scenes = upgrade.store().scenes(&(0..total).collect::<Vec<_>>())?;
    upgraded.left = upgrade.write(|rows| {
        let mut all = Vec::with_capacity(rows.len());
        for rows in rows.chunks(WINDOW) {
            let Some(passages) = embed(&scenes, rows, model, lacking, &mut upgraded, &mut progress) else {
                break;
            };
            all.extend(passages);
        }
        all
    })?;
    Ok(upgraded)
}

/// The passages of these rows; none if that was stopped.
fn embed(
    scenes: &[Scene],
    rows: &[LackingRow],
    model: &Model,
    scenes_total: usize,
    upgraded: &mut Upgraded,
    progress: &mut impl FnMut(Adding) -> Flow,
) -> Option<Vec<Passages>> {
    let known: Vec<Vec<f32>> = rows.iter().map(|row| row.embedding.clone()).collect();
    let texts = Texts::of(scenes, rows.iter().map(|row| row.row), model).knowing(&known);
    let (before, mut tokens) = (upgraded.scenes, 0);
    let vectors = model.embedder.embed_with(&texts.all(), |now: Progress| {
        tokens = now.tokens;
        let scenes = before + rows.len() * now.tokens / now.tokens_total.max(1);
        let tokens = upgraded.tokens + tokens;
        progress(Adding { scenes, scenes_total, tokens, tokens_total: tokens * scenes_total / scenes.max(1) })
    });
    upgraded.tokens += tokens;
    let vectors = vectors.ok()?;
    let cut = texts.cut().filter_map(|at| scenes.get(rows.get(at)?.row));
    upgraded.cut.extend(cut.map(|scene| scene.id.clone()));
    upgraded.scenes += rows.len();
    Some(texts.passages(&vectors, model.tag.dimension).into_iter().map(|(_, passages)| passages).collect())
}
