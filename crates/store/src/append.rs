use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use naragtive_disk::{Lock, Patience, Place};
use naragtive_scene::{Scene, Scenes};

use crate::change::{self, Change, Edit, NewRow};
use crate::merge::{Fate, MergePlan, Piece, plan_for};
use crate::schema;
use crate::writer::Writer;
use crate::{EmbeddedScene, ModelTag, Store, StoreError};

/// What became of the scenes that were handed to [`append`], [`commit`] or [`replace`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appended {
    /// How many were added.
    pub added: usize,
    /// How many replaced an earlier wording of theirs.
    pub updated: usize,
    /// How many were there already, or came twice.
    pub already_there: usize,
    /// How many of the added ones got a new id because theirs belongs to another scene.
    pub renamed: usize,
    /// How many scenes the store holds now.
    pub total: usize,
    /// The fingerprint of the store that was added to; none if there was none, or if it was replaced.
    pub before: Option<[u8; 32]>,
    /// How many of its first rows are where they were, in the conversations that they were in.
    pub kept: usize,
    /// Which of these have other texts or windows now, ascending.
    pub rewritten: Vec<usize>,
}

/// Scenes on their way into a store, as a [`MergePlan`] has numbered them.
#[derive(Debug, Default)]
pub struct Batch {
    /// New ones, each with its number among the incoming; they ascend in the order of the plan.
    pub new: Vec<(usize, EmbeddedScene)>,
    /// Those that replace stored ones, each with its number and their row.
    pub updated: Vec<(usize, usize, EmbeddedScene)>,
    /// Vectors of rows that are read with other neighbours than before; none for one that has no neighbours any more.
    pub windows: Vec<(usize, Option<Vec<f32>>)>,
    /// By which recipe passages and windows are made, which a new store says. Another keeps what it says.
    pub recipe: Option<&'static str>,
}

/// Checks that a store can be written to `path`, so that nobody computes embeddings for one that can't.
///
/// # Errors
/// When the folder isn't there or can't be written, or the file may not be.
pub fn check_writable(path: &Path) -> Result<(), StoreError> {
    Ok(Place::find(path)?.check_writable()?)
}

/// Checks that [`replace`] would take `path`: like [`check_writable`], and that no other kind of file is in the way.
///
/// # Errors
/// As those of [`check_writable`]; and when there is a file that isn't parquet.
pub fn check_replaceable(path: &Path) -> Result<(), StoreError> {
    refuse_what_is_not_parquet(path)?;
    check_writable(path)
}

/// Merges scenes into the store at `path`, which is made if there is none.
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
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    rows.iter().try_for_each(|row| row.check(model))?;
    let place = Place::find(path)?;
    let lock = place.lock(patience)?;
    let store = existing(path, model)?;
    append_locked(&place, &lock, path, store, rows, model, None)
}

/// Writes what was embedded of a plan into the store at `path`: those of its scenes that are in `batch`.
///
/// If the store isn't the one that was planned for any more, because somebody else wrote to it meanwhile, the scenes are
/// merged as [`append`] would, and stored ones keep their windows. After the first batch nothing of the plan is left but what
/// comes behind the last row.
///
/// # Errors
/// As [`append`].
pub fn commit(
    path: &Path,
    plan: &mut MergePlan,
    batch: Batch,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    let rows = batch.new.iter().map(|(_, row)| row).chain(batch.updated.iter().map(|(.., row)| row));
    rows.clone().try_for_each(|row| row.check(model))?;
    let place = Place::find(path)?;
    let lock = place.lock(patience)?;
    let store = existing(path, model)?;
    let base = store.as_ref().map(Store::fingerprint).transpose()?;
    if base != plan.base {
        let new = batch.new.into_iter().map(|(_, row)| row);
        let rows = new.chain(batch.updated.into_iter().map(|(.., row)| row)).collect();
        return append_locked(&place, &lock, path, store, rows, model, batch.recipe);
    }
    let renamed = batch.new.iter().filter(|(at, _)| plan.is_renamed(*at)).count();
    let counts =
        Appended { added: batch.new.len(), updated: batch.updated.len(), renamed, ..Appended::default() };
    let appended = write(&place, &lock, path, store, change_of(plan, batch), counts, model)?;
    plan.go_on(Store::open(path)?.fingerprint()?);
    Ok(appended)
}

/// Writes a store of these scenes to `path`, in place of the one that is there.
///
/// # Errors
/// When there is a file that isn't parquet, when an embedding isn't `model.dimension` finite
/// numbers, or when the folder can't be written; [`DiskError::Stopped`](naragtive_disk::DiskError) as of [`append`].
pub fn replace(
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    rows.iter().try_for_each(|row| row.check(model))?;
    let place = Place::find(path)?;
    let lock = place.lock(patience)?;
    refuse_what_is_not_parquet(path)?;
    append_locked(&place, &lock, path, None, rows, model, None)
}

/// As [`replace`]; the store says by which recipe its passages and windows were made.
///
/// # Errors
/// As [`replace`].
pub fn replace_made_by(
    recipe: &'static str,
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    patience: &Patience,
) -> Result<Appended, StoreError> {
    rows.iter().try_for_each(|row| row.check(model))?;
    let place = Place::find(path)?;
    let lock = place.lock(patience)?;
    refuse_what_is_not_parquet(path)?;
    append_locked(&place, &lock, path, None, rows, model, Some(recipe))
}

fn existing(path: &Path, model: &ModelTag) -> Result<Option<Store>, StoreError> {
    match Store::open(path) {
        Ok(store) => store.require_model(model).map(|()| Some(store)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Decides about the rows and writes them.
fn append_locked(
    place: &Place,
    lock: &Lock,
    path: &Path,
    store: Option<Store>,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
    recipe: Option<&'static str>,
) -> Result<Appended, StoreError> {
    let plan = plan_for(store.as_ref(), &Embedded(&rows))?;
    let counts = Appended {
        added: plan.count(|fate| *fate == Fate::New),
        updated: plan.count(|fate| matches!(fate, Fate::Updated(_))),
        already_there: plan.count(|fate| *fate == Fate::AlreadyThere),
        renamed: (0..rows.len()).filter(|at| plan.is_renamed(*at)).count(),
        ..Appended::default()
    };
    let mut batch = Batch { recipe, ..Batch::default() };
    let mut rows: Vec<Option<EmbeddedScene>> = rows.into_iter().map(Some).collect();
    let mut take = |at: usize| {
        let row = rows.get_mut(at).and_then(Option::take)?;
        Some(EmbeddedScene { scene: plan.prepared(at, row.scene), ..row })
    };
    batch.new.extend(plan.inserted().chain(plan.appended()).filter_map(|at| Some((at, take(at)?))));
    batch.updated.extend(plan.updated().filter_map(|(at, row)| Some((at, row, take(at)?))));
    write(place, lock, path, store, change_of(&plan, batch), counts, model)
}

/// The rows that a plan and what is embedded of it come to.
fn change_of(plan: &MergePlan, batch: Batch) -> Change {
    let mut change = Change { recipe: batch.recipe, ..Change::default() };
    let mut rows: std::collections::HashMap<usize, EmbeddedScene> = batch.new.into_iter().collect();
    let mut row = |piece: &Piece| match piece {
        Piece::New(at) => rows.remove(at).map(NewRow::Scene),
        Piece::Moved(row) => Some(NewRow::Moved(*row)),
    };
    change
        .inserts
        .extend(plan.inserts.iter().filter_map(|insert| Some((insert.before, row(&insert.piece)?))));
    change.appended.extend(plan.appended.iter().filter_map(&mut row));
    for (row, origin) in &plan.origins {
        change.edits.entry(*row).or_default().origin = Some(origin.clone());
    }
    for (row, window) in batch.windows {
        change.edits.entry(row).or_default().window = Some(window);
    }
    for (_, row, scene) in batch.updated {
        let regroups = plan.regrouped.contains(&row);
        change.edits.insert(row, Edit { scene: Some(scene), regroups, ..Edit::default() });
    }
    change
}

/// Writes the change, if it is one, and says what the store holds then.
fn write(
    place: &Place,
    lock: &Lock,
    path: &Path,
    store: Option<Store>,
    change: Change,
    counts: Appended,
    model: &ModelTag,
) -> Result<Appended, StoreError> {
    let Some(store) = store else {
        let pairs = schema::with_recipe(model.write(&[]), change.recipe);
        let rows = change.appended.into_iter().filter_map(|row| match row {
            NewRow::Scene(scene) => Some(scene),
            NewRow::Moved(_) => None,
        });
        let rows: Vec<EmbeddedScene> = rows.collect();
        place.replace(lock, |file| {
            let mut writer = Writer::new(path, schema::new_file(), pairs, file)?;
            writer.add(&rows.iter().collect::<Vec<_>>())?;
            writer.finish()
        })?;
        return Ok(Appended { total: rows.len(), ..counts });
    };
    let (before, total) = (Some(store.fingerprint()?), store.len() + counts.added);
    let (kept, rewritten) = change.kept(store.len());
    let written = Appended { total, before, kept, rewritten, ..counts };
    if change.is_empty() {
        return Ok(written);
    }
    // The closure owns the store: some systems don't replace a file that is open.
    place.replace(lock, move |file| change::write(&store, &change, model, file))?;
    Ok(written)
}

/// Rows as the scenes they are of.
struct Embedded<'a>(&'a [EmbeddedScene]);

impl Scenes for Embedded<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn scene(&self, at: usize) -> std::borrow::Cow<'_, Scene> {
        std::borrow::Cow::Borrowed(&self.0[at].scene)
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
