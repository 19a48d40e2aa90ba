use std::collections::BTreeMap;
use std::path::Path;

use naragtive_disk::Patience;
use naragtive_model::{Finished, Flow};
use naragtive_scene::{Scene, SceneId};
use naragtive_store::{Appended, EmbeddedScene, MergePlan, append, plan, replace};

use crate::texts::Texts;
use crate::{Error, Model};

/// Values of vectors that are held until they are stored, of a merge: 32 MiB.
const BATCH: usize = 8 << 20;

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
    /// Tokens of the scenes that are embedded.
    pub tokens: usize,
    /// About how many tokens all the scenes have, going by the length of their texts.
    pub tokens_total: usize,
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
/// Everything that could refuse the store is looked at before the first embedding. `progress` hears many times a second
/// and may answer stop. A merge stores in the order of the scenes, now and then and at the end. So when it is stopped or
/// fails, what was finished before the first unfinished scene is stored, and the same call later adds the rest behind it.
///
/// # Errors
/// When the store can't be read or written or is another model's; [`Error::Stopped`] when a replacement was
/// stopped, which leaves the store as it was; and when others still write to the store when `patience` is over.
pub fn add(
    scenes: Vec<Scene>,
    path: &Path,
    how: How,
    model: &Model,
    patience: &Patience,
    progress: impl FnMut(Adding) -> Flow,
) -> Result<Added, Error> {
    match how {
        How::Merge => naragtive_store::check_writable(path)?,
        How::Replace => naragtive_store::check_replaceable(path)?,
    }
    let MergePlan { fresh, already_there, renamed } = match how {
        How::Merge => plan(path, scenes, &model.tag)?,
        How::Replace => MergePlan { fresh: scenes, already_there: 0, renamed: Vec::new() },
    };
    let mut rows = Rows::new(path, model, patience, if how == How::Merge { BATCH } else { usize::MAX });
    let mut cut = Vec::new();
    let done = embed(&fresh, model, progress, |row, is_cut| {
        cut.extend(is_cut.then(|| row.scene.id.clone()));
        rows.push(row)
    })?;
    let stopped = done.scenes < fresh.len();
    if stopped {
        // Who said stop while scenes were embedded wants what is finished to be stored, and means no lock.
        rows.patience = patience.without_stop();
    }
    let mut appended = match how {
        How::Merge => rows.finish()?,
        How::Replace if stopped => return Err(Error::Stopped),
        How::Replace => replace(path, rows.pending, &model.tag, patience)?,
    };
    appended.already_there += already_there;
    // The store was handed their new ids, and those behind the last finished one not at all.
    appended.renamed += renamed.iter().filter(|at| **at < done.scenes).count();
    Ok(Added { appended, tokens: done.tokens, cut, stopped })
}

/// Hands the scenes with their embeddings to `take`, in their order, as many as are finished, and whether not all of a
/// scene's text is in passages.
///
/// # Errors
/// Those of `take`; nothing is handed to it after one.
fn embed(
    scenes: &[Scene],
    model: &Model,
    mut progress: impl FnMut(Adding) -> Flow,
    mut take: impl FnMut(EmbeddedScene, bool) -> Result<(), Error>,
) -> Result<Adding, Error> {
    let bytes_total: usize = scenes.iter().map(|scene| scene.text.len()).sum();
    let (mut bytes, mut taken) = (0, Ok(()));
    let mut done = Adding { scenes: 0, scenes_total: scenes.len(), tokens: 0, tokens_total: 0 };
    // Finished before one that comes before them.
    let mut early = BTreeMap::new();
    let prepare = |at: usize| {
        let texts = Texts::of(scenes, std::iter::once(at), model);
        let tokens = texts.all().iter().map(|text| model.embedder.tokenizer().encode(text)).collect();
        (texts, tokens)
    };
    model.embedder.embed_each(scenes.len(), prepare, |finished| {
        if let Some(finished) = finished {
            early.insert(finished.number, finished);
        }
        while let Some(Finished { number, item, vectors, tokens }) = early.remove(&done.scenes) {
            done = Adding { scenes: number + 1, tokens: done.tokens + tokens, ..done };
            bytes += scenes[number].text.len();
            for (embedding, passages) in item.passages(&vectors, model.tag.dimension) {
                let scene = scenes[number].clone();
                taken = take(EmbeddedScene { scene, embedding, passages }, item.cut().next().is_some());
            }
            if taken.is_err() {
                return Flow::Stop;
            }
        }
        let share = bytes_total as f64 / bytes.max(1) as f64;
        done.tokens_total = (done.tokens as f64 * share) as usize;
        progress(done)
    });
    taken.map(|()| done)
}

/// Scenes on their way into the store at `path`, which gets them when there are many.
struct Rows<'a> {
    path: &'a Path,
    model: &'a Model,
    patience: Patience,
    /// Values of vectors that are many.
    batch: usize,
    pending: Vec<EmbeddedScene>,
    /// Values of the vectors in `pending`.
    values: usize,
    /// What became of those that are stored.
    appended: Option<Appended>,
}

impl<'a> Rows<'a> {
    fn new(path: &'a Path, model: &'a Model, patience: &Patience, batch: usize) -> Self {
        Self {
            path,
            model,
            patience: patience.clone(),
            batch,
            pending: Vec::new(),
            values: 0,
            appended: None,
        }
    }

    fn push(&mut self, row: EmbeddedScene) -> Result<(), Error> {
        let window = row.passages.window.as_ref().map_or(0, Vec::len);
        self.values += row.embedding.len() + row.passages.vectors.len() + window;
        self.pending.push(row);
        if self.values >= self.batch { self.store().map(drop) } else { Ok(()) }
    }

    fn store(&mut self) -> Result<Appended, Error> {
        self.values = 0;
        let now = append(self.path, std::mem::take(&mut self.pending), &self.model.tag, &self.patience)?;
        let sum = self.appended.map_or(now, |before| Appended {
            added: before.added + now.added,
            already_there: before.already_there + now.already_there,
            renamed: before.renamed + now.renamed,
            total: now.total,
            before: before.before,
        });
        self.appended = Some(sum);
        Ok(sum)
    }

    /// Stores what is left.
    fn finish(mut self) -> Result<Appended, Error> {
        match self.appended {
            Some(appended) if self.pending.is_empty() => Ok(appended),
            _ => self.store(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use naragtive_model::{Embedder, Options};
    use naragtive_scene::{Metadata, SceneId};
    use naragtive_store::{ModelTag, Store, StoredRow};

    use super::*;

    fn model(threads: usize) -> Model {
        let options = Options::new(NonZeroUsize::new(threads).unwrap());
        let embedder = Embedder::open(&naragtive_testkit::tiny_model(), options).unwrap();
        let tag = ModelTag { name: "tiny".into(), revision: None, dimension: embedder.dimension() };
        Model { embedder, tag }
    }

    /// Some of several passages, some of none.
    fn scenes(count: usize) -> Vec<Scene> {
        let text = |at: usize| format!("The ferry came in. Number {at} was late! ").repeat(at * 7 % 23);
        let scene = |at: usize| {
            let metadata =
                Metadata::default().with("channel", if at.is_multiple_of(3) { "harbour" } else { "inn" });
            Scene { id: SceneId::new(at.to_string()), text: text(at), metadata, origin: None }
        };
        (0..count).map(scene).collect()
    }

    fn rows(path: &Path) -> Vec<StoredRow> {
        let mut rows = Vec::new();
        let store = Store::open(path).unwrap();
        store
            .visit_rows(0, |row| {
                rows.push(row);
                Ok::<(), naragtive_store::StoreError>(())
            })
            .unwrap();
        rows
    }

    #[test]
    fn rows_do_not_depend_on_threads_and_batches() {
        let folder = tempfile::tempdir().unwrap();
        let paths = [(1, usize::MAX), (3, usize::MAX), (2, 1000)].map(|(threads, batch)| {
            let (path, model) = (folder.path().join(format!("{threads}-{batch}")), model(threads));
            let mut to = Rows::new(&path, &model, &Patience::default(), batch);
            embed(&scenes(100), &model, |_| Flow::Continue, |row, _| to.push(row)).unwrap();
            let appended = to.finish().unwrap();
            assert_eq!((appended.added, appended.total, appended.before), (100, 100, None));
            path
        });
        let expected = rows(&paths[0]);
        assert_eq!(expected.len(), 100);
        assert!(expected.iter().any(|row| row.passages.spans.len() > 2));
        assert!(rows(&paths[1]) == expected && rows(&paths[2]) == expected);
    }

    #[test]
    fn what_was_finished_when_it_was_stopped_is_stored_and_the_rest_is_added_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, model) = (folder.path().join("store"), model(2));
        let stop = |done: Adding| if done.scenes >= 20 { Flow::Stop } else { Flow::Continue };
        let added = add(scenes(300), &path, How::Merge, &model, &Patience::default(), stop).unwrap();
        let kept = added.appended.added;
        assert!(added.stopped && (20..300).contains(&kept), "{added:?}");
        let mut last = None;
        let added = add(scenes(300), &path, How::Merge, &model, &Patience::default(), |done| {
            last = Some(done);
            Flow::Continue
        });
        let added = added.unwrap();
        assert!(!added.stopped);
        assert_eq!((added.appended.already_there, added.appended.added), (kept, 300 - kept));
        let last = last.unwrap();
        assert_eq!((last.scenes, last.scenes_total), (300 - kept, 300 - kept));
        assert_eq!((last.tokens, last.tokens_total), (added.tokens, added.tokens));
        let ids: Vec<String> = rows(&path).iter().map(|row| row.scene.id.to_string()).collect();
        assert_eq!(ids, (0..300).map(|at| at.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn scenes_whose_ids_belong_to_others_are_counted_as_renamed_when_they_are_stored() {
        let folder = tempfile::tempdir().unwrap();
        let (path, model) = (folder.path().join("store"), model(2));
        let other = |count| {
            let scenes = scenes(count).into_iter();
            scenes.map(|scene| Scene { text: format!("{} Another year.", scene.text), ..scene }).collect()
        };
        let counts = |scenes, how, most: usize| {
            let stop = |done: Adding| if done.scenes >= most { Flow::Stop } else { Flow::Continue };
            let Appended { added, already_there, renamed, .. } =
                add(scenes, &path, how, &model, &Patience::default(), stop).unwrap().appended;
            (added, already_there, renamed)
        };
        assert_eq!(counts(scenes(300), How::Merge, usize::MAX), (300, 0, 0));
        let (kept, _, renamed) = counts(other(300), How::Merge, 20);
        assert!(kept == renamed && (20..300).contains(&kept), "{kept} {renamed}");
        assert_eq!(counts(other(300), How::Merge, usize::MAX), (300 - kept, kept, 300 - kept));
        let twice = scenes(9).into_iter().chain(other(9)).collect();
        assert_eq!(counts(twice, How::Replace, usize::MAX), (18, 0, 9));
    }
}
