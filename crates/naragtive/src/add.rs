use std::path::Path;

use naragtive_model::{Embedded, Flow};
use naragtive_scene::{Scene, SceneId};
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// What became of the scenes.
    pub appended: Appended,
    /// Tokens embedded.
    pub tokens: usize,
    /// The scenes of which only the first 4,096 passages are embedded. They are stored, and found by their words, whole.
    pub cut: Vec<SceneId>,
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
    let Done { rows, tokens, cut } = embed(fresh, model, &mut progress);
    let stopped = rows.len() + already_there < offered;
    let mut appended = match how {
        How::Merge => append(path, rows, &model.tag)?,
        How::Replace if stopped => return Err(Error::Stopped),
        How::Replace => replace(path, rows, &model.tag)?,
    };
    appended.already_there += already_there;
    Ok(Added { appended, tokens, cut, stopped })
}

/// What became of scenes that were to be embedded.
#[derive(Default)]
struct Done {
    /// As many as were finished.
    rows: Vec<EmbeddedScene>,
    tokens: usize,
    cut: Vec<SceneId>,
}

fn embed(scenes: Vec<Scene>, model: &Model, progress: &mut impl FnMut(Adding) -> Flow) -> Done {
    let total = scenes.len();
    let mut done = Done::default();
    for first in (0..total).step_by(WINDOW) {
        let window = first..total.min(first + WINDOW);
        let texts = Texts::of(&scenes, window.clone(), model);
        let (scenes_before, tokens_before) = (done.rows.len(), done.tokens);
        let vectors = model.embedder.embed_with(&texts.all(), |now: Embedded| {
            done.tokens = tokens_before + now.tokens;
            let share = window.len() * now.tokens / now.tokens_total.max(1);
            progress(Adding { scenes: scenes_before + share, scenes_total: total, tokens: done.tokens })
        });
        let Ok(vectors) = vectors else { break };
        let passages = texts.passages(&vectors, model.tag.dimension);
        done.cut.extend(texts.cut().map(|at| scenes[first + at].id.clone()));
        done.rows.extend(scenes[window].iter().zip(passages).map(|(scene, (embedding, passages))| {
            EmbeddedScene { scene: scene.clone(), embedding, passages }
        }));
    }
    done
}
