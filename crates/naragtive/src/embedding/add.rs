use std::collections::BTreeMap;

use naragtive_disk::Patience;
use naragtive_model::{Finished, Flow};
use naragtive_scene::{SceneId, Scenes};
use naragtive_store::{Appended, Fate, Store, StoreRef, plan};

use crate::embedding::pending::{Embedded, PendingRows, limit};
use crate::embedding::texts::SceneTexts;
use crate::embedding::work::Work;
use crate::{Error, Model};

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

/// Embeds the scenes that this store doesn't have yet and puts them in; the store is made if there is none.
///
/// Which ones it has goes by what they say about where they come from: see [`plan`]. A scene that continues a stored
/// conversation stands where it belongs in it, one that replaces another takes its place and its id, and stored messages
/// that get other neighbours are read with those. So what is added in parts comes out as if it were added at once.
///
/// Everything that could refuse the store is looked at before the first embedding. `progress` hears many times a second
/// and may answer stop. A merge stores in the order of the scenes, now and then and at the end. So when it is stopped or
/// fails, what was finished before the first unfinished scene is stored, and the same call later adds the rest behind it.
///
/// # Errors
/// When the store can't be read or written or is another model's; [`Error::Embed`] when a server that embeds fails, and what
/// was finished by then is stored by a merge; [`Error::Stopped`] when a replacement was
/// stopped, which leaves the store as it was; and when others still write to the store when `patience` is over.
pub fn add(
    scenes: impl Scenes,
    at: &StoreRef,
    how: How,
    model: &Model,
    patience: &Patience,
    progress: impl FnMut(Adding) -> Flow,
) -> Result<Added, Error> {
    match how {
        How::Merge => naragtive_store::check_writable(at)?,
        How::Replace => naragtive_store::check_replaceable(at)?,
    }
    let store = if how == How::Merge { Store::existing(at, &model.tag)? } else { None };
    let mut plan = plan(store.as_ref(), &scenes)?;
    let channels = std::mem::take(&mut plan.channels);
    let work = Work::of(&plan, &channels, &scenes, store.as_ref())?;
    let limit = if how == How::Merge { limit } else { |_| u64::MAX };
    let already_there = plan.count(|fate| *fate == Fate::AlreadyThere);
    let stored = store.map_or(0, |store| store.size_on_disk());
    let mut rows = PendingRows::new(at, model, plan, stored, patience);
    rows.limit = limit;
    let mut cut = Vec::new();
    let (done, failed) = embed(&work, model, progress, |at, embedded| {
        let id = rows.push(&work, at, embedded)?;
        cut.extend(id);
        Ok(())
    })?;
    let stopped = done.scenes < work.tasks.len();
    if stopped {
        // Who said stop while scenes were embedded wants what is finished to be stored, and means no lock.
        rows.patience = rows.patience.without_stop();
    }
    let mut appended = match how {
        How::Merge => rows.finish(&work)?,
        How::Replace if stopped => return Err(failed.unwrap_or(Error::Stopped)),
        How::Replace => rows.replace(&work)?,
    };
    if let Some(failed) = failed {
        return Err(failed);
    }
    if appended.outdated && !stopped {
        mend_windows(&scenes, at, model, patience)?;
        // The index is brought up to date from nothing: nobody knows what others changed.
        appended.before = None;
    }
    appended.already_there += already_there;
    Ok(Added { appended, tokens: done.tokens, cut, stopped })
}

/// How often windows are mended that others outdate again.
const TRIES: usize = 4;

/// Reads the stored scenes that are among these, and what is near them, with their neighbours anew: others wrote to the
/// conversation while these were embedded, or what was beside them is gone.
pub(crate) fn mend_windows(
    scenes: &impl Scenes,
    at: &StoreRef,
    model: &Model,
    patience: &Patience,
) -> Result<(), Error> {
    for _ in 0..TRIES {
        let store = Store::existing(at, &model.tag)?;
        let mut plan = plan(store.as_ref(), scenes)?;
        plan.read_all_anew();
        let channels = std::mem::take(&mut plan.channels);
        let work = Work::of(&plan, &channels, scenes, store.as_ref())?;
        // Some systems don't replace a file that is open.
        drop(store);
        let mut rows = PendingRows::new(at, model, plan, 0, patience);
        rows.limit = |_| u64::MAX;
        let take = |at, embedded| rows.push(&work, at, embedded).map(drop);
        if let (_, Some(failed)) = embed(&work, model, |_| Flow::Continue, take)? {
            return Err(failed);
        }
        if !rows.finish(&work)?.outdated {
            break;
        }
    }
    Ok(())
}

/// Hands what is embedded to `take`, in the order of the tasks, as many as are finished; with them comes why there are no
/// more, where a server failed.
///
/// # Errors
/// Those of `take`; nothing is handed to it after one.
fn embed<S: Scenes + ?Sized>(
    work: &Work<'_, S>,
    model: &Model,
    mut progress: impl FnMut(Adding) -> Flow,
    mut take: impl FnMut(usize, Embedded) -> Result<(), Error>,
) -> Result<(Adding, Option<Error>), Error> {
    let count = work.tasks.len();
    let bytes_total: usize = work.tasks.iter().map(|task| work.bytes(*task)).sum();
    let (mut bytes, mut taken) = (0, Ok(()));
    let mut done = Adding { scenes: 0, scenes_total: count, tokens: 0, tokens_total: 0 };
    // Finished before one that comes before them.
    let mut early = BTreeMap::new();
    let prepare = |at: usize| work.texts(work.tasks[at], model);
    let embedded = model.embedder.embed_each(count, prepare, SceneTexts::all, |finished| {
        if let Some(finished) = finished {
            early.insert(finished.number, finished);
        }
        while let Some(Finished { number, item, vectors, tokens }) = early.remove(&done.scenes) {
            done = Adding { scenes: number + 1, tokens: done.tokens + tokens, ..done };
            bytes += item.bytes();
            taken = take(number, Embedded::of(&item, &vectors, model));
            if taken.is_err() {
                return Flow::Stop;
            }
        }
        let share = bytes_total as f64 / bytes.max(1) as f64;
        done.tokens_total = (done.tokens as f64 * share) as usize;
        progress(done)
    });
    taken.map(|()| (done, embedded.err()))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use naragtive_model::{Embedder, ModelOptions};
    use naragtive_scene::{Metadata, Scene, SceneId};
    use naragtive_store::{ModelTag, StoredRow};

    use super::*;

    fn model(threads: usize) -> Model {
        let options = ModelOptions::new(NonZeroUsize::new(threads).unwrap());
        let embedder = Embedder::open(&naragtive_testkit::tiny_model(), options).unwrap();
        let tag = ModelTag { name: "tiny".into(), revision: None, dimension: embedder.dimension() };
        Model { embedder: embedder.into(), tag }
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

    fn rows(at: &StoreRef) -> Vec<StoredRow> {
        let mut rows = Vec::new();
        let store = at.open().unwrap();
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
        let limits: [fn(u64) -> u64; 3] = [|_| u64::MAX, |_| u64::MAX, |_| 4000];
        let stores = [1, 3, 2].iter().zip(limits).enumerate().map(|(number, (threads, limit))| {
            let (at, model) = (StoreRef::File(folder.path().join(number.to_string())), model(*threads));
            let scenes = scenes(100);
            let mut plan = plan(None, &scenes).unwrap();
            let channels = std::mem::take(&mut plan.channels);
            let work = Work::of(&plan, &channels, &scenes, None).unwrap();
            let mut to = PendingRows::new(&at, &model, plan, 0, &Patience::default());
            to.limit = limit;
            embed(&work, &model, |_| Flow::Continue, |at, row| to.push(&work, at, row).map(drop)).unwrap();
            let appended = to.finish(&work).unwrap();
            assert_eq!((appended.added, appended.total, appended.before), (100, 100, None));
            at
        });
        let stores: Vec<_> = stores.collect();
        let expected = rows(&stores[0]);
        assert_eq!(expected.len(), 100);
        assert!(expected.iter().any(|row| row.passages.spans.len() > 2));
        assert!(rows(&stores[1]) == expected && rows(&stores[2]) == expected);
    }

    #[test]
    fn what_was_finished_when_it_was_stopped_is_stored_and_the_rest_is_added_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let (at, model) = (StoreRef::File(folder.path().join("store")), model(2));
        let stop = |done: Adding| if done.scenes >= 20 { Flow::Stop } else { Flow::Continue };
        let added = add(scenes(300), &at, How::Merge, &model, &Patience::default(), stop).unwrap();
        let kept = added.appended.added;
        assert!(added.stopped && (20..300).contains(&kept), "{added:?}");
        let mut last = None;
        let added = add(scenes(300), &at, How::Merge, &model, &Patience::default(), |done| {
            last = Some(done);
            Flow::Continue
        });
        let added = added.unwrap();
        assert!(!added.stopped);
        assert_eq!((added.appended.already_there, added.appended.added), (kept, 300 - kept));
        let last = last.unwrap();
        assert_eq!((last.scenes, last.scenes_total), (300 - kept, 300 - kept));
        assert_eq!((last.tokens, last.tokens_total), (added.tokens, added.tokens));
        let ids: Vec<String> = rows(&at).iter().map(|row| row.scene.id.to_string()).collect();
        assert_eq!(ids, (0..300).map(|at| at.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn scenes_whose_ids_belong_to_others_are_counted_as_renamed_when_they_are_stored() {
        let folder = tempfile::tempdir().unwrap();
        let (at, model) = (StoreRef::File(folder.path().join("store")), model(2));
        let other = |count| -> Vec<Scene> {
            let scenes = scenes(count).into_iter();
            scenes.map(|scene| Scene { text: format!("{} Another year.", scene.text), ..scene }).collect()
        };
        let counts = |scenes: Vec<Scene>, how, most: usize| {
            let stop = |done: Adding| if done.scenes >= most { Flow::Stop } else { Flow::Continue };
            let Appended { added, already_there, renamed, .. } =
                add(scenes, &at, how, &model, &Patience::default(), stop).unwrap().appended;
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
