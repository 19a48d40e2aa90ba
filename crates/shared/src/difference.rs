//! What tells one state of a store from the next, by the ids of its scenes.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use naragtive_store::{Store, StoredRow, origin_to_json};

use crate::SharedError;
use crate::places::places;
use crate::tracked::Tracked;

/// What has become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowFate {
    /// Nothing.
    Same,
    /// It stands elsewhere.
    Moved,
    /// It says something else.
    Changed,
    /// It wasn't there.
    New,
}

/// A row of the next state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextRow {
    /// Its number on the server, if it has one.
    pub(crate) row: Option<i32>,
    pub(crate) place: i64,
    pub(crate) fate: RowFate,
}

/// What is to be told to the server.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Every row of the next state, in order.
    pub(crate) rows: Vec<NextRow>,
    /// The numbers of those that are gone.
    pub(crate) removed: Vec<i32>,
}

impl Difference {
    /// From a state that the server has to the next one. Without a state everything is new.
    pub(crate) fn between(base: Option<&Store>, known: &Tracked, next: &Store) -> Result<Self, SharedError> {
        let before = base.map_or(Ok(HashMap::new()), |base| prints(base, known))?;
        let (mut seen, mut found) = (HashSet::new(), Vec::with_capacity(next.len()));
        visit(next, !before.is_empty(), |id, print| {
            let old = before.get(id);
            found.push(old.map(|old| (*old, old.print == print)));
            // Two scenes of one id can't be told apart by it.
            if seen.insert(id.to_owned()) {
                Ok(())
            } else {
                Err(SharedError::RepeatedId { id: id.to_owned() })
            }
        })?;
        let order: Vec<Option<i64>> = found.iter().map(|old| old.map(|(old, _)| old.place)).collect();
        let rows =
            found.into_iter().zip(places(&order)).map(|(old, place)| NextRow::of(old, place)).collect();
        let mut removed: Vec<i32> =
            before.iter().filter(|(id, _)| !seen.contains(*id)).map(|(_, old)| old.row).collect();
        removed.sort_unstable();
        Ok(Self { rows, removed })
    }

    /// Where what comes behind everything begins.
    pub(crate) fn tail(&self) -> usize {
        self.rows.iter().rposition(|next| next.fate != RowFate::New).map_or(0, |last| last + 1)
    }
}

impl NextRow {
    fn of(old: Option<(Old, bool)>, place: i64) -> Self {
        let fate = match old {
            None => RowFate::New,
            Some((_, false)) => RowFate::Changed,
            Some((old, true)) if old.place != place => RowFate::Moved,
            Some(_) => RowFate::Same,
        };
        Self { row: old.map(|(old, _)| old.row), place, fate }
    }
}

/// A row that the server has.
#[derive(Debug, Clone, Copy)]
struct Old {
    row: i32,
    place: i64,
    /// What it holds, in short: two rows that differ have the same with a probability of 2⁻⁶⁴.
    print: u64,
}

/// The rows of `next` that `base` doesn't have, or with another content.
///
/// # Errors
/// When one of them can't be read.
pub fn changed(base: Option<&Store>, next: &Store) -> Result<Vec<usize>, SharedError> {
    let mut before = HashMap::new();
    if let Some(base) = base {
        visit(base, true, |id, print| {
            before.insert(id.to_owned(), print);
            Ok(())
        })?;
    }
    let (mut found, mut row) = (Vec::new(), 0);
    visit(next, true, |id, print| {
        found.extend((before.get(id) != Some(&print)).then_some(row));
        row += 1;
        Ok(())
    })?;
    Ok(found)
}

fn prints(base: &Store, known: &Tracked) -> Result<HashMap<String, Old>, SharedError> {
    let mut rows = known.rows.iter().copied().zip(known.places.iter().copied());
    let mut prints = HashMap::with_capacity(base.len());
    visit(base, true, |id, print| {
        if let Some((row, place)) = rows.next() {
            prints.insert(id.to_owned(), Old { row, place, print });
        }
        Ok(())
    })?;
    Ok(prints)
}

/// Hands every id to `each` with what the row holds; that is looked at only where it is asked for.
fn visit(
    store: &Store,
    whole: bool,
    mut each: impl FnMut(&str, u64) -> Result<(), SharedError>,
) -> Result<(), SharedError> {
    if whole {
        return store.visit_rows(0, |row| each(row.scene.id.as_str(), print(&row)));
    }
    store.ids()?.iter().try_for_each(|id| each(id, 0))
}

fn print(row: &StoredRow) -> u64 {
    let StoredRow { scene, embedding, passages } = row;
    let mut hash = DefaultHasher::new();
    (&scene.text, scene.metadata.to_json(), scene.origin.as_ref().map(origin_to_json)).hash(&mut hash);
    let bits = |values: &[f32], hash: &mut DefaultHasher| {
        values.len().hash(hash);
        values.iter().for_each(|value| value.to_bits().hash(hash));
    };
    bits(embedding, &mut hash);
    bits(&passages.vectors, &mut hash);
    passages.spans.iter().for_each(|span| (span.start, span.end).hash(&mut hash));
    passages.window.is_some().hash(&mut hash);
    bits(passages.window.as_deref().unwrap_or_default(), &mut hash);
    hash.finish()
}
