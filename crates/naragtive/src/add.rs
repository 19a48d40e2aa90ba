use std::path::Path;

use naragtive_model::{Embedded, Flow};
use naragtive_scene::Scene;
use naragtive_store::{Appended, EmbeddedScene, MergePlan, append, plan, replace};

use crate::texts::Texts;
use crate::{Error, Model};

/// Scenes that are embedded before anyone looks at whether to stop: long enough to sort texts of like length
/// together, short enough that little is lost.
const WINDOW: usize = 512;

/// What happens to the scenes a store has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// They stay; what is new is added.
    Merge,
    /// They make way.
    Replace,
}

/// How far [`add`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adding {
    /// Scenes embedded.
    pub scenes: usize,
    /// Scenes to embed.
    pub scenes_total: usize,
    /// Tokens embedded.
    pub tokens: usize,
}

/// What [`add`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// What became of the scenes.
    pub appended: Appended,
    /// Tokens embedded.
    pub tokens: usize,
    /// Whether it was stopped before the last scene; what was finished is stored.
    pub stopped: bool,
}

/// Embeds the scenes that the store at `path` doesn't have yet and puts them in; the store is made if there is none.
///
/// Everything that could refuse the store is looked at before the first embedding. `progress` hears after every few
/// scenes and may answer stop: a merge then stores what was finished, and the same call later does the rest.
///
/// # Errors
/// When the store can't be read or written or is another model's; [`Error::Stopped`] when a replacement was
/// stopped, which leaves the store as it was.
pub fn add(
    scenes: Vec<Scene>,
    path: &Path,
    how: How,
    model: &Model,
    mut progress: impl FnMut(Adding) -> Flow,
) -> Result<Added, Error> {
    match how {
        How::Merge => naragtive_store::check_writable(path)?,
        How::Replace => naragtive_store::check_replaceable(path)?,
    }
    let offered = scenes.len();
    let MergePlan { fresh, already_there, .. } = match how {
        How::Merge => plan(path, scenes, &model.tag)?,
        How::Replace => MergePlan { fresh: scenes, already_there: 0, renamed: 0 },
    };
    let (rows, tokens) = embed(fresh, model, &mut progress);
    let stopped = rows.len() + already_there < offered;
    let mut appended = match how {
        How::Merge => append(path, rows, &model.tag)?,
        How::Replace if stopped => return Err(Error::Stopped),
        How::Replace => replace(path, rows, &model.tag)?,
    };
    appended.already_there += already_there;
    Ok(Added { appended, tokens, stopped })
}

/// The scenes with their embeddings, as many as were finished, and their tokens.
fn embed(
    scenes: Vec<Scene>,
    model: &Model,
    progress: &mut impl FnMut(Adding) -> Flow,
) -> (Vec<EmbeddedScene>, usize) {
    let total = scenes.len();
    let mut rows: Vec<EmbeddedScene> = Vec::with_capacity(total);
    let mut tokens = 0;
    for first in (0..total).step_by(WINDOW) {
        let window = first..total.min(first + WINDOW);
        let texts = Texts::of(&scenes, window.clone(), model);
        let (done_before, tokens_before) = (rows.len(), tokens);
        let vectors = model.embedder.embed_with(&texts.all(), |done: Embedded| {
            tokens = tokens_before + done.tokens;
            let share = window.len() * done.tokens / done.tokens_total.max(1);
            progress(Adding { scenes: done_before + share, scenes_total: total, tokens })
        });
        let Ok(vectors) = vectors else { break };
        let passages = texts.passages(&vectors, model.tag.dimension);
        rows.extend(scenes[window].iter().zip(passages).map(|(scene, (embedding, passages))| {
            EmbeddedScene { scene: scene.clone(), embedding, passages }
        }));
    }
    (rows, tokens)
}
