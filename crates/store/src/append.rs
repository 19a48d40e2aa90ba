mod to;

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use naragtive_disk::{AtomicFile, Patience};
use naragtive_scene::{Scene, Scenes};

use self::to::{change_of, counts_of};
use crate::merge::{self, MergePlan};
use crate::schema::Column;
use crate::{Batch, EmbeddedScene, ModelTag, Store, StoreError, StoreRef, Version};

pub(crate) use self::to::To;

/// What became of the scenes that were handed to [`append`], [`commit`] or [`replace`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appended {
    /// How many were added.
    pub added: usize,
    /// How many replaced an earlier wording of theirs.
    pub updated: usize,
    /// How many were taken out; see [`crate::remove`].
    pub removed: usize,
    /// How many were there already, or came twice.
    pub already_there: usize,
    /// How many of the added ones got a new id because theirs belongs to another scene.
    pub renamed: usize,
    /// How many scenes the store holds now.
    pub total: usize,
    /// The version of the store that was added to; none if there was none, or if it was replaced.
    pub before: Option<Version>,
    /// How many of its first rows are where they were, in the conversations that they were in.
    pub kept: usize,
    /// Which of these have other texts or windows now, ascending.
    pub rewritten: Vec<usize>,
    /// Whether others wrote to the store since it was planned for, so that some windows are of neighbours that scenes had
    /// then.
    pub outdated: bool,
}

/// Checks that a store can be written there, so that nobody computes embeddings for one that can't.
///
/// # Errors
/// When the folder isn't there or can't be written, or the file may not be.
pub fn check_writable(at: impl Into<StoreRef>) -> Result<(), StoreError> {
    Ok(AtomicFile::find(at.into().file())?.check_writable()?)
}

/// Checks that [`replace`] would write there: like [`check_writable`], and that no other kind of file is in the way.
///
/// # Errors
/// As those of [`check_writable`]; and when there is a file that isn't parquet, or a whole one that never was a store.
pub fn check_replaceable(at: impl Into<StoreRef>) -> Result<(), StoreError> {
    let at = at.into();
    refuse_what_is_no_store(at.file())?;
    check_writable(at)
}

/// Merges scenes into this store, which is made if there is none.
///
/// Processes that append at the same time wait for each other, and the merge is decided against the
/// file as it is then, by what the scenes say about where they come from. What continues a stored conversation stands
/// where it belongs in it, what replaces a stored scene takes its row and its id. All other rows keep every value, their
/// columns' types, columns of others (null in the new rows) and the file's key/value metadata; the file is replaced whole
/// or not at all. A store of the Python tool gets the tag of `model`; another keeps its own. Nothing is written when
/// nothing is new.
///
/// # Errors
/// When there is a file that isn't a store or holds another model's embeddings, when an incoming
/// embedding isn't `model.dimension` finite numbers, or when the folder can't be written; [`DiskError::Stopped`](naragtive_disk::DiskError) when
/// others still write to it when `patience` is over.
pub fn append(
    at: impl Into<StoreRef>,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    rows.iter().try_for_each(|row| row.check(model))?;
    let at = at.into();
    let to = To::locked(&at, model, patience)?;
    to.merge_rows(Store::existing(&at, model)?, rows)
}

/// Writes what was embedded of a plan for `scenes` into this store: those that are in `batch`.
///
/// If the store isn't the one that was planned for any more, because somebody else wrote to it meanwhile, the scenes are
/// merged as [`append`] would, and stored ones keep their windows. After the first batch nothing of the plan is left but what
/// comes behind the last row.
///
/// # Errors
/// As [`append`].
pub fn commit(
    at: impl Into<StoreRef>,
    plan: &mut MergePlan,
    mut batch: Batch,
    scenes: &(impl Scenes + ?Sized),
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    let rows = batch.finish()?;
    let at = at.into();
    let to = To::locked(&at, model, patience)?;
    let store = Store::existing(&at, model)?;
    let base = store.as_ref().map(Store::version).transpose()?;
    if base != plan.base {
        let prepared = Prepared { scenes, plan, numbers: &batch.scenes };
        let anew = merge::plan(store.as_ref(), &prepared)?;
        let take = |numbers: &[usize]| rows.as_ref().map_or(Ok(Vec::new()), |rows| rows.scenes(numbers));
        return Ok(Appended { outdated: true, ..to.merge(store, &anew, batch.recipe, take)? });
    }
    let counts = counts_of(plan, &batch);
    let appended = to.write(store, change_of(plan, &mut batch), rows, counts)?;
    plan.go_on(at.version()?);
    Ok(appended)
}

/// Writes a store of these scenes there, in place of the one that is there.
///
/// # Errors
/// When there is a file that isn't parquet, when an embedding isn't `model.dimension` finite
/// numbers, or when the folder can't be written; [`DiskError::Stopped`](naragtive_disk::DiskError) as of [`append`].
pub fn replace(
    at: impl Into<StoreRef>,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    rows.iter().try_for_each(|row| row.check(model))?;
    let at = at.into();
    let to = To::locked(&at, model, patience)?;
    refuse_what_is_no_store(at.file())?;
    to.merge_rows(None, rows)
}

/// Writes what was embedded of a plan for no store, all of it, there, in place of the store that is there.
///
/// # Errors
/// As [`replace`].
pub fn replace_by(
    at: impl Into<StoreRef>,
    plan: &MergePlan,
    mut batch: Batch,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    let rows = batch.finish()?;
    let at = at.into();
    let to = To::locked(&at, model, patience)?;
    refuse_what_is_no_store(at.file())?;
    let counts = counts_of(plan, &batch);
    to.write(None, change_of(plan, &mut batch), rows, counts)
}

/// Scenes of a plan as they were prepared for a store, by their rows in a batch.
struct Prepared<'a, S: ?Sized> {
    scenes: &'a S,
    plan: &'a MergePlan,
    numbers: &'a [usize],
}

impl<S: Scenes + ?Sized> Scenes for Prepared<'_, S> {
    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        let number = self.numbers[at];
        Cow::Owned(self.plan.prepared(number, self.scenes.scene(number).into_owned()))
    }
}

/// Of a table that somebody else made nothing may be lost; a store that is damaged may be made anew.
fn refuse_what_is_no_store(path: &Path) -> Result<(), StoreError> {
    refuse_what_is_not_parquet(path)?;
    match Store::open(path) {
        Err(StoreError::MissingColumn { path, column, found })
            if !found.iter().any(|name| name == Column::Embedding.name()) =>
        {
            Err(StoreError::MissingColumn { path, column, found })
        }
        _ => Ok(()),
    }
}

/// A mistyped output path must not cost a user their export, so only parquet is replaced by parquet.
/// A store that is damaged still begins like one.
pub(crate) fn refuse_what_is_not_parquet(path: &Path) -> Result<(), StoreError> {
    const MAGIC: [u8; 4] = *b"PAR1";
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io("read", path)(error)),
        Ok(_) if start.is_empty() || start == MAGIC => Ok(()),
        Ok(_) => {
            let source = parquet::errors::ParquetError::General("it begins with other bytes".to_owned());
            Err(StoreError::NotParquet { path: path.to_owned(), source })
        }
    }
}
