use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use naragtive_disk::{Lock, Patience, Place};

use crate::merge::{self, Known, Placement};
use crate::schema;
use crate::writer::Writer;
use crate::{EmbeddedScene, ModelTag, Store, StoreError};

/// What became of the scenes that were handed to [`append`] or [`replace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// How many were added.
    pub added: usize,
    /// How many were there already, or came twice.
    pub already_there: usize,
    /// How many of the added ones got a new id because theirs belongs to another text.
    pub renamed: usize,
    /// How many scenes the store holds now.
    pub total: usize,
    /// The fingerprint of the store that was added to; none if there was none, or if it was replaced.
    pub before: Option<[u8; 32]>,
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
/// file as it is then. Rows that are there keep every value, their columns' types, columns of others
/// (null in the new rows) and the file's key/value metadata; the file is replaced whole or not at
/// all. A store of the Python tool gets the tag of `model`; another keeps its own. Nothing is written when nothing is new.
///
/// # Errors
/// When there is a file that isn't a store or holds another model's embeddings, when an incoming
/// embedding isn't `model.dimension` finite numbers, or when the folder can't be written; [`StoreError::Stopped`] when
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
    match Store::open(path) {
        Ok(store) => append_to(&place, &lock, store, rows, model),
        Err(error) if error.is_not_found() => write_new(&place, &lock, path, rows, model),
        Err(error) => Err(error),
    }
}

/// Writes a store of these scenes to `path`, in place of the one that is there.
///
/// # Errors
/// When there is a file that isn't parquet, when an embedding isn't `model.dimension` finite
/// numbers, or when the folder can't be written; [`StoreError::Stopped`] as of [`append`].
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
    write_new(&place, &lock, path, rows, model)
}

fn append_to(
    place: &Place,
    lock: &Lock,
    store: Store,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
) -> Result<Appended, StoreError> {
    store.require_model(model)?;
    let (rows, mut appended) = fresh(merge::known(&store, rows.iter().map(|row| &row.scene))?, rows);
    appended.total += store.len();
    appended.before = Some(store.fingerprint()?);
    if rows.is_empty() {
        return Ok(appended);
    }
    // The closure owns the store: some systems don't replace a file that is open.
    place.replace(lock, move |file| {
        let (table, tag) = (store.table(), store.model().unwrap_or(model));
        let (columns, pairs) = (schema::grown(table.schema()), tag.write(table.key_values()));
        let mut writer = Writer::new(store.path(), columns, schema::without_lacking(pairs), file)?;
        writer.copied_lacking(store.lacking_passages());
        copy(&store, &mut writer)?;
        writer.add(&rows)?;
        writer.finish()
    })?;
    Ok(appended)
}

/// Copies every row. A store without a tag is about to get one, so its vectors are checked; row groups of another are
/// copied as they are where that is possible.
fn copy(store: &Store, writer: &mut Writer<&mut File>) -> Result<(), StoreError> {
    let table = store.table();
    let copied = if store.model().is_some() { writer.copy_groups(table)? } else { 0 };
    let rows = table.groups().iter().take(copied).map(|group| usize::try_from(group.num_rows()).unwrap_or(0));
    let mut first: usize = rows.sum();
    let mut vectors = Vec::new();
    for batch in table.everything_from(copied)? {
        let batch = batch?;
        if store.model().is_none() {
            vectors.clear();
            store.append_vectors(first, &batch, &mut vectors)?;
        }
        writer.copy(&batch)?;
        first += batch.num_rows();
    }
    table.check_rows(store.len(), first)
}

fn write_new(
    place: &Place,
    lock: &Lock,
    path: &Path,
    rows: Vec<EmbeddedScene>,
    model: &ModelTag,
) -> Result<Appended, StoreError> {
    let (rows, appended) = fresh(Known::default(), rows);
    place.replace(lock, |file| {
        let mut writer = Writer::new(path, schema::new_file(), model.write(&[]), file)?;
        writer.add(&rows)?;
        writer.finish()
    })?;
    Ok(appended)
}

/// The rows that aren't known, and the counts for a store of these alone.
fn fresh(mut known: Known, rows: Vec<EmbeddedScene>) -> (Vec<EmbeddedScene>, Appended) {
    let mut appended = Appended { added: 0, already_there: 0, renamed: 0, total: 0, before: None };
    let mut keep = |mut row: EmbeddedScene| {
        match known.place(&mut row.scene) {
            Placement::AlreadyThere => {
                appended.already_there += 1;
                return None;
            }
            Placement::Renamed => appended.renamed += 1,
            Placement::Fresh => {}
        }
        appended.added += 1;
        Some(row)
    };
    let rows = rows.into_iter().filter_map(&mut keep).collect();
    appended.total = appended.added;
    (rows, appended)
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
