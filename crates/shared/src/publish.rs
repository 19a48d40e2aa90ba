use std::thread;

use naragtive_store::Store;
use postgres::Transaction;

use crate::blocks::{Blocks, IN_BLOCK, touched};
use crate::difference::{Difference, NextRow, RowFate};
use crate::digest::Digesting;
use crate::row::SceneColumns;
use crate::tracked::Tracked;
use crate::{Permission, Server, SharedError, SharedStore};

/// Scenes that come behind all others are sent so many in a transaction, as two whole blocks are; all else is sent in one.
const BATCH: usize = 2 * IN_BLOCK;

/// How far sending is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Scenes that the server has.
    pub scenes: usize,
    /// Scenes that it is to have.
    pub of: usize,
}

/// What is written in one transaction.
struct Batch<'a> {
    store: &'a SharedStore,
    /// Rows of the next state, with their numbers there.
    rows: Vec<(usize, NextRow)>,
    removed: &'a [i32],
    /// Every row of the next state, with the numbers of those that the server has.
    all: &'a [NextRow],
    numbers: &'a [Option<i32>],
}

/// What the store is after a transaction.
struct Written {
    rev: i64,
    token: Option<String>,
    /// The number that the first new row got.
    first: i32,
}

impl Server {
    /// Sends what tells `next` from the state of which `base` is the store and `known` the note, batch by batch: after each, the
    /// server has a whole state. Without a base everything is sent. Whoever calls holds the store's lock, so that nobody else
    /// writes. What scenes are searched by is made by `digesting`. What comes back is the note for `next`. `progress` may say stop with false, between two batches.
    ///
    /// # Errors
    /// [`SharedError::MayNot`] for readers; [`SharedError::Outdated`] when the server has another state; when two scenes have
    /// one id. What was sent before is stored.
    pub fn publish(
        &mut self,
        store: &SharedStore,
        known: &Tracked,
        base: Option<&Store>,
        next: &Store,
        digesting: &Digesting<'_>,
        progress: &mut dyn FnMut(Sent) -> bool,
    ) -> Result<Tracked, SharedError> {
        self.require(store, Permission::Write)?;
        let difference = Difference::between(base, known, next)?;
        let mut tracked =
            Tracked { places: difference.rows.iter().map(|next| next.place).collect(), ..known.clone() };
        let mut numbers: Vec<Option<i32>> = difference.rows.iter().map(|next| next.row).collect();
        for (number, rows) in batches(&difference, store.next_row).enumerate() {
            let done = rows.last().map_or(0, |(at, _)| at + 1);
            let removed = if number == 0 { difference.removed.as_slice() } else { &[] };
            let batch = Batch { store, rows, removed, all: &difference.rows, numbers: &numbers };
            let Written { rev, token, first } = self.write(&batch, tracked.rev, next, digesting)?;
            numbers = batch.given(first);
            (tracked.rev, tracked.token) = (rev, token);
            if !progress(Sent { scenes: done, of: next.len() }) {
                return Err(SharedError::Stopped);
            }
        }
        tracked.rows = numbers.into_iter().map(Option::unwrap_or_default).collect();
        Ok(tracked)
    }

    fn write(
        &mut self,
        batch: &Batch<'_>,
        expected: i64,
        next: &Store,
        digesting: &Digesting<'_>,
    ) -> Result<Written, SharedError> {
        let store = batch.store;
        let (mut all, server) = self.begin()?;
        let said = SharedError::said(server);
        let row = all.query_opt(
            "select rev, next_row, searched_rev = rev and searched_by is not distinct from $2
                from naragtive.store where id = $1 for update",
            &[&store.id, &digesting.recipe],
        );
        let Some(row) = row.map_err(&said)? else {
            let (server, store) = (server.to_owned(), store.name.clone());
            return Err(SharedError::MayNot { server, store, may: None, needed: Permission::Write });
        };
        if row.get::<_, i64>(0) != expected {
            return Err(SharedError::Outdated { store: store.name.clone() });
        }
        let (rev, first): (i64, i32) = (expected + 1, row.get(1));
        let blocks = Blocks { store, digesting, next, is_current: row.get(2) };
        let numbers = batch.given(first);
        let touched = touched(&batch.rows, batch.removed, &numbers);
        let token = thread::scope(|scope| {
            let digests = blocks.digest_beside(scope, &touched, &numbers, batch.all);
            batch.take_out(&mut all, rev).map_err(&said)?;
            let new = batch.send(&mut all, rev, first, next, &said)?;
            let token = batch.note(&mut all, rev, first, new).map_err(&said)?;
            blocks.write(&touched, digests, rev, &mut all, &said)?;
            Ok::<_, SharedError>(token)
        })?;
        all.commit().map_err(&said)?;
        Ok(Written { rev, token, first })
    }
}

impl Batch<'_> {
    /// The numbers of all rows that the server has after this batch, whose first new row gets the number `first`.
    fn given(&self, first: i32) -> Vec<Option<i32>> {
        let mut numbers = self.numbers.to_vec();
        let new = self.rows.iter().filter(|(_, next)| next.fate == RowFate::New);
        for ((at, _), row) in new.zip(first..) {
            numbers.get_mut(*at).into_iter().for_each(|given| *given = Some(row));
        }
        numbers
    }

    /// Takes out what is gone and what is sent anew, and says where rows stand that were moved.
    fn take_out(&self, all: &mut Transaction<'_>, rev: i64) -> Result<(), postgres::Error> {
        let of = |fate: RowFate| self.rows.iter().filter(move |(_, next)| next.fate == fate);
        let changed = of(RowFate::Changed).filter_map(|(_, next)| next.row);
        let out: Vec<i32> = self.removed.iter().copied().chain(changed).collect();
        if !out.is_empty() {
            for table in ["vec", "whole", "scene"] {
                let delete = format!("delete from naragtive.{table} where store = $1 and row = any($2)");
                all.execute(&delete, &[&self.store.id, &out])?;
            }
        }
        if !self.removed.is_empty() {
            let gone = "insert into naragtive.gone (store, row, rev) select $1, u.row, $2 from unnest($3::int[]) u(row)";
            all.execute(gone, &[&self.store.id, &rev, &self.removed])?;
        }
        let (rows, places): (Vec<i32>, Vec<i64>) =
            of(RowFate::Moved).map(|(_, next)| (next.row.unwrap_or_default(), next.place)).unzip();
        if !rows.is_empty() {
            all.execute(
                "update naragtive.scene s set place = u.place, rev = $2
                    from unnest($3::int[], $4::bigint[]) u(row, place) where s.store = $1 and s.row = u.row",
                &[&self.store.id, &rev, &rows, &places],
            )?;
        }
        Ok(())
    }

    /// Sends what is new or changed; how many are new.
    fn send(
        &self,
        all: &mut Transaction<'_>,
        rev: i64,
        first: i32,
        next: &Store,
        said: &impl Fn(postgres::Error) -> SharedError,
    ) -> Result<i32, SharedError> {
        let mut number = first;
        let sent: Vec<&(usize, NextRow)> = self
            .rows
            .iter()
            .filter(|(_, next)| matches!(next.fate, RowFate::Changed | RowFate::New))
            .collect();
        for some in sent.chunks(BATCH) {
            let numbers: Vec<usize> = some.iter().map(|(at, _)| *at).collect();
            let mut columns = SceneColumns::default();
            for ((_, about), row) in some.iter().zip(next.rows(&numbers)?) {
                let given = about.row.unwrap_or(number);
                number += i32::from(about.row.is_none());
                columns.add(given, about.place, row)?;
            }
            columns.insert(self.store.id, rev, all).map_err(said)?;
        }
        Ok(number - first)
    }

    /// Notes what was done, and tells whoever listens.
    fn note(
        &self,
        all: &mut Transaction<'_>,
        rev: i64,
        first: i32,
        new: i32,
    ) -> Result<Option<String>, postgres::Error> {
        let gone = i32::try_from(self.removed.len()).unwrap_or(i32::MAX);
        all.execute(
            "update naragtive.store set scenes = scenes + $2, next_row = $3, rev = $4 where id = $1",
            &[&self.store.id, &(new - gone), &(first + new), &rev],
        )?;
        let sent = i32::try_from(self.rows.len()).unwrap_or(i32::MAX);
        let noted = all.query_one(
            "insert into naragtive.change (store, rev, scenes, gone) values ($1, $2, $3, $4) returning token::text",
            &[&self.store.id, &rev, &sent, &gone],
        )?;
        all.execute("select pg_notify($1, $2)", &[&self.store.channel, &rev.to_string()])?;
        Ok(noted.get(0))
    }
}

/// What is not as it was, in transactions: the first has all that is between rows, each has some that come behind all others. A new row
/// gets the number `first`, so that all but the first transaction begin with a block: none is made twice.
fn batches(difference: &Difference, first: i32) -> impl Iterator<Item = Vec<(usize, NextRow)>> {
    let tail = difference.tail();
    let all = difference.rows.iter().copied().enumerate();
    let (head, rest): (Vec<_>, Vec<_>) =
        all.filter(|(_, next)| next.fate != RowFate::Same).partition(|(at, _)| *at < tail);
    let between = head.iter().filter(|(_, next)| next.fate == RowFate::New).count();
    let begun = (usize::try_from(first).unwrap_or_default() + between) % IN_BLOCK;
    let (near, far) = rest.split_at(rest.len().min(BATCH - begun));
    let rest = std::iter::once(near).filter(|near| !near.is_empty()).chain(far.chunks(BATCH));
    let mut rest = rest.map(<[_]>::to_vec).collect::<Vec<_>>().into_iter();
    let mut first = Some(head).filter(|head| !head.is_empty() || !difference.removed.is_empty());
    if let Some(head) = &mut first {
        head.extend(rest.next().unwrap_or_default());
    }
    first.into_iter().chain(rest)
}
