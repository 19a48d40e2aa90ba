//! What tells one state of a store from the next, by the ids of its scenes.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use naragtive_store::{Store, StoredRow, origin_to_json};

use crate::SharedError;
use crate::places::places;
use crate::tracked::Tracked;

/// So many rows are held at a time.
const AT_A_TIME: usize = 1024;

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
        let alike = alike(base, next)?;
        let before = base.map_or(Ok(HashMap::new()), |base| prints(base, known, &alike))?;
        let (mut seen, mut found) = (HashSet::new(), Vec::with_capacity(next.len()));
        let looked_at = if before.is_empty() { LookedAt::Ids } else { LookedAt::AllBut(&alike) };
        visit(next, looked_at, |id, print| {
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
    let alike = alike(base, next)?;
    if let Some(base) = base {
        visit(base, LookedAt::AllBut(&alike), |id, print| {
            before.insert(id.to_owned(), print);
            Ok(())
        })?;
    }
    let (mut found, mut row) = (Vec::new(), 0);
    visit(next, LookedAt::AllBut(&alike), |id, print| {
        found.extend((before.get(id) != Some(&print)).then_some(row));
        row += 1;
        Ok(())
    })?;
    Ok(found)
}

/// Rows that are the same in both, in the same places.
fn alike(base: Option<&Store>, next: &Store) -> Result<Vec<Range<usize>>, SharedError> {
    Ok(base.map_or(Ok(Vec::new()), |base| base.alike(next))?)
}

fn prints(
    base: &Store,
    known: &Tracked,
    alike: &[Range<usize>],
) -> Result<HashMap<String, Old>, SharedError> {
    let mut rows = known.rows.iter().copied().zip(known.places.iter().copied());
    let mut prints = HashMap::with_capacity(base.len());
    visit(base, LookedAt::AllBut(alike), |id, print| {
        if let Some((row, place)) = rows.next() {
            prints.insert(id.to_owned(), Old { row, place, print });
        }
        Ok(())
    })?;
    Ok(prints)
}

/// What is looked at of a store.
#[derive(Clone, Copy)]
enum LookedAt<'a> {
    Ids,
    /// What rows hold, but for those that are known to be the same in another store.
    AllBut(&'a [Range<usize>]),
}

/// Hands every id to `each` with what the row holds; 0 where that isn't looked at.
fn visit(
    store: &Store,
    looked_at: LookedAt<'_>,
    mut each: impl FnMut(&str, u64) -> Result<(), SharedError>,
) -> Result<(), SharedError> {
    let LookedAt::AllBut(alike) = looked_at else {
        return store.ids()?.iter().try_for_each(|id| each(id, 0));
    };
    if alike.is_empty() {
        return store.visit_rows(0, |row| each(row.scene.id.as_str(), print(&row)));
    }
    let ids = store.ids()?;
    let is_other = |row: &usize| !alike.iter().any(|rows| rows.contains(row));
    let others: Vec<usize> = (0..ids.len()).filter(is_other).collect();
    let mut prints = vec![0; ids.len()];
    for some in others.chunks(AT_A_TIME) {
        for (row, stored) in some.iter().zip(store.rows(some)?) {
            prints.get_mut(*row).into_iter().for_each(|own| *own = print(&stored));
        }
    }
    ids.iter().zip(prints).try_for_each(|(id, print)| each(id, print))
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
