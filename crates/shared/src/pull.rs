use std::collections::HashMap;

use naragtive_disk::Patience;
use naragtive_store::{Appended, Renewal, StoreRef, Version, renew};
use postgres::IsolationLevel;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;

use crate::row::{CHANGED, Incoming};
use crate::tracked::Tracked;
use crate::{Server, SharedError, SharedStore};

/// What a copy is of now, and what changed in it.
pub(crate) struct Renewed {
    pub(crate) tracked: Tracked,
    pub(crate) appended: Appended,
}

impl Server {
    /// Whether what a copy is of is a part of the store's history.
    pub(crate) fn has_history(&mut self, store: &SharedStore, known: &Tracked) -> Result<bool, SharedError> {
        if known.store != store.id || known.rev > store.rev {
            return Ok(false);
        }
        if known.rev == 0 {
            return Ok(known.token.is_none());
        }
        let row = self.client.query_opt(
            "select token::text from naragtive.change where store = $1 and rev = $2",
            &[&store.id, &known.rev],
        );
        let row = row.map_err(SharedError::said(self.name()))?;
        Ok(row.and_then(|row| row.get(0)) == known.token)
    }

    /// Brings the copy at `at` up to date, whose state is `from` and which is of what is `known`; without a state it is written
    /// anew. None where it was in another state by then.
    #[expect(clippy::too_many_arguments, reason = "what a copy is made from and into, each of its own kind")]
    pub(crate) fn renew(
        &mut self,
        store: &SharedStore,
        at: StoreRef,
        known: Tracked,
        from: Option<Version>,
        recipe: Option<&'static str>,
        patience: &Patience,
        progress: &mut dyn FnMut(usize) -> bool,
    ) -> Result<Option<Renewed>, SharedError> {
        let mut merged = Merged::new(Renewal::new(&at, &store.model).made_by(recipe), &known);
        let since = known.rev;
        let said = SharedError::said;
        let name = self.name().to_owned();
        // One state of the database is read, whoever writes meanwhile.
        let begun = self
            .client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start();
        let mut all = begun.map_err(said(&name))?;
        let now = all.query_one(
            "select s.rev, (select token::text from naragtive.change c where c.store = s.id and c.rev = s.rev)
                from naragtive.store s where s.id = $1",
            &[&store.id],
        );
        let now = now.map_err(said(&name))?;
        let gone =
            all.query("select row from naragtive.gone where store = $1 and rev > $2", &[&store.id, &since]);
        gone.map_err(said(&name))?.iter().for_each(|row| merged.gone(row.get(0)));
        let parameters: [&(dyn ToSql + Sync); 2] = [&store.id, &since];
        let mut found = all.query_raw(CHANGED, parameters).map_err(said(&name))?;
        let mut count = 0;
        while let Some(row) = found.next().map_err(said(&name))? {
            merged.take(Incoming::read(&row)?)?;
            count += 1;
            if !progress(count) {
                return Err(SharedError::Stopped);
            }
        }
        drop(found);
        drop(all);
        let (renewal, rows, places) = merged.finish();
        let appended = renew(&at, from, renewal, &store.model, patience)?;
        let tracked = Tracked { rev: now.get(0), token: now.get(1), rows, places, ..known };
        Ok(appended.map(|appended| Renewed { tracked, appended }))
    }
}

/// What a copy has, and what comes to it in the order of the places.
struct Merged<'a> {
    renewal: Renewal,
    known: &'a Tracked,
    /// Where each row stands in the copy.
    at: HashMap<i32, usize>,
    /// Which rows of the copy stay.
    stays: Vec<bool>,
    /// The rows that come, with their places.
    new: Vec<(i64, i32)>,
}

impl<'a> Merged<'a> {
    fn new(renewal: Renewal, known: &'a Tracked) -> Self {
        let at = known.rows.iter().copied().zip(0..).collect();
        Self { renewal, known, at, stays: vec![true; known.rows.len()], new: Vec::new() }
    }

    fn gone(&mut self, row: i32) {
        if let Some(at) = self.at.get(&row).copied() {
            self.drop_row(at);
        }
    }

    fn drop_row(&mut self, at: usize) {
        self.renewal.remove(at);
        self.stays.get_mut(at).into_iter().for_each(|stays| *stays = false);
    }

    fn take(&mut self, incoming: Incoming) -> Result<(), SharedError> {
        let Incoming { row, place, scene } = incoming;
        let at = self.at.get(&row).copied();
        if let Some(at) = at {
            if self.known.places.get(at) == Some(&place) {
                return Ok(self.renewal.replace(at, scene)?);
            }
            self.drop_row(at);
        }
        let before = self.known.places.partition_point(|known| *known < place);
        self.new.push((place, row));
        Ok(self.renewal.insert(before, scene)?)
    }

    /// What is to be done, and the rows with their places that there are then.
    fn finish(self) -> (Renewal, Vec<i32>, Vec<i64>) {
        let kept = self.known.places.iter().copied().zip(self.known.rows.iter().copied()).zip(&self.stays);
        let mut all: Vec<(i64, i32)> = kept.filter(|(_, stays)| **stays).map(|(row, _)| row).collect();
        all.extend(self.new);
        all.sort_unstable();
        let (places, rows) = all.into_iter().unzip();
        (self.renewal, rows, places)
    }
}
